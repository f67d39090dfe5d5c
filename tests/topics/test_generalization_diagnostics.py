"""One test for each line of "what to notice" on the page, and for what the reader is told."""

from dataclasses import replace

import numpy as np
import pytest
from claims import claim

from regviz import diagnose, hessian_vector_product, top_eigenvalue
from regviz.experiments.generalization_diagnostics import (
    CASES,
    EARLY,
    LETTERS,
    dealt,
    edge,
    faster,
    gradient_at,
    gradient_noise,
    held,
    observed,
    problem,
    ten_runs,
)
from regviz.figures import generalization_diagnostics as topic
from regviz.figures.generalization_diagnostics import Settings

SEEDS = range(200, 206)
LETTER = {case: letter for letter, case in dealt(0).items()}


@pytest.fixture(scope="module")
def runs():
    with np.errstate(all="raise"):
        return ten_runs(SEEDS)


def of(runs, case):
    return [runs[case, seed] for seed in SEEDS]


def signals(runs, case, name):
    return np.array([log.signals[name] for log in of(runs, case)])


@claim(
    "The signs, asked in their order, name 60 of 60 fresh runs: ten cases, six seeds that had no part in setting the "
    "bounds."
)
def test_the_signs_name_fresh_runs(runs):
    assert len(runs) == 60
    assert [diagnose(log.signals) for log in runs.values()] == [case for case, _ in runs]


@claim(
    "Three faults end alike: dead units, raw pixels and a rate too high all end with a training loss of 2.28 to 2.30 "
    "and less than 14 % right. The start tells them apart: dead units, a loss above 7, or a step above 0.13 of the "
    "weights."
)
def test_three_faults_end_alike(runs):
    ends = np.array([[log.loss[0, -1] for log in of(runs, case)] for case in ("dead", "raw", "high")])
    right = np.array([[log.accuracy[:2, -1] for log in of(runs, case)] for case in ("dead", "raw", "high")])
    assert set(ends.round(2).ravel()) <= {2.28, 2.29, 2.30}
    assert right.max() < 0.14
    assert np.all(signals(runs, "dead", "dead_at_start") == 1)
    assert signals(runs, "raw", "first_loss").min() > 7
    assert signals(runs, "high", "first_update").min() > 0.13
    assert max(signals(runs, "high", "first_loss").max(), signals(runs, "dead", "first_loss").max()) < 3
    assert max(signals(runs, case, "dead_at_start").max() for case in ("raw", "high")) < 0.1
    assert signals(runs, "dead", "first_update").max() < 0.01


@claim("Raw pixels make steps too large as well, above 0.7 of the weights. So ask for the loss before training first.")
def test_raw_pixels_make_steps_too_large(runs):
    assert signals(runs, "raw", "first_update").min() > 0.7
    assert {diagnose(log.signals | {"first_loss": 2.3}) for log in of(runs, "raw")} == {"high"}


@claim(
    "A leak looks better than no fault: all is right in training and in validation, where a run without fault has 92 "
    "to 96 %. Only fresh data tell, with more than 40 points less."
)
def test_only_fresh_data_tell_a_leak(runs):
    assert all(np.all(log.accuracy[:2, -1] == 1) for log in of(runs, "leak"))
    plain = [log.accuracy[1, -1] for log in of(runs, "healthy")]
    assert (round(min(plain), 2), round(max(plain), 2)) == (0.92, 0.96)
    assert signals(runs, "leak", "fresh_drop").min() > 0.4
    assert {diagnose(log.signals | {"fresh_drop": 0.0}) for log in of(runs, "leak")} == {"healthy"}


@claim(
    "Two look alike: images in order, and shuffled ones at twice the rate. The signs call 6 of 6 runs at rate 0.4 “in "
    "order”, though nothing is wrong with them: 93 to 96 % right."
)
def test_order_and_rate_look_alike():
    logs = faster(SEEDS, 0.4)
    assert [diagnose(log.signals) for log in logs] == ["sorted"] * 6
    right = [log.accuracy[1, -1] for log in logs]
    assert (round(min(right), 2), round(max(right), 2)) == (0.93, 0.96)


@claim(
    "With wrong labels validation is ahead of training at epoch 5 by more than 4 points, in 6 of 6 runs; without a "
    "fault it is behind in all 6. The network learns what is right first."
)
def test_wrong_labels_leave_training_behind(runs):
    assert EARLY == 5
    assert signals(runs, "wrong", "ahead").min() > 0.04
    assert signals(runs, "healthy", "ahead").max() < 0


@claim(
    "A small ECE proves nothing: with seed 0 the run of dead units ends at 0.02 in validation with 10 % right, the one "
    "without fault at 0.04 with 92 %."
)
def test_a_small_calibration_error_proves_nothing():
    dead, plain = observed("dead", 0), observed("healthy", 0)
    assert [round(run.ece[1, -1], 2) for run in (dead, plain)] == [0.02, 0.04]
    assert [round(run.log.accuracy[1, -1], 2) for run in (dead, plain)] == [0.10, 0.92]


