"""Many training sets from one known truth: bias, variance, noise, and what tuning on the test set hides."""

from dataclasses import dataclass

import numpy as np

from regviz.checks import Array
from regviz.linear.degrees_of_freedom import effective_df
from regviz.linear.paths import elastic_net_path, ridge_path
from regviz.progress import telling

TWIN = 0.01  # ridge strength at which a table's own truth is guessed


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
    reported, fresh, true = (_mean(np.take_along_axis(error, best, axis=2).mean(axis=(1, 2))) for error in there)
    measured = loss.mean(axis=1)
    return Simulation(
        bias2=_size(middle, S) + level**2 - scatter / n_runs,
        variance=scatter,
        noise=population.noise**2,
        measured=measured.mean(axis=0),
        se=measured.std(axis=0, ddof=1) / np.sqrt(n_runs),
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


def _mean(values: Array) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
