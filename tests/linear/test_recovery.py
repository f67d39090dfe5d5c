"""The irrepresentable number, adapted penalties and the refit, each against its definition."""

import numpy as np
import pytest
from certify import assert_optimal

from regviz import adaptive_lasso_path, irrepresentable, lasso_path, refitted


def test_a_column_that_leans_on_two_true_ones():
    """x₃ = (2/3)(x₁ + x₂) + rest, orthogonal x₁, x₂ of one sign: Zhao and Yu's example has the number 4/3."""
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((50, 3))
    Q = np.linalg.qr(Z - Z.mean(axis=0))[0]
    X = np.column_stack([Q[:, 0], Q[:, 1], 2 / 3 * (Q[:, 0] + Q[:, 1]) + Q[:, 2] / 3])
    assert irrepresentable(X, [True, True, False], [1, 1]) == pytest.approx(4 / 3, rel=1e-12)
    assert irrepresentable(X, [True, True, False], [1, -1, 0]) == pytest.approx(0, abs=1e-12)
    assert irrepresentable(X, [True, True, True], [1, 1, 1]) == 0


def test_adapted_penalties_are_the_lasso_in_other_units(rng):
    X, pilot = rng.standard_normal((30, 4)), np.array([2.0, -0.5, 1.0, 0.1])
    y = X @ [1.0, 0.0, -2.0, 0.0] + 0.1 * rng.standard_normal(30)
    path = adaptive_lasso_path(X, y, pilot)
    for lam in path.lambdas[1:-1]:
        w = path.at([lam]).coefs[0]
        assert_optimal(X * np.abs(pilot), y, w / np.abs(pilot), lam, 1.0)


def test_the_refit_is_least_squares_on_the_support(rng):
    X = rng.standard_normal((30, 6)) + 5
    y = X @ [2.0, 0, 0, -1.0, 0, 0] + 0.5 * rng.standard_normal(30)
    path = lasso_path(X, y).at([0.3, 0.05])
    again = refitted(X, y, path)
    for w, found, b in zip(path.coefs, again.coefs, again.intercepts, strict=True):
        residual = y - X @ found - b
        assert np.array_equal(found != 0, w != 0)
        np.testing.assert_allclose(X[:, w != 0].T @ residual, 0, atol=1e-10)
        assert residual.sum() == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: irrepresentable(np.eye(3), [True, False], [1]), "support must have shape"),
        (lambda: irrepresentable(np.eye(3), [False] * 3, [1]), "with a true entry"),
        (lambda: adaptive_lasso_path(np.eye(3), [1, 2, 3], [1, 0, 1]), "pilot.* must be > 0"),
        (lambda: adaptive_lasso_path(np.eye(3), [1, 2, 3], [1, 1]), "pilot must have shape"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()
