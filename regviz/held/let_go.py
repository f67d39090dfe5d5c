"""The λ at which a solver lets go of the last weight, closed in on."""

from collections.abc import Callable

import numpy as np

from regviz.against import Row
from regviz.checks import Array

ROUNDS, PARTS = 9, 65


def closed_in(exact: float, solve: Callable[[Array], Array]) -> float:
    """Return the least λ at which solve(λ (m,)) gives weights (m, p) of zero, between half of `exact` and twice it."""
    low, high = exact / 2, exact * 2
    for _ in range(ROUNDS):
        tried = np.linspace(low, high, PARTS)
        k = int(np.argmin(solve(tried).any(axis=1)))
        low, high = tried[k - 1], tried[k]
    return float(high)


def row(exact: float, ours: float) -> Row:
    """Return the row that tells it."""
    return Row("λ from which w = 0", exact, ours, "λ_max = max |xⱼᵀy| / (nρ)")
