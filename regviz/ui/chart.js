// The live chart: hosts plotly.js, follows the thumb of a slider, plays, and exports. One module, four kinds of element:
//   panels  the figures of a page with caption and numbers      scrub   frames of one slider, and its play button
//   export  SVG, PNG and link buttons                           thumb   one still figure
// Elements of a page meet in window.regviz[slug]. The same file runs inside the exported HTML, without Streamlit.

const TYPES = { f4: Float32Array, f8: Float64Array };
const page = (slug) => ((window.regviz ??= {})[slug] ??= { charts: new Map(), scrubs: new Map() });
const make = (tag, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
};

// ---- data ---------------------------------------------------------------------------------------------------------

async function unpack(data) {
  if (!(data instanceof Uint8Array)) return data;
  const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}

function floats({ dtype, bdata }) {
  const bytes = Uint8Array.from(atob(bdata), (c) => c.charCodeAt(0));
  return new TYPES[dtype](bytes.buffer);
}

// Copies a figure, decoding its arrays and putting its colours into the present theme.
function dress(value, colours) {
  if (typeof value === "string") return value[0] === "#" ? (colours[value.slice(0, 7)] ?? value.slice(0, 7)) + value.slice(7) : value;
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (value.bdata !== undefined) return floats(value);
  if (Array.isArray(value)) return value.map((v) => dress(v, colours));
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, dress(v, colours)]));
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]));
}

function set(target, path, value) {
  const last = path.length - 1;
  path.slice(0, last).reduce((node, step) => node[step], target)[path[last]] = value;
}

function isDark(element) {
  const [r, g, b] = getComputedStyle(element).getPropertyValue("--st-background-color").trim().match(/[0-9a-f]{2}/gi) ?? ["ff", "ff", "ff"];
  return parseInt(r, 16) + parseInt(g, 16) + parseInt(b, 16) < 384;
}

const loadPlotly = (source) =>
  (window.regvizPlotly ??= window.Plotly
    ? Promise.resolve(window.Plotly)
    : new Promise((resolve, reject) => {
        const script = make("script", { src: source, onload: () => resolve(window.Plotly), onerror: reject });
        document.head.append(script);
      }));

// ---- panels -------------------------------------------------------------------------------------------------------

const COARSE = matchMedia("(pointer: coarse)").matches; // a touch screen: no toolbar, and a finger scrolls the page
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const CONFIG = {
  displaylogo: false,
  displayModeBar: COARSE ? false : "hover",
  showSendToCloud: false, // nothing leaves the page
  doubleClick: "reset",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage", "autoScale2d"],
};

function describe({ node, figure: { layout } }) {
  node.setAttribute("aria-label", `${layout.title?.text ?? "Chart"}. ${layout.meta?.alt ?? ""}`);
}

function draw(chart) {
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
function nudge(chart, touched) {
  const { calcdata, data, _fullData, _fullLayout: full } = chart.node;
  for (const i of touched) {
    const { x, y, text } = chart.figure.data[i], old = calcdata[i][0];
    const points = Array.from(x, (_, j) => ({ x: number(full.xaxis, x[j]), y: number(full.yaxis, y[j]), i: j, tx: text?.[j] }));
    Object.assign(points[0], { ...old, ...points[0] });
    calcdata[i] = points;
    for (const trace of [data[i], _fullData[i]]) Object.assign(trace, { x, y }, text && { text });
  }
  // all traces, for a part of them would be drawn on top of the rest
  full._basePlotModules.find((module) => module.name === "cartesian").plot(chart.node, undefined, { duration: 0 });
}

function number(axis, value) {
  const place = axis.d2c(value);
  return Number.isFinite(place) ? place : undefined;
}

const pen = document.createElement("canvas").getContext("2d");
function lengthOf(text, font) {
  pen.font = font;
  return pen.measureText(text.replace(/<[^>]*>/g, "")).width;
}

// Finds the legend a place: below the plot where there is no room beside it, in rows of its own under the heading
// where it would run into that.
function settle({ data, layout }, width) {
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
function prepare(chart, figure, { templates, dark }, mode) {
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
  if (target.closest?.('[class*="-try-"] button')) document.querySelector(".stMain")?.scrollTo({ top: 0, behavior: CALM.matches ? "auto" : "smooth" });
}) ?? true;

function numbers(root, caption, readouts) {
  root.querySelector(".rv-caption").textContent = caption;
  const list = root.querySelector(".rv-readouts");
  list.replaceChildren(...Object.entries(readouts).map(([name, value]) => make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }))));
}

// Streamlit does not write to the URL what a preset or a correction sets; the link of the figures on show is the truth.
function keepUrl({ slug, link }) {
  const here = new URL(location.href), there = new URL(link, here);
  if (!document.querySelector(".stApp") || here.pathname !== there.pathname) return;
  for (const key of [...here.searchParams.keys()]) if (key.startsWith(`${slug}.`)) here.searchParams.delete(key);
  for (const [key, value] of there.searchParams) here.searchParams.set(key, value);
  if (here.href !== location.href) history.replaceState(history.state, "", here);
}

