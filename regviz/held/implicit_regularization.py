"""Where training must end: least norms, the largest margin, the bound of stopping."""

from typing import Any

from regviz.figures.implicit_regularization import Result, Settings
from regviz.held.row import Row


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return [Row(*row) for row in r.runs.held()]
