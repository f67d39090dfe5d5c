// The row under the charts: pictures in the size and with the parts that a reader wants, and the link.

import { make, page } from "./data.js";
import { SAID, own } from "./history.js";
import { heedPrinting, print } from "./paper.js";
import { DENSITY, PARTS, SIZES, WHOLE, address, compose } from "./picture.js";
import { inscribed } from "./png.js";

const WISHES = "regviz-picture"; // size and parts, for all pages of a visit
const wishes = () => {
  const { size, parts } = JSON.parse(sessionStorage.getItem(WISHES) ?? "{}");
  return { size: size in SIZES ? size : "screen", parts: { ...WHOLE, ...parts } };
};
const wish = (change) => sessionStorage.setItem(WISHES, JSON.stringify({ ...wishes(), ...change }));

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function raster({ svg, wide, tall, across, words }) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = make("canvas", { width: across, height: Math.round((across * tall) / wide) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return inscribed(await new Promise((resolve) => canvas.toBlob(resolve, "image/png")), words, DENSITY);
}

function choice(ariaLabel, options, value, onchange) {
  const select = make("select", { ariaLabel }, ...Object.entries(options).map(([name, textContent]) => make("option", { value: name, textContent })));
  select.value = value;
  select.onchange = () => onchange?.(select.value);
  return select;
}

// Which texts stand around the charts, behind a word that opens.
function partsOf() {
  const boxes = Object.entries(PARTS).map(([name, label]) => {
    const box = make("input", { type: "checkbox", checked: wishes().parts[name] });
    box.onchange = () => wish({ parts: { ...wishes().parts, [name]: box.checked } });
    return make("label", {}, box, label);
  });
  const list = make("div", { tabIndex: -1 }, ...boxes), word = make("summary", { textContent: "Parts", title: "Texts in the picture" });
  const whole = make("details", { className: "rv-parts" }, word, list);
  whole.onfocusout = ({ relatedTarget }) => whole.contains(relatedTarget) || (whole.open = false);
  whole.onkeydown = ({ key }) => {
    if (key !== "Escape") return;
    word.focus();
    whole.open = false;
  };
  return whole;
}

function pressed(label, title, action) {
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
}

export function exporter(data, parent) {
  const group = Object.assign(page(data.slug), { settings: data.settings });
  heedPrinting();
  let row = parent.querySelector(".rv-export");
  if (!row) parent.append((row = make("div", { className: "rv-export" })));
  const before = row.querySelector("select")?.value;
  const select = choice("Figure to export", { all: "All panels", ...data.panels }, before in data.panels ? before : "all");
  const labels = Object.fromEntries(Object.entries(SIZES).map(([name, { label }]) => [name, label]));
  const picture = () => compose(data.slug, { which: select.value, ...wishes() });
  const name = () => {
    const { mm } = SIZES[wishes().size];
    return `${group.file}${select.value === "all" ? "" : `-${select.value}`}${mm ? `-${mm}mm` : ""}`;
  };
  row.replaceChildren(
    select,
    choice("Size of the picture", labels, wishes().size, (size) => wish({ size })),
    partsOf(),
    pressed("SVG", "Vector picture", () => save(new Blob([picture().svg], { type: "image/svg+xml" }), `${name()}.svg`)),
    pressed("PNG", "Picture of 300 dots an inch", async () => save(await raster(picture()), `${name()}.png`)),
    pressed("PDF", "One page of exactly the figure, through the print dialog", () => print(picture(), name())),
    pressed("Copy link", "The address of exactly this state", async (node) => {
      const url = new URL(address(group));
      for (const word of SAID) if (own(word)) url.searchParams.set(word, own(word));
      await copy(url.href);
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
