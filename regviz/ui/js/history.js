// Back undoes: one entry in the browser's history for each action, whoever writes the address.
// Streamlit by itself replaces the entry for what a reader sets, and adds one for every value that it sets itself.

import { onSite } from "./data.js";

export const SAID = ["answers", "sheets"]; // what a reader has answered
const OWN = ["present", "predict", "vs", "embed", "order", "key", ...SAID]; // in the address, and no settings of a page
const ACTION = 250; // milliseconds after new figures in which an address still belongs to the same action
let push, replace;

export const own = (name) => new URLSearchParams(location.search).get(name);
const entry = { open: true, timer: 0, going: false, own: Object.fromEntries(OWN.map((name) => [name, own(name)])) };
const settings = ({ searchParams }) => [...searchParams].filter(([name]) => !OWN.includes(name)).sort().join("&");

// Puts what is the reader's own, such as the presentation, into an address that Streamlit writes, and nothing stale.
function complete(url) {
  const there = new URL(url, location.href);
  return there.pathname === location.pathname ? dressed(there) : there;
}

function dressed(url) {
  for (const name of OWN) {
    if ((entry.own[name] ?? null) === null) url.searchParams.delete(name);
    else url.searchParams.set(name, entry.own[name] || "1");
  }
  return url;
}

function writeUrl(kept, url) {
  const there = complete(url), here = new URL(location.href), same = settings(there) === settings(here);
  if (there.pathname === here.pathname && (entry.open || same)) return replace(kept, "", there);
  entry.open = true;
  return push(kept, "", there);
}

// A file on a disk keeps its address.
const plainly = (url) => location.protocol === "file:" || (replace ?? history.replaceState.bind(history))(history.state, "", url);

// Writes an address without an entry of its own.
export function quietly(url) {
  plainly(complete(url));
}

// Sets a word of the reader's own in the address, or takes it out.
export function keepOwn(name, value) {
  entry.own[name] = value || null;
  plainly(dressed(new URL(location.href)));
}

// The figures of an action have come: the next address belongs to another.
export function closed() {
  clearTimeout(entry.timer);
  entry.timer = setTimeout(() => (entry.open = false), ACTION);
}

// Streamlit reads the settings of the entry that the browser went to; what is the reader's own stays as it is now.
function back() {
  entry.open = true;
  if (entry.going) return;
  plainly(dressed(new URL(location.href)));
}

// Opens a state of the site, on this page or another, as if the browser had gone there.
export function go(link) {
  entry.going = true;
  push(null, "", new URL(link, document.baseURI));
  for (const name of OWN) entry.own[name] = own(name);
  dispatchEvent(new PopStateEvent("popstate"));
  entry.going = false;
}

export function remember() {
  if (push || !onSite()) return;
  [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
  history.pushState = (kept, _, url) => writeUrl(kept, url);
  history.replaceState = (kept, _, url) => writeUrl(kept, url);
  addEventListener("popstate", back, true);
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => (entry.open = false), { capture: true, passive: true });
}
