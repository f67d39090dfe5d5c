"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest

from regviz import MLP, adam, split, train
from regviz.data.digits import load_digits
from regviz.data.splits import flip_labels
from regviz.figures import weight_decay as topic
from regviz.figures.weight_decay import CENTRE, DECAYS, RATES, STEPS, Settings
from regviz.knobs import knobs

LATE = slice(STEPS // 2, None)
MIDDLE = slice(1, 5)  # learning rates 0.0025 to 0.04


@pytest.mark.parametrize("learning_rate", knobs(Settings)["learning_rate"].options[::3])
@pytest.mark.parametrize("lambda_", knobs(Settings)["lambda_"].options[::5])
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_for_sgd_the_two_are_one(lambda_, learning_rate, noise):
    d = topic.compute(Settings(lambda_=lambda_, learning_rate=learning_rate, noise=noise)).descent
    assert d.same.max() < 1e-14
    w = np.zeros(2)
    shocks = noise * np.random.default_rng(0).standard_normal((STEPS, 2))
    for shock in shocks:  # the recursion itself
        w = w - learning_rate * (np.array([1.0, 10.0]) * (w - CENTRE - shock) + lambda_ * w)
    np.testing.assert_allclose(d.sgd[-1], w, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("curvature", [1, 4, 10])
def test_l2_in_adam_pulls_the_steep_weight_less(curvature, seed):
    d = topic.compute(Settings(curvature=curvature, seed=seed)).descent
    flat, steep = d.pull[LATE].T
    scales = d.scale[LATE, 1] / d.scale[LATE, 0]
    np.testing.assert_allclose(flat / steep, scales, rtol=0.25)  # the moment lags ten steps behind the weight
    assert np.median(flat / steep) == pytest.approx(curvature, rel=0.25)


def test_the_pull_is_what_the_penalty_adds_to_the_step():
    """Adam's step with L2, less the step that its moments would make without the penalty in the first moment."""
    s = Settings()
    d, rule = topic.compute(s).descent, adam(s.learning_rate, l2=s.lambda_)
    shocks = s.noise * np.random.default_rng(s.seed).standard_normal((STEPS, 2))
    state, plain = rule.init(np.zeros(2)), np.zeros(2)
    for t in range(200):
        gradient = np.array([1.0, 10.0]) * (d.l2[t] - CENTRE - shocks[t])
        step, state = rule.update(gradient, state, d.l2[t])
        plain = 0.9 * plain + 0.1 * gradient
    bare = -s.learning_rate * plain / (1 - 0.9**200) / np.sqrt(state.v / (1 - 0.999**200))
    np.testing.assert_allclose((bare - step) / (s.learning_rate * s.lambda_ * d.l2[199]), d.pull[200], rtol=1e-6)


def test_adam_with_l2_settles_at_the_penalised_minimum_and_adamw_takes_equal_shares():
    runs = [topic.compute(Settings(seed=seed)).descent for seed in range(20)]
    l2, decoupled = (
        np.array([w[LATE].mean(axis=0) for w in ws]) for ws in zip(*((d.l2, d.adamw) for d in runs), strict=True)
    )
    se = l2.std(axis=0, ddof=1) / np.sqrt(len(runs))
    np.testing.assert_allclose(l2.mean(axis=0), topic.penalised(Settings()), atol=0.02)
    assert (se < 0.02).all()
    shares = 1 - decoupled.mean(axis=0) / CENTRE
    assert shares[0] == pytest.approx(shares[1], abs=0.02)
    assert shares[1] > 0.2 > 5 * (1 - l2.mean(axis=0) / CENTRE)[1]


def test_without_noise_adam_with_l2_reaches_the_penalised_minimum():
    s = Settings(noise=0.0, learning_rate=0.1)
    np.testing.assert_allclose(topic.compute(s).descent.l2[-1], topic.penalised(s), atol=1e-2)


@pytest.mark.parametrize("kind", list(DECAYS))
def test_the_right_strength_keeps_the_wrong_labels_out(kind):
    error = topic.grids()[kind].error
    assert error[:, 4].min() < error[0, 4] - 8


def test_only_decay_per_step_has_a_diagonal_valley():
    best = {kind: np.argmin(grid.error, axis=0)[MIDDLE] for kind, grid in topic.grids().items()}
    assert len(set(best["rate"])) == 1
    assert (np.diff(best["step"]) >= 0).all()
    assert best["step"][-1] - best["step"][0] == 2
    np.testing.assert_allclose(RATES[MIDDLE][[0, -1]], [0.0025, 0.04], rtol=0.01)


def test_the_grid_is_what_single_runs_give():
    data = split(*load_digits(), 300, 300, seed=0)
    data = replace(data, y_train=flip_labels(data.y_train, 0.3, 10, seed=1))
    found = []
    for seed in range(3):
        network = MLP((64, 32, 10), seeds=seed, dtype="float32")
        strength = {"weight_decay": DECAYS["step"][2] / RATES[3]}
        history = train(network, data, learning_rate=RATES[3], epochs=30, batch_size=50, record_every=30, **strength)
        found.append(100 * (1 - history.test_accuracy[-1]))
    grid = topic.grids()["step"]
    assert grid.error[2, 3] == pytest.approx(np.mean(found), abs=0.5)  # single precision: a borderline image or two
    assert grid.se[2, 3] == pytest.approx(np.std(found, ddof=1) / np.sqrt(3), abs=0.5)


def test_the_caption_names_the_least_error_of_the_grid_on_show():
    for count in ("rate", "step"):
        grid = topic.grids()[count]
        assert f"{topic.number(grid.error.min(), 3)} ±" in topic.caption(
            Settings(), topic.compute(Settings(count=count))
        )
