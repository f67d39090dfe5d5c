"""What the browser draws: figures, and frames for every value of a setting, as deflated JSON."""

import base64
import zlib
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import orjson
import plotly.graph_objects as go

from regviz import __version__
from regviz.figures.kit import theme
from regviz.glossary import explain
from regviz.knobs import knobs, live, matters, place, settled, waits, without
from regviz.ui import addresses
from regviz.ui.topic import Shown, key

STRIDE = 8  # coarse frames are every so many of a setting's values


def plain(fig: go.Figure) -> dict[str, Any]:
    """Return the figure as the dictionaries it was made of, without plotly's copy, template and notes on traces."""
    layout = {k: v for k, v in fig._layout.items() if k != "template"}
    return {"data": [{k: v for k, v in trace.items() if k != "meta"} for trace in fig._data], "layout": layout}


def pack(message: dict[str, Any]) -> bytes:
    """Return a message as deflated JSON, arrays as base64 of float32: a tenth of a pixel is 1e-4 of a chart."""
    return zlib.compress(orjson.dumps(message, default=_encode), 6)


def unpack(packed: bytes) -> dict[str, Any]:
    """Return a packed message, its arrays still as base64."""
    return orjson.loads(zlib.decompress(packed))


def figures(shown: Shown, s: Any) -> dict[str, Any]:
    """Return the message that draws every panel at these settings."""
    s = settled(s)
    r, table = shown.compute(s), knobs(type(s))
    panels = [{"name": name, "figure": plain(draw(s, r))} for name, draw in shown.view(s).panels.items()]
    followed = live(s) if shown.table is None else tuple(f for f in shown.module.SCRUB if f in live(s))
    held = {one[axis] for p in panels for one in p["figure"]["layout"]["meta"].get("handles", ()) for axis in "xy"}
    return {
        "kind": "panels",
        "slug": shown.slug,
        "title": shown.row.title,
        "panels": panels,
        "at": {field: place(s, field) for field in followed},
        "counts": {field: len(table[field].options) for field in followed},
        "frames": {field: state_beside(shown, s, field) for field in followed},
        "after": {name: waits(s, name) for name in table if matters(s, name) and waits(s, name)},
        "grids": {field: _grid(s, field) for field in held & set(followed)},
        "figure": addresses.figure(shown, s) if held else None,
        "question": shown.question(s),
        **(words := _words(shown, s, r)),
        "glossary": {name: explain(name) for name in words["readouts"]},
        **_look(),
    }


def pin(shown: Shown, s: Any) -> dict[str, Any]:
    """Return the message with what other states are compared with: figures, words, and the state as a query."""
    r = shown.compute(s)
    panels = {name: plain(draw(s, r)) for name, draw in shown.view(s).panels.items()}
    return {"kind": "pin", "slug": shown.slug, "state": query(shown, s), "panels": panels, **_words(shown, s, r)}


def query(shown: Shown, s: Any) -> str:
    """Return a state as the text that names it beside another: never empty, so that the defaults have a name too."""
    return addresses.query(settled(s)) or "defaults"


def frames(shown: Shown, s: Any, field: str, *, coarse: bool = False) -> dict[str, Any]:
    """Return what changes in every panel, caption and readout over the values of `field`: all, or a few of them.

    `at` are the values' places on the slider. Where traces come and go, a panel's whole figures stand for its changes;
    so they do for a few values, since those may not show what changes between others.
    """
    knob = knobs(type(s))[field]
    last = len(knob.options) - 1
    at = sorted({*range(0, last, STRIDE), last}) if coarse else list(range(last + 1))
    states = [replace(settled(s), **{field: knob.options[k]}) for k in at]
    results = [shown.compute(state) for state in states]
    told = [_words(shown, state, r) for state, r in zip(states, results, strict=True)]
    return {
        "kind": "scrub",
        "slug": shown.slug,
        "field": field,
        "label": knob.label,
        "key": key("row", shown.slug, field),
        "at": at,
        "labels": [knob.text(knob.options[k]) for k in at],
        "state": state_beside(shown, s, field),
        "panels": {
            name: _changes([plain(draw(state, r)) for state, r in zip(states, results, strict=True)], whole=coarse)
            for name, draw in shown.view(s).panels.items()
        },
        **{f"{word}s": [t[word] for t in told] for word in ("caption", "file", "link")},
        "readouts": [t["readouts"] for t in told],
    }


def packed_frames(slug: str, s: Any, field: str, coarse: bool) -> bytes:
    """Return the packed frames of a topic on its own data; a worker process may be asked for them."""
    shown = Shown(import_module(f"regviz.figures.{slug}"))
    return pack(frames(shown, s, field, coarse=coarse))


def state_beside(shown: Shown, s: Any, field: str) -> str:
    """Return the address of a setting's frames, or, where the table is a reader's, a fingerprint of the same."""
    if shown.table is None:
        return addresses.frames(shown, s, field)
    return f"own-{zlib.crc32(repr((without(settled(s), field), shown.mark)).encode()):08x}"


def _changes(pictures: list[dict[str, Any]], *, whole: bool) -> Any:
    if not whole:
        try:
            return list(columns(pictures))
        except ValueError:
            pass
    return {"figures": pictures}


def _grid(s: Any, field: str) -> dict[str, Any]:
    """Return the values of a setting that is a point in a chart, and how they read; the default goes unsaid."""
    knob = knobs(type(s))[field]
    default = knob.text(getattr(type(s)(), field))
    texts = [knob.text(v) for v in knob.options]
    return {"label": knob.label, "options": knob.options, "texts": texts, "default": default}


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
    }


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"dtype": "f4", "bdata": base64.b64encode(value.astype("<f4")).decode()}
    return value.item()
