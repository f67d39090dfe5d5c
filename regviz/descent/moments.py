"""Adam's two moments as its step uses them, for those who look into it."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""the defaults of adam and adamw; a test compares them"""


def averaged(values: Array) -> Array:
    """Return the running averages (t, ...) with share 1 − BETA1 of values (t, ...), from 0 and not yet corrected.

    The first moment is linear in the gradient: that of a part of the gradient is its part of the moment.
    """
    found, m = np.empty_like(values), np.zeros_like(values[0])
    for t, value in enumerate(values):
        m = found[t] = BETA1 * m + (1 - BETA1) * value
    return found


def first(m: ArrayLike, t: ArrayLike) -> Array:
    """Return m̂ = m/(1 − β₁ᵗ) after t ≥ 1 steps. Source: Kingma and Ba 2015, algorithm 1."""
    return np.asarray(m) / (1 - BETA1 ** np.asarray(t))


def second(v: ArrayLike, t: ArrayLike) -> Array:
    """Return √v̂ + ε, v̂ = v/(1 − β₂ᵗ), after t ≥ 1 steps. Source: Kingma and Ba 2015, algorithm 1."""
    return np.sqrt(np.asarray(v) / (1 - BETA2 ** np.asarray(t))) + EPSILON
