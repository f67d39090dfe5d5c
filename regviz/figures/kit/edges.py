"""Marks that stay in a chart whose axes do not reach as far as they lie."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, Trace, axis, figure, points
from regviz.wording import number, pair

ARROWS = {
    **{(1, 0): "→", (-1, 0): "←", (0, 1): "↑", (0, -1): "↓"},
    **{(1, 1): "↗", (1, -1): "↘", (-1, 1): "↖", (-1, -1): "↙"},
}
ROOM = (0.14, 0.07)  # for half an arrow and its number, as shares of the axes
APART = np.array([0.3, 0.08])  # words nearer than this would lie over each other


def inside(marks: Sequence[Trace], x: dict[str, Any], y: dict[str, Any]) -> list[Trace]:
    """Return marks, at the edge of the axes where they lie outside, and one trace of arrows with their values.

    Where two arrows would lie over each other the first is drawn; the pointer still reads every mark.
    """
    moved, at, said, colors = [], [], [], []
    for mark in marks:
        (across, aside, near_x), (up, above, near_y) = (
            _held(mark[name], over, room) for name, over, room in zip("xy", (x, y), ROOM, strict=True)
        )
        moved.append(mark | {"x": across, "y": up})
        for i, side in enumerate(zip(aside.tolist(), above.tolist(), strict=True)):
            out = side != (0, 0)
            at.append((near_x[i], near_y[i]) if out else (np.nan, np.nan))
            said.append(f"{ARROWS[side]} {_told(side, mark['x'][i], mark['y'][i])}" if out else "")
            colors.append(mark["marker"]["color"])
    clear = _clear(np.transpose([_share(v, over) for v, over in zip(np.transpose(at), (x, y), strict=True)]))
    said = [word if free else "" for word, free in zip(said, clear, strict=True)]
    return [*moved, words(*np.transpose(at), said, colors, "middle center", 12)]


def _share(values: Array, over: dict[str, Any]) -> Array:
    """Return how far along an axis values stand, from 0 to 1."""
    low, high = over["range"]
    return (_counted(values, over) - low) / (high - low)


def _counted(values: Array, over: dict[str, Any]) -> Array:
    """Return values as the range of an axis counts them."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(values) if over.get("type") == "log" else values


def _clear(places: Array) -> list[bool]:
    """Return which places (k, 2) have no earlier one of these too near to them."""
    kept: list[int] = []
    for i, place in enumerate(places):
        if not any((np.abs(places[j] - place) < APART).all() for j in kept):
            kept.append(i)
    return [i in kept for i in range(len(places))]


def _held(values: Array, over: dict[str, Any], room: float) -> tuple[Array, Array, Array]:
    """Return values inside the range of an axis, on which side each lay outside (−1, 0, 1), and a place for words."""
    low, high = over["range"]
    log, pad = over.get("type") == "log", room * (high - low)
    scaled = _counted(values, over)
    side = (scaled > high).astype(int) - (scaled < low)
    kept, near = np.clip(scaled, low, high), np.clip(scaled, low + pad, high - pad)
    kept, near = (10**kept, 10**near) if log else (kept, near)
    return np.where(side == 0, values, kept), side, near


def _told(side: tuple[int, int], x: float, y: float) -> str:
    return pair((x, y)) if all(side) else number(x if side[0] else y, 3)


def followed(
    x: dict[str, Any], at: Array, k: int, curves: Sequence[Trace], now: Sequence[float], title: str, **y: Any
) -> go.Figure:
    """Return a figure of curves over a scrubbed axis, with the values `now` marked at its option k; y as for axis."""
    alt = f"{title} at {number(at[k], 3)}: {', '.join(number(value, 3) for value in now)}."
    up = axis("", **y)
    traces = [*curves, *inside([points([at[k]] * len(now), now, theme.SOLUTION, size=8)], x, up)]
    legend = ABOVE if any(trace["showlegend"] for trace in curves) else None
    return figure(traces, title=title, alt=alt, x=x, y=up, legend=legend)
