"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

import numpy as np
import pytest
from claims import claim, random_settings

from regviz import MLP, adam, momentum, sgd, train
from regviz.averages import mean_error
from regviz.data.digits import load_digits
from regviz.experiments.weight_decay import (
    CENTRE,
    DECAYS,
    EPOCHS,
    HIDDEN,
    RATES,
    STEPS,
    TURN_DECAYS,
    curvatures_of,
    grids,
    minimiser,
    noisy_digits,
    turns,
    walk,
    walks,
)
from regviz.figures import weight_decay as topic
from regviz.figures.weight_decay import FLOOR, Settings
from regviz.knobs import knobs

LATE = slice(STEPS // 2, None)
SETTLED = [rate for rate in knobs(Settings)["learning_rate"].options if rate >= 0.0224]
DRAWS = [0, 1]  # two splits with their own wrong labels and seeds
GRIDS = [(kind, draw) for draw in DRAWS for kind in DECAYS]


def walked(make, states):
    """Return the walks (STEPS + 1, 2, states, 2) at all these settings, and their curvatures and shocks."""
    strength, rate, noise = (np.array([getattr(s, n) for s in states]) for n in ("lambda_", "learning_rate", "noise"))
    h = curvatures_of([s.curvature for s in states])
    draws = np.stack([np.random.default_rng(s.seed).standard_normal((STEPS, 2)) for s in states], axis=1)
    shocks = noise[:, None] * draws
    return walk(make, strength, rate, h, shocks)[0], h, shocks


@claim("For SGD, L2 and decay are one: the paths differ by rounding only.")
def test_for_sgd_the_two_are_one():
    states = random_settings(Settings)
    w, h, shocks = walked(sgd, states)
    assert np.abs(w[:, 0] - w[:, 1]).max() < 1e-14
    own, strength = np.zeros((len(states), 2)), np.array([[s.lambda_] for s in states])
    for shock in shocks:  # the recursion itself
        own = own - np.array([[s.learning_rate] for s in states]) * (h * (own - CENTRE - shock) + strength * own)
    np.testing.assert_allclose(w[-1, 1], own, atol=1e-12)
    s = states[0]
    alone = walks(s.lambda_, s.learning_rate, s.curvature, s.noise, s.seed)
    np.testing.assert_allclose(alone.sgd, w[:, 1, 0], atol=1e-14)
    assert alone.same.max() < 1e-14


@claim(
    "With momentum 0.9 they are two. Without noise L2 comes to rest where the loss with λ is least, decay where "
    "that with λ/10 is."
)
def test_with_momentum_decay_is_a_tenth_of_l2():
    states = random_settings(Settings, noise=0.0)
    w, _, _ = walked(momentum, states)
    curvature, strength = [s.curvature for s in states], np.array([s.lambda_ for s in states])
    np.testing.assert_allclose(w[-1, 0], minimiser(curvature, strength), atol=1e-6)
    np.testing.assert_allclose(w[-1, 1], minimiser(curvature, strength / 10), atol=1e-6)
    s = Settings(noise=0.0)
    np.testing.assert_allclose(minimiser(s.curvature, s.lambda_), [2 / 1.306, 20 / 10.306])


@claim(
    "For Adam they are two as well. At the default rate, strength and noise L2 pulls the steep weight less than "
    "the flat one, by about the ratio of their gradient scales; AdamW pulls both alike."
)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("curvature", [1, 4, 10])
def test_l2_in_adam_pulls_the_steep_weight_less(curvature, seed):
    d = topic.compute(Settings(curvature=curvature, seed=seed)).walks
    flat, steep = d.pull[LATE].T
    scales = d.scale[LATE, 1] / d.scale[LATE, 0]
    np.testing.assert_allclose(flat / steep, scales, rtol=0.25)  # the moment lags ten steps behind the weight
    assert np.median(flat / steep) == pytest.approx(curvature, rel=0.25)


def test_the_pull_is_what_the_penalty_adds_to_the_step():
    """Adam's step with L2, less the step that its moments would make without the penalty in the first moment."""
    s = Settings()
    d, rule = topic.compute(s).walks, adam(s.learning_rate, l2=s.lambda_)
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
    assert r.walks.same[0] == 0
    assert topic.draw_difference(s, r)._data[0]["y"][0] == FLOOR == 1e-17


@claim(
    "At the default strength, curvature and noise, from learning rate 0.0224 up, Adam with L2 settles around the "
    "minimum with the penalty. AdamW does not: it takes about the same share of both weights."
)
def test_adam_with_l2_settles_at_the_penalised_minimum_and_adamw_takes_equal_shares():
    """At the default strength, curvature and noise, over twenty seeds."""
    states = [Settings(learning_rate=rate, seed=seed) for rate in SETTLED for seed in range(20)]
    w, _, _ = walked(adam, states)
    l2, decoupled = np.moveaxis(w[LATE].mean(axis=0).reshape(2, len(SETTLED), 20, 2), 0, 0)
    (mean, error), s = mean_error(l2, axis=1), Settings()
    np.testing.assert_allclose(mean, np.tile(minimiser(s.curvature, s.lambda_), (len(SETTLED), 1)), atol=0.02)
    assert error.max() < 0.02
    shares = 1 - decoupled.mean(axis=1) / CENTRE
    np.testing.assert_allclose(shares[:, 0], shares[:, 1], atol=0.02)
    assert shares[:, 1].min() > 0.17 > 4 * (1 - mean / CENTRE)[:, 1].max()


def test_without_noise_adam_with_l2_reaches_the_penalised_minimum():
    s = Settings(noise=0.0, iteration=400)  # the preset
    np.testing.assert_allclose(topic.compute(s).walks.l2[s.iteration], minimiser(s.curvature, s.lambda_), atol=1e-5)


def test_batch_normalized_weights_count_by_their_direction_alone():
    X = load_digits()[0][:50]
    small, large = (MLP((64, 12, 10), norm="batch", seeds=0) for _ in range(2))
    large.dense[0].W *= 7
    np.testing.assert_allclose(large.forward(X), small.forward(X), atol=1e-3)  # ε = 1e-5 is added to the variance


@pytest.mark.parametrize("draw", DRAWS)
def test_decay_per_step_holds_the_step_to_the_size_of_the_weights_and_l2_does_not(draw):
    per_step, l2 = (int(np.argmin(np.abs(DECAYS[kind] - near))) for kind, near in (("step", 0.01), ("l2", 0.025)))
    assert DECAYS["step"][per_step] == pytest.approx(0.01, rel=0.02)
    assert DECAYS["l2"][l2] == pytest.approx(0.025, rel=0.02)
    held, free = grids(draw)["step"], grids(draw)["l2"]
    ratio, size = held.step[per_step] / held.size[per_step], held.size[per_step]
    assert ratio.mean(axis=1).max() < 2 * ratio.mean(axis=1).min()
    assert np.all(np.diff(size, axis=0) > 0)
    ratio, size = free.step[l2] / free.size[l2], free.size[l2]
    np.testing.assert_allclose(ratio[-1] / ratio[0], 10, rtol=0.25)
    assert np.all(size.max(axis=0) < 1.25 * size.min(axis=0))


@claim(
    "Under SGD with decay every step turns the batch-normalized weights by √(ηλ(2 − ηλ)), within 3 %: for ηλ from "
    "0.005 to 0.04 and η from 0.05 to 0.8 only the product counts."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_the_angle_of_a_step_depends_on_the_product_alone(draw):
    exact = np.sqrt(1 - (1 - TURN_DECAYS) ** 2)
    np.testing.assert_allclose(turns(draw), np.tile(exact[:, None], 3), rtol=0.03)
    assert [row[1] for row in topic.turned()[1]] == ["5.72°", "8.08°", "11.40°", "16.04°"]


@claim(
    "On the digits, from the smallest to the largest rate, sixteen times as large, the best λ of L2 falls at least "
    "fifteenfold. Fitted by a line, it goes down about as fast as the rate goes up: the valley is diagonal."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_the_valley_of_l2_is_diagonal(draw):
    grid = grids(draw)["l2"]
    best = grid.decays[grid.valley]
    assert np.all(np.diff(best) <= 0)
    assert RATES[-1] / RATES[0] == pytest.approx(16)
    assert best[0] > 15 * best[-1]
    assert -1.5 < grid.slope < -0.7


@claim(
    "For AdamW the best decay per step moves by no more than two rows. One decay for all rates costs less than "
    "half a point of test error over the best for each rate; one λ of L2 costs about a point or more."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_the_valley_of_decay_per_step_is_nearly_level(draw):
    grid = grids(draw)["step"]
    assert np.ptp(grid.valley) <= 2
    assert 0 < grid.slope < 0.6


@claim(
    "For AdamW the best decay per step moves by no more than two rows. One decay for all rates costs less than "
    "half a point of test error over the best for each rate; one λ of L2 costs about a point or more."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_one_decay_for_all_rates_costs_little_and_one_l2_more(draw):
    assert grids(draw)["step"].cost < 0.5
    assert grids(draw)["l2"].cost > 0.9


@claim(
    "Frameworks count the decay as ηλ. In that count the best λ of AdamW falls too: at the largest rate it is less "
    "than half of what it is at the smallest."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_in_the_count_of_frameworks_the_best_decay_falls_too(draw):
    grid = grids(draw)["step"]
    counted = grid.decays[grid.valley] / RATES
    assert counted[-1] < counted[0] / 2


@claim(
    "At learning rate 0.006 the weakest strength lets the wrong labels in: the best takes at least two points off "
    "the test error, for both."
)
@pytest.mark.parametrize(("kind", "draw"), GRIDS)
def test_the_right_strength_keeps_the_wrong_labels_out(kind, draw):
    grid = grids(draw)[kind]
    assert RATES[1] == pytest.approx(0.006)
    assert grid.mean[grid.valley[1], 1] < grid.mean[0, 1] - 2


@claim("Chosen by validation, the test errors of Adam with L2 and of AdamW are less than two standard errors apart.")
@pytest.mark.parametrize("draw", DRAWS)
def test_both_reach_the_same_error(draw):
    (l2, l2_se), (decoupled, decoupled_se) = (grids(draw)[kind].reached for kind in DECAYS)
    assert abs(l2 - decoupled) < 2 * np.hypot(l2_se, decoupled_se)


@pytest.mark.parametrize("kind", DECAYS)
def test_the_grid_is_what_a_single_run_gives(kind):
    strength, seed = DECAYS[kind][2], 1
    settings = {"l2": strength} if kind == "l2" else {"weight_decay": strength / RATES[3]}
    network = MLP((64, HIDDEN, 10), norm="batch", seeds=seed, dtype="float32")
    how = {"learning_rate": RATES[3], "epochs": EPOCHS, "batch_size": 50, "record_every": 10}
    alone = train(network, noisy_digits(0), **how, **settings)
    grid = grids(0)[kind]
    assert grid.test[2, 3, seed] == pytest.approx(100 * (1 - alone.test_accuracy[-2:].mean()), abs=1e-6)
    assert grid.validation[2, 3, seed] == pytest.approx(100 * (1 - alone.validation_accuracy[-2:].mean()), abs=1e-6)
    assert grid.size[2, 3, seed] == pytest.approx(alone.weight_norm[-1], rel=1e-4)
    assert grid.step[2, 3, seed] == pytest.approx(alone.update_norm[-1], rel=1e-4)


def test_the_cell_is_chosen_by_validation_and_told_with_its_test_error():
    s = Settings()
    r = topic.compute(s)
    for grid, draw in ((r.l2, topic.draw_l2_grid), (r.adamw, topic.draw_adamw_grid)):
        mean = grid.validation.mean(axis=-1)
        i, j = np.argwhere(mean == mean.min())[0]
        runs = grid.test[i, j]
        words = f"{runs.mean():.1f} ± {runs.std(ddof=1) / np.sqrt(3):.1f} %"
        assert words in topic.caption(s, r)
        traces = draw(s, r)._data
        mark = next(t for t in traces if t.get("marker", {}).get("symbol") == "square-open")
        assert (mark["x"][0], mark["y"][0]) == (j, i)
        valley = next(t for t in traces if t["name"] == "best of each rate, by validation")
        # between two numbers, each piece points from the one to the other
        x, y = (np.append(valley[axis], np.nan).reshape(-1, 3)[:, :2] for axis in "xy")
        best = mean.argmin(axis=0)
        np.testing.assert_allclose(y.mean(axis=1), (best[1:] + best[:-1]) / 2)
        np.testing.assert_allclose(np.diff(y)[:, 0], np.diff(best) * np.diff(x)[:, 0])
        assert (np.abs(x - np.round(x)) > 0.2).all()
