// Points of a chart that are settings: dragged with mouse or finger, moved with arrow keys. Each place asks for its figure,
// one at a time, the newest first; a release tells Python.

import { isDark, make, page, same, site } from "./data.js";
import { figure } from "./frames.js";
import { describe, draw, nudge, prepare, SCALE, scale, shift, spanned } from "./panels.js";
import { say } from "./words.js";

const PAUSE = 500; // milliseconds after the last arrow key before Python is told

function* points(group) {
  for (const chart of group.charts.values()) {
    for (const handle of chart.figure?.layout.meta?.handles ?? []) yield { chart, handle };
  }
}

// Where the point of a handle stands, in pixels of the grid of charts.
function spot({ chart, handle }) {
  const { xaxis, yaxis } = chart.node._fullLayout ?? {}, trace = chart.figure.data.find(({ name }) => name === handle.trace);
  if (!xaxis || !trace) return null;
  const x = xaxis.d2p(trace.x[0]), y = yaxis.d2p(trace.y[0]);
  if (!(x >= -1 && x <= xaxis._length + 1 && y >= -1 && y <= yaxis._length + 1)) return null;
  const { cell, node } = chart;
  return { left: cell.offsetLeft + node.offsetLeft + xaxis._offset + x, top: cell.offsetTop + node.offsetTop + yaxis._offset + y };
}

function nearestOption(options, value) {
  return options.reduce((best, option, k) => (Math.abs(option - value) < Math.abs(options[best] - value) ? k : best), 0);
}

const fields = ({ x, y }) => [x, y].filter(Boolean);

function describeHandle(node, handle, group, wanted) {
  const said = fields(handle).map((field) => `${group.data.grids[field].label} ${group.data.grids[field].texts[wanted[field]]}`);
  node.setAttribute("aria-label", `${said.join(", ")}. Drag, or use the arrow keys.`);
}

function put(group) {
  for (const [node, point] of group.handles ?? []) {
    if (node.dragged) continue;
    const place = spot(point);
    node.hidden = !place;
    if (place) Object.assign(node.style, { left: `${place.left}px`, top: `${place.top}px` });
  }
}

function addressOf(group, wanted) {
  const [path, query = ""] = group.data.figure.split("?");
  const rest = query.split("&").filter((pair) => pair && !(pair.split("=")[0] in wanted));
  for (const [field, k] of Object.entries(wanted)) {
    const { texts, default: usual } = group.data.grids[field];
    if (texts[k] !== usual) rest.push(`${field}=${texts[k]}`);
  }
  return rest.length ? `${path}?${rest.sort().join("&")}` : path;
}

// While one picture is drawn here the next is made there.
async function chase(group) {
  if (group.chasing) return;
  group.chasing = true;
  const ask = () => {
    group.got = group.wanted;
    return group.wanted && figure(addressOf(group, group.wanted));
  };
  try {
    let coming = ask();
    while (coming) {
      const message = await coming;
      coming = group.wanted === group.got ? null : ask();
      if (group.wanted) apply(group, message);
      if (!coming && group.wanted && group.wanted !== group.got) coming = ask();
    }
  } catch {
    // the release still tells Python, which draws
  } finally {
    group.chasing = false;
  }
}

// What of a figure is no point, no word, no end and no tick of an axis.
function still({ layout: { xaxis, yaxis, ...layout }, data }) {
  const axes = [xaxis, yaxis].map((axis) => ({ ...axis, ...Object.fromEntries(SCALE.map((key) => [key, null])) }));
  return [{ ...layout, meta: null }, axes, data.map((trace) => ({ ...trace, x: null, y: null, text: null }))];
}

// Both lists of ticks, the second where they meet: values and words.
function ticked(before, after) {
  if (!after.tickvals || !before.tickvals) return {};
  const ends = [Math.min(...after.tickvals), Math.max(...after.tickvals)];
  const kept = [...before.tickvals.keys()].filter((i) => before.tickvals[i] < ends[0] || before.tickvals[i] > ends[1]);
  const of = (key) => [...kept.map((i) => before[key][i]), ...after[key]];
  return { tickvals: of("tickvals"), ticktext: of("ticktext") };
}

// Under a moving hand an axis only grows, as long as the new picture takes a third of it, on a log axis a sixth; those of an
// equal plane stand still together or follow together. The release draws the axes that Python gives.
function steady({ layout: before }, { layout: after }) {
  const grown = {};
  for (const name of ["xaxis", "yaxis"]) {
    const old = before[name], now = after[name], range = spanned(old.range, now.range), share = now.type === "log" ? 6 : 3;
    const [length, short] = [range, now.range].map(([low, high]) => Math.abs(high - low));
    if (share * short < length) continue;
    const stands = range.every((end, i) => Math.abs(end - old.range[i]) < 1e-6 * length);
    grown[name] = stands ? scale({ layout: before }, name) : { range, ...ticked(old, now) };
  }
  const stand = ["xaxis", "yaxis"].every((name) => grown[name] && same(grown[name].range, before[name].range));
  if (before.yaxis.scaleanchor && !stand) return;
  for (const name of Object.keys(grown)) after[name] = { ...after[name], ...grown[name] };
}

