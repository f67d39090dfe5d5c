// Sliders that the charts follow: they show frame k while the thumb stands on value k. Beside some the button that plays.
// Frames are brought when a pointer, the focus or a finger comes near; until they are there, a release draws.

import { make, page } from "./data.js";
import { bring, open, show } from "./frames.js";
import { CALM } from "./panels.js";
import { worded } from "./words.js";

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

// Streamlit's own text nodes stay, for it writes into them again.
function reword(box) {
  const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data } = texts.currentNode;
    if (worded(data) !== data) texts.currentNode.data = worded(data);
  }
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
  me.observer = new MutationObserver(() => {
    reword(me.watched);
    me.follow();
  });
  me.watch = () => {
    const box = me.box();
    if (!box || box === me.watched) return;
    me.observer.disconnect();
    me.observer.observe(box, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext", "value"] });
    me.watched = box;
    box.onpointerdown = (event) => me.touched?.(event);
    reword(box);
  };
  me.take = (frames) => {
    me.brought = frames;
    if (group.data?.frames[field] !== frames.state) return; // the page has moved on, or its figures are under way
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
  for (const field of Object.keys(group.data.frames)) follower(slug, field);
  for (const me of group.scrubs.values()) {
    if (!me.fits()) {
      me.box()?.removeAttribute("data-rv-frames");
      if (me.brought) me.take(me.brought); // it may have come before these figures
    }
    me.follow(true);
    if (me.box()?.matches(":hover, :focus-within")) me.near(); // its pointer came before these figures
  }
  clearTimeout(group.soon);
  const ask = () => [...group.scrubs.values()].forEach((me) => me.played && me.near());
  if (group.settledOnce) group.soon = setTimeout(ask, SETTLED);
  else ask();
  group.settledOnce = true;
}

const SPAN = 9000; // milliseconds for the whole range at speed 1
const SPEEDS = [1, 2, 0.5];
const ICONS = {
  play: "M3 1.5v13l11-6.5z", pause: "M3 2h3.5v12H3zM9.5 2H13v12H9.5z", back: "M11 2v12L5 8zM3 2h1.5v12H3z", on: "M5 2v12l6-6zM11.5 2H13v12h-1.5z",
  loop: "M3 8a5 5 0 0 1 8.5-3.5L10 6h4.5V1.5L13 3a7 7 0 0 0-12 5zm10 0a5 5 0 0 1-8.5 3.5L6 10H1.5v4.5L3 13a7 7 0 0 0 12-5z",
};
const icon = (name) => `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

function iconButton(name, said, onclick) {
  return make("button", { type: "button", className: `rv-knob rv-${name}`, innerHTML: icon(name), title: said, ariaLabel: said, onclick });
}

// What plays a slider: from its beginning, over the whole range in nine seconds; or step by step, and round and round.
export function player(data, parent) {
  const group = page(data.slug), me = follower(data.slug, data.field);
  Object.assign(me, { key: data.key, played: true });
  if (data.kind === "scrub") me.take(open(data));
  else if (group.settledOnce) me.near(); // else when the first charts are drawn
  listen();
  me.watch();
  const last = () => Number(me.slider().max);
  const stop = () => {
    clearInterval(me.timer);
    me.timer = 0;
    face();
  };
  me.move = (k) => {
    if (me.timer) stop();
    me.near();
    setNative(me.slider(), Math.max(0, Math.min(last(), k)));
    commit(me.slider());
  };
  me.step = (by) => me.slider() && me.move(Number(me.slider().value) + by);
  const tick = () => {
    const input = me.slider();
    if (!input) return stop();
    const k = Number(input.value);
    if (k < last()) setNative(input, k + 1);
    else if (me.loops) setNative(input, 0);
    if (Number(input.value) < last() || me.loops) return;
    stop();
    commit(input);
  };
  me.run = () => {
    clearInterval(me.timer);
    me.timer = setInterval(tick, SPAN / (me.speed ?? 1) / last());
    face();
  };
  me.play = () => {
    if (CALM.matches) return me.step(1); // with reduced motion it moves on request only
    if (me.timer) {
      stop();
      me.paused = Number(me.slider().value);
      return commit(me.slider());
    }
    me.near();
    if (me.paused !== Number(me.slider().value)) setNative(me.slider(), 0);
    me.paused = undefined;
    me.run();
  };
  const play = iconButton("play", "", () => me.play());
  const speed = make("button", { type: "button", className: "rv-knob rv-speed" });
  speed.onclick = () => {
    me.speed = SPEEDS[(SPEEDS.indexOf(me.speed ?? 1) + 1) % SPEEDS.length];
    if (me.timer) me.run();
    face();
  };
  const loop = iconButton("loop", "Round and round", () => {
    me.loops = !me.loops;
    face();
  });
  const face = () => {
    const said = `${me.timer ? "Pause" : "Play"} ${data.label}`, pace = me.speed ?? 1;
    Object.assign(play, { title: said, ariaLabel: said, innerHTML: icon(me.timer ? "pause" : "play") });
    Object.assign(speed, { textContent: pace === 0.5 ? "½×" : `${pace}×`, title: "Speed", ariaLabel: `Speed ${pace}` });
    loop.ariaPressed = String(Boolean(me.loops));
  };
  let row = parent.querySelector(".rv-player");
  if (!row) parent.append((row = make("div", { className: "rv-player" })));
  row.replaceChildren(iconButton("back", `One step back in ${data.label}`, () => me.step(-1)), play, iconButton("on", `One step on in ${data.label}`, () => me.step(1)), speed, loop);
  me.touched = ({ target }) => me.timer && !row.contains(target) && stop();
  face();
  me.follow();
  return () => {
    stop();
    me.observer.disconnect();
    group.scrubs.delete(data.field);
  };
}

// The first slider above the charts, for keys.
export const first = (group) => [...group.scrubs.values()].find((me) => me.played && me.slider());
export const stepFirst = (group, by) => first(group)?.step(by);
export const end = (group, share) => first(group)?.move(share * Number(first(group).slider().max));
export const playFirst = (group) => first(group)?.play();
