"""Linear regression by descent: ridge by gradient, lasso and elastic net by proximal gradient.

All minimise (1/2n)‖y − Xw − b‖² + λ[ρ‖w‖₁ + (1−ρ)/2 ‖w‖₂²] from w = 0. The intercept b is not penalised and not
descended on: centring X and y keeps it at its own optimum b = ȳ − x̄ᵀw at every step.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, fraction, strength, whole
from regviz.linear.paths import ridge_weights
from regviz.linear.units import from_zero, measured


class DivergenceError(ValueError):
    """The learning rate is at or past `limit` = 2/L, where descent no longer converges."""

    def __init__(self, learning_rate: float, limit: float) -> None:
        super().__init__(
            f"learning_rate = {learning_rate:.6g} diverges: it must be below the stability limit 2/L = {limit:.6g}"
        )
        self.limit = limit


def ridge_closed_form(X: ArrayLike, y: ArrayLike, lambda_: float) -> Array:
    """Return w = (XᵀX/n + λI)⁻¹Xᵀy/n (p,), no intercept; as exact as the SVD of X, in its columns' own units.

    Raises ValueError at λ = 0 where the columns of X are linearly dependent.
    Source: Hoerl and Kennard 1970, eq. 2.1, with k = nλ.

    >>> ridge_closed_form([[1.0], [1.0]], [2.0, 4.0], 0.5).round(12).tolist()
    [2.0]
    """
    problem, lam = from_zero(X, y), strength("lambda_", lambda_)
    if lam == 0 and np.linalg.matrix_rank(problem.Z) < problem.Z.shape[1]:
        raise ValueError("lambda_ must be > 0 where the columns of X are linearly dependent; got 0.0")
    return problem.weights(ridge_weights(problem, np.array([lam])))[0]


def stability_limit(X: ArrayLike, l2: float = 0.0) -> float:
    """Return 2/L for the gradient of (1/2n)‖y − Xw − b‖² + (l2/2)‖w‖₂²; infinite where that gradient is constant.

    L = σ²max/n + l2 with σmax the largest singular value of the centred X (n, p).
    Source: Nesterov 2018, section 2.1.5.
    """
    X = finite("X", X)
    problem, penalty = measured(X, np.zeros(X.shape[:1])), strength("l2", l2)
    largest = problem.units.max()
    with np.errstate(over="ignore", under="ignore"):
        curvature = np.linalg.norm(problem.Z / problem.factors, 2) ** 2 / len(X) * largest * largest + penalty
    return float(2 / curvature) if curvature > 0 else float("inf")


@dataclass(eq=False)
class _LinearModel:
    """What the three models share: checks, centring, prediction.

    After `fit`: `weights_` (p,), `intercept_`, and `objective_` (n_iterations + 1,), the objective before the first
    step and after each.
    """

    lambda_: float = 1.0
    learning_rate: float = 0.01
    n_iterations: int = 1000

    weights_: Array = field(init=False, repr=False)
    intercept_: float = field(init=False, repr=False)
    objective_: Array = field(init=False, repr=False)
    _anchor: tuple[Array, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse settings out of range."""
        self.lambda_ = strength("lambda_", self.lambda_)
        self.learning_rate = above("learning_rate", self.learning_rate, 0)
        self.n_iterations = whole("n_iterations", self.n_iterations, 1)

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Descend on X (n, p) and y (n,). Raises DivergenceError where learning_rate ≥ 2/L."""
        problem, limit = measured(X, y), stability_limit(X, self._smooth_l2())
        if self.learning_rate >= limit:
            raise DivergenceError(self.learning_rate, limit)
        self.weights_, self.objective_ = self._descend(problem.Z * problem.units, problem.target * problem.unit_y)
        self.intercept_ = float(problem.intercept(self.weights_))
        self._anchor = problem.origin, float(problem.at_origin(problem.measure(self.weights_)))
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Return Xw + b (n,) for X (n, p). Raises ValueError before `fit` and for another p."""
        w, X = self.get_weights(), finite("X", X)
        if X.ndim != 2 or X.shape[1] != len(w):
            raise ValueError(f"X must have shape (n, {len(w)}) as in fit; got {X.shape}")
        row, there = self._anchor  # far off zero, Xw and b would cancel
        return (X - row) @ w + there

    def get_weights(self) -> Array:
        """Return a copy of w (p,), without the intercept. Raises ValueError before `fit`."""
        if not hasattr(self, "weights_"):
            raise ValueError(f"this {type(self).__name__} has no weights yet; call fit(X, y) first")
        return self.weights_.copy()

    def _smooth_l2(self) -> float:
        """Return the part of the L2 strength that the gradient step sees."""
        return 0.0

    def _descend(self, X: Array, y: Array) -> tuple[Array, Array]:
        raise NotImplementedError


