"""Gradients kept in bounds: by their norm, or component by component."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, positive


def clip_by_norm(gradient: ArrayLike, max_norm: ArrayLike, axis: int | None = None) -> Array:
    """Return the gradient, scaled down to norm max_norm where its norm is larger; its direction is kept.

    The norm runs over `axis`: None takes the whole array, −1 each run of a batch by itself.
    Raises ValueError for NaN, and for a max_norm that is not finite and > 0: not to clip is to leave the call out.
    Source: Pascanu, Mikolov and Bengio 2013, algorithm 1.

    >>> clip_by_norm([3.0, 4.0], 1.0).round(3).tolist()
    [0.6, 0.8]
    """
    g, limit = finite("gradient", gradient), positive("max_norm", max_norm)
    if g.size == 0:
        return g
    largest = np.max(np.abs(g), axis=axis, keepdims=True)
    largest = np.where(largest > 0, largest, 1.0)
    # the squares of an exploding gradient overflow; those of g/largest do not
    relative = np.sqrt(np.sum((g / largest) ** 2, axis=axis, keepdims=True))
    clipped = largest > limit / np.where(relative > 0, relative, 1.0)
    return np.where(clipped, g / largest * (limit / np.where(relative > 0, relative, 1.0)), g)


def clip_by_value(gradient: ArrayLike, limit: ArrayLike) -> Array:
    """Return the gradient with every component brought into [−limit, limit]; its direction may bend.

    Raises ValueError for NaN and for limit ≤ 0. Source: Mikolov 2012.
    """
    bound = positive("limit", limit)
    return np.clip(finite("gradient", gradient), -bound, bound)
