// Frames of a setting: fetched by address, kept, and shown, one for each value of its slider.

import { dress, floats, isDark, page, set, site } from "./data.js";
import { describe, draw, nudge, prepare } from "./panels.js";
import { say } from "./words.js";

const KEPT = 24; // frames of so many settings stay in memory; a browser keeps the rest in its own cache
const LONG = 16; // a setting of more values is asked for a few of them first
const kept = new Map(); // address -> what came from there, the last one used at the end

// Columns hold the attributes that change: [path, values]; numbers come as one (frames, length) block.
export function open(frames) {
  for (const columns of Object.values(frames.panels)) {
    if (!Array.isArray(columns)) continue; // whole figures
    for (const column of columns) {
      const { block, length, values } = column;
      const flat = block && floats(block);
      column.moves = column.path[0] === "data" && ["x", "y", "text"].includes(column.path[2]);
      column.still = column.path[0] === "layout" && column.path[1] === "meta";
      column.at = flat ? (k) => flat.subarray(k * length, (k + 1) * length) : (k) => dress(values[k], {});
    }
  }
  return frames;
}

async function get(address) {
  const answer = await fetch(site().base + address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

function keep(address, frames) {
  kept.delete(address);
  kept.set(address, frames);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

// Brings the frames at an address: first a few where there are many, then all. `take` gets each as it comes.
export async function bring(address, count, take) {
  if (kept.has(address)) {
    keep(address, kept.get(address));
    return take(kept.get(address));
  }
  const [path, query] = address.split("?");
  if (count > LONG) take(open(await get(`${path}/coarse${query ? `?${query}` : ""}`)));
  const all = open(await get(address));
  keep(address, all);
  take(all);
}

export const figure = get;

// The frame nearest to value k of the slider.
function nearest(at, k) {
  if (at.length > k && at[k] === k) return k;
  return at.reduce((best, value, i) => (Math.abs(value - k) < Math.abs(at[best] - k) ? i : best), 0);
}

function change(chart, columns, i, group, mode) {
  if (!Array.isArray(columns)) {
    prepare(chart, columns.figures[i], group.data, mode);
    return draw(chart);
  }
  if (!columns.length) return;
  const colours = mode === "dark" ? group.data.dark : {};
  for (const { path, at } of columns) {
    set(chart.figure, path, dress(at(i), colours));
    set(chart.raw, path, at(i));
  }
  if (chart.node.calcdata && columns.every((column) => column.moves || column.still)) {
    nudge(chart, new Set(columns.filter((column) => column.moves).map(({ path }) => path[1])));
    describe(chart);
  } else draw(chart);
}

// Draws value k, or the nearest that there is, in every panel, with its words; returns which.
export function show(slug, frames, k, parent) {
  const group = page(slug), i = nearest(frames.at, k), mode = isDark(parent) ? "dark" : "light";
  for (const [name, columns] of Object.entries(frames.panels)) {
    const chart = group.charts.get(name);
    if (chart?.figure) change(chart, columns, i, group, mode);
  }
  say(group, { caption: frames.captions[i], readouts: frames.readouts[i], file: frames.files[i], link: frames.links[i] });
  Object.assign(group.root.dataset, { scrub: frames.field, frame: frames.at[i] });
  group.moved?.();
  return frames.at[i];
}
