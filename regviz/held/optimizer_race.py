"""On the quadratic: the limit of gradient descent, and the rate of momentum."""

from math import sqrt

from regviz.against import Row
from regviz.descent.optimizers import momentum, sgd
from regviz.descent.surfaces import SURFACES, descend
from regviz.figures.optimizer_race import RACERS, Result, Settings
from regviz.memory import once

STEEP = 100.0  # the larger curvature of the quadratic
BETA = 0.9
STEPS = 60


def rows(s: Settings, r: Result) -> list[Row]:
    """Return both, on the surface that they are known for."""
    if s.surface != "quadratic":
        return []
    limit, rate = measured()
    return [
        Row("rate from which SGD diverges", 2 / STEEP, limit, "2/L"),
        Row("momentum, shrinkage a step", sqrt(BETA), rate, "√β, Goh 2017"),
    ]


@once(most=1)
def measured() -> tuple[float, float]:
    """Return the rate at which gradient descent neither falls nor rises, by bisection, and momentum's shrinkage.

    Momentum swings: w_t w_{t+2} − w_{t+1}² of a damped swing shrinks by the square of its rate at every step.
    """
    surface, low, high = SURFACES["quadratic"], 0.015, 0.03
    for _ in range(40):
        middle = (low + high) / 2
        run = descend(surface, sgd(middle), [0.0, 1.0], STEPS)
        low, high = (middle, high) if run.loss[-1] < run.loss[0] else (low, middle)
    w = descend(surface, momentum(RACERS["momentum"].rates[1], BETA), [0.0, 1.0], STEPS).w[:, 1]
    swing = w[:-2] * w[2:] - w[1:-1] ** 2
    return high, float(sqrt(swing[-1] / swing[-2]))
