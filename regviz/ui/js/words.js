// The words of what is on show: caption, numbers with their explanations, and the chip of the preset that it is.

import { make } from "./data.js";

const UNITS = { "⁰": 0, "¹": 1, "²": 2, "³": 3, "⁴": 4, "⁵": 5, "⁶": 6, "⁷": 7, "⁸": 8, "⁹": 9, "⁻": "-" };

// The number that a readout begins with, and what follows it; null where it is no number alone.
function measured(text) {
  const found = /^([−-]?[\d.]+)(?:(?:·10|e)([⁻⁰¹²³⁴⁵⁶⁷⁸⁹−\d]+))?(\s?[^\d,;()]*)$/.exec(text.trim());
  if (!found) return null;
  const power = [...(found[2] ?? "0")].map((c) => UNITS[c] ?? (c === "−" ? "-" : c)).join("");
  return { value: Number(found[1].replace("−", "-")) * 10 ** Number(power), unit: found[3] };
}

export function written(value) {
  if (!value) return "0";
  const size = Math.abs(value), short = Number(size.toPrecision(3));
  const text = size < 1e-3 || size >= 1e4 ? short.toExponential().replace("e+", "e") : String(short);
  return (value < 0 ? "−" : "") + text.replace("e-", "e−");
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

// The chip whose state this is stands out.
export function markChip({ link, presets, data }) {
  if (!presets || !data) return;
  const chips = document.querySelectorAll(`[class*="st-key-defaults-${data.slug}"] button, [class*="st-key-try-${data.slug}-"] button`);
  for (const [i, chip] of chips.entries()) chip.ariaCurrent = presets[i] === link ? "true" : null;
}

// One bubble explains the words of a page: on hover, on focus and at a touch.
export function explain() {
  if (window.regvizBubble) return;
  const bubble = (window.regvizBubble = make("div", { className: "rv-bubble", id: "rv-bubble", hidden: true }));
  bubble.setAttribute("role", "tooltip");
  document.body.append(bubble);
  const show = ({ target }) => {
    const word = target.closest?.("[data-told]");
    if (!word) return hide();
    bubble.textContent = word.dataset.told;
    bubble.hidden = false;
    word.setAttribute("aria-describedby", bubble.id);
    const { left, top } = word.getBoundingClientRect(), { width, height } = bubble.getBoundingClientRect();
    bubble.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    bubble.style.top = `${Math.max(8, top - height - 6)}px`;
  };
  const hide = () => (bubble.hidden = true);
  for (const type of ["pointerover", "focusin", "click"]) addEventListener(type, show, { passive: true });
  addEventListener("scroll", hide, { passive: true, capture: true });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
}
