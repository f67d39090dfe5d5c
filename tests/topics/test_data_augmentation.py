"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

from dataclasses import replace

import numpy as np
import pytest
from claims import claim

from regviz.averages import mean_error
from regviz.experiments.data_augmentation import (
    COPIES,
    MOVES,
    RAW,
    SIGMAS,
    Images,
    examples,
    held,
    images,
    mixed,
    noisy,
)
from regviz.figures import data_augmentation as topic
from regviz.figures.data_augmentation import Settings

SEEDS = range(100, 108)
PAIRS = range(24)
FEW = (0.0, 0.05, 0.1, 0.2, 0.5, 2.0)


def trained(kind, n):
    with np.errstate(all="raise"):
        return images(kind, n, SEEDS)


def at(r, strength):
    return int(np.flatnonzero(r.strengths == strength)[0])


def errors(r, move, strength):
    return r.errors[r.moves.index(move), at(r, strength)]


@claim(
    "If the test images are not shifted, shifts hurt: with n = 400 shifts of up to 1 pixel bring the error from 4.7 to "
    "7.9 %, worse in 8 of 8 seeds."
)
def test_shifts_hurt_where_nothing_is_shifted():
    r = trained("shift", 400)
    without, shifted = errors(r, 0.0, 0.0), errors(r, 0.0, 1.0)
    assert without.mean() == pytest.approx(0.047, abs=0.002)
    assert shifted.mean() == pytest.approx(0.079, abs=0.003)
    assert np.all(shifted > without)


@claim(
    "The best strength follows the shift τ of the test images, and is a little larger: with n = 100 it is 0.75, 1.25 "
    "and 1.75 pixels for τ = 0.5, 1 and 1.5."
)
def test_the_best_strength_follows_the_test_images():
    r = trained("shift", 100)
    assert [r.strengths[r.best(r.moves.index(tau))] for tau in (0.5, 1.0, 1.5)] == [0.75, 1.25, 1.75]


@claim("There the gains are 7.5 ± 0.8, 24.7 ± 1.2 and 35.3 ± 1.7 points, in 8 of 8.")
def test_what_is_gained():
    r = trained("shift", 100)
    for tau, strength, gain, error in ((0.5, 0.75, 0.075, 0.008), (1.0, 1.25, 0.247, 0.012), (1.5, 1.75, 0.353, 0.017)):
        difference = errors(r, tau, 0.0) - errors(r, tau, strength)
        np.testing.assert_allclose(mean_error(difference), [gain, error], atol=0.004)
        assert np.all(difference > 0)


@claim(
    "At τ = 0.5, 100 images with shifts are worth about 330 without. From τ = 0.75 on no number up to 1200 is enough: "
    "more of the same images do not teach what a shift is."
)
def test_what_it_is_worth():
    r = trained("shift", 100)
    assert r.worth(2, at(r, 0.75)) == pytest.approx(330, abs=30)
    assert RAW[-1] == 1200
    for move in range(3, len(r.moves)):
        assert r.errors[move].mean(axis=1).min() < r.raw[move].mean(axis=1).min()


@claim(
    "What is learnt is the invariance: a shift of up to 1 pixel changes 42 % of the answers without shifts in "
    "training, and 17 % with shifts of up to 1.25."
)
def test_the_invariance_is_learnt():
    r = trained("shift", 100)
    np.testing.assert_allclose(r.changed.mean(axis=1)[[0, at(r, 1.25)]], [0.42, 0.17], atol=0.01)


@claim("Turn: with n = 100 and test images turned by up to 30°, turns of up to 30° halve the error, 30.2 to 14.7 %.")
def test_turns_help_turned_images():
    r = images("rotate", 100, SEEDS)
    assert r.strengths[r.best(r.moves.index(30))] == 30
    np.testing.assert_allclose([errors(r, 30, v).mean() for v in (0, 30)], [0.302, 0.147], atol=0.004)


@claim(
    "A turn by 180° is no invariance: with n = 400, upright test images and turns of up to 180° in training 28 % are "
    "wrong, and 14 % of sixes are read as 9. Up to 150° no six is."
)
def test_six_or_nine():
    r = images("rotate", 400, SEEDS)
    assert errors(r, 0, 180).mean() == pytest.approx(0.28, abs=0.01)
    assert r.nines[-1] == pytest.approx(0.14, abs=0.02)
    assert not r.nines[: at(r, 150) + 1].any()


@claim(
    "Nor is a mirror: with n = 400 and a chance of 0.5 the error rises by 3.3 ± 0.4 points. The answers hardly change "
    "any more under a mirror, 5 % instead of 61 %: a false invariance is learnt as well as a true one."
)
def test_a_false_invariance():
    r = images("flip", 400, SEEDS)
    np.testing.assert_allclose(mean_error(errors(r, 0.0, 0.5) - errors(r, 0.0, 0.0)), [0.033, 0.004], atol=0.002)
    np.testing.assert_allclose(r.changed.mean(axis=1)[[0, -1]], [0.61, 0.05], atol=0.01)


