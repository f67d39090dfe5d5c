// Words as every program that draws SVG draws them: many know no percent, no em, no font but one, and no space to keep.

import { lengthOf } from "./panels.js";

const SMALL = 0.7; // size of a raised or lowered letter, of the letters around it
const PLACES = [[/[²³¹\u2070-\u207fᵀ]/u, -0.35], [/[\u2080-\u209cᵢⱼ]/u, 0.17]]; // and where it stands, in their size
const ACCENTS = { "\u0302": "ˆ", "\u0303": "˜" }; // over the letter before them
const SPELLED = { "‖": "||", "\u200b": "" }; // what Helvetica and Arial have no letter for
const DRIFTS = 8, MOST = 12; // sizes, and letters, over whose length fonts of one family drift apart
const ANCHORS = { start: 0, middle: 0.5, end: 1 };

// The letters of a text with their sizes and heights. Of plotly's tspans sizes are shares of the text's, heights add up.
function letters(text, size) {
  let down = 0;
  return [...text.childNodes].flatMap((child) => {
    const own = (parseFloat(child.style?.fontSize || 100) / 100) * size;
    down += parseFloat(child.getAttribute?.("dy") ?? 0) * own;
    return [...child.textContent.normalize("NFC")].map((letter) => {
      const place = PLACES.find(([some]) => some.test(letter));
      if (!place) return { letter: SPELLED[letter] ?? letter, size: own, down };
      return { letter: letter.normalize("NFKC"), size: SMALL * own, down: down + place[1] * own };
    });
  });
}

// Words, split where size or height changes, each with its width and its start from that of the text; and the whole width.
function laidOut(found, measure) {
  const pieces = [];
  let at = 0, open = null, spaced = false;
  const close = () => {
    if (open) at += open.width = measure(open);
    open = null;
  };
  for (const { letter, size, down } of found) {
    const accent = ACCENTS[letter], space = /\s/.test(letter);
    if (space || accent || !open || open.text.length >= MOST || open.size !== size || Math.abs(open.down - down) > 0.01) close();
    if (space) at += measure({ text: letter, size });
    else if (accent) {
      const [under, width] = [pieces.at(-1).text.at(-1), accent].map((text) => measure({ text, size }));
      pieces.push({ text: accent, size, down, at: at - (under + width) / 2, width, spaced: false });
    } else if (open) open.text += letter;
    else pieces.push((open = { text: letter, size, down, at, spaced }));
    spaced = space;
  }
  close();
  return [pieces, at];
}

// Each piece has a place of its own, so that a program with a slightly other font goes wrong by a pixel and not by ten.
function write(text, pieces, x) {
  let height = 0;
  text.setAttribute("text-anchor", "start");
  text.replaceChildren(...pieces.flatMap(({ text: textContent, size, down, at, spaced }) => {
    const node = Object.assign(document.createElementNS(text.namespaceURI, "tspan"), { textContent });
    const places = { x: x + at, dy: down - height, "font-size": size };
    for (const [name, value] of Object.entries(places)) node.setAttribute(name, Number(value.toFixed(2)));
    height = down;
    return spaced ? [" ", node] : [node];
  }));
}

function plainText(text) {
  const { fontFamily, fontWeight, fontSize } = text.style, size = parseFloat(fontSize);
  const found = letters(text, size), measure = (piece) => lengthOf(piece.text, `${fontWeight || "normal"} ${piece.size}px ${fontFamily}`);
  const [pieces, whole] = laidOut(found, measure);
  if (!pieces.length) return;
  text.setAttribute("y", Number(text.getAttribute("y")) + parseFloat(text.getAttribute("dy") ?? 0) * size);
  text.removeAttribute("dy");
  const anchor = ANCHORS[text.getAttribute("text-anchor") ?? "start"], start = Number(text.getAttribute("x")) - anchor * whole;
  if (whole > DRIFTS * size || pieces.some((piece) => piece.size !== size || Object.values(ACCENTS).includes(piece.text))) return write(text, pieces, start);
  const [first, last] = [pieces[0], pieces.at(-1)]; // the spaces around a label keep it off its point
  text.setAttribute("x", Number((start + first.at + anchor * (last.at + last.width - first.at)).toFixed(2)));
  text.textContent = found.map(({ letter }) => letter).join("").trim().replace(/ (?= )/g, "\u00a0");
}

// Rewrites a picture in place: short texts of one size, in px; long ones, and those with raised or lowered letters, as
// pieces of absolute size and place; in letters that every sans serif font has; lines as thick as the picture is large.
export function plain(svg) {
  for (const text of svg.querySelectorAll("text")) plainText(text);
  for (const node of svg.querySelectorAll("[style]")) for (const name of ["vector-effect", "white-space"]) node.style.removeProperty(name);
  return svg;
}
