// Sliders that the charts follow: they show frame k while the thumb stands on value k. Beside some the button that plays.
// Frames are brought when a pointer, the focus or a finger comes near; until they are there, a release draws.

import { make, page } from "./data.js";
import { bring, open, show } from "./frames.js";
import { CALM } from "./panels.js";

const ICONS = { play: "M3 1.5v13l11-6.5z", pause: "M3 2h3.5v12H3zM9.5 2H13v12H9.5z" };
const AGAIN = 2000; // milliseconds before frames that did not come are asked for again
const REST = 60; // milliseconds that a pointer stays before it is taken to mean the slider, and not to pass by
const SETTLED = 400; // milliseconds after a change before the sliders above the charts ask for theirs

const setNative = (input, value) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

// A key press is what makes a slider tell Python where it stands; the one step it takes is taken back first.
function commit(input) {
  const k = Number(input.value), up = k > 0;
  setNative(input, up ? k - 1 : k + 1);
  for (const type of ["keydown", "keyup"]) input.dispatchEvent(new KeyboardEvent(type, { key: up ? "ArrowRight" : "ArrowLeft", bubbles: true }));
}

// One slider of a page: its box, its frames, and the value on show.
function follower(slug, field) {
  const group = page(slug);
  if (group.scrubs.has(field)) return group.scrubs.get(field);
  const me = { field, frames: null, shown: group.data?.at[field] ?? -1, rough: false, waiting: false, timer: 0, asked: "", again: 0 };
  me.box = () => document.querySelector(me.key ? `.st-key-${CSS.escape(me.key)}` : `.st-key-${CSS.escape(`${slug}-${field}`)}`);
  me.slider = () => me.box()?.querySelector("input[type=range]");
  me.fits = () => me.frames && group.data?.frames[field] === me.frames.state;
  // The thumb moves; the frame is drawn before the browser paints. `fresh` says the figures were just replaced.
  me.follow = (fresh = false) => {
    if (fresh) {
      me.shown = group.data.at[field] ?? -1;
      me.watch();
    }
    if (me.waiting || !me.slider()) return;
    me.waiting = true;
    requestAnimationFrame(() => {
      me.waiting = false;
      const input = me.slider(), k = Number(input?.value ?? me.shown);
      if (k === me.shown || !me.fits()) return;
      me.shown = k;
      me.rough = show(slug, me.frames, k, group.root) !== k;
    });
  };
  me.observer = new MutationObserver(() => me.follow());
  me.watch = () => {
    const box = me.box();
    if (!box || box === me.watched) return;
    me.observer.disconnect();
    me.observer.observe(box, { subtree: true, attributeFilter: ["aria-valuetext", "value"] });
    me.watched = box;
  };
  me.take = (frames) => {
    if (group.data?.frames[field] !== frames.state) return; // the page has moved on
    me.frames = frames;
    if (me.rough) me.shown = -1; // what was drawn is a neighbour
    if (frames.at.length === group.data.counts[field]) me.box()?.setAttribute("data-rv-frames", "all");
    cue(me, group);
    me.follow();
  };
  me.near = () => {
    const address = group.data?.frames[field];
    if (!address || me.fits() && me.frames.at.length === group.data.counts[field]) return;
    me.watch();
    if (address.startsWith("own-") || (me.asked === address && performance.now() < me.again)) return;
    Object.assign(me, { asked: address, again: Infinity });
    const ended = () => me.asked === address && (me.again = performance.now() + AGAIN);
    bring(address, group.data.counts[field], me.take).then(ended, ended); // where none come the slider draws on release
  };
  group.scrubs.set(field, me);
  return me;
}

// What is said beside a slider that is being dragged and whose value the charts cannot show yet.
function cue(me, group) {
  const box = me.box();
  if (!box) return;
  const after = group.data?.after[me.field] ?? (me.fits() || !group.data?.frames[me.field] ? "" : "draw");
  if (me.held && after) box.dataset.rvCue = `release to ${after}`;
  else delete box.dataset.rvCue;
}

function at({ target }) {
  for (const [slug, group] of Object.entries(window.regviz ?? {})) {
    for (const field of [...Object.keys(group.data?.frames ?? {}), ...Object.keys(group.data?.after ?? {})]) {
      if (target.closest?.(`.st-key-${CSS.escape(`${slug}-${field}`)}`)) return [follower(slug, field), group];
    }
  }
  return [];
}

// One set of ears for the whole page: boxes come and go with Streamlit's runs.
export function listen() {
  if (window.regvizEars) return;
  window.regvizEars = true;
  let held, over, rest;
  addEventListener("pointerover", (event) => {
    const [me] = at(event);
    if (me === over) return;
    clearTimeout(rest);
    over = me;
    rest = me && setTimeout(me.near, REST);
  }, { passive: true, capture: true });
  for (const type of ["focusin", "pointerdown"]) {
    addEventListener(type, (event) => {
      const [me, group] = at(event);
      if (!me) return;
      me.near();
      if (type !== "pointerdown" || !event.target.closest("[role=slider], [data-testid=stSlider], input[type=range]")) return;
      held = [me, group];
      me.held = true;
      cue(me, group);
    }, { passive: true, capture: true });
  }
  for (const type of ["pointerup", "pointercancel"]) {
    addEventListener(type, () => {
      if (!held) return;
      held[0].held = false;
      cue(...held);
      held = undefined;
    }, { passive: true, capture: true });
  }
}

// The figures were replaced: sliders look where they stand, and those above the charts ask for their frames.
export function replaced(slug) {
  const group = page(slug);
  for (const me of group.scrubs.values()) {
    if (!me.fits()) me.box()?.removeAttribute("data-rv-frames");
    me.follow(true);
    if (me.box()?.matches(":hover, :focus-within")) me.near(); // its pointer came before these figures
  }
  clearTimeout(group.soon);
  const ask = () => [...group.scrubs.values()].forEach((me) => me.played && me.near());
  if (group.settledOnce) group.soon = setTimeout(ask, SETTLED);
  else ask();
  group.settledOnce = true;
}

// The button beside a slider; the frames come with it where they have no address.
export function player(data, parent) {
  const group = page(data.slug), me = follower(data.slug, data.field);
  Object.assign(me, { key: data.key, played: true });
  if (data.kind === "scrub") me.take(open(data));
  else if (group.settledOnce) me.near(); // else when the first charts are drawn
  listen();
  let button = parent.querySelector("button");
  if (!button) parent.append((button = make("button", { type: "button", className: "rv-play" })));
  me.watch();
  me.box().onpointerdown = ({ target }) => me.timer && !button.contains(target) && stop();
  const face = (playing) => {
    button.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${data.label}`);
    button.title = `${playing ? "Pause" : "Play"} ${data.label}`;
    button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${playing ? ICONS.pause : ICONS.play}"/></svg>`;
  };
  const stop = () => {
    clearInterval(me.timer);
    me.timer = 0;
    face(false);
  };
  face(me.timer !== 0);
  button.onclick = () => {
    if (me.timer) {
      stop();
      return commit(me.slider());
    }
    me.near();
    const last = Number(me.slider().max);
    if (Number(me.slider().value) >= last) setNative(me.slider(), 0);
    face(true);
    const pace = CALM.matches ? 1000 : Math.max(40, 4000 / last);
    me.timer = setInterval(() => {
      const input = me.slider();
      if (!input) return stop();
      setNative(input, Number(input.value) + 1);
      if (Number(input.value) >= last) {
        stop();
        commit(input);
      }
    }, pace);
  };
  me.follow();
  return () => {
    stop();
    me.observer.disconnect();
    group.scrubs.delete(data.field);
  };
}
