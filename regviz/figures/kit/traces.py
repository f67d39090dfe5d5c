"""Arrays in, traces and figures out: the few pieces that every chart is made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.theme import faded

Trace = dict[str, Any]

BESIDE = {"x": 1.02, "y": 1, "xanchor": "left", "yanchor": "top"}  # a legend right of the plot; below it on a phone
ABOVE = {"orientation": "h", "x": 1, "y": 1.0, "xanchor": "right", "yanchor": "bottom"}
POWERS = {"tickformat": "", "exponentformat": "power"}  # 10⁻⁶ on a log axis, where 0.000001 would be hard to read
INSIDE = {"x": 0.02, "y": 0.98, "xanchor": "left", "yanchor": "top"}


def figure(
    traces: Sequence[Trace],
    *,
    title: str,
    alt: str,
    x: dict[str, Any],
    y: dict[str, Any],
    legend: dict[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """Return a figure with its heading, axes and alt text; `alt` states the numbers the picture shows.

    Plotly's own validation is skipped, for a scrub draws hundreds of figures; a test validates every one.
    """
    full = {
        "title": {"text": title},
        "xaxis": x,
        "yaxis": y,
        "showlegend": legend is not None,
        "meta": {"alt": alt},
        **({"legend": legend} if legend else {}),
        **layout,
    }
    return go.Figure(data=list(traces), layout=full, _validate=False)


def axis(title: str, span: tuple[float, float] | None = None, *, log: bool = False, **more: Any) -> dict[str, Any]:
    """Return an axis; `span` is in data units, also on a log axis."""
    made: dict[str, Any] = {"title": {"text": title}, **more}
    if log:
        made |= {"type": "log", "dtick": 1, "tickformat": "~g"} | more
    if span is not None:
        made["range"] = [float(np.log10(v)) for v in span] if log else [float(v) for v in span]
    return made


def line(
    x: ArrayLike, y: ArrayLike, color: str, name: str = "", *, width: float = 2, dash: str = "solid", **more: Any
) -> Trace:
    """Return a line trace; NaN breaks the line."""
    style = {"color": color, "width": width, "dash": dash}
    return _scatter(x, y, name, {"mode": "lines", "line": style} | more)


def points(
    x: ArrayLike,
    y: ArrayLike,
    color: str,
    name: str = "",
    *,
    size: float = 9,
    symbol: str = "circle",
    **more: Any,
) -> Trace:
    """Return a marker trace."""
    marker = {"color": color, "size": size, "symbol": symbol}
    return _scatter(x, y, name, {"mode": "markers", "marker": marker} | more)


def words(
    x: ArrayLike,
    y: ArrayLike,
    text: Sequence[str],
    color: str | list[str],
    position: str = "top center",
    size: float = 13,
) -> Trace:
    """Return text at data positions, so that it moves with what it names; a list gives each word its colour."""
    style = {"color": color, "size": size}
    return _scatter(x, y, "", {"mode": "text", "text": list(text), "textposition": position, "textfont": style}) | {
        "hoverinfo": "skip"
    }


def bars(x: ArrayLike, y: ArrayLike, color: str, name: str = "", *, width: float = 0.5) -> Trace:
    """Return upright bars from 0 to y as one filled outline, which moves faster in a scrub than a bar trace."""
    x, y = _floats(x), _floats(y)
    left, right, gap = x - width / 2, x + width / 2, np.full_like(x, np.nan)
    across = np.stack([left, left, right, right, gap], axis=1).ravel()
    up = np.stack([0 * y, y, y, 0 * y, gap], axis=1).ravel()
    return line(across, up, color, name, width=1, fill="toself", fillcolor=faded(color, 0.85), hoverinfo="skip")


def band(x: ArrayLike, low: ArrayLike, high: ArrayLike, color: str, name: str = "", *, share: float = 0.2) -> Trace:
    """Return the area between two curves over x as one filled outline; `share` is its opacity."""
    x, low, high = _floats(x), _floats(low), _floats(high)
    fill = {"fill": "toself", "fillcolor": faded(color, share), "hoverinfo": "skip"}
    return line(np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]), "#00000000", name, width=0, **fill)


def percent(values: Array) -> str:
    """Return accuracies (seeds,) as mean ± standard error in percent."""
    return f"{100 * values.mean():.1f} ± {100 * values.std(ddof=1) / np.sqrt(len(values)):.1f} %"


def listed(words: Sequence[str]) -> str:
    """Return one or several words as part of a sentence: "a, b and c"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def cells(
    x: ArrayLike, y: ArrayLike, z: ArrayLike, color: str, span: tuple[float, float], *, shades: int = 12
) -> list[Trace]:
    """Return z (len(y), len(x)) as a heat map: cells around evenly spaced x and y, the darker the larger.

    `span` = (lightest, darkest) in units of z, in either order; what lies beyond takes the last shade, NaN is left
    blank. One filled outline for each shade, so that a scrub may move it; bare shades stay as traces without a point.
    """
    x, y, z = _floats(x), _floats(y), np.asarray(z, dtype=float)
    wide, tall = (abs(v[1] - v[0]) / 2 if len(v) > 1 else 0.5 for v in (x, y))
    share = np.clip((z - span[0]) / (span[1] - span[0]), 0, 1)
    shade = np.where(np.isnan(share), -1, np.nan_to_num(share) * shades).clip(max=shades - 1).astype(int)
    corner = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1], [np.nan, np.nan]]) * [wide, tall]
    traces = []
    for k in range(shades):
        rows, columns = np.nonzero(shade == k)
        outline = (np.stack([x[columns], y[rows]], axis=-1)[:, None] + corner).reshape(-1, 2)
        fill = {"fill": "toself", "fillcolor": faded(color, 0.06 + 0.9 * k / max(shades - 1, 1)), "hoverinfo": "skip"}
        traces.append(line(*(outline.T if len(rows) else ([np.nan], [np.nan])), "#00000000", width=0, **fill))
    return traces


