"""What the schedules add up to."""

import numpy as np

from regviz.against import Row
from regviz.experiments.lr_schedules import EPOCHS, SCHEDULES, rates
from regviz.figures.lr_schedules import Result, Settings


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the sum of the rates of all epochs, of the schedules for which it is a short formula."""
    total = rates(np.arange(EPOCHS), s.peak, s.warmup).sum(axis=1)
    exact = {
        "step": (s.peak * EPOCHS * 15 / 32, "η(1 + ½ + ¼ + ⅛)T/4"),
        "cosine": (s.peak * (EPOCHS + 1) / 2, "η(T + 1)/2"),
        "warmup": (s.peak * (EPOCHS - (s.warmup - 1) / 2), "η(T − (W − 1)/2)"),
    }
    return [Row(f"sum of the rates, {n}", v, float(total[SCHEDULES.index(n)]), f) for n, (v, f) in exact.items()]
