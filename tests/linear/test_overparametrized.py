"""The least norm and the risk formulas, against pseudo-inverses, quadrature, simulation and large matrices."""

import numpy as np
import pytest

from regviz import (
    marchenko_pastur_stieltjes,
    min_norm,
    min_norm_risk,
    optimal_ridge,
    random_features,
    ridge_closed_form,
    ridge_limit_risk,
    weak_feature_risk,
)


@pytest.mark.parametrize(("n", "p"), [(1, 1), (1, 5), (8, 3), (8, 8), (8, 20)])
def test_the_least_norm_is_the_pseudo_inverse_and_the_end_of_ridge(rng, n, p):
    X, y = rng.standard_normal((n, p)), rng.standard_normal(n)
    w = min_norm(X, y)
    np.testing.assert_allclose(w, np.linalg.pinv(X) @ y, atol=1e-10)
    np.testing.assert_allclose(X.T @ (y - X @ w), 0, atol=1e-10)
    # bias of ridge at λ: nλ/s² of each part, with s² ≥ 0.005 here
    np.testing.assert_allclose(ridge_closed_form(X, y, 1e-10), w, atol=1e-5)


def test_of_all_solutions_the_least_norm_is_shortest(rng):
    X = rng.standard_normal((6, 4)) @ rng.standard_normal((4, 9))  # rank 4 of 6 rows and 9 columns
    w = min_norm(X, rng.standard_normal(6))
    null = np.linalg.svd(X)[2][4:]
    np.testing.assert_allclose(null @ w, 0, atol=1e-12)


@pytest.mark.parametrize(("n", "p"), [(30, 1), (12, 4), (4, 12), (1, 9)])
def test_the_exact_risk_of_the_least_norm(n, p):
    """4000 draws of X and of the noise; within 4 standard errors, of which one test in 4000 is beyond by chance."""
    rng = np.random.default_rng(1)
    X, beta = rng.standard_normal((4000, n, p)), np.full(p, np.sqrt(2 / p))
    y = X @ beta + 0.7 * rng.standard_normal((4000, n))
    w = (np.linalg.pinv(X) @ y[..., None])[..., 0]
    risk = ((w - beta) ** 2).sum(axis=1)
    assert abs(sum(min_norm_risk(p, n, 2.0, 0.49)) - risk.mean()) <= 4 * risk.std() / np.sqrt(4000)


def test_one_feature_is_an_inverse_chi_squared():
    n = np.arange(3, 60)
    np.testing.assert_allclose(min_norm_risk(1, n, 1.0, 1.0)[1], 1 / (n - 2.0), rtol=1e-14)


def test_where_the_mean_does_not_exist():
    _, variance = min_norm_risk([0, 8, 9, 10, 11, 12], 10, 1.0, 0.5)
    assert variance.tolist() == [0, 4, np.inf, np.inf, np.inf, 5]
    assert min_norm_risk(10, 10, 1.0, 0.0)[1] == 0
    assert min_norm_risk(1, 1, 1.0, 1.0)[1] == np.inf


def test_parts_of_weak_features():
    """The numbers of the formulas, written out for n = 40, D = 200, σ² = 0.04."""
    parts = np.array(weak_feature_risk([0, 20, 60, 120, 200], 40, 200, 1.0, 0.04))
    np.testing.assert_allclose(parts[0], [1.04, 0.94, 0.74, 0.44, 0.04], rtol=1e-13)
    np.testing.assert_allclose(parts[1], [0, 0, 0.3 * (1 - 40 / 60), 0.4, 0.8], rtol=1e-13)
    np.testing.assert_allclose(
        parts[2], [0, 0.94 * 20 / 19, 0.74 * 40 / 19, 0.44 * 40 / 79, 0.04 * 40 / 159], rtol=1e-13
    )


def spectral(gamma):
    """Nodes and weights of the Marchenko–Pastur law, its atom at 0 among them, by the midpoint rule in the angle."""
    angle = (np.arange(20_000) + 0.5) * np.pi / 20_000
    low, high = (1 - np.sqrt(gamma)) ** 2, (1 + np.sqrt(gamma)) ** 2
    x = (low + high) / 2 - (high - low) / 2 * np.cos(angle)
    density = np.sqrt((high - x) * (x - low)) / (2 * np.pi * gamma * x)
    weight = density * (high - low) / 2 * np.sin(angle) * np.pi / 20_000
    return np.append(x, 0.0), np.append(weight, max(1 - 1 / gamma, 0.0))


@pytest.mark.parametrize("gamma", [0.05, 0.5, 1.0, 1.1, 4.0])
@pytest.mark.parametrize("lambda_", [1e-3, 0.1, 1.0, 30.0])
def test_limits_are_integrals_over_the_spectral_law(gamma, lambda_):
    """The rule converges geometrically but at γ = 1, where the density is not smooth at 0: 1e-7 of it there."""
    x, weight = spectral(gamma)
    stieltjes = (weight / (x + lambda_)).sum()
    bias = 3.0 * lambda_**2 * (weight / (x + lambda_) ** 2).sum()
    variance = 0.5 * gamma * (weight * x / (x + lambda_) ** 2).sum()
    assert marchenko_pastur_stieltjes(lambda_, gamma) == pytest.approx(stieltjes, rel=1e-6)
    assert ridge_limit_risk(lambda_, gamma, 3.0, 0.5) == (
        pytest.approx(bias, rel=1e-6),
        pytest.approx(variance, rel=1e-6),
    )


