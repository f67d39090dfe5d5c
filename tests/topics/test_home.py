"""The claims of the home page."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from regviz.figures import home as topic
from regviz.figures.home import Settings
from regviz.knobs import knobs


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
    options = knobs(Settings)["lambda_"].options
    words = [topic.verdict(topic.compute(Settings(lambda_=lam, seed=seed))) for lam in options]
    order = {"overfits": 0, "is at its best": 1, "underfits": 2}
    ranks = [order[word] for word in words]
    assert ranks[0] == 0
    assert ranks[-1] == 2
    assert 1 in ranks


@pytest.mark.parametrize("seed", range(10))
def test_training_error_rises_and_effective_parameters_fall_with_strength(seed):
    fits = topic.compute(Settings(seed=seed)).fits
    assert np.all(np.diff(fits.train) >= -1e-12)
    assert np.all(np.diff(fits.df) < 0)


@pytest.mark.parametrize("seed", range(10))
def test_the_marked_strength_has_the_least_validation_error(seed):
    r = topic.compute(Settings(seed=seed))
    assert r.fits.validation[r.best] == r.fits.validation.min()
    assert r.fits.validation[r.best] < min(r.fits.validation[0], r.fits.validation[-1])
