"""The group lasso λ Σ_g ‖w_g‖₂: groups of weights stay or vanish whole."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative, real


def prox_group(z: ArrayLike, lambda_: float, groups: ArrayLike, step: float = 1.0) -> Array:
    """Return the prox of λ Σ_g ‖w_g‖₂: each group of z (p,) shrinks along its own direction, or vanishes whole.

    `groups` (p,) holds one integer label per weight. Groups are not weighted by their size.
    Raises ValueError where groups and z differ in shape. Source: Parikh and Boyd 2014, section 6.5.4.
    """
    z, labels = finite("z", z), real("groups", groups)
    if z.ndim != 1 or labels.shape != z.shape:
        raise ValueError(f"z and groups must both have shape (p,); got {z.shape} and {labels.shape}")
    threshold = non_negative("step", step) * non_negative("lambda_", lambda_)
    _, member = np.unique(labels, return_inverse=True)
    largest = np.zeros(member.max(initial=-1) + 1)
    np.maximum.at(largest, member, np.abs(z))
    largest = np.where(largest > 0, largest, 1.0)
    with np.errstate(
        under="ignore", over="ignore"
    ):  # squares of shares of the largest neither overflow nor count below it
        relative = np.sqrt(np.bincount(member, weights=(z / largest[member]) ** 2))
        relative = np.where(relative > 0, relative, 1.0)
        return z * np.maximum(1 - threshold / largest / relative, 0.0)[member]
