"""The Dirac-GAN against its closed form: slopes of its loss, eigenvalues, growth, and where the games end."""

import numpy as np
import pytest

from regviz.descent.games import dirac_eigenvalues, dirac_gan, dirac_slope, fitted_eigenvalues

GAMMAS = [0.0, 0.1, 0.5, 0.9, 1.1, 2.0, 3.0]


def loss(theta, psi):
    return -np.log1p(np.exp(-theta * psi)) - np.log(2)


def test_the_moves_are_the_slopes_of_the_game(rng):
    for theta, psi in rng.standard_normal((20, 2)):
        across = (loss(theta + 1e-6, psi) - loss(theta - 1e-6, psi)) / 2e-6
        up = (loss(theta, psi + 1e-6) - loss(theta, psi - 1e-6)) / 2e-6
        # the penalty 0.35 ψ² has the slope 0.7 ψ
        np.testing.assert_allclose(dirac_slope(np.array([theta, psi]), 0.7), [-across, up - 0.7 * psi], atol=1e-8)


@pytest.mark.parametrize("gamma", [*GAMMAS, 1.0])
def test_the_closed_form_is_that_of_the_moves_about_rest(gamma):
    moves = [(dirac_slope(1e-6 * e, gamma) - dirac_slope(-1e-6 * e, gamma)) / 2e-6 for e in np.eye(2)]
    told, found = dirac_eigenvalues(gamma), np.linalg.eigvals(np.transpose(moves)).astype(complex)
    # sum and product, as two eigenvalues that meet answer rounding with its root
    assert found.sum() == pytest.approx(told.sum(), abs=1e-9)
    assert found.prod() == pytest.approx(told.prod(), abs=1e-9)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5])
def test_a_game_near_rest_moves_by_its_eigenvalues(gamma, rate):
    fitted = fitted_eigenvalues(dirac_gan([1e-3, 0.0], 40, rate, gamma), rate)
    np.testing.assert_allclose(fitted, dirac_eigenvalues(gamma), atol=1e-6)


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5])
def test_the_free_game_grows_by_the_root_of_1_and_a_quarter_h_squared(rate):
    away = np.linalg.norm(dirac_gan([1e-4, 0.0], 100, rate), axis=-1)
    np.testing.assert_allclose(away[1:] / away[:-1], np.sqrt(1 + rate**2 / 4), rtol=1e-6)


@pytest.mark.parametrize("clip", [0.1, 0.5, 1.0])
def test_a_clipped_game_never_comes_to_rest(clip):
    path = dirac_gan([1.0, 0.0], 4000, 0.05, clip=clip)
    assert np.abs(path[..., 1]).max() <= clip
    away = np.linalg.norm(path[-1000:], axis=-1)
    assert away.min() > 0.99 * clip
    assert away.max() < 1.05 * clip


def test_many_games_are_each_alone():
    gammas, clips = np.array([0.0, 0.5, 2.0]), np.array([np.inf, 0.3, 1.0])
    together = dirac_gan([1.0, 0.2], 50, 0.1, gammas, clips)
    for k, (gamma, clip) in enumerate(zip(gammas, clips, strict=True)):
        np.testing.assert_array_equal(together[:, k], dirac_gan([1.0, 0.2], 50, 0.1, gamma, clip))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dirac_gan([1.0], 1, 0.1), r"start must be \(2,\)"),
        (lambda: dirac_gan([1.0, 0.0], 1, 0.1, -1.0), "penalty >= 0"),
        (lambda: dirac_gan([1.0, 0.0], 1, 0.1, clip=0.0), "clip > 0"),
        (lambda: dirac_gan([1.0, 0.0], 1, 0.0), "learning_rate must be > 0"),
        (lambda: dirac_gan([1.0, np.nan], 1, 0.1), "start must be finite"),
    ],
)
def test_nonsense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
