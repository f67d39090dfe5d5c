"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest
from claims import claim

from regviz import MLP, power_iteration
from regviz.averages import mean_error
from regviz.descent.games import dirac_gan
from regviz.experiments.spectral_normalization import (
    BOUNDS,
    COUNTS,
    GAMMAS,
    HELD,
    RADII,
    SLOPES,
    attack,
    best_errors,
    dirac,
    fits,
    held,
    matrices,
    opponents,
    played,
    powers,
    ring,
    robust,
)
from regviz.figures.spectral_normalization import Settings
from regviz.knobs import grid

SEEDS = range(100, 106)
AT4, AT04 = int(np.flatnonzero(SLOPES == 4)[0]), 2


@pytest.fixture(scope="module")
def six():
    with np.errstate(all="raise"):
        return robust(SEEDS)


@claim(
    "Fit, sign(x): two layers of GroupSort are within 1 % of the best possible error up to K = 11.3, and at 16 "
    "within 5 %. One layer of relu is within 3 % up to K = 1.41, and at 16 it is at 2.22 ± 0.05 times the best: "
    "it uses 0.46 ± 0.01 of the slope allowed."
)
def test_group_sort_fits_as_well_as_can_be():
    two, one = fits("sign", "two", "group_sort"), fits("sign", "one", "relu")
    over = two.errors / two.best[:, None]
    assert BOUNDS[-2] == 11.3
    assert np.all(over[:-1] < 1.01)
    assert np.all(over[-1] < 1.05)
    ratio = one.errors / one.best[:, None]
    assert np.all((ratio < 1.03).all(axis=1) == (BOUNDS < 1.42))
    mean, error = mean_error(ratio[-1])
    assert (float(mean), float(error)) == (pytest.approx(2.22, abs=0.02), pytest.approx(0.05, abs=0.01))
    np.testing.assert_allclose(mean_error(one.slopes[-1] / BOUNDS[-1]), [0.46, 0.01], atol=0.005)


@claim(
    "Fit, |x|: with K = 1 one layer of relu reaches slope 0.5 and no more, and 1/48 of error. Two reach 0.576 ± "
    "0.002, and GroupSort 0.963 ± 0.003 with one and 0.993 with two."
)
def test_relu_cannot_turn_at_full_slope():
    k = int(np.flatnonzero(BOUNDS == 1)[0])
    one = fits("abs", "one", "relu")
    np.testing.assert_allclose(one.slopes[k], 0.5, atol=0.005)
    np.testing.assert_allclose(one.errors[k], 1 / 48, rtol=0.02)
    kinds = (("two", "relu"), ("one", "group_sort"), ("two", "group_sort"))
    mean, error = mean_error([fits("abs", *kind).slopes[k] for kind in kinds])
    np.testing.assert_allclose(mean, [0.576, 0.963, 0.993], atol=0.002)
    np.testing.assert_allclose(error, [0.002, 0.003, 0.0], atol=0.0005)


@claim("Power: angle and σ̂ follow their formulas to rounding, for every ratio. σ̂ is below σ₁ at every k.")
def test_power_iteration_follows_its_formulas():
    for ratio in grid(Settings, "ratio"):
        p = powers(float(ratio))
        np.testing.assert_allclose(p.angle, p.told_angle, atol=1e-12)
        np.testing.assert_allclose(p.sigma, p.told_sigma, rtol=1e-12)
        assert np.all(p.sigma <= 1 + 1e-12)


@claim("σ̂ is good long before the vector is: at σ₂/σ₁ = 0.99 it is 0.7 % off after 3 iterations, and the vector 59°.")
def test_the_norm_is_good_before_the_vector():
    p = powers(0.99)
    assert COUNTS[2] == 3
    assert 1 - p.sigma[2] == pytest.approx(0.007, abs=0.0005)
    assert np.degrees(p.angle[2]) == pytest.approx(59, abs=0.5)


@claim(
    "One iteration from a random start is 26 % too small on 64 × 32 random matrices. Kept from step to step while the "
    "matrix drifts by 0.001 a step, the error stays below 2·10⁻⁶."
)
def test_a_kept_vector_is_enough_under_drift():
    rng, off = np.random.default_rng(0), []
    for _ in range(200):
        W = rng.standard_normal((64, 32))
        off.append(1 - power_iteration(W, 1, rng.standard_normal(64))[0] / np.linalg.norm(W, 2))
    assert np.mean(off) == pytest.approx(0.26, abs=0.01)
    W = rng.standard_normal((64, 32))
    u = power_iteration(W, 100)[1]
    for _ in range(500):
        W = W + 1e-3 * rng.standard_normal(W.shape)
        sigma, u, _ = power_iteration(W, 1, u)
        assert 1 - sigma / np.linalg.norm(W, 2) < 2e-6


