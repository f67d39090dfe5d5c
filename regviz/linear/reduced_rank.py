"""Regression of several outputs under a limit on the rank of the weights, exactly."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, matrix, whole


def reduced_rank_regression(X: ArrayLike, Y: ArrayLike, rank: int) -> Array:
    """Return the W (p, q) of at most this rank with the least ‖Y − XW‖_F, for X (n, p) and Y (n, q); no intercept.

    Least squares, projected onto the `rank` leading right singular vectors of its fit XW; where X has not full column
    rank, least squares of least norm. Raises ValueError where X and Y differ in their rows.
    Source: Izenman 1975; Reinsel and Velu 1998, section 2.3.
    """
    return reduced_rank_path(X, Y, [whole("rank", rank, 0)])[0]


def reduced_rank_path(X: ArrayLike, Y: ArrayLike, ranks: Iterable[int]) -> Array:
    """Return the weights (k, p, q) of reduced-rank regression at each of ranks (k,), from one least-squares fit."""
    X, Y = matrix("X", X), matrix("Y", Y)
    if len(X) != len(Y):
        raise ValueError(f"Y must have {len(X)} rows to match X; got {len(Y)}")
    W = np.linalg.lstsq(X, Y, rcond=None)[0]
    V = np.linalg.svd(X @ W, full_matrices=False)[2].T
    return np.stack([W @ V[:, :rank] @ V[:, :rank].T for rank in ranks])