// The traces that stand elsewhere, or say something else.
function movers({ data: before }, { data: after }) {
  return [...after.keys()].filter((i) => !["x", "y", "text"].every((key) => same(before[i][key], after[i][key])));
}

function apply(group, message) {
  const mode = isDark(group.root) ? "dark" : "light", changed = [];
  for (const { name, figure: drawn } of message.panels) {
    const chart = group.charts.get(name), before = chart?.figure;
    if (chart && prepare(chart, drawn, group.data, mode)) changed.push([chart, before]);
  }
  for (const [chart, before] of changed) { // drawn once all are prepared, for that measures the page
    steady(before, chart.figure);
    const moved = before.data.length === chart.figure.data.length ? movers(before, chart.figure) : [];
    const stand = ["xaxis", "yaxis"].every((name) => same(scale(before, name), scale(chart.figure, name)));
    if (!same(still(before), still(chart.figure))) draw(chart);
    else if (!stand) shift(chart, moved, before);
    else if (moved.length) nudge(chart, moved);
    describe(chart);
  }
  say(group, message);
  group.root.dataset.pictures = Number(group.root.dataset.pictures ?? 0) + 1;
  put(group);
}

function steer(node, { chart, handle }, group) {
  const start = () => Object.fromEntries(fields(handle).map((field) => [field, group.data.at[field]]));
  let wanted, later;
  const want = (next) => {
    if (wanted && fields(handle).every((field) => wanted[field] === next[field])) return;
    wanted = group.wanted = next;
    describeHandle(node, handle, group, wanted);
    chase(group);
  };
  const done = () => {
    clearTimeout(later);
    later = undefined;
    node.dragged = false;
    if (!wanted) return;
    const told = Object.fromEntries(Object.entries(wanted).map(([field, k]) => [field, group.data.grids[field].texts[k]]));
    wanted = undefined;
    group.tell("moved", told);
  };
  node.onpointerdown = (event) => {
    event.preventDefault();
    node.focus();
    node.setPointerCapture(event.pointerId);
    node.dragged = true;
    wanted = start();
  };
  node.onpointermove = ({ clientX, clientY }) => {
    if (!node.dragged) return;
    const { xaxis, yaxis } = chart.node._fullLayout, box = chart.node.getBoundingClientRect();
    const now = { x: xaxis.p2d(clientX - box.left - xaxis._offset), y: yaxis.p2d(clientY - box.top - yaxis._offset) };
    const next = { ...wanted };
    for (const axis of ["x", "y"]) if (handle[axis]) next[handle[axis]] = nearestOption(group.data.grids[handle[axis]].options, now[axis]);
    const grid = group.root.querySelector(".rv-panels").getBoundingClientRect();
    if (handle.x) node.style.left = `${clientX - grid.left}px`;
    if (handle.y) node.style.top = `${clientY - grid.top}px`;
    want(next);
  };
  node.onpointerup = done;
  node.onpointercancel = done;
  node.onkeydown = (event) => {
    const [axis, step] = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowDown: ["y", -1], ArrowUp: ["y", 1] }[event.key] ?? [];
    if (!axis) return;
    event.preventDefault();
    const field = handle[axis];
    if (!field) return;
    wanted ??= start();
    const last = group.data.grids[field].options.length - 1;
    want({ ...wanted, [field]: Math.max(0, Math.min(last, wanted[field] + step)) });
    clearTimeout(later);
    later = setTimeout(done, PAUSE);
  };
  node.onblur = () => later && done();
}

// Python's figures have come: what was wanted while dragging is history.
export function handles(data) {
  const group = page(data.slug);
  if (!data.figure || !site().plotly) return;
  Object.assign(group, { wanted: undefined, got: undefined, moved: () => put(group) });
  const grid = group.root.querySelector(".rv-panels"), found = [...points(group)];
  const names = found.map(({ chart, handle }) => `${chart.name} ${fields(handle)}`).join();
  if (group.handleNames !== names || ![...(group.handles?.keys() ?? [])].every((node) => node.isConnected)) {
    for (const node of group.handles?.keys() ?? []) node.remove();
    group.handles = new Map(found.map((point) => [make("button", { type: "button", className: "rv-handle" }), point]));
    group.handleNames = names;
    for (const node of group.handles.keys()) grid.append(node);
  }
  for (const [i, node] of [...group.handles.keys()].entries()) {
    const point = found[i];
    group.handles.set(node, point);
    describeHandle(node, point.handle, group, data.at);
    steer(node, point, group);
    if (!point.chart.heard) point.chart.node.on("plotly_afterplot", () => put(group));
    point.chart.heard = true;
  }
  put(group);
}
