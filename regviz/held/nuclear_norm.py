"""Limits of thresholds, the lower bound of the dual problem, the share that must be seen."""

from typing import Any

from regviz.figures.nuclear_norm import Holes, Result, Settings
from regviz.held.row import Row


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    more = r.recovery.held() if isinstance(r, Holes) else []
    return [Row(*row) for row in (*r.runs.held(r.k), *more)]
