"""Completion paths against plainer ways to the same duality gap, and ridge at every width against fits one by one.

All side by side in one run.

Run from the root of the repository: python -m tests.benchmarks.low_rank. Nothing is asserted: a time is a fact about a
machine.
"""

import os
import sys
from pathlib import Path
from time import perf_counter

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the worker processes and the tests; read when numpy is loaded

import numpy as np
from sklearn.linear_model import Ridge

sys.path.insert(0, str(Path(__file__).parents[2]))

from regviz import nuclear_gap, soft_impute_path
from regviz.data.digits import load_digits
from regviz.experiments import double_descent as descent
from regviz.experiments.nuclear_norm import IMAGES, STRENGTHS, draw

TOLERANCE = 1e-5


def by_decompositions(filled, lambda_):
    """Return the prox of the nuclear norm by one full decomposition."""
    U, s, Vt = np.linalg.svd(filled, full_matrices=False)
    return (U * np.maximum(s - lambda_, 0)) @ Vt


def plain(Y, observed, lambdas, momentum):
    """Return the path by soft-impute with full decompositions, with momentum or without, to the same gap."""
    half, Z, found = (Y[observed] ** 2).sum() / 2, np.zeros_like(Y), []
    for lambda_ in lambdas:
        before, t = Z, 1.0
        for k in range(5000):
            after = (1 + np.sqrt(1 + 4 * t**2)) / 2
            ahead = Z + momentum * (t - 1) / after * (Z - before)
            before, t = Z, after
            Z = by_decompositions(np.where(observed, Y, ahead), lambda_)
            if k % 4 == 0 and nuclear_gap(Y, observed, Z, lambda_) <= TOLERANCE * half:
                break
        found.append(Z)
    return found


def seconds(work):
    """Return the least of three times."""
    times = []
    for _ in range(3):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return min(times)


def descents():
    """Return the test errors of the page on double descent as it opens, nothing kept from before."""
    spectra = descent.features.__wrapped__.__wrapped__(40, "equal")
    return descent.fits(spectra, 0.2, descent.STRENGTHS[:, None])[0]


def one_by_one(draws):
    """Return the same errors for the first draws and λ > 0, one fit of scikit-learn after the other."""
    X, eps = descent.drawn(40, descent.ALL, draws)
    beta = descent.weights("equal", descent.ALL)
    errors = np.empty((len(descent.STRENGTHS) - 1, len(descent.sizes(40)), draws))
    for d, (x, e) in enumerate(zip(X, eps, strict=True)):
        y = x @ beta + 0.2 * e
        for k, p in enumerate(descent.sizes(40)):
            for i, lambda_ in enumerate(descent.STRENGTHS[1:]):
                w = Ridge(40 * lambda_, fit_intercept=False).fit(x[:, :p], y).coef_
                errors[i, k, d] = ((w - beta[:p]) ** 2).sum() + (beta[p:] ** 2).sum() + 0.04
    return errors


def main():
    few = 2
    ours, theirs = seconds(descents), seconds(lambda: one_by_one(few)) * descent.DRAWS / few
    apart = np.abs(descents()[1:, :, :few] / one_by_one(few) - 1).max()
    print(f"{descents().size} ridge fits: {ours:.2f} s; the largest relative difference of errors is {apart:.1e}")
    print(f"  one by one with scikit-learn, from {few} draws: {theirs / ours:.0f} times as long")
    _, Y, uniform = draw(3, 0.3, 0)
    X = load_digits()[0][:IMAGES]
    X = X - X.mean(axis=0)
    half = np.random.default_rng(0).random(X.shape) < 0.5
    problems = {"60 by 60, 30 % seen": (Y, uniform < 0.3), "200 digits, 50 % seen": (X, half)}
    for problem, (matrix, observed) in problems.items():
        lambdas = STRENGTHS[::-1] * np.linalg.norm(np.where(observed, matrix, 0), 2)
        ours = seconds(lambda m=matrix, o=observed, at=lambdas: soft_impute_path(m, o, at, TOLERANCE))
        print(f"{len(lambdas)} completions, {problem}: {ours:.2f} s")
        for name, momentum in (("plain soft-impute, a full decomposition a step", 0), ("the same with momentum", 1)):
            theirs = seconds(lambda m=matrix, o=observed, at=lambdas, f=momentum: plain(m, o, at, f))
            print(f"  {name}: {theirs / ours:.1f} times as long")


if __name__ == "__main__":
    main()
