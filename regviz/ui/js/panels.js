// The figures of a page, with caption and numbers: drawn by plotly.js, redrawn where they differ, steered by keys.

import { dress, isDark, make, onSite, page, same, site } from "./data.js";
import { quietly } from "./history.js";
import { enlarge, large, presenting } from "./stage.js";
import { say, speak } from "./words.js";

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

export function describe({ node, covered, figure: { layout } }) {
  const said = covered ? "Covered until there is a prediction." : (layout.meta?.alt ?? "");
  node.setAttribute("aria-label", `${layout.title?.text ?? "Chart"}. ${said}`);
}

// Beside a chart that a reader has zoomed, or whose curves are hidden, stands a button that puts it back.
function offer(chart) {
  const button = chart.cell?.querySelector(".rv-reset"), before = chart.ghosts?.length ?? 0;
  if (!button) return;
  const hidden = chart.node._fullData.some(({ visible }, i) => visible === "legendonly" && chart.figure.data[i - before]?.visible !== "legendonly");
  button.hidden = !(chart.zoomed || hidden);
}

// The curve under the pointer stands out from the others.
function lift(node, uid) {
  node.classList.toggle("rv-hovered", uid !== null);
  for (const curve of node.querySelectorAll(".scatterlayer > .trace")) curve.classList.toggle("rv-lifted", curve.classList.contains(`trace${uid}`));
}

