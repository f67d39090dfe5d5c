"""Proximal operators: prox(z) is the w that minimises ½‖w − z‖² + step · P(w).

All are exact and act on arrays of any shape, weight by weight (by group for `prox_group`). Where a nonconvex problem
has two minimisers, the smaller one is returned.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, fraction, non_negative
from regviz.penalties import mcp_penalty, scad_penalty

BISECTIONS = 80  # a bracket shrinks by 1e-24


def soft_threshold(z: ArrayLike, threshold: ArrayLike) -> Array:
    """Return sign(z) max(|z| − threshold, 0), the prox of the L1 norm. Source: Parikh and Boyd 2014, section 6.5.2.

    >>> soft_threshold([-3.0, 0.5, 2.0], 1.0).tolist()
    [-2.0, 0.0, 1.0]
    """
    z, threshold = finite("z", z), non_negative("threshold", threshold)
    return np.sign(z) * np.maximum(np.abs(z) - threshold, 0.0)


def hard_threshold(z: ArrayLike, threshold: ArrayLike) -> Array:
    """Return z where |z| > threshold and 0 elsewhere, the prox of (threshold²/2)·(number of nonzeros)."""
    z, threshold = finite("z", z), non_negative("threshold", threshold)
    return np.where(np.abs(z) > threshold, z, 0.0)


def prox_l2(z: ArrayLike, lambda_: float, step: float = 1.0) -> Array:
    """Return z / (1 + step·λ), the prox of (λ/2)‖w‖₂²."""
    return finite("z", z) / (1 + non_negative("step", step) * non_negative("lambda_", lambda_))


def prox_elastic_net(z: ArrayLike, lambda_: float, l1_ratio: float, step: float = 1.0) -> Array:
    """Return soft_threshold(z, step·λρ) / (1 + step·λ(1−ρ)). Source: Parikh and Boyd 2014, section 6.5.3."""
    rho = fraction("l1_ratio", l1_ratio)
    strength = non_negative("step", step) * non_negative("lambda_", lambda_)
    return soft_threshold(z, strength * rho) / (1 + strength * (1 - rho))


def prox_mcp(z: ArrayLike, lambda_: float, gamma: float = 3.0, step: float = 1.0) -> Array:
    """Return the global prox of the minimax concave penalty: firm thresholding while step < γ, hard beyond.

    Source: Zhang 2010; firm shrinkage, Gao and Bruce 1997.
    """
    z, lam, step = finite("z", z), non_negative("lambda_", lambda_), non_negative("step", step)
    gamma, size, knee = above("gamma", gamma, 0), np.abs(z), gamma * lam
    convex = step < gamma
    bend = np.clip((size - step * lam) / (1 - step / gamma), 0, knee) if convex else np.zeros_like(size)
    candidates = [np.zeros_like(size), bend, np.maximum(size, knee)]
    return np.sign(z) * _best(size, candidates, lambda w: step * mcp_penalty(w, lam, gamma, axis=()))


def prox_scad(z: ArrayLike, lambda_: float, a: float = 3.7, step: float = 1.0) -> Array:
    """Return the global prox of SCAD; with step 1 and a > 2, eq. 2.8 of Fan and Li 2001."""
    z, lam, step = finite("z", z), non_negative("lambda_", lambda_), non_negative("step", step)
    a, size = above("a", a, 1), np.abs(z)
    convex = step < a - 1
    bend = ((a - 1) * size - step * a * lam) / (a - 1 - step) if convex else np.full_like(size, lam)
    candidates = [
        np.clip(size - step * lam, 0, lam),
        np.clip(bend, lam, a * lam),
        np.maximum(size, a * lam),
    ]
    return np.sign(z) * _best(size, candidates, lambda w: step * scad_penalty(w, lam, a, axis=()))


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


def prox_group(z: ArrayLike, lambda_: float, groups: ArrayLike, step: float = 1.0) -> Array:
    """Return the prox of λ Σ_g ‖w_g‖₂: each group of z (p,) shrinks along its own direction, or vanishes whole.

    `groups` (p,) holds one integer label per weight. Groups are not weighted by their size.
    Raises ValueError where groups and z differ in shape. Source: Parikh and Boyd 2014, section 6.5.4.
    """
    z, labels = finite("z", z), np.asarray(groups)
    if z.ndim != 1 or labels.shape != z.shape:
        raise ValueError(f"z and groups must both have shape (p,); got {z.shape} and {labels.shape}")
    threshold = non_negative("step", step) * non_negative("lambda_", lambda_)
    _, member = np.unique(labels, return_inverse=True)
    norms = np.sqrt(np.bincount(member, weights=z**2))
    scale = np.maximum(norms - threshold, 0) / np.where(norms > 0, norms, 1.0)
    return z * scale[member]


def _best(size: Array, candidates: list[Array], penalty: Callable[[Array], Array]) -> Array:
    """Return, for each |z|, the first candidate of least cost: the pieces' own minimisers contain the global one."""
    stacked = np.stack(candidates)
    cost = (stacked - size) ** 2 / 2 + penalty(stacked)
    return np.take_along_axis(stacked, np.argmin(cost, axis=0)[None], axis=0)[0]
