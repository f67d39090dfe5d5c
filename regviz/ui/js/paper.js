// Pictures on paper, through the browser's own printing: one page of exactly a figure, or a whole page's charts on a sheet.

import { make } from "./data.js";
import { compose, parsed } from "./picture.js";

let asked = false; // whether a button laid out the picture that is being printed

const ended = () => {
  asked = false;
  document.documentElement.classList.remove("rv-printing");
  for (const old of document.querySelectorAll(".rv-paper")) old.remove();
};

// Puts a picture where print finds it alone; `sheet` is the paper in the words of CSS.
function lay({ svg }, sheet) {
  ended();
  document.body.append(make("div", { className: "rv-paper" }, make("style", { textContent: `@page { ${sheet} }` }), parsed(svg)));
  document.documentElement.classList.add("rv-printing");
}

// A page that fits the picture, which the reader saves as PDF under `name`.
export function print(picture, name) {
  const { wide, tall, mm } = picture, unit = mm ? mm / wide : 1, title = document.title;
  const [width, height] = [wide, tall].map((units) => `${(units * unit).toFixed(2)}${mm ? "mm" : "px"}`);
  lay(picture, `size: ${width} ${height}; margin: 0`);
  asked = true;
  document.title = name;
  window.print();
  document.title = title;
}

// The reader prints the page itself: all its charts, with their words, on one sheet of whatever paper there is.
// A page with a sheet of its own prints that instead, by rules of style alone.
function printPage() {
  if (document.querySelector('[class*="st-key-own-paper"]')) return;
  const shown = Object.values(window.regviz ?? {}).find(({ root, charts }) => root?.isConnected && charts.size);
  if (asked || !shown || !window.Plotly) return;
  const picture = compose(shown.data.slug, { size: "two" });
  lay(picture, `size: ${picture.tall > picture.wide ? "portrait" : "landscape"}; margin: 12mm`);
}

// Listens once, however often an element is mounted.
export function heedPrinting() {
  if (window.regvizPaper) return;
  window.regvizPaper = true;
  addEventListener("beforeprint", printPage);
  addEventListener("afterprint", ended);
}
