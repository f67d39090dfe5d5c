"""Linear regression with dropout on its inputs, and the ridge regression that it is.

Every entry of X is kept with probability k and otherwise set to 0, without rescaling:

    E‖y − (X∘M)w‖² = ‖y − kXw‖² + k(1 − k) wᵀdiag(XᵀX)w

Source: Srivastava et al. 2014, section 9.1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, fraction, regression
from regviz.linear.overparametrized import min_norm
from regviz.networks import Dropout


def dropout_ridge(X: ArrayLike, y: ArrayLike, keep: float) -> Array:
    """Return w (p,) with [k²XᵀX + k(1−k)diag(XᵀX)]w = kXᵀy, for the keep probability k in (0, 1].

    Predictions use kw, which is the ridge solution [XᵀX + (1−k)/k · diag(XᵀX)]⁻¹Xᵀy.
    """
    X, y = regression(X, y)
    k = fraction("keep", above("keep", keep, 0))
    gram = X.T @ X
    return np.linalg.solve(k**2 * gram + k * (1 - k) * np.diag(np.diag(gram)), k * (X.T @ y))


def over_all_masks(X: ArrayLike, y: ArrayLike, keep: float) -> Array:
    """Return the w (p,) of least squares on the rows under every one of the 2ᵖ masks, each with its probability.

    It is what `dropout_ridge` gives, found without its formula.
    """
    X, y = regression(X, y)
    k, p = fraction("keep", above("keep", keep, 0)), X.shape[1]
    masks = (np.arange(2**p)[:, None] >> np.arange(p)) & 1
    weight = np.sqrt(np.prod(np.where(masks == 1, k, 1 - k), axis=1))[:, None]
    return min_norm((weight[..., None] * masks[:, None] * X).reshape(-1, p), (weight * y).ravel())


@dataclass(frozen=True)
class Averaged:
    """Solutions of normal equations averaged over drawn masks, for several independent sequences of masks."""

    counts: Array
    """(c,), masks averaged over"""
    solutions: Array
    """(sequences, c, p)"""
    error: Array
    """(p,), standard error of a solution from one mask; from m masks it is this divided by √m"""


def averaged_over_masks(X: Array, y: Array, drop_rate: float, counts: Array, sequences: int, seed: int) -> Averaged:
    """Return w from [Σ(X∘M)ᵀ(X∘M)]w = Σ(X∘M)ᵀy over the first m masks of each sequence, for each m in `counts`.

    The standard error is that of the estimating equations: with A and w in the limit, the standard deviation of
    A⁻¹(Xᵀy − XᵀXw) of single masks, here over all that were drawn.
    """
    most, (n, p) = int(counts[-1]), X.shape
    kept = Dropout(drop_rate, seed).forward(np.ones((sequences * most, n, p))) > 0
    masked = X * kept
    grams, moments = masked.swapaxes(-1, -2) @ masked, y @ masked
    w = dropout_ridge(X, y, 1 - drop_rate)
    pulls = np.linalg.solve(grams.mean(axis=0), (moments - grams @ w).T)
    sums = grams.reshape(sequences, most, p, p).cumsum(axis=1), moments.reshape(sequences, most, p).cumsum(axis=1)
    at = counts.astype(int) - 1
    solutions = np.linalg.solve(sums[0][:, at], sums[1][:, at, :, None])[..., 0]
    return Averaged(counts, solutions, pulls.std(axis=1))
