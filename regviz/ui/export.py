"""Taking it away: data, interactive HTML, code and link. Pictures are made in the browser, by chart.js."""

import base64
import csv
import html
import io
from dataclasses import fields
from functools import lru_cache, partial
from typing import Any

import numpy as np
import streamlit as st

from regviz import __version__
from regviz.knobs import changed, knobs, matters, settled, state_name
from regviz.ui import chart, plotly_js


def row(topic: chart.Topic, s: Any) -> None:
    """Draw the quiet row under the charts."""
    slug = chart.slug_of(topic)
    name = state_name(slug, settled(s), topic.SCRUB)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"export-{slug}"):
        titles = {n: n.replace("_", " ").capitalize() for n in topic.PANELS}
        message = chart.pack({"kind": "export", "slug": slug, "panels": titles})
        with st.container(width="content", key=f"export-pictures-{slug}"):
            chart.place(message, f"{slug}-export")
        quiet = {"type": "tertiary", "on_click": "ignore"}
        st.download_button("Data", partial(table, topic, s), f"{name}.csv", "text/csv", key=f"{slug}-csv", **quiet)
        st.download_button(
            "Interactive HTML", partial(document, topic, s), f"{name}.html", "text/html", key=f"{slug}-html", **quiet
        )
        with st.popover("Code", type="tertiary"):
            st.markdown("Run this beside the `regviz` folder; it draws the figures above.")
            st.code(snippet(topic, s), language="python")


def table(topic: chart.Topic, s: Any) -> str:
    """Return everything that is plotted as CSV: panel, trace, x, y, text."""
    s = settled(s)
    r = topic.compute(s)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["panel", "trace", "x", "y", "text"])
    for name, draw in topic.PANELS.items():
        for i, trace in enumerate(chart.plain(draw(s, r))["data"]):
            text = trace.get("text") or [""] * len(trace["x"])
            for x, y, word in zip(trace["x"], trace["y"], text, strict=True):
                writer.writerow([name, trace["name"] or f"{trace['mode']} {i}", _cell(x), _cell(y), word])
    return out.getvalue()


def snippet(topic: chart.Topic, s: Any) -> str:
    """Return a script that redraws these figures with regviz as a library."""
    slug = chart.slug_of(topic)
    told = {**{n: getattr(settled(s), n) for n in topic.SCRUB if matters(s, n)}, **changed(s)}
    order = [f.name for f in fields(s) if f.name in told]
    arguments = ", ".join(f"{n}={told[n]!r}" for n in order)
    reading = getattr(topic, "reading", ())  # lines that make the reader's own table
    return "\n".join(
        [
            f"from regviz.figures import {slug} as topic",
            "",
            *reading,
            f"settings = topic.Settings({arguments})",
            f"result = topic.compute(settings{', table' if reading else ''})",
            "print(topic.caption(settings, result))",
            "for draw in topic.PANELS.values():",
            "    draw(settings, result).show()",
            "",
        ]
    )


def document(topic: chart.Topic, s: Any) -> str:
    """Return one HTML file that needs nothing else: the panels, their caption, and a slider for each scrub."""
    active = [name for name in topic.SCRUB if matters(s, name)]
    message = chart.figures(topic, s)
    messages = [message, *(chart.frames(topic, s, name) for name in active)]
    sliders = "\n".join(_slider(topic, s, name) for name in active)
    packed = [base64.b64encode(chart.pack(m)).decode() for m in messages]
    script = chart.SCRIPT.replace("export default mount;", _start(packed))
    return DOCUMENT.format(
        title=html.escape(message["title"]),
        style=chart.STYLE,
        plotly=_plotly_js(),
        sliders=sliders,
        script=script.replace("</", "<\\/"),
        version=__version__,
        address=html.escape(chart.permalink(topic, s)),
    )


def _slider(topic: chart.Topic, s: Any, name: str) -> str:
    knob = knobs(type(s))[name]
    k, key = knob.options.index(getattr(s, name)), f"{chart.slug_of(topic)}-{name}"
    label, value = html.escape(knob.label), html.escape(knob.text(knob.options[k]))
    return (
        f'<div class="slider st-key-{key}"><label>{label} <output>{value}</output>'
        f'<input type="range" min="0" max="{len(knob.options) - 1}" value="{k}" aria-valuetext="{value}"></label></div>'
        f'<div class="play" data-key="{key}"></div>'
    )


def _start(packed: list[str]) -> str:
    return f"""
const messages = {packed!r}.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
const start = async () => {{
  const [first, ...rest] = await Promise.all(messages.map(unpack));
  await panels(first, document.querySelector("#panels"));
  for (const data of rest) {{
    const input = document.querySelector(`.st-key-${{data.key}} input`);
    input.addEventListener("input", () => {{
      input.setAttribute("aria-valuetext", data.labels[input.value]);
      input.parentElement.querySelector("output").textContent = data.labels[input.value];
    }});
    scrub(data, document.querySelector(`[data-key="${{data.key}}"]`));
  }}
}};
start();
"""


@lru_cache(maxsize=1)
def _plotly_js() -> str:
    return plotly_js.SOURCE.read_text(encoding="utf-8")


def _cell(value: Any) -> Any:
    return "" if isinstance(value, float) and np.isnan(value) else value


DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="regviz {version}">
<title>{title}</title>
<style>
body {{ margin: 24px auto; padding: 0 16px; max-width: 1200px; color: #31333f; }}
body {{ font-family: Helvetica, Arial, sans-serif; }}
.controls {{ display: flex; gap: 12px; align-items: center; }}
.slider {{ flex: 1; }}
.slider input {{ width: 100%; accent-color: #0077bb; }}
footer {{ margin-top: 18px; font-size: 0.75rem; color: #555555; }}
{style}
</style>
<script>{plotly}</script>
</head>
<body>
<h1>{title}</h1>
<div class="controls">
{sliders}
</div>
<div id="panels"></div>
<footer>regviz {version} · {address}</footer>
<script type="module">
{script}
</script>
</body>
</html>
"""
