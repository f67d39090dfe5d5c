"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest
from claims import claim

from regviz import MLP, optimal_logit_gap, smoothing_floor
from regviz.averages import mean_error
from regviz.experiments.label_smoothing import (
    SETTINGS,
    TRIPLES,
    descended_gap,
    held,
    planes,
    problem,
    repeated,
    smoothed,
    taught,
)
from regviz.figures import label_smoothing as topic
from regviz.figures.label_smoothing import Settings
from regviz.networks import cross_entropy_loss, one_hot, softmax
from regviz.networks.smoothing import gap_loss

SEEDS = range(100, 112)
FEW = (0.0, 0.1, 0.5, 0.7)


@pytest.fixture(scope="module")
def trained():
    with np.errstate(all="raise"):
        return {name: smoothed(name, SEEDS, FEW) for name in SETTINGS}


def paired(values, k):
    """Return mean and error of the difference to hard labels, and in how many seeds it is positive."""
    difference = values[k] - values[0]
    return *mean_error(difference), int((difference > 0).sum())


@claim(
    "For every K and every α > 0 the loss is least at the gap log(1 + K(1 − α)/α), and there it is the entropy of the "
    "target."
)
def test_where_the_loss_is_least(rng):
    for _ in range(50):
        K, alpha = int(rng.integers(2, 50)), float(rng.uniform(0.01, 0.95))
        best, target = float(optimal_logit_gap(K, alpha)), one_hot([0], K, alpha)
        floor = float(smoothing_floor(K, alpha))
        assert floor == pytest.approx(-(target * np.log(target)).sum(), rel=1e-12)
        logits = best * np.eye(K)[:1]
        assert float(cross_entropy_loss(logits, target)) == pytest.approx(floor, rel=1e-12)
        others = logits + 0.3 * rng.standard_normal((200, 1, K))
        assert np.all(cross_entropy_loss(others, target) >= floor - 1e-12)
        np.testing.assert_allclose(gap_loss([best, 1.0], K, alpha)[0], floor, rtol=1e-12)


@claim("The loss is (1 − α) times that of hard labels plus α times KL(u‖p) + log K, for all logits.")
def test_the_loss_is_a_pull_towards_even(rng):
    for _ in range(50):
        K, alpha, label = int(rng.integers(2, 20)), float(rng.uniform(0, 0.95)), 1
        logits = 3 * rng.standard_normal((1, K))
        p, u = softmax(logits)[0], np.full(K, 1 / K)
        divergence = (u * np.log(u / p)).sum()
        parts = (1 - alpha) * -np.log(p[label]) + alpha * (divergence + np.log(K))
        assert float(cross_entropy_loss(logits, one_hot([label], K, alpha))) == pytest.approx(parts, rel=1e-10)


@claim(
    "Memorising: the calibration error falls from 0.171 to 0.044 at α = 0.1, in 12 of 12 seeds, and is back at 0.28 at "
    "0.5. Accuracy does not gain: −0.8 ± 0.4 points at 0.1."
)
def test_memorising_is_calibrated_and_no_better(trained):
    d = trained["memorising"]
    np.testing.assert_allclose(d.ece.mean(axis=1)[:3], [0.171, 0.044, 0.28], atol=0.004)
    assert paired(d.ece, 1)[2] == 0
    gain, error, _ = paired(d.accuracy, 1)
    assert (gain, error) == (pytest.approx(-0.008, abs=0.002), pytest.approx(0.004, abs=0.001))


@claim("Its mean gap in training at α = 0.1 is 4.67, near the best one, 4.51; without smoothing it is 10.8.")
def test_the_gap_in_training_is_near_the_best(trained):
    gap = trained["memorising"].gap.mean(axis=1)
    np.testing.assert_allclose(gap[:2], [10.8, 4.67], atol=0.1)
    assert float(optimal_logit_gap(10, 0.1)) == pytest.approx(4.51, abs=0.005)


@claim(
    "Small: this network was not sure enough to begin with, by 13 points. Smoothing makes calibration worse in 12 of "
    "12, from 0.130 to 0.212 at α = 0.1."
)
def test_what_was_not_sure_enough_gets_worse(trained):
    d = trained["small"]
    assert d.signed[0].mean() == pytest.approx(-0.13, abs=0.005)
    np.testing.assert_allclose(d.ece.mean(axis=1)[:2], [0.130, 0.212], atol=0.002)
    assert paired(d.ece, 1)[2] == 12


@claim("But there it helps accuracy against the wrong labels: +1.2 ± 0.2 points at 0.1 and +2.9 ± 0.3 at 0.7.")
def test_a_small_network_gains_accuracy(trained):
    d = trained["small"]
    for k, gain, error in ((1, 0.012, 0.002), (3, 0.029, 0.003)):
        np.testing.assert_allclose(paired(d.accuracy, k)[:2], [gain, error], atol=0.0015)


