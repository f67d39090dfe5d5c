"""Arrays in, traces and figures out: the few pieces that every chart is made of."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from regviz.averages import mean_error
from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.theme import faded
from regviz.wording import number

Trace = dict[str, Any]

BESIDE = {"x": 1.02, "y": 1, "xanchor": "left", "yanchor": "top"}  # a legend right of the plot; below it on a phone
ABOVE = {"orientation": "h", "x": 1, "y": 1.0, "xanchor": "right", "yanchor": "bottom"}
BARS = "bars"  # what the outline of bars says of itself
SHADE = "shade"  # what a heat map's shades say of themselves, but for the first
BEYOND = 3  # ticks of a log axis on either side of what it shows
INSIDE = {"x": 0.02, "y": 0.98, "xanchor": "left", "yanchor": "top"}


def figure(
    traces: Sequence[Trace],
    *,
    title: str,
    alt: str,
    x: dict[str, Any],
    y: dict[str, Any],
    legend: dict[str, Any] | None = None,
    handles: Sequence[dict[str, str]] = (),
    **layout: Any,
) -> go.Figure:
    """Return a figure with its heading, axes and alt text; `alt` states the numbers the picture shows.

    `handles` are the points that a reader may drag.

    Every trace with a name answers a pointer, with it and the axes' names. Plotly's own validation is skipped; a test
    validates every panel.
    """
    told = [_telling(trace, x["title"]["text"], y["title"]["text"] or title) for trace in [*traces, *_tops(traces)]]
    full = {
        "title": {"text": title},
        "xaxis": x,
        "yaxis": y,
        "showlegend": legend is not None,
        "meta": {"alt": alt, **({"handles": list(handles)} if handles else {})},
        **({"legend": legend} if legend else {}),
        **layout,
    }
    return _Drawn(told, full)


class _Drawn(go.Figure):
    """A figure that is its dictionaries alone until plotly's own are asked for: a scrub draws hundreds of figures.

    It is then an ordinary figure.
    """

    def __init__(self, data: list[Trace], layout: dict[str, Any]) -> None:
        self._data, self._layout = data, layout

    def __getattr__(self, name: str) -> Any:
        self._become_ordinary()
        return getattr(self, name)

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as plotly has it, with its template."""
        self._become_ordinary()
        return self.to_dict()

    def _become_ordinary(self) -> None:
        self.__class__ = go.Figure
        self.__init__(data=self._data, layout=self._layout, _validate=False)


def _telling(trace: Trace, x: str, y: str) -> Trace:
    """Return a trace that says what it is where a pointer meets it: a line or mark with its place, an area by name."""
    if "hovertemplate" in trace or trace.get("hoverinfo") == "skip":
        return trace
    if "fill" in trace:
        return trace | ({"hoveron": "fills", "hoverinfo": "text"} if trace["name"] else {"hoverinfo": "skip"})
    place = f"<br>{x}: %{{x:.3~g}}" if x else ", %{x}"
    return trace | {"hovertemplate": f"<b>{trace['name']}</b>{place}<br>{y}: %{{y:.3~g}}<extra></extra>"}


def _tops(traces: Sequence[Trace]) -> list[Trace]:
    """Return unseen marks on the tops of bars, which answer a pointer with the height and not with a corner."""
    return [
        points((t["x"][::5] + t["x"][2::5]) / 2, t["y"][1::5], t["line"]["color"], said=t["name"], opacity=0)
        for t in traces
        if t.get("meta") == BARS
    ]


def handle(trace: str, *, x: str = "", y: str = "") -> dict[str, str]:
    """Return what lets a reader drag the one point of a trace: the names of the settings that it stands for."""
    return {"trace": trace, "x": x, "y": y}


def axis(title: str, span: tuple[float, float] | None = None, *, log: bool = False, **more: Any) -> dict[str, Any]:
    """Return an axis; `span` is in data units, also on a log axis.

    On a log axis `dtick` counts decades, "D2" stands for 1, 2 and 5 in each, and ticks read as numbers do elsewhere.
    """
    made: dict[str, Any] = {"title": {"text": title}, **more}
    if log:
        step, places = made.pop("dtick", 1), made.get("tickvals")
        places = list(_log_ticks(span, step) if places is None else places)
        made |= {"type": "log", "tickvals": places, "ticktext": made.get("ticktext", [number(v, 3) for v in places])}
    if span is not None:
        made["range"] = [float(np.log10(v)) for v in span] if log else [float(v) for v in span]
    return made