@claim(
    "But in training on digits it lags, as the singular values draw near to each other: asked for L between 0.5 and "
    "16, the true product is 9 to 25 % larger. A certificate needs the true one."
)
def test_one_iteration_a_step_lags(six):
    over = six.bound[: np.flatnonzero(SLOPES == 16)[0] + 1].mean(axis=1) / SLOPES[SLOPES <= 16]
    np.testing.assert_allclose([over.min(), over.max()], [1.09, 1.25], atol=0.02)


@claim(
    "Opponent, d = 2: after 1000 steps the free one leaves the fakes a gradient of (1.7 ± 0.5)·10⁻⁵ and is 17.5 ±"
    " 0.7 steep. With L = 1 the gradient is 0.2698 ± 0.0004, by formula 0.2689."
)
def test_a_free_opponent_leaves_no_gradient():
    o = opponents(2)
    k = HELD.index(1.0)
    measured = [mean_error(v) for v in (o.minimax[-1, -1] * 1e5, o.slope[-1, -1], o.minimax[k, -1])]
    np.testing.assert_allclose(measured[0], [1.7, 0.5], atol=0.1)
    np.testing.assert_allclose(measured[1], [17.5, 0.7], atol=0.1)
    np.testing.assert_allclose(measured[2], [0.2698, 0.0004], atol=0.0001)
    assert o.told[k] == pytest.approx(0.2689, abs=0.0001)


@claim(
    "A bound must fit the distance. At d = 4 the opponent with L = 4 leaves 0.0016 ± 0.0001, that with L = 0.5 "
    "0.1346 ± 0.0001."
)
def test_a_bound_must_fit_the_distance():
    o = opponents(4)
    mean, error = mean_error(o.minimax[[HELD.index(4.0), HELD.index(0.5)], -1])
    np.testing.assert_allclose(mean, [0.0016, 0.1346], atol=0.0001)
    np.testing.assert_allclose(error, 0.0001, atol=0.0001)


@claim(
    "Dirac-GAN: for every h and γ the eigenvalues fitted to the game are those of the formula within 0.001. Free,"
    " a step multiplies the distance by √(1 + h²/4); with R1 the game shrinks if h < 4γ, and fastest at γ = 1."
)
def test_the_game_moves_by_its_eigenvalues():
    for rate in grid(Settings, "rate"):
        game = dirac(float(rate), 0.5)
        np.testing.assert_allclose(game.fitted, game.told, atol=1e-3)
        assert game.factor[0] == pytest.approx(np.sqrt(1 + rate**2 / 4), rel=1e-12)
        rounding = 1e-9  # where h = 4γ a step neither grows nor shrinks
        np.testing.assert_array_equal(game.factor < 1 - rounding, rate < 4 * GAMMAS - rounding)
        assert GAMMAS[game.factor.argmin()] == 1
        away = np.linalg.norm(game.paths[:, 2], axis=-1)
        shrinks, late = game.factor < 0.99, slice(100, 300)
        found = np.exp(np.log(away[late.stop] / away[late.start]) / 200)
        np.testing.assert_allclose(found[shrinks], game.factor[shrinks], rtol=0.02)  # it also turns, or has two rates


@claim(
    "Clipped, it goes round at about the clip for ever: with h = 0.05 and any clip of the slider it stays between"
    " 0.99 and 1.05 times the clip."
)
def test_a_clipped_game_goes_round():
    for clip in grid(Settings, "clip"):
        path = dirac_gan([1.0, 0.0], 4000, 0.05, clip=float(clip))
        away = np.linalg.norm(path[-1000:], axis=-1) / clip
        assert away.min() > 0.99
        assert away.max() < 1.05


