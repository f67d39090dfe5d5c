// A running order: states of the site in a list, kept in this browser, as one link and as one file; nothing on the server.

import { bytesOf, make, site } from "./data.js";
import { go, keepOwn, own } from "./history.js";

const KEPT_AS = "regviz-order", AT = "regviz-order-at", MOST_ENTRIES = 100;

const PAGE = /^[a-z_]*(\?[^#]*)?$/; // a page of this site and its settings

const base = () => new URL(site().base || "/", location.origin);
export const entries = () => JSON.parse(localStorage.getItem(KEPT_AS) ?? "[]");
const place = () => Number(sessionStorage.getItem(AT) ?? -1);

function store(list) {
  localStorage.setItem(KEPT_AS, JSON.stringify(list));
  if (document.querySelector(".rv-order")?.open) list_(list);
}

// What another has written is taken over only as far as it is an order of this site's pages.
function read(text) {
  const found = JSON.parse(text);
  const sound = (one) => typeof one?.name === "string" && typeof one.link === "string" && PAGE.test(one.link);
  if (!Array.isArray(found) || !found.every(sound)) throw new Error("no running order");
  return found.slice(0, MOST_ENTRIES).map(({ name, link }) => ({ name: name.slice(0, 120), link }));
}

async function packed(text, stream) {
  const bytes = new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(stream)).arrayBuffer());
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(text) {
  const bytes = bytesOf(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}

// The state on show: page, settings, what is pinned, whether its question is asked.
function present_(group) {
  const url = new URL(group.link, location.href);
  for (const name of ["vs", "predict"]) if (own(name) !== null) url.searchParams.set(name, own(name) || "1");
  return { name: group.data.title, link: `${url.pathname.slice(base().pathname.length)}${url.search}` };
}

export function step(by) {
  const list = entries(), to = place() + by;
  if (to < 0 || to >= list.length) return;
  sessionStorage.setItem(AT, String(to));
  const url = new URL(list[to].link, base());
  if (own("present") !== null) url.searchParams.set("present", "1");
  go(url.href);
}

function button(textContent, onclick, more = {}) {
  return make("button", { type: "button", textContent, onclick, ...more });
}

function list_(list) {
  const rows = document.querySelector(".rv-order ol");
  const swap = (i, j) => {
    [list[i], list[j]] = [list[j], list[i]];
    store(list);
  };
  rows.replaceChildren(...list.map((entry, i) => {
    const name = make("input", { type: "text", value: entry.name, ariaLabel: `Name of entry ${i + 1}`, maxLength: 120 });
    name.oninput = () => {
      entry.name = name.value;
      localStorage.setItem(KEPT_AS, JSON.stringify(list)); // the rows stay: a button may be under the finger
    };
    const open = () => {
      sessionStorage.setItem(AT, String(i - 1));
      document.querySelector(".rv-order").close();
      step(1);
    };
    return make("li", {}, name,
      button("↑", () => swap(i, i - 1), { disabled: i === 0, ariaLabel: `Move ${entry.name} up` }),
      button("↓", () => swap(i, i + 1), { disabled: i === list.length - 1, ariaLabel: `Move ${entry.name} down` }),
      button("Open", open), button("Remove", () => store(list.filter((_, j) => j !== i)), { ariaLabel: `Remove ${entry.name}` }));
  }));
  document.querySelector(".rv-order .rv-empty").hidden = list.length > 0;
}

async function share(node) {
  const url = base();
  url.searchParams.set("order", await packed(localStorage.getItem(KEPT_AS) ?? "[]", new CompressionStream("deflate-raw")));
  await navigator.clipboard.writeText(url.href);
  node.textContent = "Copied";
  setTimeout(() => (node.textContent = "Copy link"), 1500);
}

function saveFile() {
  const file = new Blob([JSON.stringify(entries(), null, 2)], { type: "application/json" });
  const link = make("a", { href: URL.createObjectURL(file), download: "regviz-order.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function openText(coming) {
  const said = document.querySelector(".rv-order .rv-said");
  try {
    store(read(await coming));
    sessionStorage.setItem(AT, "-1");
    said.textContent = "";
  } catch {
    said.textContent = "This is no running order of this site.";
  }
}

function dialog(group) {
  let box = document.querySelector(".rv-order");
  if (!box) {
    const file = make("input", { type: "file", accept: "application/json,.json", ariaLabel: "Open a file", hidden: true });
    file.onchange = () => file.files[0] && openText(file.files[0].text());
    const copy_ = button("Copy link", () => share(copy_));
    box = make("dialog", { className: "rv-order rv-dialog", ariaLabel: "Running order" },
      make("h2", { textContent: "Running order" }),
      make("p", { textContent: "States to show one after the other, with Page Down and Page Up. The list stays in this browser." }),
      make("p", { className: "rv-empty", textContent: "Nothing yet: add the state on show." }), make("ol"),
      make("p", { className: "rv-said" }),
      make("div", { className: "rv-row" }, button("Add this state", () => store([...entries(), present_(box.group)])), copy_, button("Save file", saveFile), button("Open file", () => file.click()), file, button("Close", () => box.close())));
    document.body.append(box);
  }
  box.group = group;
  return box;
}

export function openOrder(group) {
  const box = dialog(group);
  box.showModal();
  list_(entries());
}

// A link that carries a running order opens it.
export async function receive(group) {
  const carried = own("order");
  if (carried === null) return;
  keepOwn("order", null);
  openOrder(group);
  await openText(unpacked(carried));
}
