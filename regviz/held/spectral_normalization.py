"""Rates of the iteration, the best fit at a bound, the opponent's slope, the game's eigenvalues."""

from typing import Any

from regviz.experiments import spectral_normalization as runs
from regviz.figures.spectral_normalization import Result, Settings
from regviz.held.row import Row


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    if s.view == "dirac":
        return [Row(*row) for row in runs.played(s.gamma, s.rate)]
    return [Row(*row) for row in runs.held(s.view, s.ratio, s.k, s.target, s.d)]
