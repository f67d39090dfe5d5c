"""The same strength λ under the names and scalings of other books and libraries.

Here the objective is (1/2n)‖y − Xw − b‖² + λP(w) with P = ½‖w‖₂² (ridge), ‖w‖₁ (lasso) or their mixture. Elsewhere
the loss is scaled otherwise and so the number for the same solution is λ times a constant and, often, n. glmnet also
divides y by its standard deviation s before it fits: `to_glmnet`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import above, finite, fraction, strength


@dataclass(frozen=True)
class Convention:
    """Another scaling: its value for the same solution is factor · n^power · λ."""

    name: str
    objective: str
    symbol: str
    factor: float
    power: int
    penalties: tuple[str, ...]
    """which it is for, of ridge, lasso and elastic net"""

    def scale(self, n: int) -> float:
        """Return value / λ for n observations."""
        return self.factor * above("n", n, 0) ** self.power


RIDGE, SPARSE = ("ridge",), ("lasso", "elastic net")

CONVENTIONS = (
    Convention("scikit-learn Ridge", "‖y − Xw‖² + α‖w‖₂²", "α", 1.0, 1, RIDGE),
    Convention("scikit-learn Lasso, ElasticNet", "(1/2n)‖y − Xw‖² + α P(w)", "α", 1.0, 0, SPARSE),
    Convention("glmnet", "(1/2n)‖y − Xw‖² + λ‖w‖₁", "λ", 1.0, 0, ("lasso",)),
    Convention("sum of squares", "w = (XᵀX + kI)⁻¹Xᵀy", "k", 1.0, 1, RIDGE),
    Convention("ESL ridge (3.41)", "‖y − Xw‖² + λ‖w‖₂²", "λ", 1.0, 1, RIDGE),
    Convention("ESL lasso (3.52)", "½‖y − Xw‖² + λ‖w‖₁", "λ", 1.0, 1, ("lasso",)),
    Convention("SGD weight decay, half mean square", "w ← w − η(g + λw), g = ∇(1/2n)‖y − Xw‖²", "λ", 1.0, 0, RIDGE),
    Convention("SGD weight decay, mean square", "w ← w − η(g + λw), g = ∇(1/n)‖y − Xw‖²", "λ", 2.0, 0, RIDGE),
)


@dataclass(frozen=True)
class Translation:
    """One row of the table: what to write under another convention."""

    name: str
    objective: str
    symbol: str
    value: float


def to_convention(lambda_: float, n: int, name: str) -> float:
    """Return the value that gives, under the convention `name` with n observations, the solution of λ here.

    >>> to_convention(0.1, 442, "scikit-learn Ridge")
    44.2
    """
    return strength("lambda_", lambda_) * convention(name).scale(n)


def from_convention(value: float, n: int, name: str) -> float:
    """Return the λ that gives here the solution of `value` under the convention `name` with n observations.

    >>> from_convention(44.2, 442, "scikit-learn Ridge")
    0.1
    """
    return strength("value", value) / convention(name).scale(n)


def translations(lambda_: float, n: int, l1_ratio: float | None = None) -> list[Translation]:
    """Return λ for n observations under every convention, one row each, or only those with the penalty of l1_ratio."""
    found = CONVENTIONS
    if l1_ratio is not None:
        penalty = {0.0: "ridge", 1.0: "lasso"}.get(fraction("l1_ratio", l1_ratio), "elastic net")
        found = tuple(c for c in CONVENTIONS if penalty in c.penalties)
    return [Translation(c.name, c.objective, c.symbol, to_convention(lambda_, n, c.name)) for c in found]


def to_glmnet(lambda_: float, l1_ratio: float, y: ArrayLike) -> tuple[float, float]:
    """Return glmnet's (lambda, alpha) for the solution of (λ, ρ) here, given the y (n,) that it is fitted to.

    glmnet fits y/s, s the standard deviation of y with n in the denominator, with λ/s in place of λ, and multiplies the
    weights by s: its L1 part stays, its L2 part is divided by s. So lambda = λ(ρ + (1−ρ)s) and alpha = λρ/lambda;
    for the lasso nothing changes. Columns as given: standardize = FALSE. Raises ValueError where y is constant.
    Source: Friedman, Hastie and Tibshirani 2010, and glmnet's vignette, appendix on the internal parametrisation.

    >>> to_glmnet(0.1, 0.5, [1.0, 5.0])
    (0.15000000000000002, 0.3333333333333333)
    """
    lam, rho, s = strength("lambda_", lambda_), fraction("l1_ratio", l1_ratio), float(np.std(finite("y", y)))
    if s == 0:
        raise ValueError("y must vary; got a constant")
    blend = rho + (1 - rho) * s
    return lam * blend, rho / blend


def from_glmnet(value: float, alpha: float, y: ArrayLike) -> tuple[float, float]:
    """Return (λ, ρ) here for glmnet's (lambda, alpha), the inverse of `to_glmnet`.

    >>> [round(number, 9) for number in from_glmnet(0.15, 1 / 3, [1.0, 5.0])]
    [0.1, 0.5]
    """
    lam, share, s = strength("value", value), fraction("alpha", alpha), float(np.std(finite("y", y)))
    if s == 0:
        raise ValueError("y must vary; got a constant")
    blend = share + (1 - share) / s
    return lam * blend, share / blend


def convention(name: str) -> Convention:
    """Return the convention called `name`. Raises ValueError naming all of them where there is none."""
    known = {c.name: c for c in CONVENTIONS}
    if name not in known:
        raise ValueError(f"convention must be one of {', '.join(known)}; got {name!r}")
    return known[name]
