"""The live chart: figures as bytes for the browser, and frames for every value of a scrubbed setting."""

import base64
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import plotly.graph_objects as go
import streamlit as st

from regviz import __version__
from regviz.figures.kit import theme
from regviz.knobs import knobs, settled, without
from regviz.ui import assets
from regviz.ui.topic import Shown, key

STYLE = Path(__file__).with_name("chart.css").read_text(encoding="utf-8")

_element = st.components.v2.component("regviz", js=assets.loader(), css=STYLE, isolate_styles=False)


def plain(fig: go.Figure) -> dict[str, Any]:
    """Return the figure as the dictionaries it was made of, without its template and without plotly's deep copy."""
    layout = {k: v for k, v in fig._layout.items() if k != "template"}
    return {"data": [dict(trace) for trace in fig._data], "layout": layout}


def pack(message: dict[str, Any]) -> bytes:
    """Return a message as deflated JSON, arrays as base64 of float32: a tenth of a pixel is 1e-4 of a chart."""
    return zlib.compress(orjson.dumps(message, default=_encode), 6)


def figures(shown: Shown, s: Any) -> dict[str, Any]:
    """Return the message that draws every panel at these settings."""
    s = settled(s)
    r = shown.compute(s)
    scrub = shown.module.SCRUB
    return {
        "kind": "panels",
        "slug": shown.slug,
        "title": shown.row.title,
        "panels": [{"name": name, "figure": plain(draw(s, r))} for name, draw in shown.view(s).panels.items()],
        "at": {field: getattr(s, field) for field in scrub},
        "states": {field: _besides(shown, s, field) for field in scrub},
        **_words(shown, s, r),
        **_look(),
    }


def frames(shown: Shown, s: Any, field: str) -> dict[str, Any]:
    """Return what changes in every panel, caption and readout over all values of `field`."""
    knob = knobs(type(s))[field]
    states = [replace(settled(s), **{field: value}) for value in knob.options]
    results = [shown.compute(state) for state in states]
    told = [_words(shown, state, r) for state, r in zip(states, results, strict=True)]
    return {
        "kind": "scrub",
        "slug": shown.slug,
        "field": field,
        "label": knob.label,
        "key": key("row", shown.slug, field),
        "options": knob.options,
        "labels": [knob.text(value) for value in knob.options],
        "state": _besides(shown, s, field),
        "panels": {
            name: list(columns([plain(draw(state, r)) for state, r in zip(states, results, strict=True)]))
            for name, draw in shown.view(s).panels.items()
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


def packed_figures(shown: Shown, s: Any) -> bytes:
    """Return the packed figures, made once for each state."""
    s = settled(s)
    return shown.recall(("figures", s), lambda: pack(figures(shown, s)))


def packed_frames(shown: Shown, s: Any, field: str) -> bytes:
    """Return the packed frames of a setting, made once for all its values."""
    rest = without(settled(s), field)
    return shown.recall(("frames", rest, field), lambda: pack(frames(shown, rest, field)))


def place(message: bytes, name: str) -> None:
    """Put an element on the page; an unchanged message is not sent again."""
    _element(data=message, key=name)


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


def _words(shown: Shown, s: Any, r: Any) -> dict[str, Any]:
    view = shown.view(s)
    return {
        "caption": view.caption(s, r),
        "readouts": view.readouts(s, r),
        "file": shown.file(s),
        "link": shown.link(s),
    }


def _look() -> dict[str, Any]:
    return {
        "templates": {mode: theme.template(mode) for mode in theme.PAPER},
        "dark": theme.DARK,
        "family": theme.PRINT_FONT,
        "version": __version__,
        "plotly": assets.plotly_address(),
    }


def _besides(shown: Shown, s: Any, field: str) -> str:
    """Return a fingerprint of all settings but one, and of the reader's table: frames fit the figures that share it."""
    return f"{zlib.crc32(repr((without(settled(s), field), shown.mark)).encode()):08x}"


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"dtype": "f4", "bdata": base64.b64encode(value.astype("<f4")).decode()}
    return value.item()