def _log_ticks(span: tuple[float, float] | None, step: int | str) -> list[float]:
    """Return the places of ticks within a span and some way beyond it, where a reader who zooms out gets."""
    low, high = np.log10(span or (1e-6, 1e6))
    every = step if isinstance(step, int) else 1
    decades = every * np.arange(np.floor(low / every) - BEYOND, np.ceil(high / every) + BEYOND + 1)
    return np.multiply.outer(10.0**decades, (1, 2, 5) if step == "D2" else (1,)).ravel().tolist()


def plane(x: str, across: tuple[float, float], y: str, up: tuple[float, float]) -> dict[str, dict[str, Any]]:
    """Return the axes of a plane of two weights, of equal aspect and without grid, as `x` and `y` of a figure."""
    bare = {"constrain": "domain", "showgrid": False, "zeroline": False}
    return {
        "x": axis(x, across, constraintoward="left", **bare),
        "y": axis(y, up, constraintoward="top", scaleanchor="x", **bare),
    }


def line(
    x: ArrayLike, y: ArrayLike, color: str, name: str = "", *, width: float = 2, dash: str = "solid", **more: Any
) -> Trace:
    """Return a line trace; NaN breaks the line. `said` is a name that a pointer hears and the legend has not."""
    style = {"color": color, "width": width, "dash": dash}
    return scatter(x, y, name, {"mode": "lines", "line": style} | more)


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
    """Return a marker trace; `said` as for a line, where a mark that is not named is that of the present."""
    marker = {"color": color, "size": size, "symbol": symbol}
    return scatter(x, y, name, {"mode": "markers", "marker": marker, "said": "now"} | more)


def bars(x: ArrayLike, y: ArrayLike, color: str, name: str = "", *, width: float = 0.5, said: str = "bar") -> Trace:
    """Return upright bars from 0 to y as one filled outline, which moves faster in a scrub than a bar trace."""
    x, y = floats(x), floats(y)
    left, right, gap = x - width / 2, x + width / 2, np.full_like(x, np.nan)
    across = np.stack([left, left, right, right, gap], axis=1).ravel()
    up = np.stack([0 * y, y, y, 0 * y, gap], axis=1).ravel()
    fill = {"fill": "toself", "fillcolor": faded(color, 0.85), "hoverinfo": "skip"}
    return line(across, up, color, name, width=1, meta=BARS, said=said, **fill)


def band(
    x: ArrayLike, low: ArrayLike, high: ArrayLike, color: str, name: str = "", *, share: float = 0.2, said: str = "band"
) -> Trace:
    """Return the area between two curves over x as one filled outline; `share` is its opacity.

    `said` is what the data call it, where it has no name that a pointer hears.
    """
    x, low, high = floats(x), floats(low), floats(high)
    fill = {"fill": "toself", "fillcolor": faded(color, share), **({} if name else {"hoverinfo": "skip", "said": said})}
    return line(np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]), "#00000000", name, width=0, **fill)


def averaged(x: ArrayLike, values: ArrayLike, color: str, name: str = "", said: str = "mean") -> list[Trace]:
    """Return the mean of values (k, runs) over x (k,) and the band of its standard error, the band first."""
    mean, error = mean_error(values)
    shade = band(x, mean - error, mean + error, color, said=f"{name or said} ± standard error")
    return [shade, line(x, mean, color, name, said=said)]


def reach(*values: ArrayLike) -> tuple[float, float]:
    """Return the least and the largest mean ± standard error of values (k, runs), for an axis that holds them all."""
    ends = np.concatenate([mean + sign * error for mean, error in map(mean_error, values) for sign in (-1, 1)])
    return float(ends.min()), float(ends.max())


