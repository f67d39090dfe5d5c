"""λ_max beside the λ at which the solver lets go of the last weight."""

import numpy as np

from regviz.figures.constraint_balls import SCRUB, Result, Settings, compute, penalised
from regviz.held.row import Row
from regviz.knobs import without
from regviz.memory import once

ROUNDS, PARTS = 9, 65


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the λ at which both weights are zero, where there is one."""
    if not (r.penalty.convex and 0 < r.penalty.slope < np.inf):
        return []
    exact, ours = last(without(s, *SCRUB))
    return [Row("λ from which w = 0", exact, ours, "λ_max = max |xⱼᵀy| / (nρ)")]


@once(most=64)
def last(s: Settings) -> tuple[float, float]:
    """Return λ_max, and the least λ at which the solver gives no weight, closed in on from half and twice of it."""
    r = compute(s)
    exact = float(np.abs(r.problem.c).max() / r.penalty.slope)
    low, high = exact / 2, exact * 2
    for _ in range(ROUNDS):
        tried = np.linspace(low, high, PARTS)
        k = int(np.argmin(penalised(r.problem, s, tried).any(axis=1)))
        low, high = tried[k - 1], tried[k]
    return exact, float(high)
