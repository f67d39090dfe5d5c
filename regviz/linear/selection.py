"""Choosing λ by cross-validation on exact paths, and what choosing alone brings."""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regviz.averages import mean_error
from regviz.checks import Array, finite, non_negative, real, regression, whole
from regviz.linear.paths import elastic_net_path


@dataclass(frozen=True, eq=False)
class CVResult:
    """Cross-validated mean squared error along `lambdas` (m,).

    `errors` (n_folds, m) has the error of each fold, `mean` (m,) their mean and `se` (m,) its standard error.
    `lambda_min` has the smallest mean; `lambda_1se` is the largest λ whose mean is within one standard error of it.
    """

    lambdas: Array
    mean: Array
    se: Array
    lambda_min: float
    lambda_1se: float
    errors: Array


def fold_labels(n: int, n_folds: int = 10, seed: int = 0) -> np.ndarray:
    """Return for each of n rows the fold (n,) that holds it out: sizes differ by at most one, order is shuffled.

    Raises ValueError where n_folds is outside [2, n].
    """
    n = whole("n", n, 2)
    folds = real("n_folds", n_folds)
    if not (np.isfinite(folds) and folds == folds // 1 and 2 <= folds <= n):
        raise ValueError(f"n_folds must be a whole number in [2, {n}], the number of rows; got {n_folds}")
    return np.random.default_rng(whole("seed", seed, 0)).permutation(np.arange(n) % int(folds))


def cross_validate(
    X: ArrayLike, y: ArrayLike, l1_ratio: float, lambdas: ArrayLike, n_folds: int = 10, seed: int = 0
) -> CVResult:
    """Return the cross-validated error of the elastic net at each of `lambdas` (m,); l1_ratio 1 is lasso, 0 ridge.

    Every fold weighs the same. Where several λ share the smallest mean, `lambda_min` is the largest of them.
    Source: Hastie, Tibshirani and Friedman 2009, section 7.10.1.
    """
    X, y = regression(X, y)
    held_out, grid = fold_labels(len(y), n_folds, seed), np.array(finite("lambdas", lambdas))
    errors = np.array([_fold_errors(X, y, held_out == fold, l1_ratio, grid) for fold in range(int(n_folds))])
    mean, se = mean_error(errors, axis=0)
    best = mean.min()
    within = mean <= best + se[mean == best].max()
    return CVResult(grid, mean, se, float(grid[mean == best].max()), float(grid[within].max()), errors)


def _fold_errors(X: Array, y: Array, test: np.ndarray, l1_ratio: float, lambdas: Array) -> Array:
    path = elastic_net_path(X[~test], y[~test], l1_ratio, lambdas)
    return ((path.predict(X[test]) - y[test][:, None]) ** 2).mean(axis=0)


def within_one_se(loss: ArrayLike) -> NDArray[np.bool_]:
    """Return where the mean of loss (n, m) over n cases is within one standard error of its least among m models.

    The error is that of the difference to the best model, case by case: what makes a case hard for all of them cancels.

    >>> within_one_se([[1.0, 1.1, 3.0], [2.0, 2.2, 4.1], [3.0, 2.9, 5.0]]).tolist()
    [True, True, False]
    """
    loss = finite("loss", loss)
    gap = loss - loss[:, [loss.mean(axis=0).argmin()]]
    return gap.mean(axis=0) <= gap.std(axis=0) / np.sqrt(max(len(loss) - 1, 1))


def best_of_chance(n: int, m: ArrayLike) -> Array:
    """Return the expected accuracy of the best of m models that toss a coin for each of n cases.

    Exactly Σₖ (1 − F(k)^m)/n over k < n, with F the binomial distribution function; m, a number or an array, may be 0
    or a fraction.

    >>> best_of_chance(100, [1, 100]).round(4).tolist()
    [0.5, 0.6248]
    """
    n = whole("n", n, 1)
    below = np.cumsum([comb(n, k) / 2**n for k in range(n)])
    with np.errstate(under="ignore"):
        return (1 - below ** non_negative("m", m)[..., None]).mean(axis=-1)
