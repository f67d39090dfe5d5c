// The buttons of a page: present, compare, predict, running order, keys.

import { make, page } from "./data.js";
import { hearKeys, help } from "./keys.js";
import { mend } from "./mend.js";
import { openOrder } from "./order.js";
import { compare } from "./pin.js";
import { guess } from "./predict.js";
import { arrange, present } from "./stage.js";
import { CALM, resetView } from "./panels.js";
import { explain, markChip, markTerms } from "./words.js";

// A preset puts the view back with the settings.
function freshen(slug) {
  const group = page(slug);
  for (const chart of group.charts.values()) if (chart.figure) resetView(chart);
}

const tool = (textContent, title, onclick, className = "") => make("button", { type: "button", textContent, title, onclick, className });

// The buttons that a page of the site and an exported file have alike.
export const commonTools = (group) => ({
  presenting: tool("Present", "Charts fill the screen (p)", () => present(), "rv-to-present"),
  comparing: tool("Compare", "Keep the present state behind the charts (b)", () => group.link && compare(group), "rv-to-compare"),
  predicting: tool("Predict", "A question before the answer (q)", () => group.question && guess(group), "rv-to-predict"),
  keys: tool("Keys", "What the keys do (?)", help, "rv-to-keys"),
});

export function tools(data, parent) {
  const group = page(data.slug);
  group.presets = [data.defaults, ...data.presets];
  let row = parent.querySelector(".rv-tools");
  if (!row) parent.append((row = make("div", { className: "rv-tools" })));
  const { presenting, comparing, predicting, keys } = commonTools(group);
  row.replaceChildren(
    presenting,
    comparing,
    predicting,
    tool("Running order", "States to show one after the other (o)", () => openOrder(group), "rv-to-order"),
    keys,
    tool("Settings", "The knobs, beside the charts", () => document.documentElement.classList.toggle("rv-knobs"), "rv-to-knobs"),
  );
  window.regvizChips ??= addEventListener("click", ({ target }) => {
    const chip = target.closest?.('[class*="st-key-try-"] button, [class*="st-key-defaults-"] button, [class*="st-key-see-"] button');
    const slug = /st-key-(?:try|defaults|see)-([a-z_]+)/.exec(chip?.closest('[class*="st-key-"]').className ?? "")?.[1];
    if (!slug) return;
    freshen(slug);
    if (chip.closest('[class*="st-key-see-"]')) document.querySelector(".stMain")?.scrollTo({ top: 0, behavior: CALM.matches ? "auto" : "smooth" });
  }) ?? true;
  arrange();
  mend();
  hearKeys(openOrder);
  explain();
  markChip(group);
  return markTerms(data.slug, data.terms);
}