def cells(
    x: ArrayLike, y: ArrayLike, z: ArrayLike, color: str, span: tuple[float, float], said: str, *, shades: int = 12
) -> list[Trace]:
    """Return z (len(y), len(x)) as a heat map: cells around evenly spaced x and y, the darker the larger.

    `span` = (lightest, darkest) in units of z, in either order; what lies beyond takes the last shade, NaN is left
    blank. One filled outline for each shade, so that a scrub may move it; bare shades stay as traces without a point.
    The first says, as `meta`, what all of them show; `said` names the values.
    """
    x, y, z = floats(x), floats(y), np.asarray(z, dtype=float)
    wide, tall = (abs(v[1] - v[0]) / 2 if len(v) > 1 else 0.5 for v in (x, y))
    share = np.clip((z - span[0]) / (span[1] - span[0]), 0, 1)
    shade = np.where(np.isnan(share), -1, np.nan_to_num(share) * shades).clip(max=shades - 1).astype(int)
    corner = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1], [np.nan, np.nan]]) * [wide, tall]
    traces = []
    for k in range(shades):
        rows, columns = np.nonzero(shade == k)
        outline = (np.stack([x[columns], y[rows]], axis=-1)[:, None] + corner).reshape(-1, 2)
        fill = {"fill": "toself", "fillcolor": faded(color, 0.06 + 0.9 * k / max(shades - 1, 1)), "hoverinfo": "skip"}
        shown = {"said": said, "meta": {"x": x, "y": y, "z": z} if k == 0 else SHADE}
        traces.append(line(*(outline.T if len(rows) else ([np.nan], [np.nan])), "#00000000", width=0, **fill, **shown))
    return traces


def rule(x: ArrayLike, y: ArrayLike, color: str, said: str, *, dash: str = "dot", width: float = 1.5) -> Trace:
    """Return a straight line that a pointer does not hear; `said` is what the data call it."""
    return line(x, y, color, dash=dash, width=width, hoverinfo="skip", said=said)


def upright(
    x: float,
    span: tuple[float, float],
    color: str = theme.NEUTRAL,
    *,
    dash: str = "dot",
    width: float = 1.5,
    said: str = "now",
) -> Trace:
    """Return a vertical line across `span` at x; `said` is what the data call it."""
    return rule([x, x], list(span), color, said, dash=dash, width=width)


def broken(rows: ArrayLike) -> Array:
    """Return curves (k, m) one after another as one line, with NaN between them.

    >>> broken([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [1.0, 2.0, nan, 3.0, 4.0]
    """
    rows = np.asarray(rows, dtype=float)
    return np.concatenate([rows, np.full((len(rows), 1), np.nan)], axis=1).ravel()[:-1]


def error_bars(x: ArrayLike, low: ArrayLike, high: ArrayLike, color: str, name: str = "", **more: Any) -> Trace:
    """Return upright lines from low to high at each x, as one trace."""
    x = floats(x)
    both = np.stack([np.broadcast_to(low, x.shape), np.broadcast_to(high, x.shape)], axis=1)
    return line(broken(np.stack([x, x], axis=1)), broken(both), color, name, **{"said": "error bar"} | more)


def ellipses(H: Array, centre: Array, excess: ArrayLike, count: int = 121) -> tuple[Array, Array]:
    """Return x and y of the curves ½ (w − centre)ᵀH(w − centre) = excess, one after another, broken by NaN."""
    angle = np.linspace(0, 2 * np.pi, count)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    shape = np.linalg.solve(np.linalg.cholesky(H).T, circle)
    size = np.sqrt(2 * np.atleast_1d(excess))[:, None]
    return broken(centre[0] + size * shape[0]), broken(centre[1] + size * shape[1])


def ball(radius: Callable[[Array], Array], budget: float, count: int = 31) -> tuple[Array, Array]:
    """Return x and y of the closed curve P(x) + P(y) = budget, quarter by quarter; radius(e) is the size with P = e."""
    spent = budget * np.sin(np.linspace(0, np.pi / 2, count)) ** 2
    across, up = radius(budget - spent), radius(spent)
    x = np.concatenate([across, -across[::-1], -across, across[::-1]])
    y = np.concatenate([up, up[::-1], -up, -up[::-1]])
    return x, y


def scatter(x: ArrayLike, y: ArrayLike, name: str, more: dict[str, Any]) -> Trace:
    """Return a trace of points (x, y); one with a name stands in the legend."""
    said, shown = more.pop("said", ""), {"name": name, "showlegend": bool(name)}
    return {"type": "scatter", "x": floats(x), "y": floats(y), **shown, **more} | ({} if name else {"name": said})


def floats(values: ArrayLike) -> Array:
    """Return values as a float array of at least one dimension."""
    return np.atleast_1d(np.asarray(values, dtype=float))
