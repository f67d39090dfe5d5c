"""The lasso on the diabetes data as it is known from its first paper, for columns of length 1."""

import numpy as np

from regviz.against import Row
from regviz.experiments.coefficient_paths import NORM, in_their_units
from regviz.figures.coefficient_paths import Result, Settings

SOURCE = "Efron, Hastie, Johnstone and Tibshirani 2004, columns of length 1"
FIRST, STEPS = 949.43526, 12


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the first knot, the steps and ‖w‖₁ of least squares, on the diabetes table."""
    if s.data != "diabetes":
        return []
    path = in_their_units()
    return [
        Row("first knot", FIRST, float(path.lambdas[0]), "the slope on bmi alone, as scikit-learn prints it"),
        Row("steps of the lasso", STEPS, float(len(path.lambdas) - 1), SOURCE),
        Row("‖w‖₁ of least squares", NORM, float(np.abs(path.coefs[-1]).sum()), SOURCE),
    ]
