"""A figure as a small still picture: lines, areas and points without words, right on light and on dark paper."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit.theme import DARK, NEUTRAL

WIDTH, HEIGHT = 320, 168
MARGIN = 7
FINE = 0.4  # how far a simplified line may stand off the true one
DASHES = {"dash": "6 4", "dot": "1.5 3.5", "dashdot": "6 3 1.5 3", "longdash": "10 5"}
THIN, SMALL = 0.75, 0.7  # lines and points against those of the page
SHAPES = {  # corners on a circle of radius 1; others are drawn round
    "square": [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
    "diamond": [(0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)],
    "x": [
        *[(-1, -0.7), (-0.7, -1), (0, -0.3), (0.7, -1), (1, -0.7), (0.3, 0)],
        *[(1, 0.7), (0.7, 1), (0, 0.3), (-0.7, 1), (-1, 0.7), (-0.3, 0)],
    ],
    "star": [(r * np.sin(k * np.pi / 5), -r * np.cos(k * np.pi / 5)) for k, r in enumerate([1.25, 0.5] * 5)],
    "line-ns": [(0, -1), (0, 1)],
}


def still(fig: go.Figure) -> str:
    """Return the figure as an SVG picture; its colours follow the color-scheme of the page that shows it."""
    layout = fig._layout
    box = _box(layout)
    axes = {name: layout[name] for name in ("xaxis", "yaxis")}
    seen = [trace for trace in fig._data if trace["mode"] != "text" and trace.get("opacity", 1) > 0]
    marks = [mark for trace in seen for mark in _trace(dict(trace), axes, box)]
    left, top, wide, tall = map(_short, box)
    frame = f'<path d="M{left} {top}v{tall}h{wide}" {_paint(stroke=NEUTRAL)}/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" style="color-scheme:light dark">'
        f'{frame}<svg x="{left}" y="{top}" width="{wide}" height="{tall}">{"".join(marks)}</svg></svg>'
    )


def simplified(line: Array, fine: float = FINE) -> Array:
    """Return the points (k, 2) of a line (n, 2) that keep it within `fine`, the first and the last among them.

    Source: Douglas and Peucker 1973.
    """
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        chord, ahead = line[last] - line[first], line[first + 1 : last] - line[first]
        share = np.clip(ahead @ chord / max(chord @ chord, 1e-12), 0, 1)
        off = np.hypot(*(ahead - share[:, None] * chord).T)
        far = int(np.argmax(off))
        if off[far] > fine:
            middle = first + 1 + far
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return line[keep]


def _box(layout: dict[str, Any]) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the plot; a plane of equal aspect stands in the middle."""
    wide, tall = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    if not layout["yaxis"].get("scaleanchor"):
        return MARGIN, MARGIN, wide, tall
    across, up = (layout[name]["range"][1] - layout[name]["range"][0] for name in ("xaxis", "yaxis"))
    unit = min(wide / across, tall / up)
    return (WIDTH - unit * across) / 2, (HEIGHT - unit * up) / 2, unit * across, unit * up


def _place(values: Array, axis: dict[str, Any], size: float, *, up: bool) -> Array:
    """Return values in units of the plot of this size; what a log axis cannot show is NaN."""
    low, high = axis["range"]
    if axis.get("type") == "log":
        values = np.log10(np.where(values > 0, values, np.nan))
    share = np.clip((values - low) / (high - low), -3, 4)
    return size * (1 - share if up else share)


def _trace(trace: dict[str, Any], axes: dict[str, Any], box: tuple[float, float, float, float]) -> list[str]:
    x = _place(np.asarray(trace["x"], dtype=float), axes["xaxis"], box[2], up=False)
    y = _place(np.asarray(trace["y"], dtype=float), axes["yaxis"], box[3], up=True)
    spots = np.stack([x, y], axis=1)
    marks = []
    if "lines" in trace["mode"]:
        marks.append(_line(trace, spots))
    if "markers" in trace["mode"]:
        marks.append(_markers(trace["marker"], spots[np.isfinite(spots).all(axis=1)]))
    return [mark for mark in marks if mark]


def _line(trace: dict[str, Any], spots: Array) -> str:
    whole = np.isfinite(spots).all(axis=1)
    breaks = np.flatnonzero(~whole)
    pieces = [piece[np.isfinite(piece).all(axis=1)] for piece in np.split(spots, breaks)]
    closed = trace.get("fill") == "toself"
    path = "".join(_path(simplified(piece), closed) for piece in pieces if len(piece) > 1)
    if not path:
        return ""
    style, paints = trace["line"], {"fill": trace["fillcolor"]} if closed else {}
    if style["width"]:
        paints["stroke"] = style["color"]
    more = f' stroke-width="{_short(THIN * style["width"])}"' if style["width"] else ""
    more += f' stroke-dasharray="{DASHES[style["dash"]]}"' if style["dash"] in DASHES else ""
    return f'<path d="{path}" {_paint(**paints)}{more}/>'


def _markers(style: dict[str, Any], spots: Array) -> str:
    radius = SMALL * style["size"] / 2
    name, bare = style["symbol"].removesuffix("-open"), style["symbol"].endswith("-open")
    colour = f'{_paint(stroke=style["color"])} stroke-width="1.2"' if bare else _paint(fill=style["color"])
    if name in SHAPES:
        outlines = np.asarray(SHAPES[name]) * radius + spots[:, None]
        return f'<path d="{"".join(_path(outline, True) for outline in outlines)}" {colour}/>' if len(spots) else ""
    return "".join(f'<circle cx="{_short(x)}" cy="{_short(y)}" r="{_short(radius)}" {colour}/>' for x, y in spots)


def _path(line: Array, closed: bool) -> str:
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in line) + ("Z" if closed else "")


def _paint(**colours: str) -> str:
    """Return attributes for light paper, and a style for both that browsers without light-dark() pass over."""
    plain = " ".join(f'{what}="{colour}"' for what, colour in {"fill": "none", **colours}.items())
    dark = {what: DARK.get(colour[:7], colour[:7]) + colour[7:] for what, colour in colours.items()}
    both = ";".join(f"{what}:light-dark({colour},{dark[what]})" for what, colour in colours.items())
    return f'{plain} style="{both}"'


def _short(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")
