// Back undoes: one entry in the browser's history for each action, whoever writes the address, and Back restores it.
// Streamlit replaces the entry for what a reader sets, adds one for every value that it sets itself, and restores none.

import { page } from "./data.js";

const OWN = ["present", "predict", "vs", "embed"]; // in the address, and no settings of a page
const ACTION = 250; // milliseconds after new figures in which an address still belongs to the same action
const entry = { open: true, timer: 0 };
let push, replace;

export const own = (name) => new URLSearchParams(location.search).get(name);
const slugOf = (path) => path.split("/").at(-1) || "home";
const settings = ({ searchParams }) => [...searchParams].filter(([name]) => !OWN.includes(name)).sort().join("&");

// Puts what is the reader's own, such as the presentation, into an address that Streamlit writes.
function complete(url) {
  const there = new URL(url, location.href);
  if (there.pathname !== location.pathname) return there;
  for (const name of OWN) if (own(name) !== null && !there.searchParams.has(name)) there.searchParams.set(name, own(name) || "1");
  return there;
}

function writeUrl(kept, url) {
  const there = complete(url), here = new URL(location.href), same = settings(there) === settings(here);
  if (there.pathname === here.pathname && (entry.open || same)) return replace(kept, "", there);
  entry.open = true;
  return push(kept, "", there);
}

const plainly = (url) => (replace ?? history.replaceState.bind(history))(history.state, "", url);

// Writes an address without an entry of its own.
export function quietly(url) {
  plainly(complete(url));
}

// Sets a word of the reader's own in the address, or takes it out.
export function keepOwn(name, value) {
  const here = new URL(location.href);
  if (value) here.searchParams.set(name, value);
  else here.searchParams.delete(name);
  plainly(here);
}

// The figures of an action have come: the next address belongs to another.
export function closed() {
  clearTimeout(entry.timer);
  entry.timer = setTimeout(() => (entry.open = false), ACTION);
}

// The settings of a page in an address, as a query without the page's name.
export function asked(slug, search) {
  const found = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(search)) if (name.startsWith(`${slug}.`)) found.set(name.slice(slug.length + 1), value);
  return found.toString() || "defaults";
}

function back(event) {
  const slug = slugOf(location.pathname), group = window.regviz?.[slug];
  if (!group?.root?.isConnected || location.hash) return; // another page, which Streamlit opens
  event.stopImmediatePropagation();
  entry.open = true;
  group.tell?.("restored", asked(slug, location.search));
}

// Opens a state of the site: its settings here, or another page.
export function go(link) {
  const there = new URL(link, document.baseURI), slug = slugOf(there.pathname);
  window.regvizGoing = { slug, asked: asked(slug, there.search) };
  push(null, "", there);
  dispatchEvent(new PopStateEvent("popstate"));
}

// A page that was opened before comes with the settings it had then.
export function arrived(slug, link) {
  const going = window.regvizGoing;
  if (going?.slug !== slug) return;
  window.regvizGoing = undefined;
  if (asked(slug, new URL(link, location.href).search) !== going.asked) page(slug).tell?.("restored", going.asked);
}

export function remember() {
  if (push || !document.querySelector(".stApp")) return;
  [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
  history.pushState = (kept, _, url) => writeUrl(kept, url);
  history.replaceState = (kept, _, url) => writeUrl(kept, url);
  addEventListener("popstate", back, true);
}
