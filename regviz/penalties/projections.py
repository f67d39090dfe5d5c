"""Euclidean projections onto the balls that the penalties draw."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative


def project_l2_ball(z: ArrayLike, radius: float) -> Array:
    """Return the point of {‖w‖₂ ≤ radius} nearest to z (p,)."""
    z, reach = finite("z", z), float(non_negative("radius", radius))
    largest = np.abs(z).max(initial=0.0) or 1.0
    with np.errstate(under="ignore", over="ignore"):  # squares of shares of the largest do not overflow
        relative = np.linalg.norm(z / largest)
        return z.copy() if relative <= reach / largest else z / largest * (reach / relative)


def project_l1_ball(z: ArrayLike, radius: float) -> Array:
    """Return the point of {‖w‖₁ ≤ radius} nearest to z (p,), by sorting. Source: Duchi et al. 2008, figure 1.

    >>> project_l1_ball([3.0, 1.0], 2.0).tolist()
    [2.0, 0.0]
    """
    z, reach = finite("z", z), float(non_negative("radius", radius))
    if z.ndim != 1:
        raise ValueError(f"z must have shape (p,); got {z.shape}")
    size = np.abs(z)
    with np.errstate(over="ignore"):
        if size.sum() <= reach:
            return z.copy()
    # everything relative to the largest, which a threshold far above the radius would swallow; none below it by more
    # than the radius is kept
    ordered = np.sort(np.maximum(size - size.max(), -reach))[::-1]
    thresholds = (np.cumsum(ordered) - reach) / np.arange(1, len(ordered) + 1)
    kept = np.flatnonzero(ordered > thresholds)
    threshold = thresholds[kept[-1]] if kept.size else 0.0
    return np.sign(z) * np.maximum(size - size.max() - threshold, 0.0)


def project_box(z: ArrayLike, limit: float) -> Array:
    """Return the point of {|w_j| ≤ limit for all j} nearest to z."""
    reach = float(non_negative("limit", limit))
    return np.clip(finite("z", z), -reach, reach)
