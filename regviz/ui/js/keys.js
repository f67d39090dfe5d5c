// Keys of a page. None acts in a text field, with a modifier, or where something under the focus needs it itself.

import { isDark, make, onSite } from "./data.js";
import { entries, step } from "./order.js";
import { compare } from "./pin.js";
import { guess, turn } from "./predict.js";
import { end, first, playFirst, stepFirst } from "./scrub.js";
import { fullScreen, nextLarge, present, turnTheme } from "./stage.js";

const OFF = "regviz-keys-off";
const TYPING = 'input:not([type=range], [type=button], [type=checkbox], [type=radio]), textarea, select, [contenteditable="true"], [role=combobox], [role=listbox], [role=menu], [role=textbox], dialog';
const TAKEN = { " ": "button, a, summary, [role=button], [role=switch], input", Enter: "*" };
const MOVING = "input, [role=slider], [role=radiogroup], [role=tablist], .rv-panel, .rv-handle, [data-testid=stButtonGroup]";

const KEYS = [
  ["←  →", "step the first slider"],
  ["Home  End", "its ends"],
  ["Space", "play and pause"],
  ["1 to 9", "the presets"],
  ["0", "the defaults"],
  ["a", "the next panel large"],
  ["b", "compare with the present state, or stop"],
  ["q", "the question of the page"],
  ["h", "hide and show the answer"],
  ["p", "present"],
  ["t", "light or dark"],
  ["f", "full screen"],
  ["o", "the running order"],
  ["Page Down  Page Up", "next and previous entry of the running order"],
  ["?", "this list"],
];

const OF_THE_SITE = ["o", "Page Down  Page Up"]; // a file has no running order

function chip(slug, k) {
  const name = k ? `st-key-try-${slug}-${k - 1}` : `st-key-defaults-${slug}`;
  const button = document.querySelector(`.${CSS.escape(name)} button`);
  button?.click();
  return Boolean(button);
}

function act(key, group, openOrder) {
  const slug = group.data.slug;
  if (/^\d$/.test(key)) return chip(slug, Number(key));
  const doing = {
    ArrowLeft: () => stepFirst(group, -1), ArrowRight: () => stepFirst(group, 1), Home: () => end(group, 0), End: () => end(group, 1),
    " ": () => playFirst(group), a: () => nextLarge(group), b: () => compare(group), q: () => guess(group), h: () => turn(group), p: () => present(),
    t: () => turnTheme(!isDark(group.root)), f: fullScreen, o: () => openOrder(group), PageDown: () => step(1), PageUp: () => step(-1), "?": () => help(),
  }[key];
  if (!doing || (["ArrowLeft", "ArrowRight", "Home", "End", " "].includes(key) && !first(group))) return false;
  if ((key.startsWith("Page") && !(onSite() && entries().length)) || (key === "o" && !openOrder)) return false;
  doing();
  return true;
}

export function help() {
  let box = document.querySelector(".rv-help");
  if (!box) {
    const single = make("input", { type: "checkbox", checked: localStorage.getItem(OFF) === null });
    single.onchange = () => (single.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"));
    const rows = KEYS.filter(([key]) => onSite() || !OF_THE_SITE.includes(key)).flatMap(([key, does]) => [make("dt", { textContent: key }), make("dd", { textContent: does })]);
    box = make("dialog", { className: "rv-help rv-dialog", ariaLabel: "Keys" }, make("h2", { textContent: "Keys" }), make("dl", {}, ...rows),
      make("label", {}, single, " Single keys act"), make("div", { className: "rv-row" }, make("button", { type: "button", textContent: "Close", onclick: () => box.close() })));
    document.body.append(box);
  }
  box.showModal();
}

const shownPage = () => Object.values(window.regviz ?? {}).find(({ root, data }) => data && root?.isConnected);

export function hearKeys(openOrder) {
  if (window.regvizKeys) return;
  window.regvizKeys = true;
  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey, defaultPrevented } = event, group = shownPage();
    const within = (selector) => target.closest?.(selector);
    if (ctrlKey || metaKey || altKey || defaultPrevented || !group || within(TYPING) || document.querySelector("dialog[open]")) return;
    if (TAKEN[key] && within(TAKEN[key])) return;
    if (/^(Arrow|Home|End)/.test(key) && within(MOVING)) return;
    if (localStorage.getItem(OFF) !== null && key !== "?") return;
    if (act(key, group, openOrder)) event.preventDefault();
  });
}
