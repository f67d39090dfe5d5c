"""How near values come to those that they are held against."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import axis, broken, figure, line, points, upright
from regviz.wording import number

SPAN = (1e-16, 30.0)  # the names stand in its left half
LEAST = 2.5e-7  # where smaller shares stand


def agreement(names: Sequence[str], shares: Sequence[float]) -> go.Figure:
    """Return a figure of differences as shares of what is allowed, a row each; beyond 1 a value does not agree."""
    heights = -np.arange(len(names), dtype=float)
    shown = np.clip(shares, LEAST, SPAN[1])
    low, edges = np.full(len(names), LEAST), (-len(names) + 0.4, 0.6)
    colors = [theme.TRUTH if share <= 1 else theme.SOLUTION for share in shares]
    traces = [
        upright(1.0, edges, said="allowed"),
        line(
            broken(np.stack([low, shown], axis=1)), broken(np.stack([heights, heights], axis=1)), theme.GRID, said="row"
        ),
        *(points([x], [y], c, said=name, size=8) for x, y, c, name in zip(shown, heights, colors, names, strict=True)),
        words(np.full(len(names), SPAN[0]), heights, [f" {name}" for name in names], theme.WORD, "middle right", 12),
    ]
    told = ", ".join(f"{name} {number(share, 2)}" for name, share in zip(names, shares, strict=True))
    return figure(
        traces,
        title="Difference, in units of what is allowed",
        alt=f"Differences over what the badge allows: {told}.",
        x=axis("difference/allowed", SPAN, log=True, tickvals=[1e-6, 1e-3, 1], showgrid=False),
        y=axis("", edges, tickvals=[], showgrid=False, zeroline=False),
    )
