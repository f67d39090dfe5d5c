"""λ_max beside the λ at which the solver lets go of the last weight."""

import numpy as np

from regviz.against import Row
from regviz.figures.constraint_balls import SCRUB, Result, Settings, compute, penalised
from regviz.held import let_go
from regviz.knobs import without
from regviz.memory import once


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the λ at which both weights are zero, where there is one."""
    if not (r.penalty.convex and 0 < r.penalty.slope < np.inf):
        return []
    return [let_go.row(*last(without(s, *SCRUB)))]


@once(most=64)
def last(s: Settings) -> tuple[float, float]:
    """Return λ_max, and the least λ at which the solver gives no weight."""
    r = compute(s)
    exact = float(np.abs(r.problem.c).max() / r.penalty.slope)
    return exact, let_go.closed_in(exact, lambda lambdas: penalised(r.problem, s, lambdas))
