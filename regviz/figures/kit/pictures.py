"""Small grey pictures in rows."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import cells, figure, plane

SIDE, HEAD = 8, 3  # pixels of a picture, and the rows above it for its name
TALL = SIDE + HEAD + 1


def sheet(rows: Mapping[str, Array], title: str, alt: str) -> go.Figure:
    """Return rows of pictures (k, 64) with values in [0, 1], each under its name; pixels that are NaN are orange."""
    wide = (SIDE + 1) * len(next(iter(rows.values()))) - 1
    shown, holes = np.full((2, TALL * len(rows), wide), np.nan)
    for i, pictures in enumerate(rows.values()):
        for j, picture in enumerate(pictures):
            place = np.s_[i * TALL + HEAD : i * TALL + HEAD + SIDE, (SIDE + 1) * j : (SIDE + 1) * j + SIDE]
            shown[place] = picture.reshape(SIDE, SIDE)
            holes[place] = np.where(np.isnan(shown[place]), 0.5, np.nan)
    across, up = np.arange(wide), -np.arange(len(shown))
    traces = [
        *cells(across, up, shown, theme.LOSS, (0, 1), "pixels", shades=8),
        *cells(across, up, holes, theme.PENALTY, (0, 1), "missing pixels", shades=3),
        words([-0.6] * len(rows), -TALL * np.arange(len(rows)) - 0.8, list(rows), theme.NEUTRAL, "middle right"),
    ]
    axes = plane("", (-1, wide), "", (0.4 - len(shown), 0.8))
    bare = {name: made | {"visible": False} for name, made in axes.items()}
    return figure(traces, title=title, alt=alt, margin={"l": 8, "r": 8, "t": 40, "b": 8}, **bare)
