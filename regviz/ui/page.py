"""The one page layout: title, controls, live charts, what they mean, and how to take them away."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from regviz.catalog import HOME, TOPICS, neighbours
from regviz.knobs import settled
from regviz.progress import listening
from regviz.ui import chart, controls, export

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
PATIENCE = 0.3  # seconds of work before a bar appears
ROWS = {t.slug: t for t in (HOME, *TOPICS)}


def style() -> None:
    """Put the site's few rules of style on the page."""
    st.html(f"<style>{STYLE}</style>")


def apologise(slug: str) -> None:
    """Say in one sentence that the page failed, with a way back to its defaults."""
    st.error("Something went wrong at these settings; the defaults of this page still work.")
    st.button("Back to defaults", on_click=reset, args=(slug,), key=f"{slug}-reset")


def reset(slug: str) -> None:
    """Put every setting of a page back at its default; for callbacks."""
    controls.apply(slug, _module(slug).Settings())


def show(topic: chart.Topic, *, maths: str, notice: Sequence[str], try_this: Mapping[str, Any]) -> None:
    """Lay out a topic's page. `try_this` maps what to try to the Settings that show it."""
    head(chart.slug_of(topic))
    live(topic)
    explain(chart.slug_of(topic), maths=maths, notice=notice, try_this=try_this)
    turn(chart.slug_of(topic))


def head(slug: str) -> None:
    """Write the title and the question of a page."""
    row = ROWS[slug]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key=f"question-{slug}"):
        st.title(row.title, anchor=False, width="content")
        st.markdown(row.question, width="content")


def live(topic: chart.Topic, own: Callable[[chart.Topic, Any], chart.Topic] | None = None) -> Any:
    """Draw controls, charts, export row and frames of a topic; return its settings.

    `own` draws what more the knobs' column needs and may return the topic on a table of the reader's.
    """
    slug = chart.slug_of(topic)
    whole = st.container()  # the sliders stay in sight as long as their charts do
    top = whole.container(key=f"scrubs-{slug}", horizontal=True)
    body = whole.container(key=f"body-{slug}", horizontal=True, gap="medium")
    side = body.container(key=f"knobs-{slug}", width=252)
    s, slots = controls.read(slug, topic.Settings, topic.SCRUB, top, side)
    if own is not None:
        with side:
            topic = own(topic, s)
    with body.container(key=f"charts-{slug}"):
        with working(st.container(key=f"working-{slug}")):
            _prepare(topic, s)
        chart.place(_figures(slug, s, topic), f"{slug}-panels")
        export.row(topic, s)
    for name, slot in slots.items():
        with slot:
            chart.place(_frames(slug, s, name, topic), f"{slug}-frames-{name}")
    return s


def explain(slug: str, *, maths: str, notice: Sequence[str], try_this: Mapping[str, Any]) -> None:
    """Write the maths, what to notice, and the buttons that set a preset."""
    left, right = st.columns([1.1, 1], gap="large")
    with left:
        st.subheader("The maths", anchor=False)
        st.markdown(maths)
    with right:
        st.subheader("What to notice", anchor=False)
        st.markdown("\n".join(f"- {line}" for line in notice))
        st.subheader("Try this", anchor=False)
        presets = st.container(gap=None)
        for i, (label, preset) in enumerate(try_this.items()):
            presets.button(
                f"→ {label}", on_click=controls.apply, args=(slug, preset), key=f"{slug}-try-{i}", type="tertiary"
            )


def cards() -> None:
    """Show every topic of the catalog: its question and a small picture of its chart."""
    for section in dict.fromkeys(t.section for t in TOPICS):
        st.subheader(section, anchor=False)
        shelf = st.container(key=f"cards-{section.lower().replace(' ', '-')}")
        for topic in (t for t in TOPICS if t.section == section):
            with shelf.container(border=True, height="stretch"):
                st.page_link(page_path(topic.slug), label=f"**{topic.title}**")
                st.markdown(topic.question)
                with working(st.container()):
                    _prepare(_module(topic.slug), _module(topic.slug).Settings())
                chart.place(_thumbnail(topic.slug), f"card-{topic.slug}")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a small table."""
    lines = [header, ["---"] * len(header), *rows]
    st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in lines))


def turn(slug: str) -> None:
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


def _module(slug: str) -> chart.Topic:
    return import_module(f"regviz.figures.{slug}")


@contextmanager
def working(place: DeltaGenerator) -> Iterator[None]:
    """Show in `place` how far the work inside is; every step of the bar lets a newer request of the reader end it."""
    slot, begun, shown = place.empty(), monotonic(), 0.0

    def show(share: float, what: str) -> None:
        nonlocal shown
        now = monotonic()
        if now - begun > PATIENCE and now - shown > 0.1:
            slot.progress(share, what)
            shown = now

    with listening(show):
        yield
    slot.empty()


def _prepare(topic: chart.Topic, s: Any) -> None:
    """Compute what takes long and is kept by the topic, outside of what st.cache_data may not be interrupted in."""
    if getattr(topic, "SLOW", False):
        topic.compute(settled(s))


@st.cache_data(max_entries=64, show_spinner=False)
def _thumbnail(slug: str) -> bytes:
    return chart.pack(chart.thumbnail(_module(slug)))


def _figures(slug: str, s: Any, topic: chart.Topic) -> bytes:
    if table := getattr(topic, "table", None):  # the reader's own: kept on it, out of the cache that visitors share
        return table.recall(("figures", s), lambda: chart.pack(chart.figures(topic, s)))
    return _all_figures(slug, s, topic)


def _frames(slug: str, s: Any, field: str, topic: chart.Topic) -> bytes:
    rest = replace(settled(s), **{field: getattr(topic.Settings(), field)})
    if table := getattr(topic, "table", None):
        return table.recall(("frames", rest, field), lambda: chart.pack(chart.frames(topic, rest, field)))
    return _all_frames(slug, rest, field, topic)


@st.cache_data(max_entries=256, show_spinner=False)
def _all_figures(slug: str, s: Any, _topic: chart.Topic) -> bytes:
    return chart.pack(chart.figures(_topic, s))


@st.cache_data(max_entries=96, show_spinner=False)
def _all_frames(slug: str, s: Any, field: str, _topic: chart.Topic) -> bytes:
    return chart.pack(chart.frames(_topic, s, field))
