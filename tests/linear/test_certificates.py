"""KKT residual and duality gap against scikit-learn's solutions, closed forms and deliberate errors."""

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet

from regviz import duality_gap, kkt_residual, penalties
from regviz.linear.certificates import stationarity


@pytest.fixture(params=[(40, 6), (12, 30), (25, 1)], ids=["n>p", "n<p", "one feature"])
def problem(request, rng):
    n, p = request.param
    X = rng.standard_normal((n, p)) + 1.0
    return X, X[:, 0] - 2 * X[:, -1] + rng.standard_normal(n) + 5.0


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5, 0.1])
def test_solutions_of_a_peer_pass(problem, l1_ratio):
    X, y = problem
    w = ElasticNet(0.1, l1_ratio=l1_ratio, tol=1e-14, max_iter=1_000_000).fit(X, y).coef_
    assert kkt_residual(X, y, w, 0.1, l1_ratio) < 1e-6  # the peer stops at a duality gap of 1e-14 ‖y‖²
    assert 0 <= duality_gap(X, y, w, 0.1, l1_ratio) + 1e-12 < 1e-9


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5, 0.0])
def test_gap_bounds_the_suboptimality(problem, l1_ratio, rng):
    """The gap at any w is at least its objective above the best known one, and never negative."""
    X, y = problem
    X0, y0, n = X - X.mean(axis=0), y - y.mean(), len(y)

    def objective(w):
        penalty = l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * w @ w
        return np.sum((y0 - X0 @ w) ** 2) / (2 * n) + 0.3 * penalty

    best = objective(ElasticNet(0.3, l1_ratio=max(l1_ratio, 1e-9), tol=1e-13, max_iter=500_000).fit(X, y).coef_)
    for w in rng.standard_normal((20, X.shape[1])):
        assert duality_gap(X, y, w, 0.3, l1_ratio) >= objective(w) - best - 1e-7


def test_ridge_closed_form_has_no_gap(problem):
    X, y = problem
    X0, y0, n = X - X.mean(axis=0), y - y.mean(), len(y)
    w = np.linalg.solve(X0.T @ X0 / n + 0.2 * np.eye(X.shape[1]), X0.T @ y0 / n)
    assert kkt_residual(X, y, w, 0.2, 0.0) < 1e-12
    assert abs(duality_gap(X, y, w, 0.2, 0.0)) < 1e-11


def test_no_penalty_measures_least_squares(problem):
    X, y = problem
    X0, y0 = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.lstsq(X0, y0)[0]
    assert duality_gap(X, y, w, 0.0) < 1e-20
    assert duality_gap(X, y, w + 0.1, 0.0) == pytest.approx(np.sum((X0 @ np.full(len(w), 0.1)) ** 2) / (2 * len(y)))


def test_stationarity_sees_each_kind_of_violation():
    w, gradient = np.array([1.0, 1.0, 0.0, 0.0]), np.array([-1.0, -0.9, 0.5, 1.5])
    np.testing.assert_allclose(stationarity(gradient, w, 1.0, penalties.L1), [0, 0.1, 0, 0.5], atol=1e-15)
    np.testing.assert_allclose(stationarity(gradient, w, 1.0, penalties.lq(0.5))[2:], 0)
    np.testing.assert_allclose(stationarity(gradient, w, 0.0, penalties.lq(0.5)), np.abs(gradient))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (([1.0], [1.0], [1.0], 0.1), r"X must have shape \(n, p\)"),
        (([[1.0]], [1.0, 2.0], [1.0], 0.1), r"y must have shape \(1,\)"),
        (([[1.0]], [1.0], [1.0, 2.0], 0.1), r"w must have shape \(1,\)"),
        (([[np.nan]], [1.0], [1.0], 0.1), "X must be finite"),
        (([[1.0]], [1.0], [1.0], -0.1), "lambda_ must be >= 0"),
    ],
)
def test_refusals(args, said):
    for certificate in (kkt_residual, duality_gap):
        with pytest.raises(ValueError, match=said):
            certificate(*args)
