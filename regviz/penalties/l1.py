"""The L1 penalty λ‖w‖₁: the lasso, a Laplace prior."""

from functools import partial
from math import erf, exp, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative, strength
from regviz.penalties.penalty import Axis, Penalty, duration, moving


def l1_penalty(w: ArrayLike, lambda_: float, axis: Axis = None) -> Array:
    """Return λ‖w‖₁."""
    return strength("lambda_", lambda_) * np.sum(np.abs(finite("w", w)), axis=axis)


def l1_gradient(w: ArrayLike, lambda_: float) -> Array:
    """Return λ sign(w), the subgradient of λ‖w‖₁ that is 0 at 0.

    >>> l1_gradient([1, -2, 0], 0.1).tolist()
    [0.1, -0.1, 0.0]
    """
    return strength("lambda_", lambda_) * np.sign(finite("w", w))


def soft_threshold(z: ArrayLike, threshold: ArrayLike) -> Array:
    """Return sign(z) max(|z| − threshold, 0), the prox of the L1 norm. Source: Parikh and Boyd 2014, section 6.5.2.

    >>> soft_threshold([-3.0, 0.5, 2.0], 1.0).tolist()
    [-2.0, 0.0, 1.0]
    """
    z, threshold = finite("z", z), non_negative("threshold", threshold)
    return np.sign(z) * np.maximum(np.abs(z) - threshold, 0.0)


def soft_threshold_risk(threshold: float, theta: float) -> float:
    """Return E(soft(θ + z, t) − θ)² with z ~ N(0, 1). Source: Donoho and Johnstone 1994, appendix 2.

    >>> round(soft_threshold_risk(0.0, 5.0), 9)
    1.0
    """
    up, down = threshold - theta, threshold + theta
    inside = (erf(up / sqrt(2)) + erf(down / sqrt(2))) / 2
    tails = up * exp(-(down**2) / 2) + down * exp(-(up**2) / 2)
    return 1 + threshold**2 + (theta**2 - 1 - threshold**2) * inside - tails / sqrt(2 * pi)


def l1_flow(t: ArrayLike, w0: float, lambda_: float) -> Array:
    """Return sign(w0) max(|w0| − λt, 0): constant speed, exactly zero from t = |w0|/λ on.

    >>> l1_flow([0, 1, 2, 3], 2.0, 1.0).tolist()
    [2.0, 1.0, 0.0, 0.0]
    """
    t, w0, lam = moving(t, w0, lambda_)
    return np.sign(w0) * np.maximum(abs(w0) - lam * t, 0.0)


def l1_arrival(w0: float, lambda_: float) -> float:
    """Return |w0|/λ."""
    _, w0, lam = moving(0.0, w0, lambda_)
    return duration(abs(w0), lam)


def _prox(z: ArrayLike, lambda_: float, step: float = 1.0) -> Array:
    return soft_threshold(z, step * lambda_)


L1 = Penalty(
    name="L1",
    value=partial(l1_penalty, axis=()),
    gradient=l1_gradient,
    prox=_prox,
    flow=l1_flow,
    arrival=l1_arrival,
    slope=1.0,
)
