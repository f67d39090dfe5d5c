"""Taking it away: data, interactive HTML, code and link. Pictures are made in the browser, by chart.js."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import streamlit as st

from regviz.frameworks.twin import Twin
from regviz.knobs import changed, matters, settled
from regviz.ui import chart, citing, messages, plotted, standalone
from regviz.ui.receipt import defaults, receipt
from regviz.ui.topic import Shown, key
from regviz.wording import listed, number

FEW = 4  # numbers of a script that are told


def row(shown: Shown, s: Any, pinned: Any = None, presets: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Draw the quiet row under the charts; what is taken along shows the pinned state too.

    The interactive file holds the presets.
    """
    slug, name = shown.slug, shown.file(s)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("export", slug)):
        told = messages.unpack(chart.packed_figures(shown, s))
        titles = {p["name"]: plotted.plain(p["figure"]["layout"]["title"]["text"]) for p in told["panels"]}
        message = messages.pack({"kind": "export", "slug": slug, "panels": titles, "settings": defaults(shown)})
        with st.container(width="content", key=key("pictures", slug)):
            chart.place(message, key("picture-buttons", slug))
        quiet = {"type": "tertiary", "on_click": "ignore"}
        data, whole = partial(plotted.table, shown, s, pinned), partial(standalone.document, shown, s, presets, pinned)
        st.download_button("Data", data, f"{name}.csv", "text/csv", key=key("csv", slug), **quiet)
        st.download_button("Interactive HTML", whole, f"{name}.html", "text/html", key=key("html", slug), **quiet)
        copies = st.popover("Copy as", type="tertiary", on_change="rerun", key=key("copy", slug))
        if copies.open:  # a commit need not send what nobody looks at
            with copies:
                beside = None if pinned is None else messages.unpack(chart.packed_pin(shown, pinned))
                _copies(snippet(shown, s), shown.twins(s), citing.figure(told, beside))


def _copies(code: str, twins: Sequence[Twin], cited: citing.Figure) -> None:
    """Show what may be copied, each on a tab of its own."""
    places = st.tabs(["Code", *(twin.framework for twin in twins), "Caption", "Markdown", "LaTeX", "HTML"])
    with places[0]:
        st.markdown("Run this beside the `regviz` folder; it draws the figures above.")
        st.code(code, language="python")
    for place_, twin in zip(places[1:], twins, strict=False):
        with place_:
            st.markdown(f"The same numbers from {twin.framework}: {ours(twin)}.")
            st.code(twin.code, language="python")
    places = places[len(twins) :]
    ways = ((cited.caption, None), (citing.markdown(cited), "markdown"), (citing.latex(cited), "latex"))
    for place_, (text, language) in zip(places[1:], (*ways, (citing.html(cited), "html")), strict=True):
        place_.code(text, language=language, wrap_lines=True)


def ours(twin: Twin) -> str:
    """Return the numbers that a twin prints, as ours are; of many the first few."""
    told = [number(float(v)) for v in np.ravel(twin.numbers)]
    return listed(told) if len(told) <= FEW else f"{', '.join(told[:FEW])} and so on"


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
