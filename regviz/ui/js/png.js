// Words inside a PNG, as iTXt chunks: a tEXt chunk holds Latin-1 alone, and the names of settings have Greek letters.

const HEAD = 33; // bytes of signature and IHDR, after which other chunks may stand

function checksum(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

function chunk(keyword, text) {
  const body = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`); // not compressed, of no language
  const whole = new Uint8Array(body.length + 8), view = new DataView(whole.buffer);
  view.setUint32(0, body.length - 4);
  whole.set(body, 4);
  view.setUint32(body.length + 4, checksum(body));
  return whole;
}

// Returns a PNG that carries {keyword: text}.
export async function inscribed(blob, words) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const chunks = Object.entries(words).map(([keyword, text]) => chunk(keyword, text));
  return new Blob([bytes.subarray(0, HEAD), ...chunks, bytes.subarray(HEAD)], { type: blob.type });
}
