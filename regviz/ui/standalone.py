"""The interactive file: what is on show and the presets, with frames for their sliders, in one HTML."""

import base64
import html
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson

from regviz import __version__
from regviz.knobs import live, settled
from regviz.ui import assets, chart
from regviz.ui.receipt import link, receipt
from regviz.ui.topic import Shown

HERE = Path(__file__).parent
SAVED = "As saved"
STYLE = "\n".join((HERE / f"{name}.css").read_text(encoding="utf-8") for name in ("style", "standalone"))


def document(shown: Shown, s: Any, presets: Mapping[str, Any], pinned: Any = None) -> str:
    """Return one HTML file that needs nothing else: the panels, their words, sliders, presets and the question.

    The state on show has a slider for each setting that the charts follow, a preset for those above the charts. A
    reader's own table has no presets.
    """
    asked = [(SAVED, s, True)]
    if shown.table is None:
        asked += [(name, preset, False) for name, preset in presets.items()]
    with ThreadPoolExecutor(len(asked)) as waiting:  # they wait for the worker processes, which share the work
        states = list(waiting.map(lambda one: _state(shown, *one), asked))
    told = {
        "slug": shown.slug,
        "scrub": shown.module.SCRUB,
        "states": states,
        "pinned": None if pinned is None else _text(chart.packed_pin(shown, pinned)),
    }
    about = [("description", shown.view(s).caption(settled(s), shown.compute(settled(s))))]
    about += [(f"regviz:{what}", value) for what, value in receipt(shown, s, pinned)]
    script = f"{assets.standalone()}\nconst FILE = {orjson.dumps(told).decode()};\n{START}"
    return DOCUMENT.format(
        title=html.escape(shown.row.title),
        question=html.escape(shown.row.question),
        style=f"{chart.STYLE}\n{STYLE}",
        plotly=assets.plotly_js(),
        slug=shown.slug,
        script=script.replace("</", "<\\/"),
        version=__version__,
        about="\n".join(_meta(what, value) for what, value in about),
        address=html.escape(link(shown, s, pinned)),
    )


def _state(shown: Shown, name: str, s: Any, every: bool) -> dict[str, Any]:
    """Return a state of the file: its figures and the frames of its sliders, packed."""
    frames = [_text(chart.packed_frames(shown, s, field)) for field in _followed(shown, s, every)]
    return {
        "name": name,
        "link": shown.link(settled(s)),
        "figures": _text(chart.packed_figures(shown, s)),
        "frames": frames,
    }


def _followed(shown: Shown, s: Any, every: bool) -> Iterator[str]:
    """Yield the settings that have frames: those above the charts first, then, of a topic's own data, all others."""
    followed = live(settled(s))
    yield from (name for name in shown.module.SCRUB if name in followed)
    if every and shown.table is None:
        yield from (name for name in followed if name not in shown.module.SCRUB)


def _text(packed: bytes) -> str:
    return base64.b64encode(packed).decode()


def _meta(name: str, content: str) -> str:
    return f'<meta name="{html.escape(name)}" content="{html.escape(content)}">'


START = """
unfold(FILE).catch((error) => {
  console.error(error);
  document.querySelector("#panels").textContent = `The charts could not be drawn: ${error.message}`;
});
"""

DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="regviz {version}">
{about}
<title>{title} · regviz</title>
<style>
{style}
</style>
<script>{plotly}</script>
</head>
<body class="rv-file">
<main>
<header><h1>{title}</h1><p>{question}</p><div class="rv-tools"></div></header>
<div class="chips st-key-chips-{slug}"></div>
<div class="first st-key-scrubs-{slug}"></div>
<details class="more"><summary>More sliders</summary><div></div></details>
<div id="panels"></div>
<footer>regviz {version} · {address}</footer>
</main>
<script type="module">
{script}
</script>
</body>
</html>
"""
