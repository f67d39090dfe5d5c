"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest

from regviz import MLP, adam, split, train
from regviz.data.digits import load_digits
from regviz.data.splits import flip_labels
from regviz.figures import weight_decay as topic
from regviz.figures.weight_decay import CENTRE, DECAYS, FLOOR, RATES, STEPS, Settings
from regviz.knobs import knobs

LATE = slice(STEPS // 2, None)
SETTLED = [rate for rate in knobs(Settings)["learning_rate"].options if rate >= 0.0224]
DRAWS = [0, 1]  # two splits with their own wrong labels and seeds
GRIDS = [(kind, draw) for draw in DRAWS for kind in DECAYS]


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


def test_the_distance_of_the_two_under_sgd_is_drawn_from_the_floor_up():
    s = Settings(iteration=0)
    r = topic.compute(s)
    assert r.descent.same[0] == 0
    assert topic.draw_difference(s, r)._data[0]["y"][0] == FLOOR == 1e-17


@pytest.mark.parametrize("learning_rate", SETTLED)
def test_adam_with_l2_settles_at_the_penalised_minimum_and_adamw_takes_equal_shares(learning_rate):
    runs = [topic.compute(Settings(learning_rate=learning_rate, seed=seed)).descent for seed in range(20)]
    l2, decoupled = (
        np.array([w[LATE].mean(axis=0) for w in ws]) for ws in zip(*((d.l2, d.adamw) for d in runs), strict=True)
    )
    se = l2.std(axis=0, ddof=1) / np.sqrt(len(runs))
    np.testing.assert_allclose(l2.mean(axis=0), topic.penalised(Settings()), atol=0.02)
    assert (se < 0.02).all()
    shares = 1 - decoupled.mean(axis=0) / CENTRE
    assert shares[0] == pytest.approx(shares[1], abs=0.02)
    assert shares[1] > 0.17 > 4 * (1 - l2.mean(axis=0) / CENTRE)[1]


def test_without_noise_adam_with_l2_reaches_the_penalised_minimum():
    s = Settings(noise=0.0, iteration=400)  # the preset
    np.testing.assert_allclose(topic.compute(s).descent.l2[s.iteration], topic.penalised(s), atol=1e-5)


def test_batch_normalized_weights_count_by_their_direction_alone():
    X = load_digits()[0][:50]
    small, large = (MLP((64, 12, 10), norm="batch", seeds=0) for _ in range(2))
    large.dense[0].W *= 7
    np.testing.assert_allclose(large.forward(X), small.forward(X), atol=1e-3)  # ε = 1e-5 is added to the variance


@pytest.mark.parametrize("draw", DRAWS)
def test_decay_per_step_holds_the_step_to_the_size_of_the_weights_and_l2_does_not(draw):
    ratio, size = {}, {}
    for kind, settings in {"l2": {"l2": 0.025}, "step": {"weight_decay": 0.01 / RATES}}.items():
        network = MLP((64, 12, 10), norm="batch", seeds=[10 * draw] * 5, dtype="float32")
        history = train(
            network, digits(draw), learning_rate=RATES, epochs=40, batch_size=50, record_every=10, **settings
        )
        ratio[kind] = history.update_norm[:, -1] / history.weight_norm[:, -1]
        size[kind] = history.weight_norm[:, -1]
    assert ratio["step"].max() < 2 * ratio["step"].min()
    assert np.all(np.diff(size["step"]) > 0)
    assert ratio["l2"][-1] == pytest.approx(10 * ratio["l2"][0], rel=0.25)
    assert size["l2"].max() < 1.25 * size["l2"].min()


@pytest.mark.parametrize("draw", DRAWS)
def test_the_valley_of_l2_is_diagonal(draw):
    grid = topic.grids(draw)["l2"]
    best = grid.decays[grid.valley]
    assert np.all(np.diff(best) <= 0)
    assert RATES[-1] / RATES[0] == pytest.approx(16)
    assert best[0] > 15 * best[-1]
    assert -1.5 < grid.slope < -0.7


@pytest.mark.parametrize("draw", DRAWS)
def test_the_valley_of_decay_per_step_is_nearly_level(draw):
    grid = topic.grids(draw)["step"]
    assert np.ptp(grid.valley) <= 2
    assert 0 < grid.slope < 0.6


@pytest.mark.parametrize("draw", DRAWS)
def test_one_decay_for_all_rates_costs_little_and_one_l2_more(draw):
    grids = topic.grids(draw)
    assert grids["step"].cost < 0.5
    assert grids["l2"].cost > 0.9


@pytest.mark.parametrize("draw", DRAWS)
def test_in_the_count_of_frameworks_the_best_decay_falls_too(draw):
    grid = topic.grids(draw)["step"]
    counted = grid.decays[grid.valley] / RATES
    assert counted[-1] < counted[0] / 2


@pytest.mark.parametrize(("kind", "draw"), GRIDS)
def test_the_right_strength_keeps_the_wrong_labels_out(kind, draw):
    grid = topic.grids(draw)[kind]
    assert RATES[1] == pytest.approx(0.006)
    assert grid.mean[grid.valley[1], 1] < grid.mean[0, 1] - 2


@pytest.mark.parametrize("draw", DRAWS)
def test_both_reach_the_same_error(draw):
    (l2, l2_se), (decoupled, decoupled_se) = (topic.grids(draw)[kind].reached for kind in DECAYS)
    assert abs(l2 - decoupled) < 2 * np.hypot(l2_se, decoupled_se)


def digits(draw):
    data = split(*load_digits(), 900, 400, seed=draw)
    return replace(data, y_train=flip_labels(data.y_train, 0.3, 10, seed=draw + 1))


@pytest.mark.parametrize("kind", DECAYS)
def test_the_grid_is_what_single_runs_give(kind):
    strength = DECAYS[kind][2]
    settings = {"l2": strength} if kind == "l2" else {"weight_decay": strength / RATES[3]}
    grid = topic.grids(0)[kind]
    for seed in range(3):
        network = MLP((64, 12, 10), norm="batch", seeds=seed, dtype="float32")
        alone = train(network, digits(0), learning_rate=RATES[3], epochs=40, batch_size=50, record_every=10, **settings)
        assert grid.test[2, 3, seed] == pytest.approx(100 * (1 - alone.test_accuracy[-2:].mean()), abs=1e-6)
        assert grid.validation[2, 3, seed] == pytest.approx(100 * (1 - alone.validation_accuracy[-2:].mean()), abs=1e-6)


def test_the_cell_is_chosen_by_validation_and_told_with_its_test_error():
    s = Settings()
    r = topic.compute(s)
    for grid, draw in ((r.l2, topic.draw_l2_grid), (r.adamw, topic.draw_adamw_grid)):
        mean = grid.validation.mean(axis=-1)
        i, j = np.argwhere(mean == mean.min())[0]
        runs = grid.test[i, j]
        told = f"{runs.mean():.1f} ± {runs.std(ddof=1) / np.sqrt(3):.1f} %"
        assert told in topic.caption(s, r)
        traces = draw(s, r)._data
        mark = next(t for t in traces if t.get("marker", {}).get("symbol") == "square-open")
        assert (mark["x"][0], mark["y"][0]) == (j, i)
        valley = next(t for t in traces if t.get("line", {}).get("dash") == "dot")
        np.testing.assert_array_equal(valley["y"], mean.argmin(axis=0))
