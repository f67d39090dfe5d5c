// Mounts one element of a page: its figures, the frames of a slider, the export row, or a still picture.
// The same modules, joined, run inside the exported HTML, without Streamlit.

import { unpack } from "./data.js";
import { panels, thumb } from "./panels.js";
import { exporter } from "./picture.js";
import { scrub } from "./scrub.js";

const KINDS = { panels, scrub, export: exporter, thumb };

// What goes wrong is the caller's to tell.
export async function mount(data, parent) {
  const plain = await unpack(data);
  return KINDS[plain.kind](plain, parent);
}
