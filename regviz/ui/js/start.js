// Mounts one element of a page: its figures, the player of a slider, its tools, what is compared, what is kept, or the export row.
// The same modules, joined, run inside the exported HTML, without Streamlit.

import { page, unpack } from "./data.js";
import { handles } from "./handles.js";
import { closed, keepOwn, remember } from "./history.js";
import { receive } from "./order.js";
import { panels } from "./panels.js";
import { exporter } from "./take.js";
import { pin, redraw } from "./pin.js";
import { ask } from "./predict.js";
import { listen, player, replaced } from "./scrub.js";
import { fit } from "./stage.js";
import { tools } from "./tools.js";

async function charts(data, parent, tell) {
  const group = page(data.slug);
  group.tell = tell;
  remember();
  await panels(data, parent);
  if (group.pin) redraw(group);
  listen();
  replaced(data.slug);
  handles(data);
  ask(data.slug);
  closed();
  fit();
  receive(group);
}

// What a page keeps in the address for its reader, as long as it is open.
function keepWords({ words }) {
  for (const [name, value] of Object.entries(words)) keepOwn(name, value);
  return () => Object.keys(words).forEach((name) => keepOwn(name, null));
}

const KINDS = { panels: charts, keep: keepWords, play: player, scrub: player, export: exporter, tools, pin };

// What goes wrong is the caller's to tell. `tell(event, value)` is heard by Python.
export async function mount(data, parent, tell) {
  const plain = await unpack(data);
  return KINDS[plain.kind](plain, parent, tell);
}
