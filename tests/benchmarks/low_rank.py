"""Completion paths against plainer ways to the same duality gap, side by side in one run.

Run from the root of the repository: python -m tests.benchmarks.low_rank. Nothing is asserted: a time is a fact about a
machine.
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from regviz import nuclear_gap, soft_impute_path
from regviz.data.digits import load_digits
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


def main():
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