async function panels(data, parent) {
  const group = page(data.slug);
  let root = parent.querySelector(".rv-root");
  if (!root) {
    root = make("div", { className: "rv-root" }, make("div", { className: "rv-panels" }), make("p", { className: "rv-caption" }), make("dl", { className: "rv-readouts" }));
    parent.append(root);
    group.charts.clear();
  }
  Object.assign(group, { data, root, file: data.file, link: data.link, caption: data.caption });
  keepUrl(data);
  numbers(root, data.caption, data.readouts);
  const grid = root.querySelector(".rv-panels");
  grid.dataset.count = data.panels.length;
  for (const { name } of data.panels) {
    if (group.charts.has(name)) continue;
    const chart = { name, node: make("div", { className: "rv-panel", role: "img", tabIndex: 0 }), config: CONFIG };
    group.charts.set(name, chart);
    grid.append(chart.node);
    keyboard(chart);
    new ResizeObserver(() => {
      if (!chart.node._fullLayout || !chart.node.clientWidth) return;
      if (prepare(chart, chart.raw, group.data, isDark(parent) ? "dark" : "light")) draw(chart);
      window.Plotly.Plots.resize(chart.node);
    }).observe(chart.node);
  }
  await loadPlotly(data.plotly);
  const mode = isDark(parent) ? "dark" : "light";
  const theme = getComputedStyle(parent), site = document.documentElement.style;
  site.setProperty("--rv-paper", theme.getPropertyValue("--st-background-color"));
  site.setProperty("--rv-link", theme.getPropertyValue("--st-primary-color"));
  for (const { name, figure } of data.panels) {
    const chart = group.charts.get(name);
    if (prepare(chart, figure, data, mode)) draw(chart);
  }
  root.dataset.state = data.file;
  for (const scrub of group.scrubs.values()) scrub.follow(true);
}

async function thumb(data, parent) {
  let node = parent.querySelector(".rv-thumb");
  if (!node) parent.append((node = make("div", { className: "rv-thumb", role: "img" })));
  await loadPlotly(data.plotly);
  const chart = { node, config: { staticPlot: true } };
  prepare(chart, data.figure, data, isDark(parent) ? "dark" : "light");
  chart.figure.data = chart.figure.data.filter((trace) => trace.mode !== "text");
  Object.assign(chart.figure.layout, { title: undefined, showlegend: false, margin: { l: 8, r: 8, t: 8, b: 8 } });
  const bare = { title: undefined, showticklabels: false, ticks: "" };
  Object.assign(chart.figure.layout.xaxis, bare, { constraintoward: "center" });
  Object.assign(chart.figure.layout.yaxis, bare, { constraintoward: "middle" });
  draw(chart);
  node.sized?.disconnect();
  node.sized = new ResizeObserver(() => node.clientWidth && window.Plotly.Plots.resize(node));
  node.sized.observe(node);
}

// ---- scrub --------------------------------------------------------------------------------------------------------

const ICONS = { play: "M3 1.5v13l11-6.5z", pause: "M3 2h3.5v12H3zM9.5 2H13v12H9.5z" };
const setNative = (input, value) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

// Frames hold, per panel, the attributes that change: [path, values]; numbers come as one (frames, length) block.
function openFrames(frames) {
  for (const columns of Object.values(frames.panels)) {
    for (const column of columns) {
      const { block, length, values } = column;
      const flat = block && floats(block);
      column.moves = column.path[0] === "data" && ["x", "y", "text"].includes(column.path[2]);
      column.still = column.path[0] === "layout" && column.path[1] === "meta";
      column.at = flat ? (k) => flat.subarray(k * length, (k + 1) * length) : (k) => dress(values[k], {});
    }
  }
}

