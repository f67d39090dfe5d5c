// What the server sends, and what every other module needs: messages, colours, elements, and the charts of a page.

const TYPES = { f4: Float32Array, f8: Float64Array };

// Elements of a page meet here, by its slug.
export const page = (slug) => ((window.regviz ??= {})[slug] ??= { charts: new Map(), scrubs: new Map() });

// Whether this is the site, and no exported file.
export const onSite = () => Boolean(document.querySelector(".stApp"));

// Where the site is, and its plotly.js; an exported page stands alone.
export const site = () => window.regvizSite ?? { base: "", plotly: "" };

export const make = (tag, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
};

export async function unpack(data) {
  if (!(data instanceof Uint8Array)) return data;
  const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}

export function bytesOf(base64) {
  const letters = atob(base64), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i); // ten times as fast as Uint8Array.from
  return bytes;
}

export const floats = ({ dtype, bdata }) => new TYPES[dtype](bytesOf(bdata).buffer);

// Copies a figure, decoding its arrays and putting its colours into the present theme.
export function dress(value, colours) {
  if (typeof value === "string") return value[0] === "#" ? (colours[value.slice(0, 7)] ?? value.slice(0, 7)) + value.slice(7) : value;
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (value.bdata !== undefined) return floats(value);
  if (Array.isArray(value)) return value.map((v) => dress(v, colours));
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, dress(v, colours)]));
}

export function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (ArrayBuffer.isView(a)) return ArrayBuffer.isView(b) && a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]));
}

export function set(target, path, value) {
  const last = path.length - 1;
  path.slice(0, last).reduce((node, step) => node[step], target)[path[last]] = value;
}

export function isDark(element) {
  const [r, g, b] = getComputedStyle(element).getPropertyValue("--st-background-color").trim().match(/[0-9a-f]{2}/gi) ?? ["ff", "ff", "ff"];
  return parseInt(r, 16) + parseInt(g, 16) + parseInt(b, 16) < 384;
}
