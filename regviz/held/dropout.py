"""Dropout of the inputs of a linear model, averaged over every mask, against its ridge."""

from typing import Any

from regviz.against import Row
from regviz.experiments.dropout import linear_problem
from regviz.figures.dropout import Result, Settings
from regviz.networks.dropout_ridge import over_all_masks


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return the weight that is followed, where the problem is linear."""
    if s.view != "linear" or not 0 < s.rate < 1:
        return []
    j = s.weight - 1
    exact = float(r.runs.exact[r.k, j])
    ours = (1 - s.rate) * float(over_all_masks(*linear_problem(s.correlation), 1 - s.rate)[j])
    return [Row(f"weight {s.weight}, over all 64 masks", exact, ours, "Srivastava et al. 2014, section 9.1")]
