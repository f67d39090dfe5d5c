"""Choosing λ on one table: one division of its rows, the luck of thirty others, and many training sets from a truth.

The last give bias, variance, noise, and what tuning on the test set hides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import numpy as np

from regviz.apart import apart, here
from regviz.averages import mean_error
from regviz.checks import Array
from regviz.data.scaled import unit_free
from regviz.data.splits import Split, split
from regviz.data.tables import Design, Table
from regviz.linear.degrees_of_freedom import effective_df
from regviz.linear.paths import Path, elastic_net_path, ridge_path
from regviz.linear.selection import CVResult, cross_validate, within_one_se
from regviz.memory import beside
from regviz.progress import telling

T = TypeVar("T")
P = ParamSpec("P")
TWIN = 0.01  # ridge strength at which a table's own truth is guessed
RESEEDS = 30
EQUAL = 0.01  # models whose validation error is less than this share above the least are not told apart


@dataclass(frozen=True, eq=False)
class Curves:
    """Errors along λ (m,) of one division, in units of the target's variance, and what the fits are made of."""

    train: Array
    validation: Array
    test: Array
    near: np.ndarray
    """(m,), whether the validation error cannot be told from its least"""
    counts: np.ndarray
    df: Array
    cv: CVResult


@dataclass(frozen=True, eq=False)
class Luck:
    """Validation error (10 %, 90 %) along λ (2, m) over other divisions, and the λ that each would choose (30,)."""

    band: Array
    chosen: Array


