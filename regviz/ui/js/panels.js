// The figures of a page, with caption and numbers: drawn by plotly.js, redrawn where they differ, steered by keys.

import { dress, isDark, make, page, same, site } from "./data.js";

// A browser that could not fetch plotly.js may ask again: only a success is kept.
function loadPlotly(source) {
  window.regvizPlotly ??= window.Plotly
    ? Promise.resolve(window.Plotly)
    : new Promise((resolve, reject) => {
        const script = make("script", { src: source, onload: () => resolve(window.Plotly) });
        script.onerror = () => {
          window.regvizPlotly = undefined;
          script.remove();
          reject(new Error(`${source} could not be fetched`));
        };
        document.head.append(script);
      });
  return window.regvizPlotly;
}

const COARSE = matchMedia("(pointer: coarse)").matches; // a touch screen: no toolbar, and a finger scrolls the page
export const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const CONFIG = {
  displaylogo: false,
  displayModeBar: COARSE ? false : "hover",
  showSendToCloud: false, // nothing leaves the page
  doubleClick: "reset",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage", "autoScale2d"],
};

export function describe({ node, figure: { layout } }) {
  node.setAttribute("aria-label", `${layout.title?.text ?? "Chart"}. ${layout.meta?.alt ?? ""}`);
}

export function draw(chart) {
  const { data, layout } = chart.figure;
  describe(chart);
  // plotly writes a zoom into the axes it is given: hand it copies
  const axes = { xaxis: { ...layout.xaxis }, yaxis: { ...layout.yaxis } };
  return window.Plotly.react(chart.node, data.slice(), { ...layout, ...axes }, chart.config).then(() => {
    // the chart's own keys do what its toolbar does: one tab stop for each chart is enough
    for (const button of chart.node.querySelectorAll(".modebar-btn")) button.tabIndex = -1;
  });
}

// Redraws moved points and words alone, a fifth of the work of a full redraw: axes and styles stand still in a scrub.
// It reaches into plotly's calculated data; the plotly version is pinned, and a browser test compares the two pictures.
export function nudge(chart, touched) {
  refill(chart, touched);
  // all traces, for a part of them would be drawn on top of the rest
  chart.node._fullLayout._basePlotModules.find((module) => module.name === "cartesian").plot(chart.node, undefined, { duration: 0 });
}

// As nudge, with new ranges of the axes: half of the work of a full redraw. A chart that is zoomed keeps its view.
export function shift(chart, touched, before) {
  const ranges = {};
  for (const name of ["xaxis", "yaxis"]) {
    const { range } = chart.figure.layout[name], shown = chart.node._fullLayout[name].range;
    if (!same(shown, before.layout[name].range)) return draw(chart);
    if (!same(shown, range)) ranges[`${name}.range`] = range.slice();
  }
  refill(chart, touched);
  return window.Plotly.relayout(chart.node, ranges);
}

function refill(chart, touched) {
  const { calcdata, data, _fullData, _fullLayout: full } = chart.node;
  for (const i of touched) {
    const { x, y, text } = chart.figure.data[i], old = calcdata[i]; // the old points know colours of their own
    calcdata[i] = Array.from(x, (_, j) => ({ ...old[j], x: number(full.xaxis, x[j]), y: number(full.yaxis, y[j]), i: j, tx: text?.[j] }));
    for (const trace of [data[i], _fullData[i]]) Object.assign(trace, { x, y }, text && { text });
  }
}

function number(axis, value) {
  const place = axis.d2c(value);
  return Number.isFinite(place) ? place : undefined;
}

const pen = document.createElement("canvas").getContext("2d");
export function lengthOf(text, font) {
  pen.font = font;
  return pen.measureText(text.replace(/<[^>]*>/g, "")).width;
}

// Finds the legend a place: below the plot where there is no room beside it, in rows of its own under the heading
// where it would run into that.
export function settle({ data, layout }, width) {
  const { legend, showlegend, template } = layout, { font, title } = template.layout;
  if (!showlegend) return;
  const space = { ...template.layout.margin, ...layout.margin };
  if (width < 480 && legend.x > 1) {
    layout.legend = { orientation: "h", x: 0, y: -0.16, yanchor: "top" };
    layout.margin = { ...space, r: 10, b: 110 };
  } else if (legend.yanchor === "bottom" && legend.y >= 1) {
    const small = `${template.layout.legend.font.size}px ${font.family}`;
    const names = data.filter((trace) => trace.showlegend).map((trace) => 45 + lengthOf(trace.name, small));
    const needed = names.reduce((sum, one) => sum + one, 0);
    if (title.pad.l + lengthOf(layout.title.text, `${title.font.size}px ${font.family}`) + 12 + needed <= width - space.r) return;
    const rows = Math.ceil(needed / (width - space.l - space.r));
    layout.margin = { ...space, t: space.t - 4 + 21 * rows };
  }
}

