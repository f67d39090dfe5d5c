"""The one page layout: title, controls, live charts, what they mean, and how to take them away."""

import html
import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from regviz.against import Row
from regviz.catalog import HOME, TOPICS, neighbours
from regviz.ui import assets, chart, controls, export, own_csv, workers
from regviz.ui.topic import Module, Shown, key
from regviz.ui.waiting import working
from regviz.wording import number

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
FAILED = "Something went wrong at these settings; the defaults of this page still work."


def style() -> None:
    """Put the site's few rules of style on the page."""
    st.html(f"<style>{STYLE}</style>")


@contextmanager
def kindly(slug: str) -> Iterator[None]:
    """Say in one sentence that what is drawn inside failed, with a way back to the defaults of the page."""
    try:
        yield
    except Exception as error:
        log = logging.getLogger("regviz")
        if own_csv.desk().raw is not None:  # the words of an error may quote the reader's own data
            trace = "".join(traceback.format_tb(error.__traceback__))
            log.error("page %s failed: %s\n%s", slug, type(error).__name__, trace)
        else:
            log.exception("page %s failed", slug)
        busy = isinstance(error, workers.BusyError)
        st.error("Many are computing at once; try again in a moment." if busy else FAILED)
        st.button("Back to defaults", on_click=reset, args=(slug,), key=key("reset", slug))


def reset(slug: str) -> None:
    """Put every setting of a page back at its default; for callbacks."""
    controls.apply(slug, _module(slug).Settings())


def show(
    topic: Module,
    *,
    lead: str = "",
    maths: str = "",
    notice: Sequence[str] = (),
    try_this: Mapping[str, Any] = MappingProxyType({}),
    see: Mapping[int, str] = MappingProxyType({}),
    between: Callable[[Any, Shown], object] | None = None,
    choose: Callable[[Module, Any], Shown] | None = None,
    story: bool = False,
    findings: str = "",
) -> None:
    """Lay out a topic's page. `try_this` maps what to try to the Settings that show it; `lead` stands above the charts.

    `see` maps numbers of lines of `notice`, from 1, to the word in `try_this` that shows them.
    `findings` names what is folded away at first, where the lines of `notice` would tell what a reader has to find out.
    With `story` the first chart and the caption come before the other charts, which would say too much at once.
    `between` draws, from the settings and what is shown, what stands between the charts and the maths. `choose` draws
    what more the knobs' column needs, and returns the topic on the data that the reader chose.
    """
    slug = Shown(topic).slug
    with st.container(key=key("head", slug)):
        _head(topic, lead, try_this)
    _live(topic, choose, between, try_this, "story" if story else "live")
    with st.container(key=key("prose", slug)):
        if maths:
            _explain(slug, maths, notice, try_this, see, findings)
        _turn(slug)


def _head(topic: Module, lead: str, try_this: Mapping[str, Any]) -> None:
    """Write the title and the question of a page, with its tools; a chip for the defaults and for each preset."""
    shown = Shown(topic)
    slug, row = shown.slug, shown.row
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key=key("question", slug)):
        st.title(row.title, anchor=False, width="content")
        st.markdown(row.question, width="content")
        with st.container(width="content", key=key("tools", slug)):
            chart.place(chart.tools(shown, try_this.values()), key("tool-buttons", slug))
    if lead:
        st.markdown(lead)
    if not try_this:
        return
    with st.container(horizontal=True, gap="xsmall", key=key("chips", slug)):
        st.button("Defaults", on_click=reset, args=(slug,), key=key("defaults", slug))
        for i, (label, preset) in enumerate(try_this.items()):
            st.button(label, on_click=controls.apply, args=(slug, preset), key=key("try", slug, i))


@st.fragment
def _live(
    topic: Module,
    choose: Callable[[Module, Any], Shown] | None,
    between: Callable[[Any, Shown], object] | None,
    presets: Mapping[str, Any],
    layout: str,
) -> None:
    """Draw what a knob changes, and it alone: knobs, charts, export row, what stands below."""
    slug = Shown(topic).slug
    with kindly(slug):
        whole = st.container(key=key(layout, slug))  # the sliders stay in sight as long as their charts do
        top = whole.container(key=key("scrubs", slug), horizontal=True)
        body = whole.container(key=key("body", slug), horizontal=True, gap="medium")
        side = body.container(key=key("knobs", slug), width=252)
        s = controls.arrive(slug, topic.Settings)
        controls.beside(side, slug, s, topic.SCRUB)
        shown = Shown(topic)
        if choose is not None:
            with side:
                shown = choose(topic, s)
        _charts(shown, top, body.container(key=key("charts", slug)), between, presets)


