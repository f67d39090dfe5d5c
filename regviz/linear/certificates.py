"""Proofs of optimality, recomputed from X, y and w alone."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, fraction, regression, strength
from regviz.linear.units import Measured, measured
from regviz.penalties import Penalty


def stationarity(gradient: ArrayLike, w: ArrayLike, lambda_: float, penalty: Penalty) -> Array:
    """Return, weight by weight, the distance from 0 to gradient + λ∂P(w): all zero at a stationary point.

    `gradient` (p,) is the loss gradient at w (p,). At w_j = 0 the subdifferential is [−λ·slope, λ·slope].
    """
    g, w, lam = finite("gradient", gradient), finite("w", w), strength("lambda_", lambda_)
    return _violation(w, g, penalty.gradient(w, lam), lam * penalty.slope if lam else 0.0)


def kkt_residual(X: ArrayLike, y: ArrayLike, w: ArrayLike, lambda_: float, l1_ratio: float = 1.0) -> float:
    """Return the largest violation of the elastic net's optimality conditions at w (p,).

    The loss is (1/2n)‖y − b − Xw‖² with the intercept b at its own optimum, which centring X and y removes.
    Source: Hastie, Tibshirani and Wainwright 2015, eq. 2.6, with the ridge term added.
    """
    problem, u = _measured(X, y, w)
    lam, rho = strength("lambda_", lambda_), fraction("l1_ratio", l1_ratio)
    level, ridge = problem.level(lam * rho) * problem.factors, problem.ridge(lam * (1 - rho))
    with np.errstate(under="ignore", over="ignore"):
        pull = problem.Z.T @ (problem.target - problem.Z @ u) / len(problem.target) - ridge * u
        violation = _violation(u, -pull, level * np.sign(u), level)
        return float((violation * problem.unit_y * problem.units).max())


def duality_gap(X: ArrayLike, y: ArrayLike, w: ArrayLike, lambda_: float, l1_ratio: float = 1.0) -> float:
    """Return primal minus dual objective of the elastic net at w (p,), an upper bound on its suboptimality.

    The dual point is the residual, scaled until it is feasible; with no penalty at all, its part orthogonal to X.
    Source: Kim et al. 2007, on the design extended by √(nλ(1−ρ)) I.
    """
    problem, u = _measured(X, y, w)
    lam, rho = strength("lambda_", lambda_), fraction("l1_ratio", l1_ratio)
    level, ridge = problem.level(lam * rho) * problem.factors, problem.ridge(lam * (1 - rho))
    with np.errstate(all="ignore"):  # infinity is a bound too
        return float(_gap(problem, u, level, ridge, lam, rho) * problem.unit_y * problem.unit_y)


def _violation(w: Array, gradient: Array, slope: Array, reach: ArrayLike) -> Array:
    """Return the distance (p,) from 0 to gradient + ∂P: P has this slope off zero, and [−reach, reach] at zero."""
    return np.where(w != 0, np.abs(gradient + slope), np.maximum(np.abs(gradient) - reach, 0.0))


def _gap(problem: Measured, u: Array, level: Array, ridge: Array, lambda_: float, rho: float) -> float:
    """Return the gap in units of y², for L1 and L2 strengths (p,) on the measured weights u (p,)."""
    Z, y, n = problem.Z, problem.target, len(problem.target)
    residual = y - Z @ u
    if lambda_ == 0:
        excess = Z @ np.linalg.lstsq(Z, residual)[0]
        return excess @ excess / (2 * n)
    primal = residual @ residual / (2 * n) + level @ np.abs(u) + u @ (ridge * u) / 2
    pull = Z.T @ residual / n
    if rho == 0:
        rest = np.where(pull == 0, 0.0, pull * (pull / (2 * ridge)))
        return primal - residual @ y / n + residual @ residual / (2 * n) + rest.sum()
    excess = np.abs(pull - ridge * u)
    largest = np.where(excess > level, excess / level, 1.0).max()
    # the extended residual's extra rows are −√(n·ridge) u
    return primal - residual @ y / n / largest + (residual @ residual / n + u @ (ridge * u)) / 2 / largest**2


def _measured(X: ArrayLike, y: ArrayLike, w: ArrayLike) -> tuple[Measured, Array]:
    X, y = regression(X, y)
    w = finite("w", w)
    if w.shape != X.shape[1:]:
        raise ValueError(f"w must have shape ({X.shape[1]},) to match X; got {w.shape}")
    problem = measured(X, y)
    return problem, problem.measure(w)
