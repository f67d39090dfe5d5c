"""Penalties and their (sub)gradients.

Every penalty is a sum over the weights. `axis` says over which axes of `w` the sum runs: None sums all of them, an
empty tuple gives the penalty of each weight. A (sub)gradient has the shape of `w`; at a kink it is 0, the element of
smallest size.
"""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, fraction, strength

Axis = int | tuple[int, ...] | None


def l2_penalty(w: ArrayLike, lambda_: float, axis: Axis = None) -> Array:
    """Return (λ/2)‖w‖₂².

    >>> float(l2_penalty([1, 2, 3], 0.1))
    0.7000000000000001
    """
    return strength("lambda_", lambda_) / 2 * np.sum(finite("w", w) ** 2, axis=axis)


def l2_gradient(w: ArrayLike, lambda_: float) -> Array:
    """Return λw, the gradient of (λ/2)‖w‖₂²."""
    return strength("lambda_", lambda_) * finite("w", w)


def l1_penalty(w: ArrayLike, lambda_: float, axis: Axis = None) -> Array:
    """Return λ‖w‖₁."""
    return strength("lambda_", lambda_) * np.sum(np.abs(finite("w", w)), axis=axis)


def l1_gradient(w: ArrayLike, lambda_: float) -> Array:
    """Return λ sign(w), the subgradient of λ‖w‖₁ that is 0 at 0.

    >>> l1_gradient([1, -2, 0], 0.1).tolist()
    [0.1, -0.1, 0.0]
    """
    return strength("lambda_", lambda_) * np.sign(finite("w", w))


def elastic_net_penalty(w: ArrayLike, lambda_: float, l1_ratio: float, axis: Axis = None) -> Array:
    """Return λ[ρ‖w‖₁ + (1−ρ)/2 ‖w‖₂²] with ρ = l1_ratio. Source: Zou and Hastie 2005; scikit-learn's ElasticNet."""
    rho = fraction("l1_ratio", l1_ratio)
    return rho * l1_penalty(w, lambda_, axis) + (1 - rho) * l2_penalty(w, lambda_, axis)


def elastic_net_gradient(w: ArrayLike, lambda_: float, l1_ratio: float) -> Array:
    """Return λ[ρ sign(w) + (1−ρ)w], the subgradient that is 0 at 0."""
    rho = fraction("l1_ratio", l1_ratio)
    return rho * l1_gradient(w, lambda_) + (1 - rho) * l2_gradient(w, lambda_)


def lq_penalty(w: ArrayLike, lambda_: float, q: float, axis: Axis = None) -> Array:
    """Return (λ/q) Σ|w|^q for q > 0: L1 at q = 1, L2 at q = 2, nonconvex below 1.

    Source: bridge regression, Frank and Friedman 1993, with their λ divided by q.
    """
    q = above("q", q, 0)
    return strength("lambda_", lambda_) / q * np.sum(np.abs(finite("w", w)) ** q, axis=axis)


def lq_gradient(w: ArrayLike, lambda_: float, q: float) -> Array:
    """Return λ sign(w)|w|^(q−1), and 0 at 0."""
    q, w = above("q", q, 0), finite("w", w)
    size = np.where(w == 0, 1.0, np.abs(w))
    return strength("lambda_", lambda_) * np.sign(w) * size ** (q - 1)


def mcp_penalty(w: ArrayLike, lambda_: float, gamma: float = 3.0, axis: Axis = None) -> Array:
    """Return the minimax concave penalty: λ|w| − w²/2γ up to |w| = γλ, then the constant γλ²/2.

    Source: Zhang 2010.
    """
    gamma, lam = above("gamma", gamma, 0), strength("lambda_", lambda_)
    size = np.minimum(np.abs(finite("w", w)), gamma * lam)
    return np.sum(lam * size - size**2 / (2 * gamma), axis=axis)


def mcp_gradient(w: ArrayLike, lambda_: float, gamma: float = 3.0) -> Array:
    """Return sign(w) max(λ − |w|/γ, 0), and 0 at 0."""
    gamma, lam, w = above("gamma", gamma, 0), strength("lambda_", lambda_), finite("w", w)
    return np.sign(w) * np.maximum(lam - np.abs(w) / gamma, 0.0)


def scad_penalty(w: ArrayLike, lambda_: float, a: float = 3.7, axis: Axis = None) -> Array:
    """Return the smoothly clipped absolute deviation penalty: linear to λ, a parabola to aλ, then (a+1)λ²/2.

    Source: Fan and Li 2001, the integral of eq. 2.7.
    """
    a, lam, size = above("a", a, 1), strength("lambda_", lambda_), np.abs(finite("w", w))
    bend = np.clip(size, lam, a * lam)
    each = lam * np.minimum(size, lam) + (2 * a * lam * (bend - lam) - bend**2 + lam**2) / (2 * (a - 1))
    return np.sum(each, axis=axis)


def scad_gradient(w: ArrayLike, lambda_: float, a: float = 3.7) -> Array:
    """Return λ up to |w| = λ, falling linearly to 0 at |w| = aλ, with the sign of w; 0 at 0."""
    a, lam, w = above("a", a, 1), strength("lambda_", lambda_), finite("w", w)
    return np.sign(w) * np.clip((a * lam - np.abs(w)) / (a - 1), 0.0, lam)
