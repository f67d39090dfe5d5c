"""Level curves of a function known on a grid, by marching squares."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite


def level_curves(x: ArrayLike, y: ArrayLike, z: ArrayLike, level: float) -> tuple[Array, Array]:
    """Return x and y of the curves z = level, each an unbroken line, one after another with NaN between.

    z (len(y), len(x)) is taken as linear along grid lines; x and y rise and need not be evenly spaced. A curve that
    does not touch the border comes back to where it began.
    Source: Lorensen and Cline 1987, in the plane; at a saddle the corners below the level are kept apart.

    >>> x, y = level_curves([0, 1, 2], [0, 1, 2], [[0, 0, 0], [0, 2, 0], [0, 0, 0]], 1.0)
    >>> sorted(set(zip(x.tolist(), y.tolist())))
    [(0.5, 1.0), (1.0, 0.5), (1.0, 1.5), (1.5, 1.0)]
    """
    x, y, z = finite("x", x), finite("y", y), finite("z", z)
    if z.shape != (y.size, x.size):
        raise ValueError(f"z must have shape ({y.size}, {x.size}) to match y and x; got {z.shape}")
    points = _crossings(x, y, z, level)
    chains = _chains(_segments(z > level))
    if not chains:
        return np.array([np.nan]), np.array([np.nan])
    rows = [[points[edge] for edge in chain] for chain in chains]
    joined = np.concatenate([np.array([*row, (np.nan, np.nan)]) for row in rows])[:-1]
    return joined[:, 0], joined[:, 1]


def _crossings(x: Array, y: Array, z: Array, level: float) -> dict[int, tuple[float, float]]:
    """Return where each grid edge crosses the level; edge 2k runs right from node k, edge 2k + 1 up."""
    high, width = z > level, x.size
    i, j = np.nonzero(high[:, :-1] != high[:, 1:])
    share = (level - z[i, j]) / (z[i, j + 1] - z[i, j])
    across = zip(x[j] + share * (x[j + 1] - x[j]), y[i], strict=True)
    points = dict(zip((2 * (i * width + j)).tolist(), across, strict=True))
    i, j = np.nonzero(high[:-1] != high[1:])
    share = (level - z[i, j]) / (z[i + 1, j] - z[i, j])
    up = zip(x[j], y[i] + share * (y[i + 1] - y[i]), strict=True)
    return points | dict(zip((2 * (i * width + j) + 1).tolist(), up, strict=True))


def _segments(high: np.ndarray) -> dict[int, list[int]]:
    """Return for each crossed edge the edges that the curve joins it to: two inside the grid, one at its border."""
    width = high.shape[1]
    a, b, c, d = high[:-1, :-1], high[:-1, 1:], high[1:, 1:], high[1:, :-1]  # counter-clockwise from lower left
    joined: dict[int, list[int]] = {}
    for i, j in zip(*np.nonzero((a != b) | (b != c) | (c != d)), strict=True):
        node = int(i) * width + int(j)
        sides = (2 * node, 2 * (node + 1) + 1, 2 * (node + width), 2 * node + 1)  # below, right, above, left
        corners = (a[i, j], b[i, j], c[i, j], d[i, j])
        crossed = [side for k, side in enumerate(sides) if corners[k] != corners[(k + 1) % 4]]
        if len(crossed) == 4 and not corners[0]:  # a saddle: cut off the low corners a and c
            crossed = [sides[3], sides[0], sides[1], sides[2]]
        for one, other in zip(crossed[::2], crossed[1::2], strict=True):
            joined.setdefault(one, []).append(other)
            joined.setdefault(other, []).append(one)
    return joined


def _chains(joined: dict[int, list[int]]) -> list[list[int]]:
    """Return the edges in the order in which each curve meets them; open curves first."""
    ends = [edge for edge, others in joined.items() if len(others) == 1]
    chains, seen = [], set()
    for start in [*ends, *joined]:
        if start in seen:
            continue
        chain, edge = [start], start
        seen.add(start)
        while nexts := [other for other in joined[edge] if other not in seen]:
            edge = nexts[0]
            seen.add(edge)
            chain.append(edge)
        if len(chain) > 2 and start in joined[edge]:
            chain.append(start)
        chains.append(chain)
    return chains
