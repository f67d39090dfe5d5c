"""Times of regviz against scikit-learn on the same work, side by side in one run.

Run from the root of the repository: python -m tests.benchmarks.paths. Nothing is asserted: a time is a fact about a
machine. Each pair is timed in turns, and the ratio of the medians is printed with the ratio aimed at.
"""

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from sklearn.linear_model import LassoCV, Ridge, lars_path
from sklearn.linear_model import lasso_path as coordinate_descent_path

sys.path.insert(0, str(Path(__file__).parents[2]))

from regviz import cross_validate, elastic_net_path, fold_labels, lambda_max, lasso_path, ridge_path
from regviz.data.tables import diabetes, linear_design, standardised

SECONDS = 2.0  # for each pair


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, mine: Callable[[], object], theirs: Callable[[], object], aim: str) -> None:
    """Time both in turns, at least three times each and until SECONDS have passed, and print a line."""
    mine(), theirs()
    times: list[tuple[float, float]] = []
    start = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - start < SECONDS:
        times.append((seconds(mine), seconds(theirs)))
    ours, peers = (median(column) * 1e3 for column in zip(*times, strict=True))
    print(f"{name:<58}{ours:>10.2f}{peers:>10.2f}{peers / ours:>9.1f}x   {aim}")


def run(name: str, X: np.ndarray, y: np.ndarray, aims: tuple[str, str, str, str]) -> None:
    """Print the four comparisons on one problem. The peers that fit no intercept get centred data for free."""
    Z, target = X - X.mean(axis=0), y - y.mean()
    lambdas = np.geomspace(1, 1e-3, 100) * lambda_max(X, y)
    ridges = np.geomspace(1e-4, 1e2, 200)
    labels = fold_labels(len(y), 10)
    folds = [(np.flatnonzero(labels != k), np.flatnonzero(labels == k)) for k in range(10)]

    def peer_cv() -> LassoCV:
        return LassoCV(alphas=lambdas, cv=folds).fit(X, y)

    compare(
        f"{name}: whole lasso path, lars_path",
        lambda: lasso_path(X, y),
        lambda: lars_path(Z, target, method="lasso"),
        aims[0],
    )
    compare(
        f"{name}: lasso at 100 λ, lasso_path",
        lambda: elastic_net_path(X, y, 1.0, lambdas),
        lambda: coordinate_descent_path(Z, target, alphas=lambdas),
        aims[1],
    )
    compare(
        f"{name}: ridge at 200 λ, 200 Ridge fits",
        lambda: ridge_path(X, y, ridges),
        lambda: [Ridge(len(y) * lam).fit(X, y) for lam in ridges],
        aims[2],
    )
    compare(
        f"{name}: 10-fold lasso CV at 100 λ, LassoCV",
        lambda: cross_validate(X, y, 1.0, lambdas),
        peer_cv,
        aims[3],
    )
    mine, theirs = cross_validate(X, y, 1.0, lambdas), peer_cv()
    apart = np.abs(theirs.mse_path_.mean(axis=1) / mine.mean - 1).max()
    print(
        f"    chosen λ {mine.lambda_min:.6g} and {theirs.alpha_:.6g}; mean errors at most {apart:.1e} apart, relative"
    )


def main() -> None:
    """Run every problem."""
    warnings.simplefilter("ignore")  # the peers' notes on convergence at their default tolerance
    print(f"{'work, peer':<58}{'regviz':>10}{'peer':>10}{'ratio':>10}   aim")
    print(f"{'':<58}{'ms':>10}{'ms':>10}")
    table = diabetes()
    run("diabetes", standardised(table.X)[0], table.y, ("≥ 1", "≥ 5", "≥ 20", "≥ 3"))
    for n, p in ((200, 1000), (2000, 200)):
        design = linear_design(n, p, correlation=0.5, sparsity=0.9, noise=1.0)
        run(f"n={n}, p={p}", design.X, design.y, ("", "", "", ""))


if __name__ == "__main__":
    main()
