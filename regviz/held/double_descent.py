"""Exact risks and limits, of features, samples and digits."""

from typing import Any

from regviz.against import Row
from regviz.figures.double_descent import Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return r.runs.held()
