// The words of what is on show: caption, numbers with their explanations, and the chip of the preset that it is.

import { make } from "./data.js";

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const lowered = (text) => [...text].map((c) => (RAISED.includes(c) ? RAISED.indexOf(c) : c === "⁻" || c === "−" ? "-" : c)).join("");
const raised = (text) => [...text].map((c) => (c === "-" ? "⁻" : RAISED[c])).join("");

// A number as a slider writes it, which its address needs, in the words of the page: 1e-05 is 10⁻⁵.
export function worded(text) {
  const [, digits, power] = /^([\d.]+)e([+-]\d+)$/.exec(/^[1-9]\d{4,}$/.test(text) ? Number(text).toExponential() : text) ?? [];
  return power ? `${digits === "1" ? "" : `${digits}·`}10${raised(String(Number(power)))}` : text;
}

// The number that a text is, as in 0.5, −2, 10⁻⁵ or 1.5·10⁻⁹, and its unit; null where it is no number alone.
export function measured(text) {
  const found = /^([−-]?)(?:([\d.]+)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|e([−-]?\d+))?|10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))(\s?[^\d,;()±]*)$/.exec(text.trim());
  if (!found) return null;
  const [, sign, factor = "1", power, plain, alone, unit] = found;
  return { value: (sign ? -1 : 1) * Number(factor) * 10 ** Number(lowered(power ?? plain ?? alone ?? "0")), unit };
}

export function written(value) {
  if (!value) return "0";
  const size = Math.abs(value), sign = value < 0 ? "−" : "";
  if (size >= 1e-3 && size < 1e4) return sign + String(Number(size.toPrecision(3)));
  const [factor, power] = Number(size.toPrecision(3)).toExponential().split("e");
  return `${sign}${factor === "1" ? "" : `${factor}·`}10${raised(power.replace("+", ""))}`;
}

// B, A and the difference, where both are numbers of one unit.
function compared(now, then) {
  if (then === undefined) return [now];
  if (then === now) return [now, make("span", { className: "rv-then", textContent: " A the same" })];
  const b = measured(now), a = measured(then), apart = a && b && a.unit === b.unit ? b.value - a.value : null;
  return [now, make("span", { className: "rv-then", textContent: ` A ${then}${apart === null ? "" : `, ${apart < 0 ? "" : "+"}${written(apart)}`}` })];
}

function term(name, told) {
  if (!told) return make("dt", { textContent: name });
  const button = make("button", { type: "button", className: "rv-term", textContent: name });
  button.dataset.told = told;
  return make("dt", {}, button);
}

// The caption; of two states, both.
export const spoken = ({ caption, pin }) => (pin ? `B: ${caption} A, dashed: ${pin.caption}` : caption);

// Writes the words of what is on show, and keeps those that an export takes along.
export function say(group, { caption, readouts, file, link }) {
  Object.assign(group, { caption, file, link, readouts });
  const { root, pin } = group;
  root.querySelector(".rv-caption").textContent = spoken(group);
  const list = root.querySelector(".rv-readouts"), names = Object.keys(readouts);
  if (list.dataset.names !== names.join("|")) {
    list.dataset.names = names.join("|");
    list.replaceChildren(...names.map((name) => make("div", {}, term(name, group.data?.glossary?.[name]), make("dd"))));
  }
  for (const [i, name] of names.entries()) list.children[i].lastChild.replaceChildren(...compared(readouts[name], pin?.readouts[name]));
  markChip(group);
}

// What a screen reader hears when Python's figures have come: a caption that it read on every frame would never end.
export function speak(group) {
  const aloud = group.root.querySelector(".rv-aloud"), told = spoken(group);
  if (aloud.textContent !== told) aloud.textContent = told;
}

// The chip whose state this is stands out.
export function markChip({ link, presets, data }) {
  if (!presets || !data) return;
  for (const [i, chip] of document.querySelectorAll(`.st-key-chips-${data.slug} button`).entries()) chip.ariaCurrent = presets[i] === link ? "true" : null;
}

// One bubble explains the words of a page: on hover, on focus and at a touch.
export function explain() {
  if (window.regvizBubble) return;
  const bubble = (window.regvizBubble = make("div", { className: "rv-bubble", id: "rv-bubble", hidden: true }));
  bubble.setAttribute("role", "tooltip");
  let word;
  const stand = () => {
    if (!word?.isConnected) return;
    const { left, top } = word.getBoundingClientRect(), { width, height } = bubble.getBoundingClientRect();
    bubble.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    bubble.style.top = `${Math.max(8, top - height - 6)}px`;
  };
  const show = ({ target }) => {
    word = target.closest?.("[data-told]");
    bubble.hidden = !word;
    if (!word) return;
    (document.querySelector("main") ?? document.body).append(bubble);
    bubble.textContent = word.dataset.told;
    word.setAttribute("aria-describedby", bubble.id);
    stand();
  };
  for (const type of ["pointerover", "focusin", "click"]) addEventListener(type, show, { passive: true });
  addEventListener("scroll", stand, { passive: true, capture: true });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") bubble.hidden = true;
  });
}

const SKIPPED = ".katex, a, button, code, h1, h2, h3, [data-told]";

// In the prose of a page the first mention of each term explains itself.
export function mark(prose, terms) {
  const left = new Map(Object.entries(terms).sort(([a], [b]) => b.length - a.length));
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(SKIPPED)) nodes.push(walker.currentNode);
  for (let node of nodes) {
    for (const [word, told] of left) {
      const at = node.data.search(new RegExp(`(?<![\\p{L}])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}])`, "iu"));
      if (at < 0) continue;
      const found = node.splitText(at), rest = found.splitText(word.length);
      const term_ = make("span", { className: "rv-term", tabIndex: 0 });
      term_.dataset.told = told;
      found.replaceWith(term_);
      term_.append(found);
      left.delete(word);
      node = rest;
    }
  }
}

// The prose comes after the head of a page. Returns what ends the wait for it.
export function markTerms(slug, terms) {
  const look = () => {
    const prose = document.querySelector(`.st-key-prose-${slug}`);
    if (!prose?.querySelector("p, li")) return false;
    if (!prose.dataset.marked) mark(prose, terms); // once, however often its head is mounted
    prose.dataset.marked = "true";
    return true;
  };
  const watch = new MutationObserver(() => look() && watch.disconnect());
  if (!look()) watch.observe(document.body, { childList: true, subtree: true });
  return () => watch.disconnect();
}
