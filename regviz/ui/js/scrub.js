// Frames of one slider: the charts show frame k while its thumb stands on option k. Beside it the button that plays.

import { dress, floats, isDark, make, page, set } from "./data.js";
import { CALM, describe, draw, nudge, numbers } from "./panels.js";

const ICONS = { play: "M3 1.5v13l11-6.5z", pause: "M3 2h3.5v12H3zM9.5 2H13v12H9.5z" };
const setNative = (input, value) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

// Frames hold, per panel, the attributes that change: [path, values]; numbers come as one (frames, length) block.
function openFrames(frames) {
  for (const columns of Object.values(frames.panels)) {
    for (const column of columns) {
      const { block, length, values } = column;
      const flat = block && floats(block);
      column.moves = column.path[0] === "data" && ["x", "y", "text"].includes(column.path[2]);
      column.still = column.path[0] === "layout" && column.path[1] === "meta";
      column.at = flat ? (k) => flat.subarray(k * length, (k + 1) * length) : (k) => dress(values[k], {});
    }
  }
}

export function scrub(data, parent) {
  const group = page(data.slug);
  // frames that arrive late must not draw over what another slider shows by now
  const me = group.scrubs.get(data.field) ?? { shown: data.options.indexOf(group.data?.at[data.field]), timer: 0, waiting: false };
  group.scrubs.set(data.field, me);
  openFrames(data);
  const box = () => document.querySelector(`.st-key-${CSS.escape(data.key)}`);
  const slider = () => box()?.querySelector("input[type=range]");

  const show = (k) => {
    if (k === me.shown || group.data?.states[data.field] !== data.state) return;
    me.shown = k;
    const colours = isDark(parent) ? group.data.dark : {};
    for (const [name, columns] of Object.entries(data.panels)) {
      const chart = group.charts.get(name);
      if (!chart?.figure || !columns.length) continue;
      for (const { path, at } of columns) {
        set(chart.figure, path, dress(at(k), colours));
        set(chart.raw, path, at(k));
      }
      const moved = columns.filter((column) => column.moves);
      if (chart.node.calcdata && columns.every((column) => column.moves || column.still)) {
        nudge(chart, new Set(moved.map(({ path }) => path[1])));
        describe(chart);
      } else draw(chart);
    }
    numbers(group.root, data.captions[k], data.readouts[k]);
    Object.assign(group, { file: data.files[k], link: data.links[k], caption: data.captions[k] });
    Object.assign(group.root.dataset, { scrub: data.field, frame: k });
  };

  // The thumb moves; the frame is drawn before the browser paints. `fresh` says the figures were just replaced.
  me.follow = (fresh = false) => {
    const input = slider();
    if (!input) return;
    if (fresh) me.shown = data.options.indexOf(group.data.at[data.field]);
    if (me.waiting) return;
    me.waiting = true;
    requestAnimationFrame(() => {
      me.waiting = false;
      show(Number(slider()?.value ?? me.shown));
    });
  };
  let button = parent.querySelector("button");
  if (!button) parent.append((button = make("button", { type: "button", className: "rv-play" })));
  me.observer?.disconnect();
  me.observer = new MutationObserver(() => me.follow());
  me.observer.observe(box(), { subtree: true, attributeFilter: ["aria-valuetext", "value"] });
  box().onpointerdown = ({ target }) => me.timer && !button.contains(target) && stop();
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
  // A key press is what makes the slider tell Python where it stands; the one step it takes is taken back first.
  const commit = () => {
    const input = slider(), k = Number(input.value), up = k > 0;
    setNative(input, up ? k - 1 : k + 1);
    for (const type of ["keydown", "keyup"]) input.dispatchEvent(new KeyboardEvent(type, { key: up ? "ArrowRight" : "ArrowLeft", bubbles: true }));
  };
  face(me.timer !== 0);
  button.onclick = () => {
    if (me.timer) {
      stop();
      return commit();
    }
    const last = data.options.length - 1;
    if (Number(slider().value) >= last) setNative(slider(), 0);
    face(true);
    const pace = CALM.matches ? 1000 : Math.max(40, 4000 / last);
    me.timer = setInterval(() => {
      const input = slider();
      if (!input) return stop();
      setNative(input, Number(input.value) + 1);
      if (Number(input.value) >= last) {
        stop();
        commit();
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