@pytest.mark.parametrize(("n", "p"), [(900, 450), (450, 900)])
def test_a_large_matrix_is_near_its_limit(n, p):
    """Fluctuations of linear statistics are of order 1/p: within 1 % at 450."""
    X = np.random.default_rng(0).standard_normal((n, p))
    e = np.linalg.eigvalsh(X.T @ X / n).clip(0)
    found = (0.09 / (e + 0.3) ** 2).mean(), p / n * (e / (e + 0.3) ** 2).mean()
    assert marchenko_pastur_stieltjes(0.3, p / n) == pytest.approx((1 / (e + 0.3)).mean(), rel=0.01)
    assert ridge_limit_risk(0.3, p / n, 1.0, 1.0) == (
        pytest.approx(found[0], rel=0.01),
        pytest.approx(found[1], rel=0.01),
    )


def test_without_a_penalty():
    """Hastie et al.: σ²γ/(1 − γ), and ‖β‖²(1 − 1/γ) + σ²/(γ − 1); least 2√5 − 1 at γ = √5/(√5 − 1) for ‖β‖² = 5."""
    gamma = np.linspace(1.01, 6, 200_001)
    risk = np.add(*ridge_limit_risk(0.0, gamma, 5.0, 1.0))
    assert risk.min() == pytest.approx(2 * np.sqrt(5) - 1, rel=1e-9)
    assert gamma[risk.argmin()] == pytest.approx(np.sqrt(5) / (np.sqrt(5) - 1), abs=1e-4)
    bias, variance = ridge_limit_risk(0.0, [0.5, 1.0, 1.1, 2.0], 5.0, 1.0)
    np.testing.assert_allclose(bias, [0, 0, 5 / 11, 2.5], atol=1e-14)
    np.testing.assert_allclose(variance, [1, np.inf, 10, 1], rtol=1e-12)
    assert ridge_limit_risk(0.0, 1.0, 5.0, 0.0)[1] == 0


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_the_ends_of_the_strength(gamma):
    at = [1e-300, 1e200]
    bias, variance = ridge_limit_risk(at, gamma, 5.0, 1.0)
    none = ridge_limit_risk(1e-12, gamma, 5.0, 1.0)
    assert bias[0] == pytest.approx(none[0], abs=1e-5)
    assert np.isfinite(variance[0])
    assert (bias[1], variance[1]) == (pytest.approx(5), pytest.approx(0))


@pytest.mark.parametrize(("gamma", "signal", "noise"), [(0.3, 1.0, 0.2), (1.0, 2.0, 0.5), (5.0, 1.0, 0.04)])
def test_the_best_strength(gamma, signal, noise):
    best = optimal_ridge(gamma, signal, noise)
    around = best * np.geomspace(0.01, 100, 20_001)
    risk = np.add(*ridge_limit_risk(around, gamma, signal, noise))
    assert around[risk.argmin()] == pytest.approx(float(best), rel=1e-3)
    assert risk.min() == pytest.approx(float(noise * gamma * marchenko_pastur_stieltjes(best, gamma)), rel=1e-9)


def test_random_features_unit_by_unit(rng):
    X, W = rng.standard_normal((4, 3)), rng.standard_normal((5, 3))
    told = [[max(float(np.dot(x, w)), 0.0) for w in W] for x in X]
    np.testing.assert_allclose(random_features(X, W), told, atol=1e-15)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: min_norm([[1.0, np.nan]], [1.0]), "X must be finite; got nan"),
        (lambda: min_norm(np.eye(2), [1.0]), r"y must have shape \(2,\)"),
        (lambda: min_norm_risk(2.5, 10, 1.0, 1.0), "p must be whole; got 2.5"),
        (lambda: min_norm_risk(2, 0, 1.0, 1.0), "n must be > 0; got 0"),
        (lambda: weak_feature_risk([3, 9], 10, 8, 1.0, 1.0), "p must be <= D = 8; got 9"),
        (lambda: weak_feature_risk(3, 10, 8, -1.0, 1.0), "signal must be >= 0; got -1"),
        (lambda: marchenko_pastur_stieltjes(0.0, 1.0), "lambda_ must be > 0; got 0"),
        (lambda: ridge_limit_risk(-1.0, 1.0, 1.0, 1.0), "lambda_ must be >= 0; got -1"),
        (lambda: ridge_limit_risk(1.0, 0.0, 1.0, 1.0), "gamma must be > 0; got 0"),
        (lambda: optimal_ridge(1.0, 0.0, 1.0), "signal must be > 0; got 0"),
        (lambda: random_features(np.eye(3), np.eye(2)), "W must have 3 columns to match X; got 2"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()