def upright(
    x: float, span: tuple[float, float], color: str = theme.NEUTRAL, *, dash: str = "dot", width: float = 1.5
) -> Trace:
    """Return a vertical line across `span` at x."""
    return line([x, x], list(span), color, dash=dash, width=width, hoverinfo="skip")


def spread(at: ArrayLike, gap: float, span: tuple[float, float]) -> Array:
    """Return heights as near to `at` (k,) as labels can stand that keep `gap` between them, in order, inside `span`.

    The least-squares answer: clusters that overlap are pooled around their mean. Where k gaps do not fit into the
    span, the gap is narrowed.
    """
    wanted = np.clip(_floats(at), *span)
    order = np.argsort(wanted, kind="stable")
    gap = min(gap, (span[1] - span[0]) / max(len(wanted) - 1, 1))
    steps = gap * np.arange(len(wanted))
    blocks: list[list[float]] = []  # [mean, size] of labels that touch
    for level in wanted[order] - steps:
        blocks.append([level, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [[(m * a + n * b) / (m + n), m + n]]
    levels = np.repeat([mean for mean, _ in blocks], [int(size) for _, size in blocks])
    placed = np.empty_like(wanted)
    placed[order] = np.clip(levels, span[0], span[1] - steps[-1]) + steps
    return placed


def ellipses(H: Array, centre: Array, excess: ArrayLike, count: int = 121) -> tuple[Array, Array]:
    """Return x and y of the curves ½ (w − centre)ᵀH(w − centre) = excess, one after another, broken by NaN."""
    angle = np.linspace(0, 2 * np.pi, count)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    shape = np.linalg.solve(np.linalg.cholesky(H).T, circle)
    curves = [
        np.hstack([centre[:, None] + np.sqrt(2 * e) * shape, [[np.nan], [np.nan]]]) for e in np.atleast_1d(excess)
    ]
    both = np.hstack(curves)[:, :-1]
    return both[0], both[1]


def _scatter(x: ArrayLike, y: ArrayLike, name: str, more: dict[str, Any]) -> Trace:
    return {"type": "scatter", "x": _floats(x), "y": _floats(y), "name": name, "showlegend": bool(name), **more}


def _floats(values: ArrayLike) -> Array:
    return np.atleast_1d(np.asarray(values, dtype=float))
