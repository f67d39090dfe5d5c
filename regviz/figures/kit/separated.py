"""Points of two classes in the plane, a line between them, and the line of largest margin."""

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.traces import ABOVE, figure, line, plane, points


def separated(x: Array, labels: Array, support: Array, best: Array, w: Array, alt: str) -> go.Figure:
    """Return points x (n, 2) of labels ±1, support ringed, and the lines through 0 at right angles to w and best."""
    reach = np.array([-4.0, 4.0])
    lines = [np.outer(reach, np.array([-v[1], v[0]]) / max(float(np.linalg.norm(v)), 1e-300)) for v in (best, w)]
    traces = [
        line(*lines[0].T, theme.TRUTH, "largest margin", dash="dash"),
        line(*lines[1].T, theme.SOLUTION, "at t"),
        points(*x[support].T, theme.NEUTRAL, "support", size=15, symbol="circle-open"),
        points(*x[labels > 0].T, theme.LOSS, size=7, said="class +1"),
        points(*x[labels < 0].T, theme.PENALTY, size=7, symbol="square", said="class −1"),
    ]
    return figure(traces, title="Points", alt=alt, legend=ABOVE, **plane("x₁", (-2.2, 2.2), "x₂", (-2.2, 2.2)))
