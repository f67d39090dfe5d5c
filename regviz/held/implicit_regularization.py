"""Where training must end: least norms, the largest margin, the bound of stopping."""

from typing import Any

from regviz.against import Row
from regviz.figures.implicit_regularization import Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return r.runs.held()
