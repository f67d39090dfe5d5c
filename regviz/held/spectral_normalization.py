"""Rates of the iteration, the best fit at a bound, the opponent's slope, the game's eigenvalues."""

from typing import Any

from regviz.against import Row
from regviz.experiments import spectral_normalization as runs
from regviz.figures.spectral_normalization import Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    if s.view == "dirac":
        return runs.played(s.gamma, s.rate)
    return runs.held(s.view, s.ratio, s.k, s.target, s.d)