function watchView(chart) {
  if (chart.watched) return;
  chart.watched = true;
  const zoomed = (yes) => {
    chart.zoomed = yes;
    offer(chart);
  };
  chart.node.on("plotly_relayout", (change) => Object.keys(change).some((name) => /^[xy]axis\.(range\[|autorange)/.test(name)) && zoomed(true));
  chart.node.on("plotly_doubleclick", () => zoomed(false));
  chart.node.on("plotly_restyle", () => offer(chart));
  chart.node.on("plotly_hover", ({ points }) => lift(chart.node, points[0].fullData.uid));
  chart.node.on("plotly_unhover", () => lift(chart.node, null));
}

export function resetView(chart) {
  chart.views = (chart.views ?? 0) + 1;
  chart.zoomed = false;
  chart.figure.layout.uirevision = `view ${chart.views}`;
  return draw(chart).then(() => offer(chart));
}

export function draw(chart) {
  const { data, layout } = chart.figure, { ghosts = [] } = chart;
  describe(chart);
  chart.cell?.classList.toggle("rv-square", Boolean(layout.yaxis?.scaleanchor));
  // plotly writes a zoom into the axes it is given: hand it copies
  const axes = { xaxis: { ...layout.xaxis }, yaxis: { ...layout.yaxis } };
  for (const name of ["xaxis", "yaxis"]) if (ghosts.length) axes[name].range = spanned(layout[name].range, chart.pinned.layout[name].range);
  const behind = { data: ghosts, layout: {} };
  enlarge(behind);
  return window.Plotly.react(chart.node, [...behind.data, ...data], { ...layout, ...axes }, chart.config).then(() => {
    // the chart's name says what the picture shows, its own keys do what the toolbar does: one tab stop is enough
    chart.node.querySelector(".plot-container").ariaHidden = "true";
    for (const button of chart.node.querySelectorAll(".modebar-btn")) button.tabIndex = -1;
    watchView(chart);
  });
}

// What follows the numbers on an axis, while its look stands.
export const SCALE = ["range", "dtick", "tickvals", "ticktext"];
export const scale = ({ layout }, name) => Object.fromEntries(SCALE.map((key) => [key, layout[name][key]]));

// Both ranges in one, in the direction of the first.
export function spanned([low, high], [from, to]) {
  return low < high ? [Math.min(low, from, to), Math.max(high, from, to)] : [Math.max(low, from, to), Math.min(high, from, to)];
}

// Redraws moved points and words alone, a fifth of the work of a full redraw: axes and styles stand still in a scrub.
// It reaches into plotly's calculated data; the plotly version is pinned, and a browser test compares the two pictures.
export function nudge(chart, touched) {
  refill(chart, touched);
  const { node, ghosts = [] } = chart, first = Math.min(...touched) + ghosts.length;
  // from the first that moves on, for a part of them would be drawn on top of the rest; of other kinds plotly removes the rest
  const redrawn = node._fullData.every(({ type }) => type === "scatter") ? [...node._fullData.keys()].slice(first) : undefined;
  node._fullLayout._basePlotModules.find((module) => module.name === "cartesian").plot(node, redrawn, { duration: 0 });
}

// As nudge, with new ranges and ticks of the axes: half of the work of a full redraw. A chart that is zoomed keeps its view.
export function shift(chart, touched, before) {
  const changes = {};
  for (const name of ["xaxis", "yaxis"]) {
    const shown = chart.node._fullLayout[name].range, now = scale(chart.figure, name), old = scale(before, name);
    if (chart.ghosts?.length || !same(shown, before.layout[name].range)) return draw(chart);
    for (const key of SCALE) if (!same(now[key], old[key])) changes[`${name}.${key}`] = now[key]?.slice?.() ?? now[key] ?? null;
  }
  refill(chart, touched);
  return window.Plotly.relayout(chart.node, changes);
}

function refill(chart, touched) {
  const { calcdata, data, _fullData, _fullLayout: full } = chart.node, before = chart.ghosts?.length ?? 0;
  for (const own of touched) {
    const { x, y, text } = chart.figure.data[own], i = own + before, old = calcdata[i]; // the old points know colours of their own
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
export function settle({ data, layout }, width, height) {
  const { legend, showlegend, template } = layout, { font, title } = template.layout;
  if (!showlegend) return;
  const space = { ...template.layout.margin, ...layout.margin };
  const squeezed = layout.yaxis.scaleanchor && width - space.l - space.r < 0.8 * (height - space.t - space.b);
  if (legend.x > 1 && (width < 480 || squeezed)) {
    const under = (3.8 * font.size) / (height - space.t - 110); // ticks and the title of the axis
    layout.legend = { orientation: "h", x: 0, y: -under, yanchor: "top" };
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
  Object.assign(chart.figure.layout, { template: templates[mode], autosize: true, uirevision: `view ${chart.views ?? 0}` });
  enlarge(chart.figure);
  settle(chart.figure, chart.node.clientWidth, chart.node.clientHeight);
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
    chart.zoomed = Boolean(step);
    offer(chart);
  };
}

// Streamlit does not write to the URL what a preset or a correction sets; the link of the figures on show is the truth.
function keepUrl({ slug, link }) {
  const here = new URL(location.href), there = new URL(link, here);
  if (!onSite() || here.pathname !== there.pathname) return;
  for (const key of Array.from(here.searchParams.keys())) if (key.startsWith(`${slug}.`)) here.searchParams.delete(key);
  for (const [key, value] of there.searchParams) here.searchParams.set(key, value);
  quietly(here);
}

// What can be done with one panel: its view put back, and the panel made large.
function corner(chart, group) {
  const reset = make("button", { type: "button", className: "rv-reset", textContent: "Reset view", hidden: true, onclick: () => resetView(chart) });
  const grow = () => large(group, chart.cell.classList.contains("rv-large") ? null : chart);
  const larger = make("button", { type: "button", className: "rv-larger", title: "Enlarge this panel, or leave it", ariaLabel: "Enlarge this panel, or leave it", textContent: "⤢", onclick: grow });
  return make("div", { className: "rv-corner" }, reset, larger);
}

// On a phone, and where a page tells its story first, the caption stands right after the first chart.
const NARROW = matchMedia("(max-width: 640px)");
function placeCaption(root) {
  const grid = root.querySelector(".rv-panels"), caption = root.querySelector(".rv-caption");
  const early = NARROW.matches || (root.closest('[class*="st-key-story"]') && !presenting());
  if (early) grid.children[0].after(caption);
  else grid.after(caption);
}
addEventListener("resize", () => document.querySelectorAll(".rv-root").forEach(placeCaption));

export async function panels(data, parent) {
  const group = page(data.slug);
  let root = parent.querySelector(".rv-root");
  if (!root) {
    root = make("div", { className: "rv-root" }, make("div", { className: "rv-panels" }), make("p", { className: "rv-caption" }), make("dl", { className: "rv-readouts" }), make("p", { className: "rv-aloud", ariaLive: "polite" }));
    parent.append(root);
    group.charts.clear();
  }
  Object.assign(group, { data, root });
  keepUrl(data);
  say(group, data);
  speak(group);
  const grid = root.querySelector(".rv-panels");
  grid.dataset.count = data.panels.length;
  const names = data.panels.map(({ name }) => name);
  for (const [name, { node, cell, other }] of group.charts) {
    if (names.includes(name)) continue;
    node.watch.disconnect(); // another view of the topic has other panels
    for (const one of [node, other?.node]) if (one) window.Plotly?.purge(one);
    cell.remove();
    group.charts.delete(name);
  }
  for (const name of names) {
    if (group.charts.has(name)) continue;
    const chart = { name, node: make("div", { className: "rv-panel", role: "group", ariaRoleDescription: "chart", tabIndex: 0 }), config: CONFIG };
    chart.cell = make("div", { className: "rv-cell" }, chart.node, corner(chart, group));
    group.charts.set(name, chart);
    grid.append(chart.cell);
    keyboard(chart);
    chart.node.watch = new ResizeObserver(() => {
      if (!chart.node._fullLayout || !chart.node.clientWidth) return;
      if (prepare(chart, chart.raw, group.data, isDark(parent) ? "dark" : "light")) draw(chart);
      chart.other?.refresh();
      window.Plotly.Plots.resize(chart.node);
    });
    chart.node.watch.observe(chart.node);
  }
  placeCaption(root);
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
