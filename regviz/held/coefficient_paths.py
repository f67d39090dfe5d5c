"""The knots of the lasso on the diabetes data as they are known from its first paper."""

import numpy as np

from regviz.data.tables import diabetes
from regviz.figures.coefficient_paths import Result, Settings
from regviz.held.row import Row
from regviz.linear.overparametrized import min_norm
from regviz.linear.paths import lasso_path
from regviz.memory import once

KNOTS = (949.4, 889.3, 452.9, 316.1, 130.1, 88.8, 69.0, 20.0, 5.5, 5.1, 2.2, 1.3)
NORM = 3460.0
SOURCE = "Efron, Hastie, Johnstone and Tibshirani 2004, columns of length 1"


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the first, the sixth and the last knot, and ‖w‖₁ of least squares, on the diabetes table."""
    if s.data != "diabetes":
        return []
    knots, norm = in_their_units()
    found = [Row(f"knot {k + 1} of 12", KNOTS[k], float(knots[k]), SOURCE) for k in (0, 5, 11)]
    return [*found, Row("‖w‖₁ of least squares", NORM, norm, SOURCE)]


@once(most=1)
def in_their_units() -> tuple[np.ndarray, float]:
    """Return the knots (12,) of the exact path and ‖w‖₁ of least squares, for columns of length 1."""
    table = diabetes()
    X = table.X - table.X.mean(axis=0)
    X = X / np.linalg.norm(X, axis=0)
    y = table.y - table.y.mean()
    path = lasso_path(X, y)
    return path.lambdas[:-1] * len(y), float(np.abs(min_norm(X, y)).sum())
