"""Exact risks and limits, of features, samples and digits."""

from typing import Any

from regviz.figures.double_descent import Result, Settings
from regviz.held.row import Row


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return [Row(*row) for row in r.runs.held()]
