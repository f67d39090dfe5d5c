"""Means over runs, with their errors, and means over time."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array


def mean_error(values: ArrayLike, axis: int = -1) -> tuple[Array, Array]:
    """Return mean and standard error of `values` over the runs along `axis`; the error of a single run is unknown, NaN.

    The standard error is s/√k with s² = Σ(x − x̄)²/(k − 1).

    >>> mean, error = mean_error([[1.0, 2.0, 3.0], [4.0, 4.0, 4.0]])
    >>> mean.tolist(), error.round(3).tolist()
    ([2.0, 4.0], [0.577, 0.0])
    """
    runs = np.asarray(values, dtype=float)
    count = runs.shape[axis]
    mean = runs.mean(axis=axis)
    if count == 1:
        return mean, np.full_like(mean, np.nan)
    return mean, runs.std(axis=axis, ddof=1) / np.sqrt(count)


def exponential_average(values: ArrayLike, beta: ArrayLike) -> Array:
    """Return a ← βa + (1 − β)x along values (n,), for each β (k,), as (k, n); it begins at the first value.

    >>> exponential_average([0.0, 1.0, 1.0], [0.0, 0.5]).tolist()
    [[0.0, 1.0, 1.0], [0.0, 0.5, 0.75]]
    """
    first, *others = np.asarray(values, dtype=float)
    share = np.asarray(beta, dtype=float)
    found = [np.full(share.shape, first)]
    for value in others:
        found.append(share * found[-1] + (1 - share) * value)
    return np.stack(found, axis=-1)
