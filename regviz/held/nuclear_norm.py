"""Limits of thresholds, the lower bound of the dual problem, the share that must be seen."""

from typing import Any

from regviz.against import Row
from regviz.figures.nuclear_norm import Holes, Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    more = r.recovery.held() if isinstance(r, Holes) else []
    return [*r.runs.held(r.k), *more]
