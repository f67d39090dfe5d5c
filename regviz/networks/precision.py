"""Numbers in few bits: what a weight becomes in bfloat16."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite

HALF, KEPT = np.uint32(0x7FFF), np.uint32(0xFFFF0000)


def to_bfloat16(x: ArrayLike) -> Array:
    """Return x rounded to bfloat16, as float64: 8 bits of exponent and 8 significant ones, ties to even.

    The first 16 bits of a float32. What lies beyond 3.39·10³⁸ becomes ∞. Raises ValueError for NaN and ∞.
    Source: Kalamkar et al. 2019.

    >>> to_bfloat16([0.999, 257.0, 3.14159]).tolist()
    [1.0, 256.0, 3.140625]
    """
    with np.errstate(over="ignore", under="ignore"):
        bits = finite("x", x).astype(np.float32).view(np.uint32)
        odd = (bits >> np.uint32(16)) & np.uint32(1)
        return ((bits + HALF + odd) & KEPT).view(np.float32).astype(float)
