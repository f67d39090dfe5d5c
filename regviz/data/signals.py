"""Test signals and orthonormal bases in which they are sparse."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite

BLOCKS_AT = np.array([0.10, 0.13, 0.15, 0.23, 0.25, 0.40, 0.44, 0.65, 0.76, 0.78, 0.81])
BLOCKS_JUMP = np.array([4.0, -5.0, 3.0, -4.0, 5.0, -4.2, 2.1, 4.3, -3.1, 2.1, -4.2])


def blocks(n: int) -> Array:
    """Return the piecewise constant signal Blocks at n points of (0, 1]. Source: Donoho and Johnstone 1994, table 1."""
    t = np.arange(1, n + 1) / n
    return np.sum(BLOCKS_JUMP[:, None] * (t >= BLOCKS_AT[:, None]), axis=0)


def heavisine(n: int) -> Array:
    """Return the signal HeaviSine, a sine with two jumps. Source: Donoho and Johnstone 1994, table 1."""
    t = np.arange(1, n + 1) / n
    return 4 * np.sin(4 * np.pi * t) - np.sign(t - 0.3) - np.sign(0.72 - t)


def tones(n: int) -> Array:
    """Return three cosines of the orthonormal basis, sparse there and nowhere else."""
    i = np.arange(n)[:, None] + 0.5
    return np.cos(np.pi * i * np.array([3, 8, 21]) / n) @ np.array([3.0, 2.0, 1.5])


def haar(n: int) -> Array:
    """Return the orthonormal Haar basis (n, n), one row a vector, coarse to fine, constant first.

    Raises ValueError unless n is a power of two. Source: Haar 1910.
    """
    if n < 1 or n & (n - 1):
        raise ValueError(f"n must be a power of two; got {n}")
    basis = np.ones((1, 1))
    while len(basis) < n:
        coarse = np.kron(basis, [1.0, 1.0])
        fine = np.kron(np.eye(len(basis)), [1.0, -1.0])
        basis = np.vstack([coarse, fine]) / np.sqrt(2)
    return basis


def cosines(n: int) -> Array:
    """Return the orthonormal cosine basis (n, n), one row a vector: the DCT-II. Source: Ahmed et al. 1974."""
    k, i = np.arange(n)[:, None], np.arange(n)[None, :]
    basis = np.sqrt(2 / n) * np.cos(np.pi * k * (i + 0.5) / n)
    basis[0] /= np.sqrt(2)
    return basis


def universal_threshold(sigma: float, n: int) -> float:
    """Return σ√(2 log n). Source: Donoho and Johnstone 1994."""
    return float(finite("sigma", sigma)) * float(np.sqrt(2 * np.log(n)))


def rms(error: ArrayLike, axis: int | None = None) -> Array:
    """Return the root of the mean square."""
    return np.sqrt(np.mean(np.square(error), axis=axis))
