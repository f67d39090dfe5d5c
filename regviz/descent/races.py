"""Optimizers raced on one loss, each from a whole block of starts: a step costs hardly more for many than for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array
from regviz.descent.moments import BETA1, BETA2, EPSILON, first, second
from regviz.descent.optimizers import Optimizer, State
from regviz.descent.surfaces import SURFACES, Descent, descend
from regviz.memory import once

STEPS = 400
BLOCK = 5  # neighbouring starts in each direction
ADAPTIVE = ("adagrad", "rmsprop", "adam", "adamw")


class Rule(NamedTuple):
    """An optimizer as numbers of the one rule for all, in which plain ones divide by √0 + 1.

    m ← (g − m·mean)·take + m·keep, v ← (g² − v·leak)·square + v, step = −η((ahead·g + part·m̂)/(√v̂ + ε) + λw); hats
    are Adam's corrections of means that began at 0, for those who correct.
    """

    mean: float = 0.0
    take: float = 1.0
    keep: float = 0.0
    leak: float = 0.0
    square: float = 0.0
    ahead: float = 0.0
    part: float = 1.0
    epsilon: float = 1.0
    decay: float = 0.0
    corrects: bool = False


ADAM = Rule(1.0, 1 - BETA1, 1.0, 1.0, 1 - BETA2, epsilon=EPSILON, corrects=True)
RULES = {
    "sgd": Rule(),
    "momentum": Rule(keep=0.9),
    "nesterov": Rule(keep=0.9, ahead=1.0, part=0.9),
    "adagrad": Rule(square=1.0, epsilon=EPSILON),
    "rmsprop": Rule(leak=1.0, square=1 - 0.9, epsilon=EPSILON),
    "adam": ADAM,
    "adamw": ADAM._replace(decay=0.01),
}
"""those of `optimizers` at their defaults, to the last bit; a test compares them"""


@dataclass(frozen=True)
class Run:
    """One optimizer's points (n, 2) and losses (n,) until it ends; its rate, and both moments as its step uses them.

    `first` and `second` (n, 2) are m̂ and √v̂ + ε, with g for m̂ where an optimizer keeps no m.
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


@once(most=12)
def _descents(
    surface: str, xs: tuple[float, ...], ys: tuple[float, ...], rates: tuple[tuple[str, float], ...]
) -> Descent:
    starts = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    d = descend(SURFACES[surface], all_at_once(dict(rates), starts.ndim), np.tile(starts, (len(rates), 1, 1, 1)), STEPS)
    return replace(d, w=d.w.copy(), gradient=np.empty(0), m=d.m.copy(), v=d.v.copy())  # m is g where nothing is kept


def all_at_once(rates: Mapping[str, float], dimensions: int) -> Optimizer:
    """Return the optimizer of weights (k, ...), with so many dimensions after k: row i moves by the i-th rule and rate.

    A step of few numbers costs its calls: this makes as many for all as each of `optimizers` for itself. It checks
    nothing.
    """
    rows = [(*RULES[name], rate) for name, rate in rates.items()]
    columns = np.array(rows).T.reshape(-1, len(rows), *[1] * dimensions)
    mean, take, keep, leak, square, ahead, part, epsilon, decay, corrects, eta = columns

    def init(w: ArrayLike) -> State:
        return State(np.zeros(np.shape(w)), np.zeros(np.shape(w)), 0)

    def update(gradient: ArrayLike, state: State, w: ArrayLike) -> tuple[Array, State]:
        g, t = np.asarray(gradient), state.t + 1
        root, share = (np.where(corrects, by, 1.0) for by in ((1 - BETA2**t) ** 0.5, 1 - BETA1**t))
        m, v = (g - state.m * mean) * take + state.m * keep, (g * g - state.v * leak) * square + state.v
        step = (ahead * g + part * m) / (np.sqrt(v) + epsilon * root) * (-eta * root / share)
        return step - eta * decay * np.asarray(w), State(m, v, t)

    return Optimizer(init, update)


def _run(name: str, rate: float, d: Descent, at: tuple[int, ...]) -> Run:
    n = int(d.last[at]) + 1
    w, loss, m, v = (values[at][:n] for values in (d.w, d.loss, d.m, d.v))
    steps = np.arange(1, n + 1)[:, None]
    both = (first(m, steps), second(v, steps)) if RULES[name].corrects else (m, np.sqrt(v) + RULES[name].epsilon)
    return Run(rate, w, loss, *both, n <= STEPS)
