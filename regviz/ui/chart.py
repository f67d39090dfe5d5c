"""The live chart: figures as bytes for chart.js, and frames for every value of a scrubbed setting."""

import base64
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import numpy as np
import orjson
import plotly.graph_objects as go
import streamlit as st

from regviz import __version__
from regviz.catalog import HOME, TOPICS
from regviz.figures.kit import theme
from regviz.knobs import changed, knobs, settled, state_name
from regviz.ui import plotly_js

SCRIPT = Path(__file__).with_name("chart.js").read_text(encoding="utf-8")
STYLE = Path(__file__).with_name("chart.css").read_text(encoding="utf-8")
TITLES = {t.slug: t.title for t in (HOME, *TOPICS)}

_element = st.components.v2.component("regviz", js=SCRIPT, css=STYLE, isolate_styles=False)


class TopicModule(Protocol):
    """What a module in regviz.figures offers."""

    __name__: str
    Settings: type
    SCRUB: tuple[str, ...]
    PANELS: dict[str, Callable[[Any, Any], go.Figure]]

    def compute(self, s: Any) -> Any:
        """Return the result at these settings."""

    def caption(self, s: Any, r: Any) -> str:
        """Return one sentence that states a number."""

    def readouts(self, s: Any, r: Any) -> dict[str, str]:
        """Return the numbers beside the charts."""


Topic = TopicModule | ModuleType


def slug_of(topic: Topic) -> str:
    """Return the topic's slug, which is the name of its module."""
    return topic.__name__.rsplit(".", 1)[-1]


def permalink(topic: Topic, s: Any) -> str:
    """Return the address of these settings, relative to the site: path and query, with only what differs."""
    slug, table = slug_of(topic), knobs(type(s))
    query = {f"{slug}.{name}": table[name].text(value) for name, value in changed(s).items()}
    return ("./" if slug == HOME.slug else slug) + ("?" + urlencode(query, quote_via=quote) if query else "")


def plain(fig: go.Figure) -> dict[str, Any]:
    """Return the figure as the dictionaries it was made of, without its template and without plotly's deep copy."""
    layout = {k: v for k, v in fig._layout.items() if k != "template"}
    return {"data": [dict(trace) for trace in fig._data], "layout": layout}


def pack(message: dict[str, Any]) -> bytes:
    """Return a message as deflated JSON, arrays as base64 of float32: a tenth of a pixel is 1e-4 of a chart."""
    return zlib.compress(orjson.dumps(message, default=_encode), 6)


def figures(topic: Topic, s: Any) -> dict[str, Any]:
    """Return the message that draws every panel at these settings."""
    s = settled(s)
    r = topic.compute(s)
    return {
        "kind": "panels",
        "slug": slug_of(topic),
        "title": TITLES[slug_of(topic)],
        "panels": [{"name": name, "figure": plain(draw(s, r))} for name, draw in topic.PANELS.items()],
        "at": {field: getattr(s, field) for field in topic.SCRUB},
        "states": {field: _besides(topic, s, field) for field in topic.SCRUB},
        **_words(topic, s, r),
        **_look(),
    }


def thumbnail(topic: Topic) -> dict[str, Any]:
    """Return the message that draws the topic's first panel at its defaults, small and still."""
    s = topic.Settings()
    draw = next(iter(topic.PANELS.values()))
    return {"kind": "thumb", "figure": plain(draw(s, topic.compute(s))), **_look()}


def frames(topic: Topic, s: Any, field: str) -> dict[str, Any]:
    """Return what changes in every panel, caption and readout over all values of `field`."""
    knob = knobs(type(s))[field]
    states = [replace(settled(s), **{field: value}) for value in knob.options]
    results = [topic.compute(state) for state in states]
    told = [_words(topic, state, r) for state, r in zip(states, results, strict=True)]
    return {
        "kind": "scrub",
        "slug": slug_of(topic),
        "field": field,
        "label": knob.label,
        "key": f"{slug_of(topic)}-{field}",
        "options": knob.options,
        "labels": [knob.text(value) for value in knob.options],
        "state": _besides(topic, s, field),
        "panels": {
            name: list(columns([plain(draw(state, r)) for state, r in zip(states, results, strict=True)]))
            for name, draw in topic.PANELS.items()
        },
        **{f"{word}s": [t[word] for t in told] for word in ("caption", "file", "link")},
        "readouts": [t["readouts"] for t in told],
    }


def columns(pictures: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each attribute that differs between the pictures: its path, and its value in every one.

    Raises ValueError where two pictures differ in their attributes, for then one cannot be turned into the other.
    """
    flat = [dict(_leaves(picture, ())) for picture in pictures]
    for leaves in flat[1:]:
        if leaves.keys() != flat[0].keys():
            odd = sorted(map(str, leaves.keys() ^ flat[0].keys()))
            raise ValueError(f"a scrub must keep the same traces and attributes; these come and go: {odd[:3]}")
    for path, first in flat[0].items():
        values = [leaves[path] for leaves in flat]
        if not isinstance(first, np.ndarray):
            if any(value != first for value in values[1:]):
                yield {"path": path, "values": values}
        elif not all(np.array_equal(value, first, equal_nan=True) for value in values[1:]):
            if all(value.shape == first.shape for value in values):
                yield {"path": path, "length": first.size, "block": np.concatenate(values)}
            else:
                yield {"path": path, "values": values}


def place(message: bytes, key: str) -> None:
    """Put an element on the page; an unchanged message is not sent again."""
    _element(data=message, key=key)


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        items = enumerate(value)
    else:
        yield path, value
    for step, child in items:
        yield from _leaves(child, (*path, step))


def _words(topic: Topic, s: Any, r: Any) -> dict[str, Any]:
    return {
        "caption": topic.caption(s, r),
        "readouts": topic.readouts(s, r),
        "file": state_name(slug_of(topic), s, topic.SCRUB),
        "link": permalink(topic, s),
    }


def _look() -> dict[str, Any]:
    return {
        "templates": {mode: theme.template(mode) for mode in theme.PAPER},
        "dark": theme.DARK,
        "family": theme.PRINT_FONT,
        "version": __version__,
        "plotly": plotly_js.address(),
    }


def _besides(topic: Topic, s: Any, field: str) -> str:
    """Return a fingerprint of all settings but one, and of the reader's table: frames fit the figures that share it."""
    rest = replace(settled(s), **{field: getattr(type(s)(), field)})
    return f"{zlib.crc32(repr((rest, getattr(topic, 'mark', 0))).encode()):08x}"


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"dtype": "f4", "bdata": base64.b64encode(value.astype("<f4")).decode()}
    return value.item()
