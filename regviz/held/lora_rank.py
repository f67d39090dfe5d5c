"""Reduced-rank regression, the update known to solve the task, and counts in print."""

from typing import Any

from regviz.against import Row
from regviz.figures.lora_rank import Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return r.runs.held(r.rank)
