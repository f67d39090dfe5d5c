"""Data sets: shapes, seeds, the curves they lie on, and scikit-learn's copies."""

import numpy as np
import pytest
from sklearn import datasets

from regviz import split
from regviz.data.curves import circles, spirals, two_moons, wave
from regviz.data.digits import load_digits
from regviz.data.splits import flip_labels

TOYS = {"moons": two_moons, "circles": circles, "spirals": spirals}
every_toy = pytest.mark.parametrize("make", TOYS.values(), ids=TOYS)


@every_toy
def test_a_seed_gives_the_same_data_and_another_seed_others(make):
    (X, y), (again, y_again), (other, _) = make(51, seed=3), make(51, seed=3), make(51, seed=4)
    np.testing.assert_array_equal(X, again)
    np.testing.assert_array_equal(y, y_again)
    assert X.shape[0] == y.shape[0] == 51
    assert np.abs(X - other).max() > 0.01


@every_toy
def test_noise_has_its_standard_deviation(make):
    (X, y), (X_clean, y_clean) = make(4000, noise=0.2, seed=1), make(4000, noise=0.0, seed=1)
    residual = np.concatenate([(X - X_clean).ravel(), y - y_clean])
    # standard error 0.2/√8000, taken 5 times; what carries no noise is exactly 0
    np.testing.assert_allclose(residual[residual != 0].std(), 0.2, atol=0.2 / np.sqrt(8000) * 5)


@pytest.mark.parametrize("n", [50, 51])
def test_moons_and_circles_without_noise_are_scikit_learn_s(n):
    X, y = two_moons(n, noise=0.0)
    peer_X, peer_y = datasets.make_moons(n, shuffle=False)
    np.testing.assert_allclose(X, peer_X, atol=1e-15)
    np.testing.assert_array_equal(y, peer_y)
    X, y = circles(n, noise=0.0, factor=0.4)
    peer_X, peer_y = datasets.make_circles(n, shuffle=False, factor=0.4)
    np.testing.assert_allclose(X, peer_X, atol=1e-15)
    np.testing.assert_array_equal(y, peer_y)


def test_the_wave_at_known_points():
    np.testing.assert_allclose(wave([0.0, 0.25, 1.0]), [0, 1.125, 0.5], atol=1e-15)


def test_spirals_are_archimedean_and_half_a_turn_apart():
    X, y = spirals(300, noise=0.0, turns=1.5, seed=0)
    radius = np.hypot(X[:, 0], X[:, 1])
    turned = np.arctan2(X[:, 1], X[:, 0]) - 3 * np.pi * radius - np.pi * y
    np.testing.assert_allclose(np.exp(1j * turned), 1, atol=1e-9)  # the angle is known to 1e-16/radius
    assert radius.max() <= 1


def test_digits_are_scikit_learn_s():
    X, y = load_digits()
    peer = datasets.load_digits()
    np.testing.assert_array_equal(16 * X, peer.data)
    np.testing.assert_array_equal(y, peer.target)


def test_a_split_deals_every_case_once(rng):
    X = np.arange(100.0)[:, None]
    parts = split(X, X[:, 0], 60, 25, seed=1)
    dealt = np.concatenate([parts.y_train, parts.y_validation, parts.y_test])
    np.testing.assert_array_equal(np.sort(dealt), np.arange(100))
    np.testing.assert_array_equal(parts.X_test[:, 0], parts.y_test)
    assert [len(parts.y_train), len(parts.y_validation), len(parts.y_test)] == [60, 25, 15]
    assert not np.array_equal(dealt, np.arange(100))


def test_flipped_labels_are_other_classes_and_as_many_as_asked():
    y = np.tile(np.arange(10.0), 100)
    flipped = flip_labels(y, 0.3, 10, seed=0)
    assert np.count_nonzero(flipped != y) == 300
    assert set(flipped) == set(range(10))
    np.testing.assert_array_equal(flip_labels(y, 0.0, 10), y)


HOSTILE = [
    (lambda: two_moons(1), "n must.*1"),
    (lambda: spirals(noise=-0.1), "noise.*-0.1"),
    (lambda: spirals(turns=0), "turns.*0"),
    (lambda: circles(factor=1.5), "factor.*1.5"),
    (lambda: two_moons(noise=np.nan), "noise.*nan"),
    (lambda: two_moons(seed=-1), "seed.*-1"),
    (lambda: split(np.ones((5, 2)), np.ones(5), 3, 2), "5 cases.*3, 2 and 0"),
    (lambda: split(np.ones((5, 2)), np.ones(4), 1, 1), r"\(5, 2\) and \(4,\)"),
    (lambda: split(np.ones((5, 2)), np.ones(5), 0, 1), "n_train.*0"),
    (lambda: flip_labels([0, 1], 1.5, 2), "share.*1.5"),
    (lambda: flip_labels([0, 2], 0.5, 2), "y.*0.0 to 2.0"),
]


@pytest.mark.parametrize(("call", "message"), HOSTILE)
def test_hostile_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
