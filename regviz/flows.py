"""One weight under a penalty alone: the exact flow dw/dt = −λP'(w) from w0, for times t >= 0.

Each function takes t as an array and returns w(t) of the same shape; zero, once reached, is kept.
"""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, fraction, non_negative


def l2_flow(t: ArrayLike, w0: float, lambda_: float) -> Array:
    """Return w0 e^(−λt): zero is never reached."""
    return float(finite("w0", w0)) * np.exp(-non_negative("lambda_", lambda_) * non_negative("t", t))


def l1_flow(t: ArrayLike, w0: float, lambda_: float) -> Array:
    """Return sign(w0) max(|w0| − λt, 0): constant speed, exactly zero from t = |w0|/λ on.

    >>> l1_flow([0, 1, 2, 3], 2.0, 1.0).tolist()
    [2.0, 1.0, 0.0, 0.0]
    """
    w0 = float(finite("w0", w0))
    return np.sign(w0) * np.maximum(abs(w0) - non_negative("lambda_", lambda_) * non_negative("t", t), 0.0)


def elastic_net_flow(t: ArrayLike, w0: float, lambda_: float, l1_ratio: float) -> Array:
    """Return the flow with speed λ(ρ + (1−ρ)|w|): an exponential that aims below zero and stops there."""
    rho, lam, t = fraction("l1_ratio", l1_ratio), non_negative("lambda_", lambda_), non_negative("t", t)
    if rho == 1:
        return l1_flow(t, w0, lam)
    w0, aim = float(finite("w0", w0)), rho / (1 - rho)
    return np.sign(w0) * np.maximum((abs(w0) + aim) * np.exp(-lam * (1 - rho) * t) - aim, 0.0)


def mcp_flow(t: ArrayLike, w0: float, lambda_: float, gamma: float = 3.0) -> Array:
    """Return the flow with speed max(λ − |w|/γ, 0): none beyond γλ, faster and faster below."""
    w0, lam, t = float(finite("w0", w0)), non_negative("lambda_", lambda_), non_negative("t", t)
    gamma = above("gamma", gamma, 0)
    gap = gamma * lam - abs(w0)
    if gap <= 0:
        return np.full_like(t, w0)
    return np.sign(w0) * np.maximum(gamma * lam - _grow(gap, t / gamma, gamma * lam), 0.0)


def scad_flow(t: ArrayLike, w0: float, lambda_: float, a: float = 3.7) -> Array:
    """Return the flow of SCAD: none beyond aλ, accelerating down to λ, then constant speed λ."""
    w0, lam, t = float(finite("w0", w0)), non_negative("lambda_", lambda_), non_negative("t", t)
    a = above("a", a, 1)
    gap = a * lam - abs(w0)
    if gap <= 0:
        return np.full_like(t, w0)
    until = (a - 1) * max(np.log((a - 1) * lam / gap), 0.0)
    bend = a * lam - _grow(gap, t / (a - 1), (a - 1) * lam)
    straight = min(abs(w0), float(lam)) - lam * (t - until)
    return np.sign(w0) * np.where(t < until, bend, np.maximum(straight, 0.0))


def _grow(gap: float, rate: Array, limit: float) -> Array:
    """Return min(gap e^rate, limit) without overflow, for 0 < gap <= limit."""
    return gap * np.exp(np.minimum(rate, np.log(limit / gap)))