@claim(
    "Mixup on moons: α = 0.1 lowers the error from 7.9 to 7.5 %, in 16 of 24 seeds, and −log p in 24 of 24. α = 2 "
    "raises the error by 2.1 ± 0.3 points."
)
def test_a_little_mixing_helps_moons():
    r = mixed("moons", PAIRS, FEW)
    np.testing.assert_allclose(r.errors.mean(axis=1)[[0, 2]], [0.079, 0.075], atol=0.001)
    assert abs((r.errors[2] < r.errors[0]).sum() - 16) <= 1
    assert np.all(r.nll[2] < r.nll[0])
    np.testing.assert_allclose(mean_error(r.errors[-1] - r.errors[0]), [0.021, 0.0025], atol=0.002)


@claim(
    "On circles no α lowers the error, and α = 2 doubles it, though small α still improves −log p in 24 of 24: less "
    "sure is not better."
)
def test_mixing_harms_circles():
    r = mixed("circles", PAIRS, FEW)
    mean = r.errors.mean(axis=1)
    assert np.all(mean[1:] > mean[0])
    assert mean[-1] / mean[0] == pytest.approx(2, abs=0.1)
    assert np.all(r.nll[1:3] < r.nll[0])


@claim(
    "On spirals every α harms both: between two points of one arm lies the other. With α = 2 the error is 23 % instead "
    "of 1 %."
)
def test_mixing_harms_spirals_most():
    r = mixed("spirals", PAIRS, FEW)
    for values in (r.errors.mean(axis=1), r.nll.mean(axis=1)):
        assert np.all(values[1:] > values[0])
    np.testing.assert_allclose(r.errors.mean(axis=1)[[0, -1]], [0.01, 0.23], atol=0.01)


@claim(
    "Noise: at every σ > 0, 64 draws of 256 copies have ridge as their mean within four standard errors, and the "
    "distance to it falls with a slope of −0.50 to −0.53 in log-log."
)
def test_noise_is_ridge():
    d = noisy()
    assert (len(d.averaged), COPIES[-1]) == (64, 256)
    mean, error = mean_error(d.averaged[:, 1:, -1], axis=0)
    assert np.all(np.abs(mean - d.ridge[1:]) < 4 * error)
    slopes = np.polyfit(np.log(COPIES), np.log(d.distance[1:]).T, 1)[0]
    np.testing.assert_allclose([slopes.min(), slopes.max()], [-0.53, -0.50], atol=0.005)


def test_no_noise_is_least_squares():
    d = noisy()
    assert SIGMAS[0] == 0
    np.testing.assert_allclose(d.averaged[:, 0], np.broadcast_to(d.ridge[0], d.averaged[:, 0].shape), rtol=1e-9)


def test_worth_is_between_the_sizes():
    raw = np.array([0.5, 0.4, 0.3, 0.25, 0.2, 0.1])[None, :, None]
    r = Images(np.array([[[0.35], [0.55], [0.4], [0.05]]]), np.zeros((4, 1)), np.zeros(4), raw, np.arange(4.0), (0.0,))
    assert r.worth(0, 0) == pytest.approx(np.sqrt(100 * 200), rel=1e-9)
    assert np.isnan(r.worth(0, 1))
    assert r.worth(0, 2) == pytest.approx(100)
    assert np.isnan(r.worth(0, 3))
    assert r.best(0) == 3


@pytest.mark.parametrize("kind", MOVES)
def test_examples_show_what_is_said(kind):
    rows = examples(kind, 0.0, 0.0)
    np.testing.assert_allclose(rows["learnt"], rows["given"], atol=1e-12)
    assert {len(row) for row in rows.values()} == {10}
    assert not np.allclose(examples(kind, 0.5 if kind == "flip" else 1.0, 0.0)["learnt"], rows["given"])


def test_the_caption_says_what_is_worth_what():
    s = Settings()
    told = topic.VIEWS["shift"].caption(s, topic.VIEWS["shift"].compute(s))
    assert "worth more than 1200 without" in told
    nothing = replace(s, pixels=0.0, tau=0.0)
    assert "0.0 ± 0.0 points fewer" in topic.VIEWS["shift"].caption(nothing, topic.VIEWS["shift"].compute(nothing))


@pytest.mark.parametrize("view", topic.VIEWS)
def test_what_is_held_against_something_exact_is_near_it(view):
    for what, exact, ours, _ in held(view, 0.5, 0.5):
        assert ours == pytest.approx(exact, rel=0.1 if view == "noise" else 0.01), what
