"""Losses with a wall, where one gradient in many is huge; each is a Surface, its minimum left to search."""

import numpy as np

from regviz.checks import Array, whole
from regviz.descent.surfaces import Surface

BOWL, WALL, STEEPNESS, SLANT = 0.2, 2.0, 40.0, np.array([np.cos(0.35), np.sin(0.35)])


def sigmoid(z: Array) -> Array:
    """Return 1/(1 + e^−z), for any finite z."""
    return (1 + np.tanh(z / 2)) / 2


def _cliff(w: Array) -> Array:
    return BOWL * np.sum(w**2, axis=-1) + WALL * sigmoid(-STEEPNESS * (w @ SLANT - 0.4))


def _cliff_gradient(w: Array) -> Array:
    height = sigmoid(-STEEPNESS * (w @ SLANT - 0.4))
    return 2 * BOWL * w - (WALL * STEEPNESS * height * (1 - height))[..., None] * SLANT


CLIFF = Surface(_cliff, _cliff_gradient, (-1, 4), (-2.5, 2.5), ())
"""0.2‖w‖² + 2σ(−40(u − 0.4)): a bowl whose middle lies behind a slanted wall; u is the distance along SLANT"""


def recurrent(length: int) -> Surface:
    """Return (σ(x_T) − 0.7)² after T = `length` steps of x ← wσ(x) + b from x = 0.5, as a function of (w, b).

    Raises ValueError for length < 1. Source: Pascanu, Mikolov and Bengio 2013, section 2.3, with T = 50.
    """
    steps = whole("length", length, 1)

    def unrolled(p: Array) -> tuple[Array, Array]:
        """Return σ(x_T) and its derivative (..., 2), carried forward step by step."""
        w, x, dx = p[..., 0], np.full(p.shape[:-1], 0.5), np.zeros_like(p)
        for _ in range(steps):
            s = sigmoid(x)
            x, dx = w * s + p[..., 1], (w * s * (1 - s))[..., None] * dx + np.stack([s, np.ones_like(s)], axis=-1)
        s = sigmoid(x)
        return s, (s * (1 - s))[..., None] * dx

    def value(p: Array) -> Array:
        return (unrolled(p)[0] - 0.7) ** 2

    def gradient(p: Array) -> Array:
        s, ds = unrolled(p)
        return 2 * (s - 0.7)[..., None] * ds

    return Surface(value, gradient, (3, 6), (-3.5, -0.5), ())
