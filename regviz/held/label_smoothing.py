"""Floors and gaps of the smoothed loss in closed form."""

from typing import Any

from regviz.against import Row
from regviz.experiments import label_smoothing as runs
from regviz.figures.label_smoothing import Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return runs.held(s.view, s.preset, s.triple, s.alpha, s.classes)
