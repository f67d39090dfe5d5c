"""The ball of the nuclear norm among symmetric matrices (2, 2): a cylinder in space, a diamond of the eigenvalues.

A matrix of eigenvalues e is drawn at height c = (e₁ + e₂)/2 and at distance ρ = |e₁ − e₂|/2 from the axis: its nuclear
norm is 2 max(|c|, ρ), and it has rank 1 where |c| = ρ.
"""

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.traces import ABOVE, Trace, ball, broken, ellipses, figure, line, plane, points

TILT, FACING = np.radians(22), np.radians(40)


def solid(given: Array, path: Array, now: Array, alt: str) -> go.Figure:
    """Return the ball through the solution in space; given (2,), path (k, 2) and now (2,) are eigenvalues."""
    reach = 0.75 * float(np.abs(given).sum())
    traces = [
        *_cylinder(float(np.abs(now).sum()) / 2),
        line(*_in_space(path), theme.faded(theme.SOLUTION, 0.5), width=1.5, said="solutions along λ"),
        points(*_in_space(given[None]), theme.LOSS, "Y", size=11, symbol="x"),
        points(*_in_space(now[None]), theme.SOLUTION, "solution", size=12),
    ]
    axes = plane("", (-reach, reach), "", (-reach, reach))
    bare = {name: made | {"visible": False} for name, made in axes.items()}
    return figure(traces, title="The ball", alt=alt, legend=ABOVE, margin={"l": 8, "r": 8, "t": 40, "b": 8}, **bare)


def diamond(given: Array, path: Array, now: Array, alt: str) -> go.Figure:
    """Return the same ball in the plane of the two eigenvalues, with the distance that the solution keeps from Y."""
    reach = 1.1 * float(np.abs(given).sum())
    traces = [
        line(*ball(np.asarray, float(np.abs(now).sum())), theme.PENALTY, fill="toself", said="ball")
        | {"fillcolor": theme.faded(theme.PENALTY, 0.18)},
        line(*ellipses(np.eye(2), given, float(((given - now) ** 2).sum()) / 2), theme.LOSS, "nearest to Y"),
        line(*path.T, theme.faded(theme.SOLUTION, 0.5), width=1.5, said="solutions along λ"),
        points(*given, theme.LOSS, size=11, symbol="x", said="Y"),
        points(*now, theme.SOLUTION, size=12, said="solution"),
    ]
    axes = plane("eigenvalue e₁", (-reach, reach), "eigenvalue e₂", (-reach, reach))
    return figure(traces, title="Its eigenvalues", alt=alt, legend=ABOVE, **axes)


def _cylinder(radius: float) -> list[Trace]:
    """Return the solid |c| ≤ r, ρ ≤ r as its shadow, the cone |c| = ρ, and the two rims where they meet."""
    angle = np.linspace(0, 2 * np.pi, 61)
    across, depth = radius * np.cos(angle), radius * np.sin(angle)
    top, bottom = (np.stack(_on_paper(across, depth, np.full_like(angle, up))) for up in (radius, -radius))
    shadow = np.concatenate([top[:, :31], bottom[:, 30:], top[:, :1]], axis=1)
    rays = [np.stack([above, below], axis=1) for above, below in zip(top[:, :-1:5], -top[:, :-1:5], strict=True)]
    fill = {"fill": "toself", "fillcolor": theme.faded(theme.PENALTY, 0.18)}
    return [
        line(*shadow, theme.PENALTY, "ball", width=1, **fill),
        line(*map(broken, rays), theme.faded(theme.HIGHLIGHT, 0.5), width=1, hoverinfo="skip", said="rays"),
        line(*map(broken, np.stack([top, bottom], axis=1)), theme.HIGHLIGHT, "rank 1", width=3),
    ]


def _in_space(e: Array) -> tuple[Array, Array]:
    """Return where matrices with eigenvalues e (..., 2) are drawn, turned towards the reader."""
    around = (e[..., 0] - e[..., 1]) / 2
    return _on_paper(around * np.cos(FACING), -around * np.sin(FACING), e.mean(axis=-1))


def _on_paper(across: Array, depth: Array, up: Array) -> tuple[Array, Array]:
    """Return x and y of points of space seen from a little above; `depth` points away from the reader."""
    return across, up * np.cos(TILT) + depth * np.sin(TILT)
