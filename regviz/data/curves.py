"""Seeded problems in one and two dimensions. Each returns X (n, p) and y (n,)."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, fraction, non_negative, positive, whole


def wave(x: ArrayLike) -> Array:
    """Return sin(2πx) + x/2, a truth in one dimension."""
    x = finite("x", x)
    return np.sin(2 * np.pi * x) + x / 2


def two_moons(n: int = 200, noise: float = 0.1, seed: int = 0) -> tuple[Array, Array]:
    """Return two interleaved half circles of radius 1: class 0 about the origin, class 1 about (1, ½).

    X is (n, 2), y (n,) holds ⌊n/2⌋ zeros and then ones; `noise` is the standard deviation added to each coordinate.
    """
    n, sigma, rng = _arguments(n, noise, seed)
    y = _halves(n)
    angle = np.concatenate([np.linspace(0, np.pi, np.count_nonzero(y == label)) for label in (0, 1)])
    arc = np.column_stack([np.cos(angle), np.sin(angle)])
    X = np.where(y[:, None] == 0, arc, [1.0, 0.5] - arc)
    return X + sigma * rng.standard_normal((n, 2)), y


def circles(n: int = 200, noise: float = 0.1, factor: float = 0.5, seed: int = 0) -> tuple[Array, Array]:
    """Return two circles about the origin: class 0 of radius 1, class 1 of radius `factor` in [0, 1]."""
    n, sigma, rng = _arguments(n, noise, seed)
    inner, y = fraction("factor", factor), _halves(n)
    angle = np.concatenate(
        [np.linspace(0, 2 * np.pi, np.count_nonzero(y == label), endpoint=False) for label in (0, 1)]
    )
    radius = np.where(y == 0, 1.0, inner)
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + sigma * rng.standard_normal((n, 2)), y


def spirals(n: int = 200, noise: float = 0.05, turns: float = 1.5, seed: int = 0) -> tuple[Array, Array]:
    """Return two Archimedean spirals from the origin to radius 1, half a turn apart."""
    n, sigma, rng = _arguments(n, noise, seed)
    winding, y = float(positive("turns", turns)), _halves(n)
    radius = np.sqrt(rng.random(n))  # even density along the arm, whose length grows like the radius squared
    angle = 2 * np.pi * winding * radius + np.pi * y
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + sigma * rng.standard_normal((n, 2)), y


def _arguments(n: int, noise: float, seed: int) -> tuple[int, float, np.random.Generator]:
    generator = np.random.default_rng(whole("seed", seed, 0))
    return whole("n", n, 2), float(non_negative("noise", noise)), generator


def _halves(n: int) -> Array:
    """Return ⌊n/2⌋ zeros and then ones."""
    return (np.arange(n) >= n // 2).astype(float)