// Returns whether the figure differs from the one on show: after a drag Python's figure is the last frame.
export function prepare(chart, figure, { templates, dark }, mode) {
  const before = chart.figure;
  chart.raw = figure;
  chart.figure = dress(figure, mode === "dark" ? dark : {});
  Object.assign(chart.figure.layout, { template: templates[mode], autosize: true, uirevision: "keep" });
  settle(chart.figure, chart.node.clientWidth);
  if (COARSE) chart.figure.layout.dragmode = false;
  return !before || !same(before, chart.figure);
}

function keyboard(chart) {
  chart.node.onkeydown = (event) => {
    const step = { ArrowLeft: [-0.1, 0, 1], ArrowRight: [0.1, 0, 1], ArrowDown: [0, -0.1, 1], ArrowUp: [0, 0.1, 1], "+": [0, 0, 0.8], "-": [0, 0, 1.25] }[event.key];
    const axes = chart.node._fullLayout;
    if (!axes || event.target !== chart.node || (!step && event.key !== "0")) return;
    event.preventDefault();
    const change = {};
    for (const [i, name] of ["xaxis", "yaxis"].entries()) {
      const [low, high] = axes[name].range, middle = (low + high) / 2, half = (high - low) / 2;
      if (step) change[`${name}.range`] = [middle + half * (2 * step[i] - step[2]), middle + half * (2 * step[i] + step[2])];
      else change[`${name}.range`] = chart.figure.layout[name].range;
    }
    window.Plotly.relayout(chart.node, change);
  };
}

// A preset stands below the charts that it changes: bring them back into sight.
window.regvizPresets ??= addEventListener("click", ({ target }) => {
  if (target.closest?.('[class*="st-key-try-"] button')) document.querySelector(".stMain")?.scrollTo({ top: 0, behavior: CALM.matches ? "auto" : "smooth" });
}) ?? true;

// Writes the words of what is on show, and keeps those that an export takes along.
export function say(group, { caption, readouts, file, link }) {
  Object.assign(group, { caption, file, link });
  group.root.querySelector(".rv-caption").textContent = caption;
  const list = group.root.querySelector(".rv-readouts");
  list.replaceChildren(...Object.entries(readouts).map(([name, value]) => make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }))));
}

// Streamlit does not write to the URL what a preset or a correction sets; the link of the figures on show is the truth.
function keepUrl({ slug, link }) {
  const here = new URL(location.href), there = new URL(link, here);
  if (!document.querySelector(".stApp") || here.pathname !== there.pathname) return;
  for (const key of Array.from(here.searchParams.keys())) if (key.startsWith(`${slug}.`)) here.searchParams.delete(key);
  for (const [key, value] of there.searchParams) here.searchParams.set(key, value);
  if (here.href !== location.href) history.replaceState(history.state, "", here);
}

export async function panels(data, parent) {
  const group = page(data.slug);
  let root = parent.querySelector(".rv-root");
  if (!root) {
    root = make("div", { className: "rv-root" }, make("div", { className: "rv-panels" }), make("p", { className: "rv-caption" }), make("dl", { className: "rv-readouts" }));
    parent.append(root);
    group.charts.clear();
  }
  Object.assign(group, { data, root });
  keepUrl(data);
  say(group, data);
  const grid = root.querySelector(".rv-panels");
  grid.dataset.count = data.panels.length;
  const names = data.panels.map(({ name }) => name);
  for (const [name, { node }] of group.charts) {
    if (names.includes(name)) continue;
    node.watch.disconnect(); // another view of the topic has other panels
    window.Plotly?.purge(node);
    node.remove();
    group.charts.delete(name);
  }
  for (const name of names) {
    if (group.charts.has(name)) continue;
    const chart = { name, node: make("div", { className: "rv-panel", role: "img", tabIndex: 0 }), config: CONFIG };
    group.charts.set(name, chart);
    grid.append(chart.node);
    keyboard(chart);
    chart.node.watch = new ResizeObserver(() => {
      if (!chart.node._fullLayout || !chart.node.clientWidth) return;
      if (prepare(chart, chart.raw, group.data, isDark(parent) ? "dark" : "light")) draw(chart);
      window.Plotly.Plots.resize(chart.node);
    });
    chart.node.watch.observe(chart.node);
  }
  await loadPlotly(site().plotly);
  const mode = isDark(parent) ? "dark" : "light";
  const theme = getComputedStyle(parent), everywhere = document.documentElement.style;
  everywhere.setProperty("--rv-paper", theme.getPropertyValue("--st-background-color"));
  everywhere.setProperty("--rv-link", theme.getPropertyValue("--st-primary-color"));
  for (const { name, figure } of data.panels) {
    const chart = group.charts.get(name), first = !chart?.figure;
    if (prepare(chart, figure, data, mode)) draw(chart);
    if (!first) continue;
    await new Promise((drawn) => setTimeout(drawn)); // a page that opens shows each chart as it stands
    if (group.data !== data) return;
  }
  root.dataset.state = data.file;
}
