// Pictures to take away: SVG and PNG composed of the charts with title, caption and link; and the link itself.

import { dress, make, page } from "./data.js";
import { lengthOf, settle } from "./panels.js";
import { ghosts } from "./pin.js";
import { inscribed } from "./png.js";
import { spoken } from "./words.js";

const WIDTH = 1000; // units of the picture; the file is twice as many pixels wide
const NAMESPACE = "http://www.w3.org/2000/svg";

async function picture(chart, templates, width, height) {
  const layout = { ...dress(chart.raw.layout, {}), template: templates.print, width, height };
  for (const name of ["xaxis", "yaxis"]) layout[name] = { ...layout[name], range: chart.node._fullLayout[name].range.slice() };
  const { pinned } = chart; // what is compared goes into the picture, in the colours of print
  const figure = { data: [...(pinned ? ghosts(dress(pinned.raw, {})) : []), ...dress(chart.raw.data, {})], layout };
  settle(figure, width, height);
  const url = await window.Plotly.toImage(figure, { format: "svg", width, height });
  const svg = new DOMParser().parseFromString(decodeURIComponent(url.slice(url.indexOf(",") + 1)), "image/svg+xml").documentElement;
  return svg;
}

function wrap(text, font, width) {
  return text.split(" ").reduce((lines, word) => {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lengthOf(longer, font) <= width || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(word);
    return lines;
  }, [""]);
}

function address(group) {
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
  return [...told, ["Version", `regviz ${version}`], ["Link", printed(group)]].map(([what, value]) => `${what}: ${value}`).join("\n");
}

// One picture: title, the chosen panels two to a row, caption, and a footer with the link.
async function compose(slug, which) {
  const group = page(slug), { title, family, version, templates } = group.data;
  const chosen = [...group.charts.values()].filter((chart) => which === "all" || chart.name === which);
  // an odd panel, the main one, has a row to itself
  const alone = chosen.length % 2, half = WIDTH / 2;
  const places = chosen.map((_, i) => i < alone ? [0, 0, WIDTH, 560] : [((i - alone) % 2) * half, alone * 560 + Math.floor((i - alone) / 2) * 440, half, 440]);
  const root = document.createElementNS(NAMESPACE, "svg");
  const write = (text, y, size, colour, weight = "normal") => {
    const node = document.createElementNS(NAMESPACE, "text");
    for (const [k, v] of Object.entries({ x: 16, y, "font-family": family, "font-size": size, "font-weight": weight, fill: colour })) node.setAttribute(k, v);
    node.textContent = text;
    root.append(node);
  };
  const paper = document.createElementNS(NAMESPACE, "rect");
  root.append(paper);
  write(title, 34, 24, "#1A1A1A", "600");
  for (const [i, chart] of chosen.entries()) {
    const [x, y, room, height] = places[i];
    // a square plane leaves no gap between itself and the legend beside it
    const width = chart.figure.layout.yaxis.scaleanchor ? Math.min(room, 1.25 * height) : room;
    const svg = await picture(chart, templates, width, height);
    svg.setAttribute("x", x);
    svg.setAttribute("y", 50 + y);
    root.append(svg);
  }
  let y = 50 + places.at(-1)[1] + places.at(-1)[3] + 26;
  for (const text of wrap(spoken(group), `17px ${family}`, WIDTH - 32)) {
    write(text, y, 17, "#1A1A1A");
    y += 24;
  }
  write(`regviz ${version} · ${printed(group)}`, y + 6, 11, "#555555");
  const tall = y + 22;
  const sizes = { xmlns: NAMESPACE, viewBox: `0 0 ${WIDTH} ${tall}`, width: 2 * WIDTH, height: 2 * tall };
  for (const [k, v] of Object.entries(sizes)) root.setAttribute(k, v);
  for (const [k, v] of Object.entries({ width: WIDTH, height: tall, fill: "#FFFFFF" })) paper.setAttribute(k, v);
  const about = { title, desc: spoken(group), metadata: receipt(group) };
  root.prepend(...Object.entries(about).map(([tag, textContent]) => Object.assign(document.createElementNS(NAMESPACE, tag), { textContent })));
  const words = { Title: title, Description: about.desc, Software: `regviz ${version}`, Source: printed(group), Comment: about.metadata };
  return { svg: new XMLSerializer().serializeToString(root), wide: 2 * WIDTH, tall: 2 * tall, words };
}

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function raster({ svg, wide, tall, words }) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = make("canvas", { width: wide, height: tall });
  canvas.getContext("2d").drawImage(image, 0, 0, wide, tall);
  URL.revokeObjectURL(image.src);
  return inscribed(await new Promise((resolve) => canvas.toBlob(resolve, "image/png")), words);
}

export function exporter(data, parent) {
  const group = Object.assign(page(data.slug), { settings: data.settings });
  let row = parent.querySelector(".rv-export");
  if (!row) parent.append((row = make("div", { className: "rv-export" })));
  const chosen = row.querySelector("select")?.value ?? "all";
  const select = make("select", { ariaLabel: "Figure to export" }, ...Object.entries({ all: "All panels", ...data.panels }).map(([value, textContent]) => make("option", { value, textContent })));
  select.value = chosen in data.panels ? chosen : "all";
  const name = (ending) => `${group.file}${select.value === "all" ? "" : `-${select.value}`}.${ending}`;
  const button = (label, title, action) => {
    const node = make("button", { type: "button", textContent: label, title });
    node.onclick = async () => {
      node.disabled = true;
      try {
        await action(node);
      } finally {
        node.disabled = false;
      }
    };
    return node;
  };
  row.replaceChildren(
    select,
    button("SVG", "Vector picture for print", async () => save(new Blob([(await compose(data.slug, select.value)).svg], { type: "image/svg+xml" }), name("svg"))),
    button("PNG", "Picture, 2000 pixels wide", async () => save(await raster(await compose(data.slug, select.value)), name("png"))),
    button("Copy link", "The address of exactly this state", async (node) => {
      await copy(address(group));
      node.textContent = "Copied";
      setTimeout(() => (node.textContent = "Copy link"), 1500);
    }),
  );
}

// The clipboard is closed to pages served without TLS, except on localhost; there the text is selected and copied.
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = make("textarea", { value: text });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