@st.fragment
def _charts(
    shown: Shown,
    top: DeltaGenerator,
    place: DeltaGenerator,
    between: Callable[[Any, Shown], object] | None,
    presets: Mapping[str, Any],
) -> None:
    """Draw what a slider above the charts changes, and it alone: sliders, charts, export row, what stands below."""
    slug, settings_type = shown.slug, shown.module.Settings
    if st.session_state.pop(key("moved", slug), False):
        st.rerun()  # the knobs beside the charts stand elsewhere now
    with kindly(slug):
        s = controls.current(slug, settings_type)
        slots = controls.above(top, slug, s, shown.module.SCRUB)
        with place:
            with working(st.container(key=key("working", slug))):
                message = chart.packed_figures(shown, s)
            panels, pinned = key("panels", slug), controls.pinned(slug, settings_type)
            hears = {word: partial(hear, panels, slug, settings_type) for word, hear in HEARD.items()}
            chart.place(message, panels, hears)
            chart.place(chart.packed_pin(shown, pinned), key("pin", slug))
            export.row(shown, s, pinned, presets)
        for name, slot in slots.items():
            with slot:
                chart.place(chart.player(shown, s, name), key("frames", slug, name))
        if between is not None:
            between(s, shown)
        if rows := shown.held(s):
            held(rows)


def _move(panels: str, slug: str, settings_type: type) -> None:
    """Take over a point that the reader has moved in a chart; a callback."""
    controls.move(slug, settings_type, st.session_state[panels].get("moved"))
    st.session_state[key("moved", slug)] = True


def _pin(panels: str, slug: str, settings_type: type) -> None:
    """Keep the state that others are compared with, or none; a callback."""
    st.session_state[key("pinned", slug)] = controls.read(settings_type, st.session_state[panels].get("pinned"))


HEARD = {"moved": _move, "pinned": _pin}  # what the charts of a page tell


def cards() -> None:
    """Show every topic of the catalog, with its question and a stored picture of its chart: nothing is computed."""
    for section in dict.fromkeys(t.section for t in TOPICS):
        st.header(section, anchor=False)
        shelf = st.container(key=key("cards", section.lower().replace(" ", "-")))
        for topic in (t for t in TOPICS if t.section == section):
            with shelf.container(border=True, height="stretch"):
                st.page_link(page_path(topic.slug), label=f"**{topic.title}**")
                picture = f'<img class="rv-still" src="{assets.still_address(topic.slug)}" alt="" loading="lazy">'
                st.html(f'<p class="rv-question">{html.escape(topic.question)}</p>{picture}')


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a small table."""
    lines = [header, ["---"] * len(header), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in lines))


def held(rows: Iterable[Row]) -> None:
    """Write what was held against something exact or printed: what, that value, ours, the difference, the source."""
    st.header("Held against", anchor=False)
    told = [
        (what, number(exact), number(ours), number(abs(ours - exact), 2), source) for what, exact, ours, source in rows
    ]
    table(("what", "exact or printed", "ours", "difference", "source"), told)


def _turn(slug: str) -> None:
    """Link the previous and the next page."""
    before, after = neighbours(slug)
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for topic, sign in ((before or HOME, "← {}"), (after, "{} →")):
            if topic is not None:
                st.page_link(page_path(topic.slug), label=sign.format(topic.title))


def page_path(slug: str) -> Path:
    """Return the file of a page."""
    return Path(__file__).parents[2] / "pages" / f"{slug}.py"


def _explain(
    slug: str,
    maths: str,
    notice: Sequence[str],
    try_this: Mapping[str, Any],
    see: Mapping[int, str],
    findings: str,
) -> None:
    """Write the maths and what to notice, the latter folded away as `findings`; a button at what a preset shows."""
    left, right = st.columns([1.1, 1], gap="large")
    with left:
        st.header("The maths", anchor=False)
        st.markdown(maths)
    with right:
        st.header("What to notice", anchor=False)
        folded = st.expander(findings) if findings else nullcontext()
        with folded, st.container(gap="xsmall", key=key("notice", slug)):
            for i, line in enumerate(notice, 1):
                st.markdown(f"- {line}")
                if i in see:
                    apply = {"on_click": controls.apply, "args": (slug, try_this[see[i]])}
                    st.button(f"Show: {see[i]}", key=key("see", slug, i), type="tertiary", **apply)


def _module(slug: str) -> Module:
    return import_module(f"regviz.figures.{slug}")  # type: ignore[return-value]
