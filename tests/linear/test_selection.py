"""Cross-validation against scikit-learn on the same folds and grid, and against its own definition."""

import numpy as np
import pytest
from problems import PROBLEMS, gaussian, redundant
from scipy.stats import binom
from sklearn.linear_model import ElasticNetCV, LassoCV, Ridge

from regviz import best_of_chance, cross_validate, fold_labels, lambda_max
from regviz.data.tables import diabetes, standardised

DATA = {
    "diabetes": (standardised(diabetes().X)[0], diabetes().y),
    "p > n": PROBLEMS["p > n"],
    "redundant": redundant(40),
}
problems = pytest.mark.parametrize("problem", DATA.values(), ids=DATA)


def splits(n, n_folds, seed=0):
    labels = fold_labels(n, n_folds, seed)
    return [(np.flatnonzero(labels != fold), np.flatnonzero(labels == fold)) for fold in range(n_folds)]


@problems
@pytest.mark.parametrize(
    ("l1_ratio", "peer"), [(1.0, LassoCV), (0.5, lambda **kw: ElasticNetCV(l1_ratio=0.5, **kw))], ids=["lasso", "net"]
)
def test_it_gives_the_answer_of_scikit_learn(problem, l1_ratio, peer):
    X, y = problem
    lambdas = np.geomspace(1, 0.01, 30) * lambda_max(X, y, l1_ratio)
    mine = cross_validate(X, y, l1_ratio, lambdas, n_folds=5)
    theirs = peer(alphas=lambdas, cv=splits(len(y), 5), tol=1e-10, max_iter=100_000).fit(X, y)
    # the peer stops at a gap of 1e-10 of |y|²
    np.testing.assert_allclose(mine.mean, theirs.mse_path_.mean(axis=-1), rtol=1e-6)
    assert mine.lambda_min == theirs.alpha_


def test_ridge_gives_the_errors_of_single_fits():
    X, y = DATA["diabetes"]
    lambdas = np.array([1e-3, 0.1, 10.0])
    errors = [
        [np.mean((y[test] - Ridge(len(train) * lam).fit(X[train], y[train]).predict(X[test])) ** 2) for lam in lambdas]
        for train, test in splits(len(y), 4, seed=3)
    ]
    result = cross_validate(X, y, 0.0, lambdas, n_folds=4, seed=3)
    np.testing.assert_allclose(result.errors, errors, rtol=1e-9)  # Cholesky against SVD


@problems
def test_mean_error_and_choices_follow_their_definitions(problem):
    X, y = problem
    lambdas = np.geomspace(0.001, 1, 25) * lambda_max(X, y)
    result = cross_validate(X, y, 1.0, lambdas, n_folds=7, seed=2)
    assert result.errors.shape == (7, 25)
    np.testing.assert_allclose(result.mean, result.errors.sum(axis=0) / 7, rtol=1e-12)
    spread = ((result.errors - result.mean) ** 2).sum(axis=0) / 6
    np.testing.assert_allclose(result.se, np.sqrt(spread / 7), rtol=1e-9)
    best = min(range(25), key=lambda i: result.mean[i])
    bound = result.mean[best] + result.se[best]
    assert result.lambda_min == lambdas[best]
    assert result.lambda_1se == max(lam for lam, error in zip(lambdas, result.mean, strict=True) if error <= bound)
    assert result.lambda_1se >= result.lambda_min


def test_where_errors_tie_the_larger_lambda_is_chosen():
    X, _ = gaussian(30, 3, 0)
    y = np.random.default_rng(1).standard_normal(30)
    lambdas = np.array([5.0, 50.0, 20.0])  # all beyond lambda_max: the same empty model
    result = cross_validate(X, y, 1.0, lambdas, n_folds=5)
    assert result.lambda_min == result.lambda_1se == 50.0


def test_the_order_of_the_grid_does_not_matter():
    X, y = DATA["diabetes"]
    lambdas = np.geomspace(0.01, 1, 6) * lambda_max(X, y)
    up, down = cross_validate(X, y, 0.5, lambdas), cross_validate(X, y, 0.5, lambdas[::-1])
    np.testing.assert_allclose(up.mean, down.mean[::-1], rtol=1e-10)
    assert (up.lambda_min, up.lambda_1se) == (down.lambda_min, down.lambda_1se)


@pytest.mark.parametrize(("n", "n_folds"), [(10, 10), (11, 3), (442, 10)])
def test_folds_hold_every_row_out_once_and_are_even(n, n_folds):
    labels = fold_labels(n, n_folds, seed=5)
    sizes = np.bincount(labels, minlength=n_folds)
    assert labels.shape == (n,)
    assert sizes.sum() == n
    assert sizes.max() - sizes.min() <= 1
    np.testing.assert_array_equal(labels, fold_labels(n, n_folds, seed=5))


def test_the_seed_moves_the_folds_and_with_them_the_error():
    X, y = DATA["diabetes"]
    assert not np.array_equal(fold_labels(442, 10, 0), fold_labels(442, 10, 1))
    results = [cross_validate(X, y, 1.0, [0.5, 1.0], seed=seed).mean for seed in (0, 1)]
    assert np.all(results[0] != results[1])


@pytest.mark.parametrize("n_folds", [1, 31, 2.5, np.inf, np.nan])
def test_fold_counts_out_of_range_are_refused(n_folds):
    with pytest.raises(ValueError, match=rf"n_folds must be a whole number in \[2, 30\].*; got {n_folds}"):
        cross_validate(*gaussian(30, 3, 0), 1.0, [0.1], n_folds=n_folds)


def test_whole_floats_are_whole_numbers():
    X, y = gaussian(30, 3, 0)
    np.testing.assert_array_equal(
        cross_validate(X, y, 1.0, [0.1], n_folds=5.0, seed=2.0).errors, cross_validate(X, y, 1.0, [0.1], 5, 2).errors
    )


@pytest.mark.parametrize("n", [1, 7, 100, 1500])
def test_the_best_of_chance_is_the_mean_of_its_distribution(n):
    """By the differences of F^m, against the sum of their tails."""
    models = np.array([0, 1, 2, 30, 1000])
    with np.errstate(under="ignore"):
        tops = np.diff(np.concatenate([[0], binom.cdf(np.arange(n + 1), n, 0.5)])[:, None] ** models, axis=0)
    tops[:, 0] = np.eye(n + 1)[0]  # the best of none is 0
    np.testing.assert_allclose(best_of_chance(n, models), np.arange(n + 1) @ tops / n, rtol=1e-9)


def test_the_best_of_one_is_a_coin():
    assert best_of_chance(100, 1) == pytest.approx(0.5)
    assert best_of_chance(1, 1000) == pytest.approx(1)


@pytest.mark.parametrize(("n", "m"), [(0, 1), (2.5, 1), (10, -1), (10, np.nan)])
def test_chance_needs_cases_and_models(n, m):
    with pytest.raises(ValueError, match="must be"):
        best_of_chance(n, m)