@claim(
    "Ring, 2000 steps, 12 seeds: no sure profit. In batches of 32 with rate 0.001 6.4 Gaussians are covered against a "
    "free opponent, and 1.6 ± 0.3 more with L = 3. In batches of 64 with rate 0.002 it is 0.5 ± 0.8 more. With L = 1 "
    "it is 1.0 ± 0.7 more and 0.9 ± 1.0 fewer."
)
@pytest.mark.underflows
def test_a_ring_is_no_sure_profit():
    gains = []
    for rate, batch in ((0.001, 32), (0.002, 64)):
        covered = ring((rate,), (3.0, 1.0, np.inf), range(12), batch=batch)[0]
        gains.append([mean_error(held - covered[-1]) for held in covered[:2]])
        if batch == 32:
            assert covered[-1].mean() == pytest.approx(6.4, abs=0.5)
    (three, one), (three_64, one_64) = gains
    # other kernels round otherwise, and a chaotic game then ends elsewhere: within its own error
    for found, told in ((three, 1.6), (three_64, 0.5), (one, 1.0), (one_64, -0.9)):
        assert found[0] == pytest.approx(told, abs=1.5 * found[1])
    assert three[0] > 3 * three[1]
    assert all(abs(mean) < 2 * error for mean, error in (three_64, one, one_64))


@claim("Digits: free, 98 % are right and at ε = 0.4 none is certified. With L = 4 it is 94 and 32 %.")
def test_a_bound_certifies(six):
    assert RADII[AT04] == 0.4
    right = six.accuracy.mean(axis=1)
    np.testing.assert_allclose([right[-1], right[AT4]], [0.98, 0.94], atol=0.006)
    certified = six.certified[AT04].mean(axis=1)
    assert certified[-1] == 0
    assert certified[AT4] == pytest.approx(0.32, abs=0.01)


@claim(
    "Attacks of length 0.4 leave 56 % of the free network and 73 % with L = 4. Much of that is not certified: the "
    "bound is no tight one."
)
def test_attacks(six):
    left = six.attacked[AT04].mean(axis=1)
    np.testing.assert_allclose([left[-1], left[AT4]], [0.56, 0.73], atol=0.01)
    assert left[AT4] > 2 * six.certified[AT04, AT4].mean()


@claim("No certificate was broken in 54 000 checks.")
def test_no_certificate_is_broken(six):
    assert 200 * len(SEEDS) * len(six.accuracy) * (len(RADII) - 1) == 54_000
    assert six.broken == 0


@claim("Free, the product of norms says 30, and the steepest slope found on test images is 21.")
def test_the_product_is_a_loose_bound(six):
    assert six.bound[-1].mean() == pytest.approx(30, abs=0.5)
    assert six.local[-1].mean() == pytest.approx(21, abs=0.5)
    assert np.all(six.local <= six.bound * (1 + 1e-5))


def test_no_function_with_such_slopes_is_nearer(rng):
    """Random ones: the running sum of slopes within ±K, shifted and mirrored to fit as well as they can."""
    x = np.linspace(-1, 1, 200)
    for target, y in (("sign", np.sign(x)), ("abs", np.abs(x))):
        best = best_errors(target, x)
        for k in (0, 2, 5):
            for _ in range(50):
                steps = BOUNDS[k] * np.clip(3 * rng.standard_normal(199).cumsum() / 10, -1, 1) * np.diff(x)
                f = np.concatenate([[0.0], steps.cumsum()])
                f += (y - f).mean()
                assert ((f - y) ** 2).mean() >= best[k] - 1e-12


def test_an_attack_stays_within_its_length_and_length_zero_is_none(rng):
    network = MLP((64, 64, 64, 10), "group_sort", spectral_bound=[1.0, np.inf], seeds=[0, 0])
    network.eval()
    X, y = rng.random((2, 20, 64)), rng.integers(0, 10, (2, 20))
    right = network.apply(X).argmax(axis=-1) == y
    np.testing.assert_array_equal(attack(network, X, y, 0.0), right)
    assert np.all(attack(network, X, y, 0.5) <= right)
    assert [m.shape for m in matrices(network)] == [(2, 64, 64), (2, 64, 64), (2, 64, 10)]


@pytest.mark.parametrize(("view", "target"), [("power", ""), ("fit", "sign"), ("fit", "abs"), ("opponent", "")])
def test_what_is_held_against_something_exact_is_near_it(view, target):
    for what, exact, ours, _ in held(view, 0.8, 3, target, 2):
        assert ours == pytest.approx(exact, rel=0.03, abs=0.01), what


def test_the_game_is_held_against_its_closed_form():
    for gamma, rate in ((0.0, 0.2), (0.5, 0.2), (2.0, 0.5)):
        for what, exact, ours, _ in played(gamma, rate):
            assert ours == pytest.approx(exact, abs=1e-6), what
