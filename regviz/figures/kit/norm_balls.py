"""A line of solutions in the plane, the L1, L2 and L∞ balls that touch it, and paths that end on it."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.traces import BESIDE, axis, bars, figure, line, plane, points
from regviz.wording import number

CORNERS = {
    "L1": np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]]),
    "L2": np.stack([np.cos(np.linspace(0, 2 * np.pi, 121)), np.sin(np.linspace(0, 2 * np.pi, 121))], axis=1),
    "L∞": np.array([[1, 1], [-1, 1], [-1, -1], [1, -1], [1, 1]]),
}
COLORS = {"L1": theme.L1, "L2": theme.L2, "L∞": theme.TRUTH}


Least = Mapping[str, tuple[float, Array]]
"""for L1, L2 and L∞: the least norm on the line, and where it is taken"""


def touching(a: Array, least: Least, paths: Mapping[str, Array], k: int, alt: str) -> go.Figure:
    """Return the line aᵀw = 1, the balls of least norm, and named paths (m, 2) as far as their point k."""
    low, high = np.array([-0.25, -0.35]), np.array([1.2, 1.1])
    ends = np.array([-2.0, 3.0])
    traces = [
        line(*(size * CORNERS[name]).T, COLORS[name], width=1, fill="toself", said=f"{name} ball")
        | {"fillcolor": theme.faded(COLORS[name], 0.08)}
        for name, (size, _) in least.items()
    ]
    traces += [line((1 - a[1] * ends) / a[0], ends, theme.NEUTRAL, "solutions", width=2)]
    for (name, path), color in zip(paths.items(), COLORS.values(), strict=True):
        traces.append(line(*np.where(np.arange(len(path)) <= k, path.T, np.nan), color, name, width=3))
        traces.append(points(*path[k], color, size=11, said=f"{name} now"))
    axes = plane("weight w₁", (low[0], high[0]), "weight w₂", (low[1], high[1]))
    return figure(
        traces,
        title="Solutions and balls",
        alt=alt,
        legend=BESIDE,
        margin={"l": 50, "r": 140, "t": 40, "b": 44},
        **axes,
    )


def lengths(ends: Mapping[str, Array], least: Least) -> go.Figure:
    """Return L1, L2 and L∞ norms of named points (2,), in units of the least on the line."""
    top, told, traces = (
        2.0,
        [],
        [line([-0.6, 2.6], [1, 1], theme.NEUTRAL, dash="dash", width=1.5, said="least on the line")],
    )
    orders = dict(zip(least, (1, 2, np.inf), strict=True))
    for j, ((name, w), color) in enumerate(zip(ends.items(), COLORS.values(), strict=True)):
        sizes = [float(np.linalg.norm(w, orders[norm])) / size for norm, (size, _) in least.items()]
        traces.append(bars(np.arange(3) + 0.26 * (j - 1), sizes, color, said=name, width=0.22))
        told.append(f"{name} {', '.join(number(size, 3) for size in sizes)}")
    alt = f"L1, L2 and L∞ norms over the least ones: {'; '.join(told)}."
    x = axis("", (-0.6, 2.6), tickvals=[0, 1, 2], ticktext=list(least), showgrid=False, zeroline=False)
    return figure(traces, title="Norm, over the least on the line", alt=alt, x=x, y=axis("", (0, top)))
