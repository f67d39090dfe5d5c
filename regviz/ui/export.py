"""Taking it away: data, interactive HTML, code and link. Pictures are made in the browser, by chart.js."""

import base64
import html
from dataclasses import fields
from functools import partial
from typing import Any

import streamlit as st

from regviz import __version__
from regviz.knobs import changed, knobs, matters, place, settled
from regviz.ui import assets, chart, citing, messages, plotted
from regviz.ui.receipt import defaults, link, receipt
from regviz.ui.topic import Shown, key


def row(shown: Shown, s: Any, pinned: Any = None) -> None:
    """Draw the quiet row under the charts; what is taken along shows the pinned state too."""
    slug, name = shown.slug, shown.file(s)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("export", slug)):
        told = messages.unpack(chart.packed_figures(shown, s))
        titles = {p["name"]: plotted.plain(p["figure"]["layout"]["title"]["text"]) for p in told["panels"]}
        message = messages.pack({"kind": "export", "slug": slug, "panels": titles, "settings": defaults(shown)})
        with st.container(width="content", key=key("pictures", slug)):
            chart.place(message, key("picture-buttons", slug))
        quiet = {"type": "tertiary", "on_click": "ignore"}
        data, whole = partial(plotted.table, shown, s, pinned), partial(document, shown, s, pinned)
        st.download_button("Data", data, f"{name}.csv", "text/csv", key=key("csv", slug), **quiet)
        st.download_button("Interactive HTML", whole, f"{name}.html", "text/html", key=key("html", slug), **quiet)
        with st.popover("Copy as", type="tertiary"):
            beside = None if pinned is None else messages.unpack(chart.packed_pin(shown, pinned))
            _copies(snippet(shown, s), citing.figure(told, beside))


def _copies(code: str, cited: citing.Figure) -> None:
    """Show what may be copied, each on a tab of its own."""
    places = st.tabs(["Code", "Caption", "Markdown", "LaTeX", "HTML"])
    with places[0]:
        st.markdown("Run this beside the `regviz` folder; it draws the figures above.")
        st.code(code, language="python")
    ways = ((cited.caption, None), (citing.markdown(cited), "markdown"), (citing.latex(cited), "latex"))
    for place_, (text, language) in zip(places[1:], (*ways, (citing.html(cited), "html")), strict=True):
        place_.code(text, language=language, wrap_lines=True)


def snippet(shown: Shown, s: Any) -> str:
    """Return a script that redraws these figures with regviz as a library, and says their settings on top."""
    told = {**{n: getattr(settled(s), n) for n in shown.module.SCRUB if matters(s, n)}, **changed(s)}
    order = [f.name for f in fields(s) if f.name in told]
    arguments = ", ".join(f"{n}={told[n]!r}" for n in order)
    view, panels = "topic", "topic.PANELS"
    if hasattr(shown.module, "VIEWS"):
        view = f"topic.VIEWS[{s.view!r}]"
        panels = f"{view}.panels"
    *settings, version, address = (f"{what}: {value}" for what, value in receipt(shown, s))
    return "\n".join(
        [
            f"# {' · '.join(settings)}",
            f"# {version} · {address}",
            f"from regviz.figures import {shown.slug} as topic",
            "",
            *shown.reading,
            f"settings = topic.Settings({arguments})",
            f"result = {view}.compute(settings{', table' if shown.reading else ''})",
            f"print({view}.caption(settings, result))",
            f"for draw in {panels}.values():",
            "    draw(settings, result).show()",
            "",
        ]
    )


def document(shown: Shown, s: Any, pinned: Any = None) -> str:
    """Return one HTML file that needs nothing else: the panels, their caption, and a slider for each scrub."""
    active = [name for name in shown.module.SCRUB if matters(s, name)]
    first = messages.figures(shown, s)
    rest = [messages.frames(shown, s, name) for name in active]
    sliders = "\n".join(_slider(shown.slug, s, name) for name in active)
    beside = [] if pinned is None else [messages.pin(shown, pinned)]
    stated = [(f"regviz:{what}", value) for what, value in receipt(shown, s, pinned)]
    packed = [base64.b64encode(messages.pack(m)).decode() for m in (first, *beside, *rest)]
    script = assets.joined() + _start(packed)
    return DOCUMENT.format(
        title=html.escape(first["title"]),
        style=chart.STYLE,
        plotly=assets.plotly_js(),
        sliders=sliders,
        script=script.replace("</", "<\\/"),
        version=__version__,
        about="\n".join(_meta(what, value) for what, value in [("description", first["caption"]), *stated]),
        address=html.escape(link(shown, s, pinned)),
    )


def _meta(name: str, content: str) -> str:
    return f'<meta name="{html.escape(name)}" content="{html.escape(content)}">'


def _slider(slug: str, s: Any, name: str) -> str:
    knob, box = knobs(type(s))[name], key("row", slug, name)
    k, label = place(s, name), html.escape(knob.label)
    value = html.escape(knob.text(knob.options[k]))
    return (
        f'<div class="slider st-key-{box}"><label>{label} <output>{value}</output>'
        f'<input type="range" min="0" max="{len(knob.options) - 1}" value="{k}" aria-valuetext="{value}"></label></div>'
        f'<div class="play" data-key="{box}"></div>'
    )


def _start(packed: list[str]) -> str:
    return f"""
const messages = {packed!r}.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
const start = async () => {{
  const [first, ...rest] = await Promise.all(messages.map(unpack));
  await mount(first, document.querySelector("#panels"));
  for (const data of rest) {{
    if (data.kind === "pin") {{
      await mount(data);
      continue;
    }}
    const input = document.querySelector(`.st-key-${{data.key}} input`);
    input.addEventListener("input", () => {{
      input.setAttribute("aria-valuetext", data.labels[input.value]);
      input.parentElement.querySelector("output").textContent = data.labels[input.value];
    }});
    await mount(data, document.querySelector(`[data-key="${{data.key}}"]`));
  }}
}};
start().catch((error) => {{
  document.querySelector("#panels").textContent = `The charts could not be drawn: ${{error.message}}`;
}});
"""


DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="regviz {version}">
{about}
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
