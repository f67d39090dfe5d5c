"""Counting weights: the penalty of best subset selection, of which only the prox is of use."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative


def hard_threshold(z: ArrayLike, threshold: ArrayLike) -> Array:
    """Return z where |z| > threshold and 0 elsewhere, the prox of (threshold²/2)·(number of nonzeros)."""
    z, threshold = finite("z", z), non_negative("threshold", threshold)
    return np.where(np.abs(z) > threshold, z, 0.0)
