"""Regression problems that every linear solver must survive, by name."""

import numpy as np


def gaussian(n, p, seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p)) * rng.uniform(0.5, 2.0, p) + rng.standard_normal(p)
    w = np.where(rng.random(p) < 0.5, rng.standard_normal(p), 0.0)
    return X, X @ w + 0.5 * rng.standard_normal(n) + 3.0


def twins(seed):
    X, y = gaussian(30, 4, seed)
    return np.column_stack([X, X[:, 0], -X[:, 1]]), y


def with_zero_column(seed):
    X, y = gaussian(30, 5, seed)
    return np.insert(X, 2, 0.0, axis=1), y


def with_constant_column(seed):
    X, y = gaussian(30, 5, seed)
    return np.insert(X, 2, 1e8, axis=1), y


def dependent(seed):
    X, y = gaussian(30, 4, seed)
    return np.column_stack([X, X @ [0.5, -0.3, 0.2, 1.0], X @ [0.5, 0.5, 0.0, 0.0]]), y


def signs(n, p, seed):
    """Return a problem in which correlations tie and weights arrive at zero together."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1.0, 1.0], (n, p)), rng.integers(-2, 3, n).astype(float)


UNIQUE = {
    "p < n": gaussian(40, 8, 1),
    "p = n - 1": gaussian(9, 8, 2),
    "p > n": gaussian(15, 30, 3),
    "zero column": with_zero_column(4),
    "constant column": with_constant_column(5),
    "one feature": gaussian(20, 1, 6),
    "two rows": gaussian(2, 3, 7),
}
PROBLEMS = UNIQUE | {"twin columns": twins(8), "dependent columns": dependent(9)}
TIED = {f"{n} x {p} signs, seed {seed}": signs(n, p, seed) for n, p in ((4, 7), (8, 6), (8, 20)) for seed in range(8)}


def redundant(n=80, seed=0):
    """Return Zou and Hastie's grouping problem: two latent factors, three noisy copies of each, two noise columns."""
    rng = np.random.default_rng(seed)
    factors = rng.uniform(0, 20, (n, 2))
    X = np.repeat(factors, 3, axis=1) + 0.25 * rng.standard_normal((n, 6))
    X = np.column_stack([X, rng.standard_normal((n, 2))])
    return X, factors @ [1.0, 0.1] + rng.standard_normal(n)


def scale(X, y):
    """Return the largest |x_jᵀy|/n of the centred problem, the scale of its optimality conditions."""
    return np.abs((X - X.mean(axis=0)).T @ (y - y.mean())).max() / len(y)


def objective(X, y, w, lambda_, l1_ratio=1.0):
    """Return the elastic net's objective at w, intercept at its optimum, from its definition."""
    residual = y - X @ w
    residual = residual - residual.mean()
    penalty = l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * (w**2).sum()
    return (residual**2).sum() / (2 * len(y)) + lambda_ * penalty
