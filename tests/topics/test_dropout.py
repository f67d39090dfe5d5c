"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest

from regviz import MLP
from regviz.experiments.dropout import (
    COUNTS,
    GRID,
    NETWORKS,
    PASSES,
    RATES,
    SEEDS,
    THERE,
    WIDTH,
    curve_trained,
    inputs,
    passes_of,
)
from regviz.figures import dropout as topic
from regviz.figures.dropout import Settings


def final(values):
    """Mean over seeds of the last accuracies, and its standard error."""
    last = values[..., -1]
    return last.mean(axis=1), last.std(axis=1, ddof=1) / np.sqrt(SEEDS)


def at(rate):
    return int(np.argmin(np.abs(RATES - rate)))


def test_the_best_rate_beats_none_and_high_rates_collapse():
    d = topic.compute(Settings()).digits
    mean, error = final(d.validation)
    assert 0.2 < RATES[d.best] < 0.8
    assert d.best == mean.argmax()
    assert mean[d.best] - mean[0] > 0.05 + 2 * (error[d.best] + error[0])
    assert mean[at(0.1)] > mean[0]
    assert mean[at(0.3)] > mean[at(0.1)]
    assert mean[-1] < mean[0] - 0.2
    fresh, _ = final(d.test)  # images that chose nothing
    assert fresh[d.best] > fresh[0] + 0.05
    assert fresh[-1] < fresh[0] - 0.2


def test_training_accuracy_falls_with_the_rate():
    mean, _ = final(topic.compute(Settings()).digits.train)
    steps = mean[[at(rate) for rate in (0, 0.1, 0.3, 0.5, 0.7, 0.9)]]
    assert np.all(np.diff(steps) < 0)


def test_right_labels_leave_little_to_gain():
    mean, _ = final(topic.compute(Settings(wrong=0.0)).digits.validation)
    assert mean.max() - mean[0] <= 0.01
    assert mean[-1] < mean[0] - 0.1


def test_the_mean_activation_stays_level_only_where_it_is_divided():
    d = topic.compute(Settings()).digits
    assert np.all(np.abs(d.train_mode - d.eval_mode) <= 4.5 * d.train_error + 1e-12)  # 46 rates, ten masks each
    np.testing.assert_allclose(d.train_mode, d.eval_mode, rtol=0.03)
    np.testing.assert_allclose(d.undivided, (1 - RATES) * d.eval_mode, rtol=0.1, atol=1e-12)
    assert d.undivided[-1] < 0.12 * d.eval_mode


def test_passes_disagree_beyond_the_data_and_agree_at_rate_zero():
    deviation = np.array([topic.compute(Settings(view="curve", network=i + 1)).spread.deviation for i in range(3)])
    assert np.abs(deviation[:, 0]).max() < 1e-6  # single precision
    small = (RATES >= 0.04) & (RATES <= 0.2)
    beyond, there = deviation[:, small][..., np.abs(GRID) > 1.1], deviation[:, small][..., THERE]
    assert np.all(beyond.mean(axis=(0, 2)) > there.mean(axis=(0, 2)))


def test_passes_may_agree_where_there_are_no_data():
    for network in range(1, NETWORKS + 1):
        at_data, in_gap, beyond = topic.compute(Settings(view="curve", network=network)).spread.by_place(at(0.5))
        assert in_gap < 0.7 * at_data
        assert beyond > at_data


def test_the_curve_is_fitted_worse_with_much_dropout():
    error = topic.compute(Settings(view="curve")).spread.eval_error
    assert np.all(error[at(0.5)] > error[0] + 0.1)


@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.9])
def test_averaged_masks_converge_on_the_closed_form(correlation):
    linear = topic.compute(Settings(view="linear", correlation=correlation)).linear
    some = slice(1, at(0.7))  # at higher rates a few masks leave some sequences too little to solve from
    late = np.abs(linear.excess[some, :, -1]) / (linear.error[some, None] / np.sqrt(COUNTS[-1]))
    assert late.max() < 5  # of 1 600 standard normal numbers 4 may be passed, hardly 5
    assert 0.6 < np.sqrt((late**2).mean()) < 1.4
    distance, expected = linear.distances()
    quarter = int(np.argmin(np.abs(COUNTS - 64)))
    assert np.median(distance[some, quarter] / distance[some, -1]) == pytest.approx(2, abs=0.5)
    np.testing.assert_allclose(expected[some, quarter] / expected[some, -1], 2)


def test_the_passes_are_what_the_network_does_in_train_mode():
    """Mean and deviation at every x, against the core's own forward under 2 000 masks for each; 100 passes are few."""
    network = MLP((2, WIDTH, WIDTH, 1), drop_rate=0.3, seeds=0)
    passes = passes_of([(dense.W, dense.b) for dense in network.dense], 0.3)
    x = GRID[::20]
    network.train()
    masked = network.apply(np.repeat(inputs(x), 2000, axis=0)).reshape(len(x), 2000)
    own = passes[:, ::20]
    error = masked.std(axis=1) / np.sqrt(PASSES)
    assert np.all(np.abs(own.mean(axis=0) - masked.mean(axis=1)) < 4 * error)
    np.testing.assert_allclose(own.std(axis=0), masked.std(axis=1), rtol=0.3)  # four times 1/√(2·100)


def test_a_pass_keeps_its_mask_along_x():
    """So it bends where kept units bend, and nowhere else: at rate 0.5 its slope jumps at few of the 79 places."""
    passes = curve_trained().passes[at(0.5), 0]
    jumps = np.abs(np.diff(passes, 2, axis=1)) > 1e-3
    assert jumps.mean() < 0.5
    assert curve_trained().passes.shape == (len(RATES), NETWORKS, PASSES, len(GRID))


@pytest.mark.parametrize("view", ["digits", "curve", "linear"])
@pytest.mark.parametrize("rate", [0.0, 0.5, 0.9])
def test_the_masks_drawn_keep_their_share(view, rate):
    """Within four standard deviations of a share of so many."""
    kept = topic.compute(Settings(view=view, rate=rate)).kept
    assert abs(kept.mean() - (1 - rate)) <= 4 * np.sqrt(rate * (1 - rate) / kept.size)
