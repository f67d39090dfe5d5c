"""The training rows alone: λ_max beside the solver, or the degrees of freedom of ridge by its singular values."""

import numpy as np

from regviz.against import Row
from regviz.checks import Array
from regviz.data.scaled import unit_free
from regviz.data.splits import split
from regviz.experiments.choosing_lambda import sizes
from regviz.figures.choosing_lambda import SCRUB, Result, Settings, source
from regviz.held import let_go
from regviz.knobs import without
from regviz.linear.methods import share_of_l1
from regviz.linear.paths import elastic_net_path
from regviz.memory import once

TRACE = "Σ d²/(d² + nλ), Hastie, Tibshirani and Friedman 2009, eq. 3.50"


def rows(s: Settings, r: Result) -> list[Row]:
    """Return where the training rows lose the last weight, or what ridge spends at the present λ."""
    if share_of_l1(s.penalty, s.l1_ratio) > 0:
        return [let_go.row(*last(without(s, *SCRUB)))]
    X, _ = training(s)
    d = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    exact = float(np.sum(d**2 / (d**2 + len(X) * s.lambda_)))
    return [Row("degrees of freedom at this λ", exact, float(r.study.curves.df[r.k]), TRACE)]


def training(s: Settings) -> tuple[Array, Array]:
    """Return the rows that the page trains on, X (n, p) and y (n,)."""
    table = source(s)
    d = split(*unit_free(table), *sizes(s.n, len(table.y)), seed=s.seed)
    return d.X_train, d.y_train


@once(most=64)
def last(s: Settings) -> tuple[float, float]:
    """Return λ_max, and the least λ at which the solver gives no weight."""
    (X, y), rho = training(s), share_of_l1(s.penalty, s.l1_ratio)
    exact = float(np.abs((X - X.mean(axis=0)).T @ (y - y.mean())).max()) / (len(X) * rho)
    return exact, let_go.closed_in(exact, lambda lambdas: elastic_net_path(X, y, rho, lambdas).coefs)
