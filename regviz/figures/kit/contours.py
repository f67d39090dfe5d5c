"""Level curves of a function known on a grid."""

from collections.abc import Callable, Sequence

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import ArrayLike

from regviz.checks import Array, finite

OPEN = np.array([[np.nan, np.nan]])


def level_curves(x: ArrayLike, y: ArrayLike, z: ArrayLike, *levels: float) -> tuple[Array, Array]:
    """Return x and y of the curves z = level, each an unbroken line, one after another with NaN between.

    z (len(y), len(x)) is taken as linear along grid lines; x and y rise and need not be evenly spaced. A curve that
    does not touch the border comes back to where it began. Levels that z does not reach are left out.

    >>> x, y = level_curves([0, 1, 2], [0, 1, 2], [[0, 0, 0], [0, 2, 0], [0, 0, 0]], 1.0)
    >>> sorted(set(zip(x.tolist(), y.tolist())))
    [(0.5, 1.0), (1.0, 0.5), (1.0, 1.5), (1.5, 1.0)]
    """
    x, y, z = finite("x", x), finite("y", y), finite("z", z)
    if z.shape != (y.size, x.size):
        raise ValueError(f"z must have shape ({y.size}, {x.size}) to match y and x; got {z.shape}")
    drawn = contour_generator(x, y, z, line_type=LineType.Separate)
    pieces = [piece for level in levels for curve in drawn.lines(level) for piece in (curve, OPEN)]
    both = np.concatenate(pieces[:-1] or [OPEN])
    return both[:, 0], both[:, 1]


def level_curves_of(
    value: Callable[[Array], Array], x: tuple[float, float], y: tuple[float, float], levels: Sequence[float], count: int
) -> tuple[Array, Array]:
    """Return the level curves of a function of points (..., 2) inside a window, known at count² points."""
    across, up = np.linspace(*x, count), np.linspace(*y, count)
    return level_curves(across, up, value(np.stack(np.meshgrid(across, up), axis=-1)), *levels)
