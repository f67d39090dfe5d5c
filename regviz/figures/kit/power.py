"""Power iteration seen: the iterate in the plane, and its errors against the count."""

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.traces import ABOVE, axis, figure, line, plane, points
from regviz.wording import number

SPAN = (-1.2, 1.2)
LEAST = 1e-12
COUNTED = axis("iterations k", (0.5, 30.5), showgrid=False)


def ellipse(W: Array, v: Array, alt: str) -> go.Figure:
    """Draw the unit circle, its image under W (2, 2), and the iterate v (2,) in both."""
    angle = np.linspace(0, 2 * np.pi, 121)
    circle, largest = np.stack([np.cos(angle), np.sin(angle)]), np.linalg.svd(W)[0][:, 0]
    traces = [
        line(*circle, theme.NEUTRAL, "‖x‖ = 1", dash="dot", width=1.5),
        line(*(W @ circle), theme.LOSS, "W x"),
        line(*np.outer([-1, 1], largest).T, theme.TRUTH, "longest axis", dash="dash"),
        line(*np.stack([0 * v, v]).T, theme.NEUTRAL, "v", width=2.5),
        line(*np.stack([0 * v, W @ v]).T, theme.SOLUTION, "W v", width=3),
    ]
    return figure(traces, title="Power iteration", alt=alt, legend=ABOVE, **plane("", SPAN, "", SPAN))


def rates(counts: Array, ours: tuple[Array, Array], told: tuple[Array, Array], k: int) -> go.Figure:
    """Draw angle and relative error of σ̂ (n,) after `counts` iterations, measured and told, with the k-th marked."""
    traces, now = [], []
    for found, formula, color, name in zip(
        ours, told, (theme.PENALTY, theme.LOSS), ("angle", "error of σ̂"), strict=True
    ):
        shown, expected = (np.where(v > LEAST, v, np.nan) for v in (found, formula))
        traces.append(line(counts, expected, theme.NEUTRAL, dash="dash", width=4, said="formula"))
        traces.append(line(counts, shown, color, name))
        now.append(shown[k])
    traces.append(points([counts[k]] * 2, now, theme.SOLUTION, size=8))
    values = " and ".join(number(max(float(v[k]), 0.0), 2) for v in ours)
    alt = f"Angle and relative error of σ̂ after {counts[k]} iterations: {values}."
    y = axis("", (LEAST, 5), log=True, dtick=3)
    return figure(traces, title="Angle (radians) and error", alt=alt, x=COUNTED, y=y, legend=ABOVE)
