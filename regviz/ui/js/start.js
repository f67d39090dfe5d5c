// Mounts one element of a page: its figures, the player of a slider, or the export row.
// The same modules, joined, run inside the exported HTML, without Streamlit.

import { unpack } from "./data.js";
import { handles } from "./handles.js";
import { panels } from "./panels.js";
import { exporter } from "./picture.js";
import { listen, player, replaced } from "./scrub.js";

async function charts(data, parent, tell) {
  await panels(data, parent);
  listen();
  replaced(data.slug);
  handles(data, parent, tell);
}

const KINDS = { panels: charts, play: player, scrub: player, export: exporter };

// What goes wrong is the caller's to tell. `tell` sends Python a point that was moved.
export async function mount(data, parent, tell) {
  const plain = await unpack(data);
  return KINDS[plain.kind](plain, parent, tell);
}
