// On the projector: charts fill the screen, words are large, and everything else steps aside.

import { onSite } from "./data.js";
import { keepOwn, own } from "./history.js";

const SMALLEST = 12; // the least type of a chart at a desk
const LINES = 1.5; // how much thicker lines and markers are
const ROWS = 50; // so many lines of type fit into the height of the screen

export const presenting = () => document.documentElement.classList.contains("rv-present");

function grown(value, key, parent, type) {
  if (typeof value === "number") {
    if (key === "size") return parent.endsWith("font") ? Math.max(value * type, SMALLEST * type) : value * LINES;
    if (key === "width" && parent === "line") return value * LINES;
    return parent === "margin" || parent === "pad" || key === "ticklen" || key === "standoff" ? value * type : value;
  }
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((one) => grown(one, key, parent, type)) : value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === "meta" ? one : grown(one, name, key, type)]));
}

// Enlarges type, lines and markers of a figure while it is on the projector.
export function enlarge(figure) {
  if (!presenting()) return;
  const type = Math.max(1, innerHeight / ROWS / SMALLEST);
  figure.data = figure.data.map((trace) => grown(trace, "trace", "", type));
  figure.layout = grown({ margin: { l: 56, r: 18, t: 40, b: 46 }, ...figure.layout }, "layout", "", type);
}

// What stands above the charts leaves them the rest of the screen.
export function fit() {
  const { style } = document.documentElement, root = document.querySelector(".rv-root");
  style.setProperty("--rv-type", `${Math.max(16, innerHeight / ROWS)}px`);
  if (root) style.setProperty("--rv-top", `${root.getBoundingClientRect().top + (document.querySelector(".stMain")?.scrollTop ?? 0)}px`);
}

export function present(on = !presenting()) {
  keepOwn("present", on ? "1" : null);
  document.documentElement.classList.toggle("rv-present", on);
  fit();
  dispatchEvent(new Event("resize"));
}

export const THEME = "regviz-theme";

// Streamlit keeps a reader's choice of light or dark for each address, and reads it when a page is loaded. A file hears it.
export function turnTheme(dark) {
  if (!onSite()) return dispatchEvent(new CustomEvent(THEME, { detail: dark }));
  localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, JSON.stringify(dark ? "Dark" : "Light"));
  location.reload();
}

export function fullScreen() {
  return document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
}

// Makes one panel large, the next one at each call; after the last all stand side by side again.
export function nextLarge(group) {
  const charts = [...group.charts.values()], now = charts.findIndex(({ cell }) => cell.classList.contains("rv-large"));
  large(group, charts[now + 1]);
}

export function large(group, chosen) {
  for (const chart of group.charts.values()) chart.cell.classList.toggle("rv-large", chart === chosen);
  group.root.querySelector(".rv-panels").classList.toggle("rv-one", Boolean(chosen));
}

export function arrange() {
  if (!window.regvizFits) {
    window.regvizFits = new ResizeObserver(fit); // what stands above the charts may come after them
    addEventListener("resize", fit);
  }
  for (const above of document.querySelectorAll('.stMainBlockContainer, [class*="st-key-scrubs"]')) window.regvizFits.observe(above);
  if (own("embed") === "true") document.documentElement.classList.add("rv-embed");
  if (own("present") !== null && !presenting()) present(true);
}
