"""Ranks of a matrix, counted in ways that rounding does not spoil, and its nearest matrix of a given rank."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, matrix, whole


def truncate(W: ArrayLike, rank: int) -> Array:
    """Return the matrix of rank at most `rank` nearest to W (m, n): its largest singular values, kept whole.

    Source: Eckart and Young 1936. A rank above min(m, n) returns W.

    >>> truncate([[3.0, 0.0], [0.0, 1.0]], 1).tolist()
    [[3.0, 0.0], [0.0, 0.0]]
    """
    W, rank = matrix("W", W), whole("rank", rank, 0)
    U, s, Vt = np.linalg.svd(W, full_matrices=False)
    return (U[:, :rank] * s[:rank]) @ Vt[:rank]


def stable_rank(W: ArrayLike) -> float:
    """Return ‖W‖_F²/‖W‖₂² of W (m, n): between 1 and the rank; 0 for a matrix of zeros.

    Source: Rudelson and Vershynin 2007, section 1.

    >>> stable_rank([[1.0, 0.0], [0.0, 1.0]])
    2.0
    """
    share = _relative(matrix("W", W))
    with np.errstate(under="ignore"):  # a share too small to be squared counts nothing
        return float((share**2).sum())


def effective_rank(W: ArrayLike) -> float:
    """Return exp(−Σ pᵢ log pᵢ) with pᵢ = σᵢ/Σσ of W (m, n): between 1 and the rank; 0 for a matrix of zeros.

    Source: Roy and Vetterli 2007, definition 1.
    """
    share = _relative(matrix("W", W))
    p = share[share > 0]
    p = p / max(p.sum(), 1.0)
    with np.errstate(under="ignore"):
        return float(np.exp(-(p * np.log(p)).sum())) if p.size else 0.0


def _relative(W: Array) -> Array:
    """Return the singular values as shares of the largest; zeros where all are zero."""
    largest = np.abs(W).max() or 1.0
    s = np.linalg.svd(W / largest, compute_uv=False)
    return s / (s[0] or 1.0)