function scrub(data, parent) {
  const group = page(data.slug);
  // frames that arrive late must not draw over what another slider shows by now
  const me = group.scrubs.get(data.field) ?? { shown: data.options.indexOf(group.data?.at[data.field]), timer: 0, waiting: false };
  group.scrubs.set(data.field, me);
  openFrames(data);
  const box = () => document.querySelector(`.st-key-${CSS.escape(data.key)}`);
  const slider = () => box()?.querySelector("input[type=range]");

  const show = (k) => {
    if (k === me.shown || group.data?.states[data.field] !== data.state) return;
    me.shown = k;
    const colours = isDark(parent) ? group.data.dark : {};
    for (const [name, columns] of Object.entries(data.panels)) {
      const chart = group.charts.get(name);
      if (!chart?.figure || !columns.length) continue;
      for (const { path, at } of columns) {
        set(chart.figure, path, dress(at(k), colours));
        set(chart.raw, path, at(k));
      }
      const moved = columns.filter((column) => column.moves);
      if (chart.node.calcdata && columns.every((column) => column.moves || column.still)) {
        nudge(chart, new Set(moved.map(({ path }) => path[1])));
        describe(chart);
      } else draw(chart);
    }
    numbers(group.root, data.captions[k], data.readouts[k]);
    Object.assign(group, { file: data.files[k], link: data.links[k], caption: data.captions[k] });
    Object.assign(group.root.dataset, { scrub: data.field, frame: k });
  };

  // The thumb moves; the frame is drawn before the browser paints. `fresh` says the figures were just replaced.
  me.follow = (fresh = false) => {
    const input = slider();
    if (!input) return;
    if (fresh) me.shown = data.options.indexOf(group.data.at[data.field]);
    if (me.waiting) return;
    me.waiting = true;
    requestAnimationFrame(() => {
      me.waiting = false;
      show(Number(slider()?.value ?? me.shown));
    });
  };
  me.observer?.disconnect();
  me.observer = new MutationObserver(() => me.follow());
  me.observer.observe(box(), { subtree: true, attributeFilter: ["aria-valuetext", "value"] });
  box().onpointerdown = () => me.timer && stop();

  let button = parent.querySelector("button");
  if (!button) parent.append((button = make("button", { type: "button", className: "rv-play" })));
  const face = (playing) => {
    button.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${data.label}`);
    button.title = `${playing ? "Pause" : "Play"} ${data.label}`;
    button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${playing ? ICONS.pause : ICONS.play}"/></svg>`;
  };
  const stop = () => {
    clearInterval(me.timer);
    me.timer = 0;
    face(false);
  };
  // A key press is what makes the slider tell Python where it stands; the one step it takes is taken back first.
  const commit = () => {
    const input = slider(), k = Number(input.value), up = k > 0;
    setNative(input, up ? k - 1 : k + 1);
    for (const type of ["keydown", "keyup"]) input.dispatchEvent(new KeyboardEvent(type, { key: up ? "ArrowRight" : "ArrowLeft", bubbles: true }));
  };
  face(me.timer !== 0);
  button.onclick = () => {
    if (me.timer) {
      stop();
      return commit();
    }
    const last = data.options.length - 1;
    if (Number(slider().value) >= last) setNative(slider(), 0);
    face(true);
    const pace = CALM.matches ? 1000 : Math.max(40, 4000 / last);
    me.timer = setInterval(() => {
      const input = slider();
      if (!input) return stop();
      setNative(input, Number(input.value) + 1);
      if (Number(input.value) >= last) {
        stop();
        commit();
      }
    }, pace);
  };
  me.follow();
  return () => {
    stop();
    me.observer.disconnect();
    group.scrubs.delete(data.field);
  };
}

// ---- export -------------------------------------------------------------------------------------------------------

const WIDTH = 1000; // units of the picture; the file is twice as many pixels wide
const NAMESPACE = "http://www.w3.org/2000/svg";

async function picture(chart, templates, width, height) {
  const layout = { ...dress(chart.raw.layout, {}), template: templates.print, width, height };
  for (const name of ["xaxis", "yaxis"]) layout[name] = { ...layout[name], range: chart.node._fullLayout[name].range.slice() };
  const figure = { data: dress(chart.raw.data, {}), layout };
  settle(figure, width);
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

const address = (group) => new URL(group.link, location.href).href;

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
  for (const text of wrap(group.caption, `17px ${family}`, WIDTH - 32)) {
    write(text, y, 17, "#1A1A1A");
    y += 24;
  }
  write(`regviz ${version} · ${address(group)}`, y + 6, 11, "#555555");
  const tall = y + 22;
  const sizes = { xmlns: NAMESPACE, viewBox: `0 0 ${WIDTH} ${tall}`, width: 2 * WIDTH, height: 2 * tall };
  for (const [k, v] of Object.entries(sizes)) root.setAttribute(k, v);
  for (const [k, v] of Object.entries({ width: WIDTH, height: tall, fill: "#FFFFFF" })) paper.setAttribute(k, v);
  const about = document.createElementNS(NAMESPACE, "metadata");
  about.textContent = `regviz ${version} ${address(group)}`;
  root.prepend(about);
  return { svg: new XMLSerializer().serializeToString(root), wide: 2 * WIDTH, tall: 2 * tall };
}

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function raster({ svg, wide, tall }) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = make("canvas", { width: wide, height: tall });
  canvas.getContext("2d").drawImage(image, 0, 0, wide, tall);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function exporter(data, parent) {
  const group = page(data.slug);
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

// ---- mount --------------------------------------------------------------------------------------------------------

const KINDS = { panels, scrub, export: exporter, thumb };

function mount({ data, parentElement }) {
  let leave = null, gone = false;
  unpack(data).then(async (plain) => {
    if (!gone) leave = await KINDS[plain.kind](plain, parentElement);
    if (gone) leave?.();
  });
  return () => {
    gone = true;
    leave?.();
  };
}

export default mount;
