// Compare A with B: what was pinned stays behind the charts, faded and dashed, while the sliders go on.

import { dress, isDark, make, onSite, page } from "./data.js";
import { keepOwn } from "./history.js";
import { draw, prepare } from "./panels.js";
import { say, speak } from "./words.js";

const FAINT = 0.5;
const DASHES = { solid: "dash", dash: "dot", dot: "dot" };

const traced = ({ data }) => data.every(({ type, mode }) => (type ?? "scatter") === "scatter" && mode);
const axes = ({ layout: { xaxis, yaxis } }) => [xaxis, yaxis].map(({ title, type }) => [title?.text, type]).join();

// Whether the curves of A can stand in the axes of B.
const alike = (a, b) => traced(a) && traced(b) && axes(a) === axes(b);

function ghost(trace) {
  const { line = {}, marker } = trace, dash = DASHES[line.dash ?? "solid"] ?? "dot";
  return {
    ...trace, opacity: FAINT, showlegend: false, fill: undefined, name: `A: ${trace.name ?? ""}`,
    line: { ...line, dash }, ...(marker && { marker: { ...marker, opacity: FAINT } }),
  };
}

export function ghosts(figure) {
  return figure.data.filter(({ mode }) => mode !== "text").map(ghost);
}

// The panel of A that belongs to one of B: the same, or, in another view, the one at its place among those left over.
function partner(chart, group) {
  const of = group.pin?.panels ?? {}, names = [...group.charts.keys()], rest = Object.keys(of).filter((name) => !names.includes(name));
  return of[chart.name] ?? of[rest[names.filter((name) => !(name in of)).indexOf(chart.name)]];
}

// Gives a chart what it is compared with: curves of the same axes, or a picture of its own. Returns whether it is new.
function haunt(chart, group) {
  const raw = partner(chart, group), mode = isDark(group.root) ? "dark" : "light";
  const figure = raw && dress(raw, mode === "dark" ? group.data.dark : {});
  const together = figure && alike(figure, chart.figure), told = [group.pin?.state, mode, Boolean(together)].join();
  if (chart.haunted === told) return false;
  chart.haunted = told;
  Object.assign(chart, { ghosts: together ? ghosts(figure) : [], pinned: together ? { ...figure, raw } : null });
  beside(chart, raw && !together ? raw : null, group, mode);
  return true;
}

function beside(chart, raw, group, mode) {
  chart.cell.classList.toggle("rv-double", Boolean(raw));
  if (!raw) {
    if (chart.other) window.Plotly.purge(chart.other.node);
    chart.other?.node.remove();
    chart.other = null;
    return;
  }
  chart.other ??= { name: chart.name, config: { ...chart.config, displayModeBar: false, responsive: true }, node: make("div", { className: "rv-panel rv-other", role: "img" }) };
  if (!chart.other.node.isConnected) chart.cell.prepend(chart.other.node);
  chart.other.refresh = () => {
    prepare(chart.other, raw, group.data, mode);
    const { layout } = chart.other.figure;
    layout.title = { ...layout.title, text: `A, with axes of its own: ${layout.title.text}` };
    draw(chart.other);
  };
  chart.other.refresh();
}

// What is pinned has come, or has gone.
export function pin(data) {
  const group = page(data.slug), before = group.pin?.state ?? "";
  group.pin = data.state ? data : null;
  if (onSite()) keepOwn("vs", data.state);
  document.documentElement.classList.toggle("rv-compared", Boolean(data.state));
  if (before === data.state || !group.root?.isConnected) return;
  redraw(group);
}

export function redraw(group) {
  for (const chart of group.charts.values()) {
    if (chart.figure && haunt(chart, group)) draw(chart);
  }
  if (!group.caption) return;
  say(group, group);
  speak(group);
}

// Pins the state on show, or lets it go.
export function compare(group) {
  const query = new URLSearchParams(group.link.split("?")[1]);
  const here = new URLSearchParams([...query].map(([name, value]) => [name.slice(name.indexOf(".") + 1), value]));
  group.tell?.("pinned", group.pin ? "" : here.toString() || "defaults");
}
