"""Proofs of optimality, recomputed from X, y and w alone."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, fraction, non_negative, regression
from regviz.penalties import Penalty


def stationarity(gradient: ArrayLike, w: ArrayLike, lambda_: float, penalty: Penalty) -> Array:
    """Return, weight by weight, the distance from 0 to gradient + λ∂P(w): all zero at a stationary point.

    `gradient` (p,) is the loss gradient at w (p,). At w_j = 0 the subdifferential is [−λ·slope, λ·slope].
    """
    g, w, lam = finite("gradient", gradient), finite("w", w), float(non_negative("lambda_", lambda_))
    moving = np.abs(g + penalty.gradient(w, lam))
    reach = lam * penalty.slope if lam else 0.0
    return np.where(w != 0, moving, np.maximum(np.abs(g) - reach, 0.0))


def kkt_residual(X: ArrayLike, y: ArrayLike, w: ArrayLike, lambda_: float, l1_ratio: float = 1.0) -> float:
    """Return the largest violation of the elastic net's optimality conditions at w (p,).

    The loss is (1/2n)‖y − b − Xw‖² with the intercept b at its own optimum, which centring X and y removes.
    Source: Hastie, Tibshirani and Wainwright 2015, eq. 2.6, with the ridge term added.
    """
    X, y, w = _centred(X, y, w)
    lam, rho = float(non_negative("lambda_", lambda_)), fraction("l1_ratio", l1_ratio)
    pull = X.T @ (y - X @ w) / len(y) - lam * (1 - rho) * w
    violation = np.where(w != 0, np.abs(pull - lam * rho * np.sign(w)), np.maximum(np.abs(pull) - lam * rho, 0.0))
    return float(violation.max())


def duality_gap(X: ArrayLike, y: ArrayLike, w: ArrayLike, lambda_: float, l1_ratio: float = 1.0) -> float:
    """Return primal minus dual objective of the elastic net at w (p,), an upper bound on its suboptimality.

    The dual point is the residual, scaled until it is feasible; with no penalty at all, its part orthogonal to X.
    Source: Kim et al. 2007, on the design extended by √(nλ(1−ρ)) I.
    """
    X, y, w = _centred(X, y, w)
    n, lam, rho = len(y), float(non_negative("lambda_", lambda_)), fraction("l1_ratio", l1_ratio)
    ridge, residual = lam * (1 - rho), y - X @ w
    if lam == 0:
        excess = X @ np.linalg.lstsq(X, residual)[0]
        return float(excess @ excess / (2 * n))
    primal = residual @ residual / (2 * n) + lam * rho * np.abs(w).sum() + ridge / 2 * (w @ w)
    spread = X.T @ residual / n
    if rho == 0:
        return float(primal - residual @ y / n + residual @ residual / (2 * n) + spread @ spread / (2 * ridge))
    largest = np.abs(spread - ridge * w).max()
    scale = min(1.0, lam * rho / largest) if largest > 0 else 1.0
    # the extended residual's extra rows are −√(n·ridge) w
    return float(primal - scale * (residual @ y) / n + scale**2 * (residual @ residual / n + ridge * (w @ w)) / 2)


def _centred(X: ArrayLike, y: ArrayLike, w: ArrayLike) -> tuple[Array, Array, Array]:
    X, y = regression(X, y)
    w = finite("w", w)
    if w.shape != X.shape[1:]:
        raise ValueError(f"w must have shape ({X.shape[1]},) to match X; got {w.shape}")
    return X - X.mean(axis=0), y - y.mean(), w
