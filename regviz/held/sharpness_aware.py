"""Curvatures, drifts and edges by formula."""

from typing import Any

from regviz.against import Row
from regviz.experiments import sharpness_aware as runs
from regviz.figures.sharpness_aware import Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return runs.held(s.view, s.eta, s.wrong)
