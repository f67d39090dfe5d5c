// An exported file: the states that it holds, their sliders, and the tools of a page that need no server.

import { bytesOf, make, page, unpack } from "./data.js";
import { hearKeys } from "./keys.js";
import { pin } from "./pin.js";
import { arrange, present, THEME } from "./stage.js";
import { mount } from "./start.js";
import { commonTools } from "./tools.js";
import { explain, speak } from "./words.js";

const OPENS_WIDE = 720; // pixels from which a file opens in Present
const SPOKEN = 150; // milliseconds after a release in which its figures come
const opened = (text) => unpack(bytesOf(text));

function sliderRow({ slug, field, key, label, labels }, at, turned) {
  const output = make("output");
  const input = make("input", { type: "range", min: 0, max: labels.length - 1, value: at });
  const said = () => (input.ariaValueText = output.textContent = labels[input.value]);
  const put = (k) => {
    input.value = k;
    said();
  };
  input.oninput = () => {
    turned(field, Number(input.value));
    said();
  };
  input.onchange = () => setTimeout(() => speak(page(slug)), SPOKEN);
  // what plays a slider presses a key in the end, which moves no thumb but that of the site
  input.onkeydown = ({ isTrusted, key: arrow }) => {
    if (isTrusted) return;
    input.value = Number(input.value) + (arrow === "ArrowRight" ? 1 : -1);
    input.dispatchEvent(new Event("input"));
  };
  said();
  const line = make("label", {}, `${label} `, output, input);
  const play = make("div", { className: "play" });
  return { field, put, play, node: make("div", { className: `slider st-key-${key}` }, line, play) };
}

// Opens a file: each of its `states` has a name, figures and frames, packed, and the link that says when its chip stands out.
export async function unfold({ slug, states, pinned, scrub }) {
  const group = page(slug), place = document.querySelector("#panels"), first = document.querySelector(".first");
  const more = document.querySelector(".more"), rest = more.querySelector("div");
  let state = states[0], rows = [], leave = [], turning;
  const keepA = (event, name) => {
    if (event !== "pinned") return;
    const panels = Object.fromEntries([...group.charts].map(([of, { raw }]) => [of, structuredClone(raw)]));
    pin(name ? { slug, state: name, panels, caption: group.caption, readouts: group.readouts } : { slug, state: "" });
  };
  const figures = async () => mount(await opened(state.figures), place, keepA);

  // The frames of a slider start from the state of the file: moving one puts the others back.
  const turned = (field, k) => {
    if (turning === field) return;
    const before = turning;
    turning = field;
    if (before === undefined) return;
    for (const row of rows) {
      const here = row.field === field ? k : group.data.at[row.field];
      group.scrubs.get(row.field).shown = here; // nothing is drawn before the figures are the file's again
      row.put(here);
    }
    figures();
  };

  const show = async (chosen) => {
    state = chosen;
    turning = undefined;
    for (const end of leave) end?.();
    const { at } = await opened(state.figures), frames = await Promise.all(state.frames.map(opened));
    rows = frames.map((data) => sliderRow(data, at[data.field], turned));
    const nodes = (main) => rows.filter(({ field }) => scrub.includes(field) === main).map(({ node }) => node);
    first.replaceChildren(...nodes(true));
    rest.replaceChildren(...nodes(false));
    more.hidden = !rest.children.length;
    await figures();
    leave = await Promise.all(frames.map((data, i) => mount(data, rows[i].play)));
    for (const { field } of rows) group.scrubs.get(field).played = scrub.includes(field); // keys move those above the charts
  };

  const paint = (dark) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    if (group.data) figures();
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.onchange = () => paint(system.matches);
  addEventListener(THEME, ({ detail }) => paint(detail));
  paint(system.matches);

  group.presets = states.map(({ link }) => link);
  const chips = states.map((one, i) => {
    const name = i ? `st-key-try-${slug}-${i - 1}` : `st-key-defaults-${slug}`;
    return make("div", { className: name }, make("button", { type: "button", textContent: one.name, onclick: () => show(one) }));
  });
  document.querySelector(".chips").replaceChildren(...(chips.length > 1 ? chips : []));
  await show(state);
  const { presenting, comparing, predicting, keys } = commonTools(group);
  document.querySelector(".rv-tools").append(presenting, comparing, ...(group.question ? [predicting] : []), keys);
  if (pinned) await mount(await opened(pinned));
  arrange();
  hearKeys();
  explain();
  if (innerWidth >= OPENS_WIDE) present(true);
}
