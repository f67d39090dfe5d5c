"""The claims of the home page."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from regviz.figures import home as topic
from regviz.figures.home import Settings
from regviz.knobs import grid

LAMBDAS = grid(Settings, "lambda_")


@pytest.mark.parametrize("features", ["polynomial", "rbf"])
def test_the_fit_is_ridge_with_a_free_intercept(features):
    s = Settings(features=features)
    r = topic.compute(s)
    for k in (40, 60, 80):
        peer = Ridge(alpha=s.n * r.strengths[k], solver="svd")
        peer.fit(topic.design(r.fits.x, features, s.size), r.fits.y)
        # Ridge works on the same centred design; 1e-7 covers a condition number of 1e9 at the smallest λ tried here
        np.testing.assert_allclose(
            r.fits.curves[k], peer.predict(topic.design(topic.GRID, features, s.size)), atol=1e-7
        )


@pytest.mark.parametrize("seed", range(10))
def test_from_overfit_through_good_to_underfit(seed):
    words = [topic.verdict(topic.compute(Settings(lambda_=lam, seed=seed))) for lam in LAMBDAS]
    order = {"overfits": 0, "is at its best": 1, "underfits": 2}
    ranks = [order[word] for word in words]
    assert ranks[0] == 0
    assert ranks[-1] == 2
    assert 1 in ranks


@pytest.mark.parametrize("seed", range(10))
def test_training_error_rises_and_degrees_of_freedom_fall_with_strength(seed):
    fits = topic.compute(Settings(seed=seed)).fits
    assert np.all(np.diff(fits.train) >= -1e-12)
    assert np.all(np.diff(fits.df) < 0)


@pytest.mark.parametrize("k", [40, 60, 80])
def test_the_degrees_of_freedom_are_the_trace_of_the_hat_matrix_less_the_intercept(k):
    """How far each fitted value follows its own target, summed; an intercept follows by one in all."""
    s = Settings()
    r = topic.compute(s)
    X, peer = topic.design(r.fits.x, s.features, s.size), Ridge(alpha=s.n * LAMBDAS[k], solver="svd")
    trace = sum(peer.fit(X, target).predict(X[i : i + 1])[0] for i, target in enumerate(np.eye(s.n)))
    assert r.fits.df[k] == pytest.approx(trace - 1, rel=1e-6)
    assert "beside the intercept" in topic.caption(s, r)


def test_a_model_with_few_features_and_many_points_never_overfits():
    """Why the page says "with the settings of the start"."""
    s = Settings(features="rbf", size=4, n=60, seed=0)
    assert topic.verdict(topic.compute(replace(s, lambda_=LAMBDAS[0]))) == "is at its best"


@pytest.mark.parametrize("seed", range(10))
def test_the_marked_strength_has_the_least_validation_error(seed):
    """The errors are recomputed: scikit-learn's ridge on the same draws, where its arithmetic can follow."""
    s, rng = Settings(seed=seed), np.random.default_rng(seed)
    r = topic.compute(s)
    x, x_new = np.sort(rng.uniform(-1, 1, s.n)), rng.uniform(-1, 1, topic.N_VALIDATION)
    y, y_new = topic.truth(x) + s.noise * rng.standard_normal(s.n), topic.truth(x_new)
    y_new = y_new + s.noise * rng.standard_normal(len(x_new))
    errors = {}
    for k in range(20, 81, 5):
        peer = Ridge(alpha=s.n * LAMBDAS[k], solver="svd").fit(topic.design(x, s.features, s.size), y)
        errors[k] = np.sqrt(np.mean((peer.predict(topic.design(x_new, s.features, s.size)) - y_new) ** 2))
    np.testing.assert_allclose([r.fits.validation[k] for k in errors], list(errors.values()), rtol=1e-6)
    assert r.fits.validation[r.best] <= min(errors.values()) * (1 + 1e-6)
    assert r.fits.validation[r.best] < min(r.fits.validation[0], r.fits.validation[-1])
