"""Singular values, before and after and true."""

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.traces import ABOVE, axis, band, bars, figure, line, points

SHOWN = 30


def spectrum(given: Array, left: Array, truth: Array, lambda_: float, most: float, alt: str) -> go.Figure:
    """Return the largest singular values before a threshold λ, those that are left as bars, and the true ones.

    `most` is the largest value given at any λ.
    """
    index = np.arange(1, SHOWN + 1)
    across, top = (0.2, SHOWN + 0.8), 1.15 * float(max(most, truth[0]))
    true = truth[:SHOWN]
    traces = [
        band(across, [0, 0], [lambda_, lambda_], theme.PENALTY, share=0.15, said="up to λ"),
        line(across, [lambda_, lambda_], theme.PENALTY, "λ", width=1.5, dash="dash"),
        bars(index, left[:SHOWN], theme.SOLUTION, "solution", width=0.6),
        points(index, given[:SHOWN], theme.LOSS, "before", size=7, symbol="circle-open"),
        points(index, np.where(true > 1e-9 * true[0], true, np.nan), theme.TRUTH, "truth", size=8, symbol="diamond"),
    ]
    x, y = axis("singular value number i", across, showgrid=False), axis("", (0, top))
    return figure(traces, title="Singular values", alt=alt, x=x, y=y, legend=ABOVE)
