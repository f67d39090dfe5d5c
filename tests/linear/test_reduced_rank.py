"""Reduced-rank regression against stationarity, alternating least squares and a bound that no rank passes."""

import numpy as np
import pytest

from regviz import reduced_rank_regression


def problem(n, p=7, q=5, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p))
    return X, X @ rng.standard_normal((p, q)) + 2 * rng.standard_normal((n, q))


@pytest.mark.parametrize("rank", [0, 1, 2, 4, 5, 9])
@pytest.mark.parametrize("n", [20, 4])
def test_no_weights_of_that_rank_fit_better(n, rank):
    """The least loss is that of least squares and the smallest eigenvalues of its fit; alternating finds none less."""
    X, Y = problem(n)
    W = reduced_rank_regression(X, Y, rank)
    fit = X @ np.linalg.pinv(X) @ Y
    least = ((Y - fit) ** 2).sum() + np.linalg.eigvalsh(fit.T @ fit)[: max(5 - rank, 0)].sum()
    assert ((Y - X @ W) ** 2).sum() == pytest.approx(least, rel=1e-9, abs=1e-9)  # zero, where rank 4 fits 4 rows
    assert np.linalg.matrix_rank(W, tol=1e-9) <= rank
    rng = np.random.default_rng(1)
    B = rng.standard_normal((min(rank, 5), 5))
    for _ in range(300):
        A = np.linalg.pinv(X) @ Y @ np.linalg.pinv(B)
        B = np.linalg.pinv(X @ A) @ Y
    assert ((Y - X @ A @ B) ** 2).sum() >= least - 1e-9


def test_full_rank_is_least_squares():
    X, Y = problem(30)
    np.testing.assert_allclose(reduced_rank_regression(X, Y, 5), np.linalg.solve(X.T @ X, X.T @ Y), atol=1e-10)


def test_what_does_not_fit_is_refused():
    X, Y = problem(6)
    with pytest.raises(ValueError, match="Y must have 6 rows to match X; got 5"):
        reduced_rank_regression(X, Y[:5], 1)
    with pytest.raises(ValueError, match="rank must be a whole number >= 0; got -1"):
        reduced_rank_regression(X, Y, -1)
    with pytest.raises(ValueError, match=r"X must have shape \(m, n\)"):
        reduced_rank_regression(X[0], Y, 1)
