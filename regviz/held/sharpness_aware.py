"""Curvatures, drifts and edges by formula."""

from typing import Any

from regviz.experiments import sharpness_aware as runs
from regviz.figures.sharpness_aware import Result, Settings
from regviz.held.row import Row


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return [Row(*row) for row in runs.held(s.view, s.eta, s.wrong)]
