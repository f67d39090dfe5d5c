"""What every penalty of single weights offers, under one set of names."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative, strength

Axis = int | tuple[int, ...] | None


@dataclass(frozen=True)
class Penalty:
    """One penalty: `value`, `gradient` and `prox` act weight by weight and take λ second.

    `flow` takes (t, w0, λ) and `arrival` (w0, λ). `slope` is P'(0+) for λ = 1: a weight may rest at zero while the
    loss pulls at it with less than λ·slope. `inverse` gives the size of the weight whose penalty is x at λ = 1, where
    P grows without bound.
    """

    name: str
    value: Callable[[ArrayLike, float], Array]
    gradient: Callable[[ArrayLike, float], Array]
    prox: Callable[..., Array]
    flow: Callable[[ArrayLike, float, float], Array]
    arrival: Callable[[float, float], float]
    slope: float
    inverse: Callable[[Array], Array] = np.asarray
    convex: bool = True


def moving(t: ArrayLike, w0: float, lambda_: float) -> tuple[Array, float, float]:
    """Return the checked arguments of a flow: times (...), start and strength."""
    return non_negative("t", t), float(finite("w0", w0)), strength("lambda_", lambda_)


def duration(way: float, speed: float) -> float:
    """Return the time that a way takes at a constant speed; infinity at speed 0."""
    return float(way / speed) if speed > 0 else float("inf")
