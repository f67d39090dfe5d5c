// Pictures to take away, composed of the charts with title, caption and link, in the size of a screen or of a column.

import { dress, make, page } from "./data.js";
import { lengthOf, settle } from "./panels.js";
import { ghosts } from "./pin.js";
import { plain } from "./plain.js";
import { spoken } from "./words.js";

// Widths in units and in print. In print a unit is half a point, so that words of 14 to 17 units have 7 to 9 points.
export const SIZES = {
  screen: { label: "Screen", wide: 1000 },
  one: { label: "One column, 85 mm", wide: 470, mm: 85 },
  two: { label: "Two columns, 170 mm", wide: 940, mm: 170 },
};
export const PARTS = { title: "Title", caption: "Caption", footer: "Footer" };
export const WHOLE = { title: true, caption: true, footer: true };
const ABREAST = 600; // units in which two panels do not fit side by side
const EDGE = 8; // where the titles of panels begin
const GAP = 10; // between the rows of panels
const LEAST = 14, LARGEST = 17; // units of words in a chart
const INCH = 25.4; // mm
export const DENSITY = 300; // dots of a raster in an inch
const INK = "#1A1A1A", QUIET = "#555555";
const NAMESPACE = "http://www.w3.org/2000/svg";

const element = (tag, attributes, ...children) => {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

// A chart as it stands, in the colours of print.
function printedFigure(chart, templates) {
  const layout = { ...dress(chart.raw.layout, {}), template: templates.print };
  for (const name of ["xaxis", "yaxis"]) layout[name] = { ...layout[name], range: chart.node._fullLayout[name].range.slice() };
  layout.yaxis.automargin = "left"; // words are larger here
  const { pinned } = chart; // what is compared goes into the picture too
  const data = [...(pinned ? ghosts(dress(pinned.raw, {})) : []), ...dress(chart.raw.data, {})];
  for (const { textfont } of data) if (textfont) textfont.size = Math.min(LARGEST, Math.max(LEAST, textfont.size));
  return { data, layout };
}

// Draws a figure and returns what is read of it, at once: a page that is being printed waits for nothing.
function plotted(figure, width, height, read) {
  settle(figure, width, height);
  const stage = make("div", { className: "rv-stage" });
  document.body.append(stage);
  const ready = window.Plotly.newPlot(stage, figure.data, { ...structuredClone(figure.layout), width, height }, { staticPlot: true });
  const found = read(stage); // all is drawn by now; what is left to wait for is not
  ready.then(() => {
    window.Plotly.purge(stage);
    stage.remove();
  });
  return found;
}

export const parsed = (svg) => document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);