@claim(
    "Clean labels: calibration gets worse here too, from 0.033 to 0.152 at α = 0.1, in 12 of 12, and −log p with it. "
    "Accuracy gains 0.5 ± 0.2 points."
)
def test_clean_labels(trained):
    d = trained["clean"]
    np.testing.assert_allclose(d.ece.mean(axis=1)[:2], [0.033, 0.152], atol=0.002)
    assert paired(d.ece, 1)[2] == paired(d.nll, 1)[2] == 12
    np.testing.assert_allclose(paired(d.accuracy, 1)[:2], [0.005, 0.0015], atol=0.001)


@claim(
    "So calibration is not what smoothing improves, but what it moves: always towards less sure. It is better only "
    "where the network was too sure."
)
def test_smoothing_moves_towards_less_sure(trained):
    for d in trained.values():
        assert np.all(np.diff(d.signed, axis=0) < 0)
        better = d.ece[1].mean() < d.ece[0].mean()
        assert better == (d.signed[0].mean() > 0)


@claim(
    "Three classes: at α = 0.1 the images of 4, 7 and 9 lie closer to the middle of their class, 0.115 against 0.164 "
    "in training, in 12 of 12. In the test it is 0.188 against 0.199, in 11 of 12."
)
def test_three_classes_draw_together():
    train, test = planes("4, 7, 9", SEEDS, (0.0, 0.1)).tight
    np.testing.assert_allclose(train.mean(axis=1), [0.164, 0.115], atol=0.002)
    np.testing.assert_allclose(test.mean(axis=1), [0.199, 0.188], atol=0.002)
    assert [(part[1] < part[0]).sum() for part in (train, test)] == [12, 11]


@claim(
    "Teaching: with α = 0.2 the teacher gains 0.7 points, and at T = 4 its student loses 15 ± 2. The smoothed teacher "
    "no longer says which wrong classes are near."
)
def test_a_smoothed_teacher_teaches_worse():
    d = taught(4.0, SEEDS, (0.0, 0.2))
    assert paired(d.teacher, 1)[0] == pytest.approx(0.007, abs=0.001)
    np.testing.assert_allclose(paired(d.student, 1)[:2], [-0.15, 0.02], atol=0.01)


@claim(
    "Longer lessons make that less and do not mend it: after 300 epochs the loss at T = 4 is 8.6 ± 1.4 points, worse "
    "in 12 of 12."
)
def test_longer_lessons_do_not_mend_it():
    change, error, better = paired(taught(4.0, SEEDS, (0.0, 0.2), 300).student, 1)
    assert (change, error) == (pytest.approx(-0.086, abs=0.005), pytest.approx(0.014, abs=0.003))
    assert better == 0


@claim(
    "At T = 1 smoothing helps the student as well, by 1.5 ± 0.3 points at α = 0.1. There hard labels leave its "
    "teacher's answers nearly hard."
)
def test_at_temperature_one_smoothing_helps():
    d = taught(1.0, SEEDS, (0.0, 0.1))
    np.testing.assert_allclose(paired(d.student, 1)[:2], [0.015, 0.003], atol=0.001)
    assert d.gap[0].mean() > 12  # of a probability above 0.9999


@pytest.mark.parametrize(("n_classes", "alpha"), [(10, 0.1), (2, 0.5), (50, 0.8), (10, 0.9)])
def test_descent_finds_the_gap(n_classes, alpha):
    gap, loss = descended_gap(n_classes, alpha)
    assert gap == pytest.approx(float(optimal_logit_gap(n_classes, alpha)), rel=1e-6)
    assert loss == pytest.approx(float(smoothing_floor(n_classes, alpha)), rel=1e-9)


def test_no_smoothing_is_plain_training():
    both, alone = smoothed("clean", range(2), (0.0, 0.1)), smoothed("clean", range(2), (0.0,))
    np.testing.assert_array_equal(both.accuracy[0], alone.accuracy[0])
    np.testing.assert_allclose(both.gap[0], alone.gap[0], rtol=1e-5)


def test_only_training_labels_are_wrong_and_runs_repeat():
    data = problem(SETTINGS["memorising"], range(2))
    clean = problem(SETTINGS["memorising"].__class__(200, 0.0, (64, 10), 1, 0.1), range(2))
    assert np.mean(data.y_train != clean.y_train) == pytest.approx(0.3)
    np.testing.assert_array_equal(data.y_test, clean.y_test)
    np.testing.assert_array_equal(repeated(data, 3).X_train[2:4], data.X_train)
    assert MLP(SETTINGS["memorising"].sizes).sizes == (64, 96, 10)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.8])
def test_hard_labels_have_no_best_gap(alpha):
    s = Settings(alpha=alpha)
    told = topic.VIEWS["loss"].caption(s, topic.VIEWS["loss"].compute(s))
    assert ("falls for ever" in told) == (alpha == 0)


@pytest.mark.parametrize(("view", "within"), [("loss", 1e-6), ("digits", 0.05), ("plane", 1e-6), ("teach", 0.05)])
def test_what_is_held_against_something_exact_is_near_it(view, within):
    for what, exact, ours, _ in held(view, "memorising", next(iter(TRIPLES)), 0.1, 10):
        assert ours == pytest.approx(exact, rel=within), what
