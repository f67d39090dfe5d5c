"""Optimizers raced on one loss, each from a whole block of starts: a step costs hardly more for many than for one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from regviz.checks import Array
from regviz.descent.moments import EPSILON, first, second
from regviz.descent.optimizers import Optimizer, adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd, side_by_side
from regviz.descent.surfaces import SURFACES, Descent, descend
from regviz.memory import once

STEPS = 400
BLOCK = 5  # neighbouring starts in each direction
MAKERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
ADAPTIVE = ("adagrad", "rmsprop", "adam", "adamw")


@dataclass(frozen=True)
class Run:
    """One optimizer's points (n, 2) and losses (n,) until it ends; its rate, and both moments as its step uses them.

    `first` and `second` (n, 2) are m̂ and √v̂ + ε, with g for m̂ where an optimizer that divides by √v keeps no m.
    """

    rate: float
    w: Array
    loss: Array
    first: Array
    second: Array
    diverged: bool


def race(
    surface: str, start: tuple[float, float], rates: dict[str, float], axes: Sequence[Sequence[float]]
) -> dict[str, Run]:
    """Return the whole run of each optimizer at its rate; starts that may follow lie on the two `axes`."""
    block = tuple(_around(axis, value) for axis, value in zip(axes, start, strict=True))
    d = _descents(surface, *block, tuple(rates.items()))
    across, up = (values.index(value) for values, value in zip(block, start, strict=True))
    return {name: _run(name, rate, d, (i, across, up)) for i, (name, rate) in enumerate(rates.items())}


def _around(axis: Sequence[float], value: float) -> tuple[float, ...]:
    """Return the block of an axis in which a value lies; the value alone where it is not on the axis."""
    if value not in axis:
        return (value,)
    low = list(axis).index(value) // BLOCK * BLOCK
    return tuple(axis[low : low + BLOCK])


@once(most=8)
def _descents(
    surface: str, xs: tuple[float, ...], ys: tuple[float, ...], rates: tuple[tuple[str, float], ...]
) -> Descent:
    starts = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    together = side_by_side([MAKERS[name](rate) for name, rate in rates])
    return descend(SURFACES[surface], together, np.tile(starts, (len(rates), 1, 1, 1)), STEPS)


def _run(name: str, rate: float, d: Descent, at: tuple[int, ...]) -> Run:
    n = int(d.last[at]) + 1
    w, loss, gradient, m, v = (values[at][:n] for values in (d.w, d.loss, d.gradient, d.m, d.v))
    steps = np.arange(1, n + 1)[:, None]
    if name in ("adam", "adamw"):
        both = first(m, steps), second(v, steps)
    else:
        both = gradient if name in ADAPTIVE else m, np.sqrt(v) + EPSILON
    return Run(rate, w, loss, *both, n <= STEPS)