function wrap(text, font, width) {
  return text.split(/(?<= |[&?]|%2C)/).reduce((lines, word) => {
    const longer = lines.at(-1) + word;
    if (lines.at(-1) === "" || lengthOf(longer.trimEnd(), font) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
    return lines;
  }, [""]).map((line) => line.trimEnd());
}

export function address(group) {
  const url = new URL(group.link, location.href);
  if (group.pin) url.searchParams.set("vs", group.pin.state);
  return url.href;
}

const PRIVATE = /^(localhost|.*\.local(host)?|(127|10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254|0)(\.\d+)+|\[.*\]|)$/;

// The address as it is printed: of a site that only this machine or its neighbours can open, the path alone.
function printed(group) {
  const { href, hostname, pathname, search } = new URL(address(group));
  return PRIVATE.test(hostname) ? pathname + search : href;
}

// Every setting of what is on show, defaults too, by its label; those of a state that it is compared with after "A: ".
function receipt(group) {
  const { link, pin, settings, data: { slug, title, version } } = group;
  const shown = new URL(link, location.href).searchParams, other = new URLSearchParams(pin?.state);
  const told = [["Title", title], ...settings.map(([name, label, preset]) => [label, shown.get(name) ?? preset])];
  if (pin) for (const [name, label, preset] of settings) told.push([`A: ${label}`, other.get(name.slice(slug.length + 1)) ?? preset]);
  return [...told, ["Date", new Date().toISOString().slice(0, 10)], ["Version", `regviz ${version}`], ["Link", printed(group)]].map(([what, value]) => `${what}: ${value}`).join("\n");
}

// The height at which a plane of equal aspect fills a width, by trial; of other charts, a share of the width.
function tallness({ data, layout }, width, share) {
  if (!layout.yaxis.scaleanchor) return share * width;
  const [across, up] = [layout.xaxis, layout.yaxis].map(({ range: [low, high] }) => Math.abs(high - low));
  const { l, r, t, b } = plotted({ data, layout: { ...layout } }, width, width, (node) => node._fullLayout._size);
  return t + b + ((width - l - r) * up) / across;
}

// Where panels stand, as [x, y, width, height]: two to a row where two fit. An odd one, the main one, has a row to
// itself; a plane of equal aspect would leave half of it empty, and has the next two beside it.
function places(figures, wide) {
  const taken = [], [main] = figures, half = wide / 2, below = () => Math.max(0, ...taken.map(([, y, , height]) => y + height + GAP));
  if (wide < ABREAST) for (const figure of figures) taken.push([0, below(), wide, tallness(figure, wide, 0.8)]);
  else if (figures.length % 2 && main.layout.yaxis.scaleanchor) {
    const width = (figures.length > 1 ? 0.56 : 0.64) * wide, height = tallness(main, width);
    if (figures.length > 1) taken.push([0, 0, width, height], ...[0, (height + GAP) / 2].map((y) => [width, y, wide - width, (height - GAP) / 2]));
    else taken.push([(wide - width) / 2, 0, width, height]);
  } else if (figures.length % 2) taken.push([0, 0, wide, 0.54 * wide]);
  while (taken.length < figures.length) {
    const y = below(), height = Math.max(...figures.slice(taken.length, taken.length + 2).map((figure) => tallness(figure, half, 0.88)));
    taken.push(...[0, half].map((x) => [x, y, half, height]));
  }
  return taken;
}

// One picture of the chosen panels, with the parts of text that are wanted around them.
export function compose(slug, { which = "all", size = "screen", parts = WHOLE } = {}) {
  const group = page(slug), { title, family, version, templates } = group.data;
  const { wide, mm } = SIZES[size], chosen = [...group.charts.values()].filter(({ name }) => which === "all" || name === which);
  const about = { title, desc: spoken(group), metadata: receipt(group) };
  const root = element("svg", { xmlns: NAMESPACE }, ...Object.entries(about).map(([tag, text]) => element(tag, {}, text)));
  const paper = element("rect", { fill: "#FFFFFF" });
  root.append(paper);
  let tall = 0;
  const write = (text, px, colour, weight, space) => {
    tall += space;
    for (const line of wrap(text, `${weight} ${px}px ${family}`, wide - 2 * EDGE)) {
      tall += 1.4 * px;
      root.append(element("text", { x: EDGE, y: tall.toFixed(1), style: `font-family: ${family}; font-size: ${px}px; font-weight: ${weight}; fill: ${colour}` }, line));
    }
  };
  if (parts.title) write(title, mm ? 17 : 24, INK, 600, 0);
  const top = parts.title ? tall + 10 : 0;
  const figures = chosen.map((chart) => printedFigure(chart, templates));
  for (const [i, [x, y, width, height]] of places(figures, wide).entries()) {
    const svg = parsed(plotted(figures[i], width, height, (node) => window.Plotly.Snapshot.toSVG(node, "svg")));
    svg.setAttribute("x", x);
    svg.setAttribute("y", top + y);
    root.append(svg);
    tall = Math.max(tall, top + y + height);
  }
  if (parts.caption) write(about.desc, 17, INK, "normal", 4);
  if (parts.footer) write(`regviz ${version} · ${printed(group)}`, mm ? 14 : 11, QUIET, "normal", 8);
  tall = Math.ceil(tall + (parts.caption || parts.footer ? 12 : 0));
  const [width, height] = mm ? [`${mm}mm`, `${((mm * tall) / wide).toFixed(2)}mm`] : [2 * wide, 2 * tall];
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${wide} ${tall}`, width, height })) root.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: wide, height: tall })) paper.setAttribute(name, value);
  const across = mm ? Math.round((mm / INCH) * DENSITY) : 2 * wide;
  const words = { Title: title, Description: about.desc, Software: `regviz ${version}`, Source: printed(group), Comment: about.metadata };
  return { svg: new XMLSerializer().serializeToString(plain(root)), wide, tall, mm, across, words };
}
