"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest
from claims import claim

from regviz import reduced_rank_regression
from regviz.averages import mean_error
from regviz.experiments.lora_rank import (
    COUNTS,
    DRAWS,
    RANKS,
    SCALED_STEPS,
    SPECTRA,
    drawn,
    linear,
    linear_draw,
    pretrained,
    rotated,
    scaled,
    swapped,
    turned,
)
from regviz.figures import lora_rank as topic
from regviz.figures.lora_rank import Settings
from regviz.knobs import grid
from regviz.ui.topic import Shown

SAMPLES = grid(Settings, "n").astype(int).tolist()


def at(rank):
    return int(np.flatnonzero(rank == RANKS)[0])


@claim(
    "Linear, true rank 3: from 120 samples rank 3 is best in 40 of 40 draws. It is off by 2.5, the full update by 15. "
    "Here low rank does regularize."
)
def test_the_true_rank_is_best_from_120_samples():
    errors = linear("rank 3", 120).errors
    assert errors.shape == (DRAWS, 31) == (40, 31)
    assert set(errors.argmin(axis=1)) == {3}
    assert errors[:, 3].mean() == pytest.approx(2.5, abs=0.05)
    assert errors[:, -1].mean() == pytest.approx(15, abs=0.5)


@claim(
    "Few samples carry few ranks: with 60 rank 2 is best, with 30 rank 1. For the decaying update the best rank grows "
    "with the samples: 1, 2, 4, 6, 7 and 9 for n from 30 to 960."
)
def test_few_samples_carry_few_ranks():
    assert [linear("rank 3", n).best for n in SAMPLES[:3]] == [1, 2, 3]
    assert (SAMPLES[0], SAMPLES[-1]) == (30, 960)
    assert [linear("decaying", n).best for n in SAMPLES] == [1, 2, 4, 6, 7, 9]


@claim(
    "Three pairs of names swapped need rank 3. From 120 images adapters of rank 1, 2 and 3 have 56, 90 and 93 % right, "
    "and the full update 96 %."
)
def test_swaps_need_their_rank():
    d = swapped(3, 120)
    assert (d.exact > 1e-4).sum() == 3
    np.testing.assert_allclose(d.adapted.mean(axis=1)[:3], [0.56, 0.90, 0.93], atol=0.01)
    assert d.full.mean() == pytest.approx(0.96, abs=0.005)
    assert d.solved == d.untouched


@claim(
    "Turned digits have no such rank: from 120 images accuracy is 75 % at rank 1, 82 % at rank 4, 86 % at rank 16 and "
    "88 % at rank 64, like the full update."
)
def test_turning_takes_all_ranks():
    d = rotated(120)
    mean = d.adapted.mean(axis=1)
    np.testing.assert_allclose(mean[[at(1), at(4), at(16), at(64)]], [0.75, 0.82, 0.86, 0.88], atol=0.01)
    assert d.full.mean() == pytest.approx(0.88, abs=0.01)


@claim(
    "An adapter is more than a cut: there the full update cut to rank 4 has 50 % right, an adapter of rank 4 has 82 %. "
    "From rank 16 on the cut is as good as the adapter."
)
def test_an_adapter_is_more_than_a_cut():
    d = rotated(120)
    assert d.cut[at(4)].mean() == pytest.approx(0.50, abs=0.01)
    assert d.adapted[at(4)].mean() == pytest.approx(0.82, abs=0.01)
    for rank in (16, 32, 64):
        difference, error = mean_error(d.cut[at(rank)] - d.adapted[at(rank)])
        assert difference > -2 * error


@claim(
    "Low rank does not regularize on few samples here: turned, from 30 or 120 images, no rank beats the full update by "
    "more than two standard errors, and rank 1 loses 12 points."
)
@pytest.mark.parametrize("n", [30, 120])
def test_low_rank_does_not_regularize_turned_digits(n):
    d = rotated(n)
    difference, error = mean_error(d.adapted - d.full)
    assert np.all(difference <= 2 * error)
    assert difference[0] == pytest.approx(-0.12, abs=0.01)


