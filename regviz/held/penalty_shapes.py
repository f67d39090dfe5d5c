"""Arrival at zero by integration, and the flow of L2 in closed form."""

import numpy as np

from regviz.against import Row
from regviz.bayes.priors import gauss_legendre
from regviz.figures.penalty_shapes import TIME, Result, Settings, family

AT = 2.0


def rows(s: Settings, r: Result) -> list[Row]:
    """Return where L2 is at t = 2, and the time to zero where it is finite."""
    decayed = s.w0 * np.exp(-s.lambda_ * AT)
    found = [Row("w at t = 2 under L2", decayed, float(np.interp(AT, TIME, r.flows["l2"])), "w₀ e^(−λt)")]
    if np.isfinite(r.arrival):
        found.append(Row("arrival at zero", _time(s), r.arrival, "∫ dw / λP′(w) from 0 to w₀, Gauss–Legendre"))
    return found


def _time(s: Settings) -> float:
    """Return the integral, piece by piece between the bends of the penalties."""
    bends = np.array([s.lambda_, s.gamma * s.lambda_, s.a * s.lambda_])
    w, weight = gauss_legendre(np.unique([0.0, *bends[bends < s.w0], s.w0]), 60)
    return float(np.sum(weight / family(s, s.penalty).gradient(w, s.lambda_)))
