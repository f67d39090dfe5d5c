"""The L2 penalty (λ/2)‖w‖₂²: ridge, weight decay, a Gaussian prior."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative, strength
from regviz.penalties.penalty import Axis, Penalty, moving


def l2_penalty(w: ArrayLike, lambda_: float, axis: Axis = None) -> Array:
    """Return (λ/2)‖w‖₂².

    >>> float(l2_penalty([1, 2, 3], 0.1))
    0.7000000000000001
    """
    return strength("lambda_", lambda_) / 2 * np.sum(finite("w", w) ** 2, axis=axis)


def l2_gradient(w: ArrayLike, lambda_: float) -> Array:
    """Return λw, the gradient of (λ/2)‖w‖₂²."""
    return strength("lambda_", lambda_) * finite("w", w)


def prox_l2(z: ArrayLike, lambda_: float, step: float = 1.0) -> Array:
    """Return z / (1 + step·λ), the prox of (λ/2)‖w‖₂²."""
    return finite("z", z) / (1 + non_negative("step", step) * non_negative("lambda_", lambda_))


def l2_flow(t: ArrayLike, w0: float, lambda_: float) -> Array:
    """Return w0 e^(−λt): zero is never reached."""
    t, w0, lam = moving(t, w0, lambda_)
    return w0 * np.exp(-lam * t)


def l2_arrival(w0: float, lambda_: float) -> float:
    """Return 0 from a start at zero, and infinity from any other."""
    return 0.0 if moving(0.0, w0, lambda_)[1] == 0 else float("inf")


L2 = Penalty(
    name="L2",
    value=partial(l2_penalty, axis=()),
    gradient=l2_gradient,
    prox=prox_l2,
    flow=l2_flow,
    arrival=l2_arrival,
    slope=0.0,
    inverse=lambda x: np.sqrt(2 * x),
)
