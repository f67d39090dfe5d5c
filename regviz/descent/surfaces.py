"""Losses of two weights on which optimizers are raced, and the race: one optimizer's run from a start."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, whole
from regviz.descent.optimizers import Optimizer

EXPLODED = 1e6
"""a point where the gradient is longer than this, or no number, ends its run"""


@dataclass(frozen=True)
class Surface:
    """A loss of w (..., 2) whose least value is 0, with its gradient (..., 2).

    `x` and `y` are the window to look at, `minima` (k, 2) where the loss is 0.
    """

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    x: tuple[float, float]
    y: tuple[float, float]
    minima: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Descent:
    """Runs (..., steps + 1, 2): points, gradients there, and moments that include them; NaN once a run has diverged.

    `loss` is (..., steps + 1); `last` (...) is the last iteration before divergence, else `steps`.
    """

    w: Array
    loss: Array
    gradient: Array
    m: Array
    v: Array
    last: Array


def descend(
    surface: Surface,
    optimizer: Optimizer,
    start: ArrayLike,
    steps: int,
    clip: Callable[[Array], Array] | None = None,
) -> Descent:
    """Return the runs of an optimizer from `start` (..., 2); the last gradient changes the moments and moves nothing.

    `clip` maps the gradient (..., 2), which is recorded as it is, to the one used.

    Raises ValueError for NaN, a start of another shape and steps < 1.
    """
    w, steps = finite("start", start), whole("steps", steps, 1)
    if w.shape[-1:] != (2,):
        raise ValueError(f"start must be (..., 2); got {w.shape}")
    state, alive = optimizer.init(w), np.ones(w.shape[:-1], dtype=bool)
    found, living = np.empty((4, *w.shape[:-1], steps + 1, 2)), np.empty((*w.shape[:-1], steps + 1), dtype=bool)
    rows = np.moveaxis(found, -2, 1)
    for k in range(steps + 1):
        with np.errstate(all="ignore"):  # what overflows ends the run
            gradient = surface.gradient(w)
            alive = alive & (np.vecdot(gradient, gradient) <= EXPLODED**2)
        everyone = alive.all()
        if not everyone:
            gradient = np.where(alive[..., None], gradient, 0.0)
        with np.errstate(under="ignore"):  # moments of a run that has arrived fade to zero
            step, state = optimizer.update(gradient if clip is None else clip(gradient), state, w)
        for row, value in zip(rows, (w, gradient, state.m, state.v), strict=True):
            row[k] = value
        living[..., k] = alive
        w = w + step if everyone else np.where(alive[..., None], w + step, 0.0)
    found[:, ~living] = np.nan
    with np.errstate(under="ignore"):
        loss = surface.value(found[0])
    return Descent(found[0], loss, found[1], found[2], found[3], living.sum(axis=-1) - 1)


def _rosenbrock(w: Array) -> Array:
    x, y = w[..., 0], w[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(w: Array) -> Array:
    x, y = w[..., 0], w[..., 1]
    gradient, off = np.empty(w.shape), y - x**2
    gradient[..., 0] = -2 * (1 - x) - 400 * x * off
    gradient[..., 1] = 200 * off
    return gradient


def _quadratic(w: Array) -> Array:
    return (w[..., 0] ** 2 + 100 * w[..., 1] ** 2) / 2


def _quadratic_gradient(w: Array) -> Array:
    return w * np.array([1.0, 100.0])


def _beale_parts(w: Array) -> list[Array]:
    x, y = w[..., 0], w[..., 1]
    return [c - x + x * y**k for k, c in ((1, 1.5), (2, 2.25), (3, 2.625))]


def _beale(w: Array) -> Array:
    return sum(part**2 for part in _beale_parts(w))


def _beale_gradient(w: Array) -> Array:
    x, y = w[..., 0], w[..., 1]
    terms = list(enumerate(_beale_parts(w), start=1))
    across = sum(2 * part * (y**k - 1) for k, part in terms)
    return np.stack([across, sum(2 * part * k * x * y ** (k - 1) for k, part in terms)], axis=-1)


def _saddle(w: Array) -> Array:
    return w[..., 0] ** 2 / 2 + (w[..., 1] ** 2 - 1) ** 2 / 40


def _saddle_gradient(w: Array) -> Array:
    return np.stack([w[..., 0], w[..., 1] * (w[..., 1] ** 2 - 1) / 10], axis=-1)


SURFACES = {
    "rosenbrock": Surface(_rosenbrock, _rosenbrock_gradient, (-2, 2), (-1, 3), ((1.0, 1.0),)),
    "quadratic": Surface(_quadratic, _quadratic_gradient, (-2, 2), (-2, 2), ((0.0, 0.0),)),
    "beale": Surface(_beale, _beale_gradient, (-0.5, 4.5), (-2.5, 2.5), ((3.0, 0.5),)),
    "saddle": Surface(_saddle, _saddle_gradient, (-2, 2), (-2, 2), ((0.0, 1.0), (0.0, -1.0))),
}
"""Rosenbrock 1960; ½(x² + 100y²); Beale 1958; and ½x² + (y² − 1)²/40, a saddle at 0 between two minima"""
