"""The bridge (λ/q) Σ|w|^q for q > 0: L1 at q = 1, L2 at q = 2, nonconvex below 1."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, non_negative, strength
from regviz.penalties.l1 import soft_threshold
from regviz.penalties.l2 import l2_arrival, l2_flow
from regviz.penalties.penalty import Axis, Penalty, duration, moving

BISECTIONS = 80  # a bracket shrinks by 1e-24


def lq_penalty(w: ArrayLike, lambda_: float, q: float, axis: Axis = None) -> Array:
    """Return (λ/q) Σ|w|^q for q > 0.

    Source: bridge regression, Frank and Friedman 1993, with their λ divided by q.
    """
    q = above("q", q, 0)
    return strength("lambda_", lambda_) / q * np.sum(np.abs(finite("w", w)) ** q, axis=axis)


def lq_gradient(w: ArrayLike, lambda_: float, q: float) -> Array:
    """Return λ sign(w)|w|^(q−1), and 0 at 0."""
    q, w = above("q", q, 0), finite("w", w)
    size = np.where(w == 0, 1.0, np.abs(w))
    return strength("lambda_", lambda_) * np.sign(w) * size ** (q - 1)


def prox_lq(z: ArrayLike, lambda_: float, q: float, step: float = 1.0) -> Array:
    """Return the global prox of (λ/q) Σ|w|^q for q > 0, by bisection on its stationary equation."""
    z, q = finite("z", z), above("q", q, 0)
    strength = np.broadcast_to(non_negative("step", step) * non_negative("lambda_", lambda_), z.shape)
    if q == 1:
        return soft_threshold(z, strength)
    size = np.abs(z)
    # w = u^power: near q = 1 a weight is so small a power that bisection needs its root to see it
    power = 1 / (q - 1) if 1 < q < 2 else 1.0
    # for q < 1 the objective is convex only right of its inflection; the stationary point left of it is a maximum
    low = np.minimum((strength * (1 - q)) ** (1 / (2 - q)), size) if q < 1 else np.zeros_like(size)
    high = size ** (1 / power)
    for _ in range(BISECTIONS):
        u = (low + high) / 2
        slope = u**power - size + strength * np.where(u == 0, 1.0, u) ** (power * (q - 1)) * (u > 0)
        low, high = np.where(slope < 0, u, low), np.where(slope < 0, high, u)
    root = ((low + high) / 2) ** power
    cost = (root - size) ** 2 / 2 + strength / q * root**q
    return np.where((q > 1) | (cost < size**2 / 2), np.sign(z) * root, 0.0)


def lq_flow(t: ArrayLike, w0: float, lambda_: float, q: float) -> Array:
    """Return sign(w0) max(|w0|^(2−q) − (2−q)λt, 0)^(1/(2−q)): below q = 2 zero is reached, above it never is."""
    q = above("q", q, 0)
    if q == 2:
        return l2_flow(t, w0, lambda_)
    t, w0, lam = moving(t, w0, lambda_)
    if w0 == 0:
        return np.zeros_like(t)
    left = np.maximum(1 - (2 - q) * lam * abs(w0) ** (q - 2) * t, 0.0)
    return w0 * left ** (1 / (2 - q))


def lq_arrival(w0: float, lambda_: float, q: float) -> float:
    """Return |w0|^(2−q) / ((2−q)λ); infinity from q = 2 on."""
    q = above("q", q, 0)
    if q >= 2:
        return l2_arrival(w0, lambda_)
    _, w0, lam = moving(0.0, w0, lambda_)
    return duration(abs(w0) ** (2 - q), (2 - q) * lam)


def lq(q: float) -> Penalty:
    """Return (1/q) Σ|w|^q; convex from q = 1 on."""
    return Penalty(
        name="Lq",
        value=partial(lq_penalty, q=q, axis=()),
        gradient=partial(lq_gradient, q=q),
        prox=lambda z, lambda_, step=1.0: prox_lq(z, lambda_, q, step),
        flow=partial(lq_flow, q=q),
        arrival=partial(lq_arrival, q=q),
        slope=float("inf") if q < 1 else float(q == 1),
        inverse=lambda x: (q * x) ** (1 / q),
        convex=q >= 1,
    )
