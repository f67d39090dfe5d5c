"""λ_max, found by bisection on the solver, and the multiplier of the budget, found by walking along the ball."""

import numpy as np

from regviz.figures.constraint_balls import Result, Settings, penalised
from regviz.held.row import Row
from regviz.linear.plane import solve_budget


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the λ at which both weights are zero, and that which belongs to the budget of the solution on show."""
    p, found = r.problem, []
    if r.penalty.convex and 0 < r.penalty.slope < np.inf:
        exact = float(np.abs(p.c).max() / r.penalty.slope)
        found.append(Row("λ from which w = 0", exact, _last(s, r, exact), "λ_max = max |xⱼᵀy| / (nρ)"))
    if r.penalty.convex and r.w.any() and r.lambda_ > 0:
        multiplier = float(solve_budget(p.H, p.c, np.array([r.budget]), r.penalty)[1][0])
        found.append(
            Row("λ of the budget t = P(w)", r.lambda_, multiplier, "Hastie, Tibshirani and Friedman 2009, 3.4")
        )
    return found


def _last(s: Settings, r: Result, near: float) -> float:
    """Return the least λ at which the solver gives no weight, by bisection between half and twice `near`."""
    low, high = near / 2, near * 2
    for _ in range(50):
        middle = (low + high) / 2
        if penalised(r.problem, s, np.array([middle])).any():
            low = middle
        else:
            high = middle
    return high
