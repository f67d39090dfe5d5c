"""The numbers of a dashboard on runs whose answer is known."""

from regviz.against import Row
from regviz.experiments.generalization_diagnostics import held
from regviz.figures.generalization_diagnostics import Result, Settings


def rows(s: Settings, r: Result) -> list[Row]:
    """Return what the view at hand is held against."""
    return held(s.seed)
