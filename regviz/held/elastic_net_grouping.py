"""λ_max beside the λ at which the elastic net lets go of the last copy."""

import numpy as np

from regviz.against import Row
from regviz.figures.elastic_net_grouping import SCRUB, Result, Settings, draw_data
from regviz.held import let_go
from regviz.knobs import without
from regviz.linear.paths import elastic_net_path
from regviz.memory import once


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the λ from which all six weights are zero; ridge has none."""
    return [let_go.row(*last(without(s, SCRUB[0])))] if s.l1_ratio > 0 else []


@once(most=64)
def last(s: Settings) -> tuple[float, float]:
    """Return λ_max, and the least λ at which the solver gives no weight."""
    data = draw_data(s.n, s.copy_noise, s.noise, s.seed)
    exact = float(np.abs(data.X.T @ data.y).max()) / (s.n * s.l1_ratio)
    return exact, let_go.closed_in(exact, lambda lambdas: elastic_net_path(data.X, data.y, s.l1_ratio, lambdas).coefs)