@dataclass(eq=False)
class RidgeRegression(_LinearModel):
    """Ridge regression by plain gradient descent: w ← w − η(Xᵀ(Xw − y)/n + λw), `n_iterations` times.

    `learning_rate` is η; it must stay below 2/L with L = σ²max/n + λ.
    """

    def _smooth_l2(self) -> float:
        return self.lambda_

    def _descend(self, X: Array, y: Array) -> tuple[Array, Array]:
        w, residual, history = np.zeros(X.shape[1]), y, []
        for _ in range(self.n_iterations):
            history.append(_objective(residual, w, self.lambda_, 0.0))
            w = w - self.learning_rate * (self.lambda_ * w - X.T @ residual / len(y))
            residual = y - X @ w
        history.append(_objective(residual, w, self.lambda_, 0.0))
        return w, np.array(history)


@dataclass(eq=False)
class _ProximalModel(_LinearModel):
    """Accelerated proximal gradient with adaptive restart, on the elastic net of `_l1_ratio`."""

    def _l1_ratio(self) -> float:
        raise NotImplementedError

    def _descend(self, X: Array, y: Array) -> tuple[Array, Array]:
        """Step from a point ahead of w; a step that raises the objective is undone and momentum starts anew.

        A plain step falls for every η < 2/L, so that the history never rises.
        Source: Beck and Teboulle 2009, section 4; O'Donoghue and Candès 2015, section 3.2.
        """
        n, eta, lam, rho = len(y), self.learning_rate, self.lambda_, self._l1_ratio()
        w = old = np.zeros(X.shape[1])
        residual = old_residual = y
        history, age = [_objective(residual, w, lam, rho)], 0
        for _ in range(self.n_iterations):
            push = age / (age + 3)
            ahead, ahead_residual = w + push * (w - old), residual + push * (residual - old_residual)
            z = ahead + eta / n * (X.T @ ahead_residual)
            new = np.sign(z) * np.maximum(np.abs(z) - eta * lam * rho, 0.0) / (1 + eta * lam * (1 - rho))
            new_residual = y - X @ new
            if age > 0 and _change(w, new, residual, new_residual, lam, rho) > 0:
                age = 0
            else:
                age, old, old_residual, w, residual = age + 1, w, residual, new, new_residual
            history.append(_objective(residual, w, lam, rho))
        return w, np.array(history)


@dataclass(eq=False)
class LassoRegression(_ProximalModel):
    """Lasso by accelerated proximal gradient with adaptive restart; zeros are exactly zero.

    `learning_rate` η is the step of each proximal gradient step and must stay below 2/L with L = σ²max/n;
    1/L is the usual choice. `n_iterations` counts the steps, undone ones included.
    """

    def _l1_ratio(self) -> float:
        return 1.0


@dataclass(eq=False)
class ElasticNetRegression(_ProximalModel):
    """Elastic net by accelerated proximal gradient with adaptive restart; zeros are exactly zero.

    `learning_rate` and `n_iterations` are as in LassoRegression: the whole penalty is in the proximal step, so that
    L = σ²max/n whatever λ and l1_ratio are.
    """

    l1_ratio: float = 0.5

    def __post_init__(self) -> None:
        """Refuse settings out of range."""
        super().__post_init__()
        self.l1_ratio = fraction("l1_ratio", self.l1_ratio)

    def _l1_ratio(self) -> float:
        return self.l1_ratio


def _objective(residual: Array, w: Array, lambda_: float, l1_ratio: float) -> float:
    penalty = l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * (w @ w)
    return float(residual @ residual / (2 * len(residual)) + lambda_ * penalty)


def _change(w: Array, new: Array, residual: Array, new_residual: Array, lambda_: float, l1_ratio: float) -> float:
    """Return the objective at `new` minus that at w, difference by difference: totals would drown it in rounding."""
    fit = (new_residual - residual) @ (new_residual + residual) / (2 * len(residual))
    penalty = l1_ratio * (np.abs(new) - np.abs(w)).sum() + (1 - l1_ratio) / 2 * ((new - w) @ (new + w))
    return float(fit + lambda_ * penalty)