@claim(
    "One pair swapped, 30 images: rank 1 gains 2 points on the full update. Rank 10, which rules nothing out, gains as "
    "much: it is the training of two factors, not the rank."
)
def test_the_gain_is_not_the_rank():
    d = swapped(1, 30)
    difference, error = mean_error(d.adapted - d.full)
    for k, rank in ((0, 1), (-1, 10)):
        assert d.ranks[k] == rank
        assert difference[k] == pytest.approx(0.02, abs=0.005)
        assert difference[k] > 2 * error[k]


@claim(
    "Scaling: with Adam and α/r the loss after 100 steps is 1.7 at rank 1 and 1.6 at rank 64; with α/√r it falls to "
    "0.2. With SGD and α/r it rises from 1.0 to 5.2, and with α/√r it stays at 1.0 or below."
)
def test_the_square_root_lets_rank_learn():
    assert SCALED_STEPS == 100
    adam, sgd = (scaled(name).losses[..., -1].mean(axis=-1) for name in ("adam", "sgd"))
    np.testing.assert_allclose(adam[:, [0, -1]], [[1.7, 1.6], [1.7, 0.2]], atol=0.05)
    assert np.all(np.diff(adam[1]) < 0)
    np.testing.assert_allclose(sgd[0, [0, -1]], [1.0, 5.2], atol=0.05)
    assert sgd[1].max() < 1.05


@pytest.mark.parametrize("n", [60, 120, 240, 480, 960])
def test_the_full_update_costs_what_it_is_expected_to(n):
    """The mean of 40 draws, within four standard errors of σ² tr E(XᵀX)⁻¹ d_out."""
    d = linear("rank 3", n)
    mean, error = mean_error(d.errors[:, -1])
    assert d.expected == pytest.approx(40 * 30 / (n - 41))
    assert abs(mean - d.expected) < 4 * error


@pytest.mark.parametrize("spectrum", SPECTRA)
def test_descent_on_two_factors_finds_the_exact_answer(spectrum):
    """Up to rank 3 to rounding; beyond the true rank it comes to noise, where 1000 steps leave a part in a thousand."""
    d = linear(spectrum, 120)
    _, X, Y = linear_draw(spectrum, 120, 0)
    for k, loss in enumerate(d.exact):
        residual = Y - X @ reduced_rank_regression(X, Y, k + 1)
        assert loss == pytest.approx((residual**2).sum() / 240, rel=1e-12)
    np.testing.assert_allclose(d.descent[:3], d.exact[:3], rtol=1e-10)
    np.testing.assert_allclose(d.descent, d.exact, rtol=1e-3)


def test_what_is_missed_is_what_truncation_misses():
    d = linear("decaying", 120)
    W, _, _ = linear_draw("decaying", 120, 5)
    left = np.linalg.svd(W, compute_uv=False)
    for rank in (0, 4, 30):
        assert d.missed[rank] == pytest.approx((left[rank:] ** 2).sum(), abs=1e-9)
    assert np.all(d.errors.mean(axis=0) >= d.missed - 1e-9)


def test_a_quarter_turn_is_one():
    X = np.arange(64.0)[None]
    np.testing.assert_array_equal(turned(X)[0].reshape(8, 8)[0], X[0].reshape(8, 8)[:, -1])
    network, data = pretrained()
    assert rotated(120).before < 0.15
    assert network.apply(data.X_test.astype("float32")).shape == (537, 10)


def test_seeds_see_different_images():
    rows = drawn(30)
    assert rows.shape == (4, 30)
    assert all(len(set(row)) == 30 for row in rows)
    assert len(set(map(tuple, rows))) == 4


def test_the_counts_are_those_in_print():
    """What programs print is exact; papers round, the 18M of table 5 down."""
    assert [ours == exact for _, exact, ours, _ in COUNTS] == [True, True, False, False]
    np.testing.assert_allclose([ours for *_, ours, _ in COUNTS], [4.194304, 0.589824, 0.3, 18], rtol=0.05)


@pytest.mark.parametrize("view", ["linear", "relabel"])
def test_what_is_held_against_something_exact_is_near_it(view):
    s = Settings(view=view)
    for what, exact, ours, _ in Shown(topic).held(s):
        assert ours == pytest.approx(exact, rel=0.05), what
