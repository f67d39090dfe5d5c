// Mounts one element of a page: its figures, the frames of a slider, the export row, or a still picture.
// The same modules, joined, run inside the exported HTML, without Streamlit.

import { make, unpack } from "./data.js";
import { panels, thumb } from "./panels.js";
import { exporter } from "./picture.js";
import { scrub } from "./scrub.js";

const KINDS = { panels, scrub, export: exporter, thumb };

export async function mount(data, parent) {
  const plain = await unpack(data);
  parent.querySelector(".rv-failed")?.remove();
  try {
    return await KINDS[plain.kind](plain, parent);
  } catch (error) {
    console.error(error);
    if (["panels", "thumb"].includes(plain.kind)) apologise(parent, () => mount(data, parent));
    return undefined;
  }
}

// One sentence in place of blank charts, and a way to try again.
function apologise(parent, again) {
  const button = make("button", { type: "button", textContent: "Try again", onclick: again });
  const sentence = "The charts could not be drawn; the connection may have been lost.";
  parent.prepend(make("p", { className: "rv-failed", role: "alert" }, sentence, " ", button));
}
