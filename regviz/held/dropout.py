"""Dropout of the inputs of a linear model, averaged over every mask, against its ridge."""

from typing import Any

import numpy as np

from regviz.experiments.dropout import linear_problem
from regviz.figures.dropout import Result, Settings
from regviz.held.row import Row
from regviz.linear.overparametrized import min_norm
from regviz.memory import once


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return the weight that is followed, where the problem is linear."""
    if s.view != "linear" or not 0 < s.rate < 1:
        return []
    j = s.weight - 1
    exact = float(r.runs.exact[r.k, j])
    ours = float(over_all_masks(s.correlation, s.rate)[j])
    return [Row(f"weight {s.weight}, over all 64 masks", exact, ours, "Srivastava et al. 2014, section 9.1")]


@once(most=64)
def over_all_masks(correlation: float, rate: float) -> np.ndarray:
    """Return the weights (6,), times the keep probability, of least squares on the rows under every mask.

    Each masked copy of the data weighs what its mask's probability is.
    """
    X, y = linear_problem(correlation)
    p = X.shape[1]
    masks = (np.arange(2**p)[:, None] >> np.arange(p)) & 1
    root = np.sqrt(np.prod(np.where(masks == 1, 1 - rate, rate), axis=1))[:, None]
    rows_ = (root[..., None] * masks[:, None] * X).reshape(-1, p)
    return (1 - rate) * min_norm(rows_, (root * y).ravel())
