"""Label smoothing's closed forms, soft labels, reliability, and the plane of three templates."""

from dataclasses import replace

import numpy as np
import pytest

from regviz import (
    MLP,
    calibration,
    expected_calibration_error,
    optimal_logit_gap,
    project_to_templates,
    sgd,
    split,
    train,
)
from regviz.data.curves import two_moons
from regviz.networks import LOSSES, one_hot
from regviz.networks.diagnostics import reliability
from regviz.networks.smoothing import gap_loss, smoothing_floor, tightness

DATA = split(*two_moons(90, 0.2, seed=3), 60, 15, seed=0)


def test_the_numbers_in_print():
    assert float(optimal_logit_gap(10, 0.1)) == pytest.approx(4.5109, abs=5e-5)
    assert float(smoothing_floor(10, 0.1)) == pytest.approx(0.50029, abs=5e-6)


@pytest.mark.parametrize("K", [2, 3, 10, 1000])
def test_the_ends_of_alpha(K):
    assert float(optimal_logit_gap(K, 0.0)) == np.inf
    assert float(smoothing_floor(K, 0.0)) == 0
    assert float(optimal_logit_gap(K, 1 - 1e-12)) == pytest.approx(0, abs=1e-8)
    assert float(smoothing_floor(K, 1 - 1e-9)) == pytest.approx(np.log(K), rel=1e-9)
    even = 1 - 1 / K  # a label is then asked for with 1/K + (K − 1)/K², still the largest
    assert float(optimal_logit_gap(K, even)) == pytest.approx(np.log1p(K / (K - 1)), rel=1e-9)


def test_the_gap_is_where_the_slope_is_zero(rng):
    for K, alpha in zip(rng.integers(2, 40, 20), rng.uniform(0.02, 0.9, 20), strict=True):
        best = float(optimal_logit_gap(int(K), alpha))
        around = gap_loss([best - 1e-4, best + 1e-4], int(K), alpha)
        assert abs(around[1] - around[0]) < 1e-10


def test_smoothing_run_by_run_is_the_run_alone():
    settings = {"epochs": 4, "batch_size": 16}
    together = MLP((2, 6, 2), seeds=[1, 2, 1])
    train(together, DATA, label_smoothing=[0.0, 0.1, 0.7], **settings)
    for run, (seed, alpha) in enumerate([(1, 0.0), (2, 0.1), (1, 0.7)]):
        alone = MLP((2, 6, 2), seeds=seed)
        train(alone, DATA, label_smoothing=alpha, **settings)
        np.testing.assert_allclose(together.state[run], alone.state, rtol=1e-6, atol=1e-9)


def test_no_smoothing_is_plain_training_bit_for_bit():
    plain, none = MLP((2, 6, 2), seeds=1), MLP((2, 6, 2), seeds=1)
    train(plain, DATA, epochs=3)
    train(none, DATA, epochs=3, label_smoothing=0.0)
    np.testing.assert_array_equal(plain.state, none.state)


@pytest.mark.parametrize(("batch_size", "epochs"), [(1, 60), (60, 1500)])
@pytest.mark.parametrize("alpha", [0.2, 0.5])  # 0.5 is 1 − 1/K
def test_where_all_labels_are_of_one_class_the_gap_is_learnt(alpha, batch_size, epochs):
    alike = replace(DATA, **{f"y_{p}": 0 * getattr(DATA, f"y_{p}") for p in ("train", "validation", "test")})
    network = MLP((2, 2), seeds=1)
    settings = {"optimizer": sgd, "learning_rate": 0.3, "epochs": epochs, "batch_size": batch_size}
    history = train(network, alike, label_smoothing=alpha, **settings)
    out = network.apply(DATA.X_test)
    np.testing.assert_allclose(out[:, 0] - out[:, 1], float(optimal_logit_gap(2, alpha)), atol=1e-3)
    assert history.test_accuracy[-1] == 1


def test_soft_labels_that_are_hard_train_the_same():
    hard, soft = MLP((2, 6, 2), seeds=1), MLP((2, 6, 2), seeds=1)
    train(hard, DATA, epochs=3)
    parts = [(getattr(DATA, f"X_{p}"), one_hot(getattr(DATA, f"y_{p}"), 2)) for p in ("train", "validation", "test")]
    history = train(soft, type(DATA)(*(a for pair in parts for a in pair)), loss="soft_cross_entropy", epochs=3)
    np.testing.assert_array_equal(hard.state, soft.state)
    assert np.isfinite(history.test_accuracy).all()


def test_reliability_adds_up_to_the_calibration_error(rng):
    p, labels = rng.dirichlet([0.5] * 4, 300), rng.integers(0, 4, 300)
    confidence, right, share = reliability(p, labels, 12)
    full = share > 0
    ece = (share[full] * np.abs(confidence[full] - right[full])).sum()
    assert ece == pytest.approx(calibration(p, labels, 12).ece, rel=1e-12)
    assert expected_calibration_error(p, labels, 12) == calibration(p, labels, 12).ece
    assert share.sum() == pytest.approx(1)
    assert np.isnan(confidence[~full]).all()


def test_the_plane_keeps_distances_of_the_templates_and_drops_what_is_across(rng):
    W, classes = rng.standard_normal((7, 5)), (4, 0, 2)
    columns = W[:, classes].T
    flat = project_to_templates(columns, W, classes)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert np.linalg.norm(flat[i] - flat[j]) == pytest.approx(np.linalg.norm(columns[i] - columns[j]), rel=1e-12)
    across = np.linalg.svd(columns[1:] - columns[0])[2][2:]
    moved = columns + rng.standard_normal((3, 5)) @ across
    np.testing.assert_allclose(project_to_templates(moved, W, classes), flat, atol=1e-12)
    np.testing.assert_allclose(flat[0], 0, atol=1e-12)
    assert flat[1, 1] == pytest.approx(0, abs=1e-12)


def test_tightness_by_hand():
    points = np.array([[0.0, 1], [0, -1], [10, 0], [10, 0]])
    assert tightness(points, [3, 3, 8, 8]) == pytest.approx(0.5 / 10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optimal_logit_gap(1, 0.1), "n_classes must be a whole number >= 2"),
        (lambda: optimal_logit_gap(10, 1.0), r"alpha must be in \[0, 1\)"),
        (lambda: smoothing_floor(10, -0.1), r"alpha must be in \[0, 1\)"),
        (lambda: project_to_templates(np.ones((2, 3)), np.ones((4, 3)), (0, 1, 2)), "must share d"),
        (lambda: project_to_templates(np.ones((2, 3)), np.eye(3), (0, 1, 1)), "three different"),
        (lambda: project_to_templates(np.ones((2, 3)), np.ones((3, 3)), (0, 1, 2)), "on a line"),
        (lambda: tightness(np.ones((2, 2)), [0, 0]), "two classes"),
        (lambda: LOSSES["soft_cross_entropy"].encode([[0.5, 0.4]], 2), "sum to 1; got 0.9"),
        (lambda: LOSSES["soft_cross_entropy"].encode([[0.5, 0.5]], 2, 0.1), "label_smoothing must be 0"),
        (
            lambda: train(MLP((2, 2), seeds=[0, 1]), DATA, label_smoothing=[0.1, 0.2, 0.3]),
            "label_smoothing must be one number or one for each",
        ),
    ],
)
def test_nonsense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
