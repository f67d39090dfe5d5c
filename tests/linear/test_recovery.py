"""The irrepresentable number, adapted penalties and the refit, each against its definition."""

import numpy as np
import pytest
from certify import assert_optimal

from regviz import adaptive_lasso_path, irrepresentable, lasso_path, refitted, sign_range


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


@pytest.mark.parametrize("lean", [0.2, 0.5, 0.65, 0.7])
def test_the_range_of_signs_is_where_the_path_has_them(lean, rng):
    """The whole path, on a fine grid between its knots; a range that is empty is one that the path never has."""
    found = 0
    for _ in range(12):
        X = rng.standard_normal((60, 3))
        X[:, 2] = lean * (X[:, 0] + X[:, 1]) + np.sqrt(1 - 2 * lean**2) * X[:, 2]
        y = X @ [2, 3, 0] + rng.standard_normal(60)
        Z = X - X.mean(axis=0)
        path = lasso_path(X, y)
        grid = np.linspace(0, path.lambdas[0], 4001)[1:-1]
        right = (np.sign(path.at(grid).coefs) == [1, 1, 0]).all(axis=1)
        low, high = sign_range(Z.T @ Z / 60, Z.T @ y / 60, [1, 1, 0])
        inside = (grid > low) & (grid < high)
        assert (right == inside).mean() > 0.999  # a point may fall on an end
        found += right.any()
    assert found > 0


def test_ranges_of_many_problems_are_those_of_each(rng):
    B = rng.standard_normal((5, 30, 4))
    G, q = B.swapaxes(1, 2) @ B / 30, rng.standard_normal((5, 4))
    together = np.array(sign_range(G, q, [1, 0, -1, 0]))
    np.testing.assert_allclose(
        together, np.transpose([sign_range(*one, [1, 0, -1, 0]) for one in zip(G, q, strict=True)])
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: irrepresentable(np.eye(3), [True, False], [1]), "support must have shape"),
        (lambda: irrepresentable(np.eye(3), [False] * 3, [1]), "with a true entry"),
        (lambda: adaptive_lasso_path(np.eye(3), [1, 2, 3], [1, 0, 1]), "pilot.* must be > 0"),
        (lambda: adaptive_lasso_path(np.eye(3), [1, 2, 3], [1, 1]), "pilot must have shape"),
        (lambda: sign_range(np.eye(3), [1, 2, 3], [0, 0, 0]), "correlation and signs must be"),
        (lambda: sign_range(np.eye(2), [1, 2, 3], [1, 0, 0]), "correlation and signs must be"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()
