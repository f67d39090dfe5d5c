// Mounts one element of a page: its figures, the frames of a slider, or the export row.
// The same modules, joined, run inside the exported HTML, without Streamlit.

import { unpack } from "./data.js";
import { panels } from "./panels.js";
import { exporter } from "./picture.js";
import { scrub } from "./scrub.js";

const KINDS = { panels, scrub, export: exporter };

// What goes wrong is the caller's to tell.
export async function mount(data, parent) {
  const plain = await unpack(data);
  return KINDS[plain.kind](plain, parent);
}