def sizes(n: int, rows: int) -> tuple[int, int, int]:
    """Return how many of the rows are for training, validation and test: n, half as many, and the rest."""
    train = min(n, rows // 2)
    validation = max(1, min(max(train // 2, 10), (rows - train) // 2))
    return train, validation, rows - train - validation


def divided_errors(
    X: Array, y: Array, parts: tuple[int, int, int], l1_ratio: float, lambdas: Array, seed: int
) -> tuple[Split, Path, Array]:
    """Return the division, the path on its training rows, and the errors on its three parts along λ (3, m)."""
    d = split(X, y, *parts, seed=seed)
    path = elastic_net_path(d.X_train, d.y_train, l1_ratio, lambdas)
    three = (d.X_train, d.y_train), (d.X_validation, d.y_validation), (d.X_test, d.y_test)
    return d, path, np.array([((path.predict(A) - b[:, None]) ** 2).mean(axis=0) for A, b in three])


@apart
def curves(table: Table, parts: tuple[int, int, int], l1_ratio: float, lambdas: Array, seed: int) -> Curves:
    """Return the errors of one division and 10-fold cross-validation on its training rows.

    Near the least validation error is what lies within one standard error of it, of the difference row by row, or less
    than one percent above it: models that are nearly one differ by next to nothing in every row.
    """
    d, path, (train, validation, test) = divided_errors(*unit_free(table), parts, l1_ratio, lambdas, seed)
    X = d.X_train
    near = within_one_se((path.predict(d.X_validation) - d.y_validation[:, None]) ** 2)
    near = near | (validation <= (1 + EQUAL) * validation.min())
    cv = cross_validate(X, d.y_train, l1_ratio, lambdas, n_folds=min(10, len(X)), seed=seed)
    df = effective_df(X - X.mean(axis=0), path.coefs, lambdas, l1_ratio)
    return Curves(train, validation, test, near, np.count_nonzero(path.coefs, axis=1), df, cv)


@apart
def luck(table: Table, parts: tuple[int, int, int], l1_ratio: float, lambdas: Array, seed: int) -> Luck:
    """Return how validation turns out in 30 other divisions."""
    X, y = unit_free(table)
    tell, many = telling(f"Dividing the rows {RESEEDS} times"), np.empty((RESEEDS, len(lambdas)))
    for i in range(RESEEDS):
        many[i] = divided_errors(X, y, parts, l1_ratio, lambdas, seed + 1 + i)[2][1]
        tell(i + 1, RESEEDS)
    return Luck(np.quantile(many, [0.1, 0.9], axis=0), lambdas[many.argmin(axis=1)])


@dataclass(frozen=True, eq=False)
class Population:
    """Rows X (N, p), centred, to draw from, and the truth y = Xw + noise · (standard normal)."""

    X: Array
    w: Array
    noise: float


@dataclass(frozen=True, eq=False)
class Simulation:
    """Mean squared errors along λ (m,) over many training sets, and what tuning does to the reported error.

    `bias2`, `variance` and `noise` are unbiased estimates of the parts of the expected error, so that `bias2` may come
    out slightly below zero; `measured` is the error on fresh test rows with its standard error `se`. `reported`,
    `fresh` and `true` are (mean, standard error) of the error of the model that is best on a small test set: on that
    same set, on another of its size, and on the whole population.
    """

    bias2: Array
    variance: Array
    noise: float
    measured: Array
    se: Array
    reported: tuple[float, float]
    fresh: tuple[float, float]
    true: tuple[float, float]

    @property
    def total(self) -> Array:
        """The sum of the three parts (m,)."""
        return self.bias2 + self.variance + self.noise


def twin(X: Array, y: Array) -> Population:
    """Return a population with the rows of X (N, p) and a truth like the table's: ridge weights and their residual.

    The noise variance is the residual sum of squares over N − 1 − df. X and y are centred.
    """
    path = ridge_path(X, y, [TWIN])
    df = float(effective_df(X, path.coefs, path.lambdas, 0.0)[0])
    residual = y - X @ path.coefs[0]
    return Population(X, path.coefs[0], float(np.sqrt(residual @ residual / max(len(y) - 1 - df, 1.0))))


def population(table: Table) -> Population:
    """Return the truth to simulate from: the known one of a synthetic table, a twin of a real one."""
    X, y = unit_free(table)
    if not isinstance(table, Design):
        return twin(X, y)
    scale = table.y.std()
    return Population(X, table.w * table.X.std(axis=0) / scale, table.noise / scale)


@apart
def simulate(
    population: Population,
    n: int,
    l1_ratio: float,
    lambdas: Array,
    n_runs: int = 50,
    n_test: int = 600,
    n_small: int = 20,
    seed: int = 0,
) -> Simulation:
    """Return what happens on average over `n_runs` training sets of n rows at `lambdas` (m,).

    Rows are drawn without replacement for training and with replacement for testing; noise is always fresh. The
    expected error over the population is exact: with S = XᵀX/N it is noise² + (w−w*)ᵀS(w−w*) + b².
    Source: Hastie, Tibshirani and Friedman 2009, eq. 7.9; section 7.2 on the test set.
    """
    rng = np.random.default_rng(seed)
    tell, runs = telling(f"Simulating {n_runs} training sets"), []
    for i in range(n_runs):
        runs.append(_run(population, n, l1_ratio, lambdas, n_test, rng))
        tell(i + 1, n_runs)
    weights, b, loss = (np.array(made) for made in zip(*runs, strict=True))
    gap = weights - population.w
    S = population.X.T @ population.X / len(population.X)
    risk = _size(gap, S) + b**2 + population.noise**2
    middle, level = gap.mean(axis=0), b.mean(axis=0)
    # the mean of R runs is itself off by variance/R: take that out of the bias, and divide the variance by R − 1
    scatter = (_size(gap - middle, S) + (b - level) ** 2).sum(axis=0) / (n_runs - 1)
    small = loss.reshape(n_runs, n_test // n_small, n_small, -1).mean(axis=2)
    best = small.argmin(axis=2)[..., None]
    there = [small, np.roll(small, 1, axis=1), np.broadcast_to(risk[:, None], small.shape)]
    reported, fresh, true = (mean_error(np.take_along_axis(error, best, axis=2).mean(axis=(1, 2))) for error in there)
    measured, se = mean_error(loss.mean(axis=1), axis=0)
    return Simulation(
        bias2=_size(middle, S) + level**2 - scatter / n_runs,
        variance=scatter,
        noise=population.noise**2,
        measured=measured,
        se=se,
        reported=reported,
        fresh=fresh,
        true=true,
    )


def _run(
    population: Population, n: int, l1_ratio: float, lambdas: Array, n_test: int, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Return weights (m, p), intercepts (m,) and squared errors on fresh test rows (n_test, m) of one training set."""
    X, size = population.X, len(population.X)
    train, test = rng.permutation(size)[:n], rng.integers(size, size=n_test)
    errors = population.noise * rng.standard_normal(n + n_test)
    path = elastic_net_path(X[train], X[train] @ population.w + errors[:n], l1_ratio, lambdas)
    truth = X[test] @ population.w + errors[n:]
    return path.coefs, path.intercepts, (path.predict(X[test]) - truth[:, None]) ** 2


def _size(gap: Array, S: Array) -> Array:
    """Return gapᵀ S gap along the last axis."""
    return np.sum((gap @ S) * gap, axis=-1)


@dataclass(frozen=True)
class Study:
    """One table with n training rows and a penalty, along `lambdas`; what it tells is computed when asked for, once."""

    table: Table
    n: int
    l1_ratio: float
    lambdas: tuple[float, ...]
    seed: int
    own: bool = False
    """whether the table is a reader's, which no other process is told of"""

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many rows train, validate and test."""
        return sizes(self.n, len(self.table.y))

    @property
    def curves(self) -> Curves:
        """The errors of one division."""
        return self._recall("curves", lambda *parts: self._way(curves)(self.table, *parts, self.seed), self.seed)

    @property
    def luck(self) -> Luck:
        """What other divisions choose."""
        return self._recall("luck", lambda *parts: self._way(luck)(self.table, *parts, self.seed), self.seed)

    @property
    def simulation(self) -> Simulation:
        """What many training sets from a known truth say; the division does not matter to them."""
        return self._recall(
            "simulation", lambda parts, *rest: self._way(simulate)(population(self.table), parts[0], *rest)
        )

    def _way(self, function: Callable[P, T]) -> Callable[P, T]:
        return here(function) if self.own else function

    def _recall(self, what: str, make: Callable[..., T], seed: int | None = None) -> T:
        key = (what, self.sizes, self.l1_ratio, self.lambdas, seed)
        return beside(self.table).recall(key, lambda: make(self.sizes, self.l1_ratio, np.array(self.lambdas)))
