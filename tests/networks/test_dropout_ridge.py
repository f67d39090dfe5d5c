"""Dropout in linear regression against every mask there is, its gradient, and the ridge of another writer."""

from itertools import product

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from regviz.networks.dropout_ridge import averaged_over_masks, dropout_ridge

KEEPS = [0.2, 0.5, 0.9, 1.0]


@pytest.fixture
def problem(rng):
    X = rng.standard_normal((12, 4)) * [1.0, 3.0, 0.5, 1.0]
    return X, X @ [1.0, -1.0, 2.0, 0.0] + rng.standard_normal(12)


def expected_loss(X, y, w, k):
    """E‖y − (X∘M)w‖² over all masks, as the page has it."""
    return np.sum((y - k * X @ w) ** 2) + k * (1 - k) * w @ np.diag(np.diag(X.T @ X)) @ w


@pytest.mark.parametrize("keep", KEEPS)
def test_the_expected_loss_is_the_mean_over_every_mask(rng, keep):
    X, y, w = rng.standard_normal((3, 3)), rng.standard_normal(3), rng.standard_normal(3)
    total = 0.0
    for bits in product((0, 1), repeat=9):
        mask = np.reshape(bits, (3, 3))
        total += keep ** mask.sum() * (1 - keep) ** (9 - mask.sum()) * np.sum((y - (X * mask) @ w) ** 2)
    assert expected_loss(X, y, w, keep) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("keep", KEEPS)
def test_the_closed_form_is_its_minimum(problem, rng, keep):
    X, y = problem
    w = dropout_ridge(X, y, keep)
    least = expected_loss(X, y, w, keep)
    for _ in range(50):
        assert expected_loss(X, y, w + 1e-3 * rng.standard_normal(4), keep) > least


@pytest.mark.parametrize("keep", KEEPS)
def test_it_is_scikit_learns_ridge_on_columns_of_unit_length(problem, keep):
    X, y = problem
    length = np.linalg.norm(X, axis=0)
    peer = Ridge(alpha=(1 - keep) / keep, fit_intercept=False, tol=1e-12).fit(X / length, y).coef_ / length
    np.testing.assert_allclose(keep * dropout_ridge(X, y, keep), peer, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("keep", [0.0, -0.1, 1.1, np.nan])
def test_refuses(problem, keep):
    with pytest.raises(ValueError, match="keep"):
        dropout_ridge(*problem, keep)


def test_averaged_masks_are_the_stacked_regression(problem):
    """Least squares on the masked copies of X stacked below each other, drawn here by the same generator."""
    X, y = problem
    found = averaged_over_masks(X, y, 0.3, np.array([2.0, 5.0]), 2, seed=4)
    kept = (np.random.default_rng(4).random((10, 12, 4)) >= 0.3).reshape(2, 5, 12, 4)
    for sequence, (m, at) in product(range(2), ((2, 0), (5, 1))):
        rows = (X * kept[sequence, :m]).reshape(-1, 4)
        expected = np.linalg.lstsq(rows, np.tile(y, m), rcond=None)[0]
        np.testing.assert_allclose(found.solutions[sequence, at], expected, rtol=1e-9)


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_the_standard_error_is_the_spread_over_sequences(problem, rate):
    """400 sequences: their spread is known to 4 % (1/√800), taken at four times that."""
    X, y = problem
    found = averaged_over_masks(X, y, rate, np.array([200.0]), 400, seed=0)
    spread = found.solutions[:, 0].std(axis=0)
    np.testing.assert_allclose(found.error / np.sqrt(200), spread, rtol=0.15)
    centre = found.solutions[:, 0].mean(axis=0)
    assert np.all(np.abs(centre - dropout_ridge(X, y, 1 - rate)) < 6 * spread / 20 + 2 * spread**2)
