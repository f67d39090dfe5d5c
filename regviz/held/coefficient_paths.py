"""The knots of the lasso on the diabetes data as they are known from its first paper."""

import numpy as np

from regviz.experiments.coefficient_paths import KNOTS, NORM, in_their_units
from regviz.figures.coefficient_paths import Result, Settings
from regviz.held.row import Row

SOURCE = "Efron, Hastie, Johnstone and Tibshirani 2004, columns of length 1"


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the first, the sixth and the last knot, and ‖w‖₁ of least squares, on the diabetes table."""
    if s.data != "diabetes":
        return []
    path = in_their_units()
    found = [Row(f"knot {k + 1} of 12", KNOTS[k], float(path.lambdas[k]), SOURCE) for k in (0, 5, 11)]
    return [*found, Row("‖w‖₁ of least squares", NORM, float(np.abs(path.coefs[-1]).sum()), SOURCE)]