@claim(
    "The sign of calibration tells: with seed 0 too strong a penalty ends 24 points underconfident in validation, too "
    "few images 9 points overconfident."
)
def test_the_sign_of_calibration_tells():
    assert observed("penalty", 0).signed[1, -1] == pytest.approx(-0.24, abs=0.005)
    assert observed("few", 0).signed[1, -1] == pytest.approx(0.09, abs=0.005)


@claim(
    "Flat proves nothing: with seed 0 the leak ends with sharpness 0.08 and the run without fault with 2.1. On fresh "
    "data they have 45 and 95 % right."
)
def test_flat_proves_nothing():
    leak, plain = observed("leak", 0), observed("healthy", 0)
    assert leak.sharpness[-1] == pytest.approx(0.08, abs=0.005)
    assert plain.sharpness[-1] == pytest.approx(2.1, abs=0.05)
    assert [round(run.log.accuracy[2, -1], 2) for run in (leak, plain)] == [0.45, 0.95]


@claim(
    "The noise scale is easy early and hard late: with seed 0, 200 batches of 10 and of 100 estimate 34 for 35 before "
    "training. After 40 epochs it is 446, and the estimate breaks down."
)
def test_the_noise_scale_is_easy_early_and_hard_late():
    np.testing.assert_allclose(gradient_noise(0), [35, 34], atol=0.5)
    exact, estimate = gradient_noise(0, epoch=40)
    assert exact == pytest.approx(446, abs=5)
    assert estimate == np.inf


@pytest.mark.parametrize("seed", [1, 2])
def test_descent_settles_at_the_edge_of_stability(seed):
    """It begins below half of 2/η and ends within the 4 % by which the sharpness swings from step to step."""
    assert edge(seed, steps=0) < 0.5
    assert edge(seed) == pytest.approx(1, abs=0.04)


def test_what_is_held_against_something_exact_is_near_it():
    """The mean of ten starts is within 3 %, the estimate of the noise within 5 %, the others are rounding."""
    exact, ours = np.array([row[1:3] for row in held(0)]).T
    np.testing.assert_allclose(ours / exact - 1, 0, atol=0.05)
    np.testing.assert_allclose(ours[:2], exact[:2], rtol=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 49])
def test_every_seed_deals_every_case_once(seed):
    cards = dealt(seed)
    assert tuple(cards) == LETTERS
    assert sorted(cards.values()) == sorted(CASES)


def test_what_is_wrong_is_what_is_said():
    plain = problem("healthy", 0)
    np.testing.assert_array_equal(problem("raw", 0).X_test, 16 * plain.X_test)
    leak = problem("leak", 0)
    np.testing.assert_array_equal(leak.X_train[:, :10].argmax(axis=1), plain.y_train)
    assert not leak.X_test[:, :10].any()
    assert np.mean(problem("wrong", 0).y_train != plain.y_train) == pytest.approx(0.4)
    assert np.all(np.diff(problem("sorted", 0).y_train) >= 0)
    assert len(problem("few", 0).y_train) == 30


@pytest.mark.parametrize("case", CASES)
def test_the_reader_is_judged_and_told(case):
    s = Settings(run=LETTER[case], diagnosis=case, fresh=True)
    r = topic.compute(s)
    assert f"“{topic.NAMES[case]}” is right" in topic.caption(s, r)
    wrong = replace(s, diagnosis="few" if case != "few" else "low")
    assert "is not it" in topic.caption(wrong, r)
    told = topic.caption(replace(s, diagnosis="untold", reveal=True), r)
    assert f"What is wrong with run {s.run}: {topic.NAMES[case].lower()}" in told
    assert "is wrong" not in topic.caption(replace(s, diagnosis="untold"), r)


def test_a_leak_is_judged_on_fresh_data_alone():
    s = Settings(run=LETTER["leak"], diagnosis="leak")
    assert topic.caption(s, topic.compute(s)).endswith("A leak shows in fresh data alone: look at them.")


def test_the_manifest_counts_looks_at_fresh_data_and_hides_what_would_tell():
    s = Settings(run=LETTER["penalty"])
    assert topic.logged(s)["lambda"] == topic.logged(s)["split"] == "hidden until revealed"
    assert topic.logged(s)["uses_of_the_test_set"] == 0
    assert topic.logged(replace(s, fresh=True))["uses_of_the_test_set"] == 1
    assert topic.logged(replace(s, reveal=True))["lambda"] == 0.08
    assert topic.logged(replace(s, reveal=True))["split"]["train"]["cases"] == 300


def test_two_dozen_products_are_enough():
    """Against 120 products, in the run and at the epoch of most curvature: they agree to rounding."""
    data, run = problem("raw", 0), observed("raw", 0)
    gradient, w = gradient_at(data.X_train, data.y_train), run.log.states[4].astype(float)
    best = top_eigenvalue(lambda v: hessian_vector_product(gradient, w, v), w.size, steps=120)
    assert run.sharpness[4] == pytest.approx(best, rel=1e-9)
