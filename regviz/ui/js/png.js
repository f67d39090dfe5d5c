// What a PNG says of itself: words, as iTXt chunks, for a tEXt chunk holds Latin-1 alone and the names of settings have
// Greek letters; and how large it is on paper.

const HEAD = 33; // bytes of signature and IHDR, after which other chunks may stand

function checksum(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

function chunk(kind, content) {
  const whole = new Uint8Array(content.length + 12), view = new DataView(whole.buffer);
  view.setUint32(0, content.length);
  whole.set(encoded(kind), 4);
  whole.set(content, 8);
  view.setUint32(content.length + 8, checksum(whole.subarray(4, content.length + 8)));
  return whole;
}

const encoded = (text) => new TextEncoder().encode(text);
const word = ([keyword, text]) => chunk("iTXt", encoded(`${keyword}\0\0\0\0\0${text}`)); // not compressed, of no language

function density(inch) {
  const content = new Uint8Array(9), view = new DataView(content.buffer);
  for (const offset of [0, 4]) view.setUint32(offset, Math.round(inch / 0.0254)); // across and down, in dots a metre
  content[8] = 1;
  return chunk("pHYs", content);
}

// Returns a PNG that carries {keyword: text} and is of `inch` dots an inch.
export async function inscribed(blob, words, inch) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return new Blob([bytes.subarray(0, HEAD), density(inch), ...Object.entries(words).map(word), bytes.subarray(HEAD)], { type: blob.type });
}
