"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

from functools import cache

import numpy as np
import pytest
from claims import claim

from regviz import MLP, Dropout
from regviz.averages import mean_error
from regviz.data.curves import wave
from regviz.experiments.dropout import (
    BEYOND,
    COUNTS,
    GAP,
    GRID,
    NETWORKS,
    PASSES,
    RATES,
    SIZES,
    THERE,
    WIDTH,
    curve_data,
    curve_trained,
    fit_curves,
    inputs,
    linear_problem,
    logistic_penalty,
    mean_activations,
    passes_of,
)
from regviz.figures import dropout as topic
from regviz.figures.dropout import Settings
from regviz.networks.dropout_ridge import dropout_ridge
from regviz.networks.training import run_grid

OTHER_DRAWS = range(100, 112)


def computed(**settings):
    s = Settings(**settings)
    return topic.VIEWS[s.view].compute(s)


def final(values):
    """Mean over seeds of the last accuracies, and its standard error."""
    return mean_error(values[..., -1])


def at(rate):
    return int(np.argmin(np.abs(RATES - rate)))


@claim(
    "Digits: with 30 % of the labels wrong, accuracy on new digits rises with the rate up to a best one, and "
    "collapses at high rates."
)
def test_the_best_rate_beats_none_and_high_rates_collapse():
    d = computed().runs
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


@claim("There, training accuracy falls as the rate grows: the wrong labels are no longer learnt by heart.")
def test_training_accuracy_falls_with_the_rate():
    mean, _ = final(computed().runs.train)
    steps = mean[[at(rate) for rate in (0, 0.1, 0.3, 0.5, 0.7, 0.9)]]
    assert np.all(np.diff(steps) < 0)


@claim(
    "With right labels there is hardly anything to gain: no rate gets more than one digit in a hundred more "
    "right than p = 0."
)
def test_right_labels_leave_little_to_gain():
    d = computed(wrong=0.0).runs
    for part in (d.validation, d.test):
        mean, _ = final(part)
        assert mean.max() - mean[0] <= 0.01
        assert mean[-1] < mean[0] - 0.1


@claim(
    "The mean activation is the same in train and eval mode at every rate, up to the chance of the masks. "
    "Without the division it falls like 1 − p."
)
def test_the_mean_activation_stays_level_only_where_it_is_divided():
    d = computed().runs
    assert np.all(np.abs(d.train_mode - d.eval_mode) <= 4.5 * d.train_error + 1e-12)  # 46 rates, ten masks each
    np.testing.assert_allclose(d.train_mode, d.eval_mode, rtol=0.03)
    np.testing.assert_allclose(d.undivided, (1 - RATES) * d.eval_mode, rtol=0.1, atol=1e-12)
    assert d.undivided[-1] < 0.12 * d.eval_mode


@claim(
    "The mean activation is the same in train and eval mode at every rate, up to the chance of the masks. "
    "Without the division it falls like 1 − p."
)
@pytest.mark.parametrize("seed", range(5))
def test_it_does_so_for_any_activations(seed):
    """Relus of random networks at random rates; the error is that of a mean of independent masks, Σh²p/k/N²."""
    rng = np.random.default_rng(seed)
    for rate in rng.choice(RATES[1:], 10):
        hidden = np.maximum(rng.standard_normal((64, 48)) + rng.standard_normal(48), 0)
        divided, bare = mean_activations(hidden, rate, masks=100)
        error = np.sqrt((hidden**2).sum() * rate / (1 - rate)) / hidden.size / np.sqrt(100)
        assert abs(divided.mean() - hidden.mean()) < 4.5 * error
        assert abs(bare.mean() - (1 - rate) * hidden.mean()) < 4.5 * (1 - rate) * error


@claim("Curve: at rates up to 0.2 the passes disagree more beyond the data than at the data. At rate 0 they agree.")
def test_passes_disagree_beyond_the_data_and_agree_at_rate_zero():
    deviation = np.array([computed(view="curve", network=i + 1).runs.deviation for i in range(NETWORKS)])
    assert np.abs(deviation[:, 0]).max() < 1e-6  # single precision
    small = (RATES > 0) & (RATES <= 0.2)
    beyond, there = deviation[:, small][..., np.abs(GRID) > 1.1], deviation[:, small][..., THERE]
    assert np.all(beyond.mean(axis=(0, 2)) > there.mean(axis=(0, 2)))


@cache
def redrawn():
    """Deviation of the passes (rates, draws, networks, 81) and error (rates, draws, networks) with other points."""
    rates, draws, networks = run_grid([0.0, 0.2, 0.5], OTHER_DRAWS, range(NETWORKS))
    data = [curve_data(int(draw)) for draw in draws]
    x, y = np.stack([x for x, _ in data]), np.stack([y[int(i)] for (_, y), i in zip(data, networks, strict=True)])
    network = fit_curves(rates, networks, x, y)
    layers = [[(dense.W[run], dense.b[run]) for dense in network.dense] for run in range(len(rates))]
    passes = np.stack([passes_of(own, rate) for own, rate in zip(layers, rates, strict=True)])
    off = network.apply(inputs(GRID).astype("float32"))[..., 0] - wave(GRID)
    shape = (3, len(OTHER_DRAWS), NETWORKS)
    error = np.sqrt((off[:, THERE] ** 2).mean(axis=-1))
    return passes.std(axis=1, ddof=1).reshape(*shape, -1), error.reshape(shape)


@claim("Curve: at rates up to 0.2 the passes disagree more beyond the data than at the data. At rate 0 they agree.")
def test_beyond_other_points_they_disagree_too():
    deviation, _ = redrawn()
    assert np.abs(deviation[0]).max() < 1e-6
    assert (deviation[1][..., BEYOND].mean(axis=-1) > deviation[1][..., THERE].mean(axis=-1)).mean() > 0.9


@claim(
    "Agreement is no proof of knowledge: at rate 0.5 the passes of the three networks here agree better in the "
    "gap, where there are no data, than at the data. With other points it is luck: of 36 networks on twelve "
    "other draws about half do."
)
def test_passes_may_agree_where_there_are_no_data():
    for network in range(1, NETWORKS + 1):
        at_data, in_gap, beyond = computed(view="curve", network=network).runs.by_place(at(0.5))
        assert in_gap < 0.7 * at_data
        assert beyond > at_data


@claim(
    "Agreement is no proof of knowledge: at rate 0.5 the passes of the three networks here agree better in the "
    "gap, where there are no data, than at the data. With other points it is luck: of 36 networks on twelve "
    "other draws about half do."
)
def test_with_other_points_it_is_luck():
    deviation = redrawn()[0][2]
    agree = deviation[..., GAP].mean(axis=-1) < deviation[..., THERE].mean(axis=-1)
    assert agree.size == 36
    assert 12 <= agree.sum() <= 24
    assert agree.all(axis=-1).sum() < len(OTHER_DRAWS) / 2


@claim("Dropout is no cure-all: 24 points of a curve are fitted worse at rate 0.5 than without dropout.")
def test_the_curve_is_fitted_worse_with_much_dropout():
    error = computed(view="curve").runs.eval_error
    assert np.all(error[at(0.5)] > error[0] + 0.1)
    others = redrawn()[1]
    assert np.all(others[2] > others[0])


@claim(
    "Linear: at rates up to 0.68 averaged masks come within a few standard errors of the closed form, and four "
    "times the masks halve the distance."
)
@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6, 0.9])
def test_averaged_masks_converge_on_the_closed_form(correlation):
    linear = computed(view="linear", correlation=correlation).runs
    some = slice(1, at(0.68) + 1)  # at higher rates a few masks leave some sequences too little to solve from
    for count in (64, 256):
        k = int(np.argmin(np.abs(COUNTS - count)))
        off = np.abs(linear.excess[some, :, k]) / (linear.error[some, None] / np.sqrt(COUNTS[k]))
        assert off.max() < 5  # of 1 600 standard normal numbers 4 may be passed, hardly 5
        assert 0.6 < np.sqrt((off**2).mean()) < 1.4
    distance, _ = linear.distances()
    fit = np.polyfit(np.log(COUNTS), np.log(distance[some]).mean(axis=0), 1)
    assert 4 ** fit[0] == pytest.approx(1 / 2, rel=0.15)  # all counts, so that one lucky sequence matters little


def test_the_error_of_one_mask_is_the_spread_over_sequences():
    """Of eight sequences at every rate up to 0.5, together some 1 100 numbers."""
    linear = computed(view="linear").runs
    some = slice(1, at(0.5))
    found = np.sqrt((linear.excess[some, :, -1] ** 2).mean(axis=(0, 1)))
    told = np.sqrt((linear.error[some] ** 2).mean(axis=0) / COUNTS[-1])
    np.testing.assert_allclose(found, told, rtol=0.5)  # the sequences of one rate and the next share their masks


@claim(
    "With a logistic loss dropout is a ridge that adapts. At correlation 0.6 and rate 0.3, with a tenth of the "
    "weights of least squares, it adds what the ridge form says, within 2 %. Ten times the weights of least "
    "squares pay about ten times as much as these themselves, where a ridge would ask a hundred times."
)
def test_with_a_logistic_loss_the_penalty_adapts():
    assert Settings().correlation == 0.6
    exact, quadratic = computed(view="linear").runs.penalties[..., at(0.3)]
    assert SIZES == (0.1, 1.0, 10.0)
    assert quadratic[0] == pytest.approx(exact[0], rel=0.02)
    assert exact[2] / exact[1] == pytest.approx(10, rel=0.1)


def test_the_logistic_penalty_is_the_mean_over_masks():
    """Against masks drawn by the core's layer, and against its slopes: R(0) = 0, and half the Hessian there."""
    X, y = linear_problem(0.6)
    w, rate = dropout_ridge(X, y, 1.0), 0.3
    exact, _ = logistic_penalty(X, w, rate)
    layer = Dropout(rate, seed=0)
    drawn = [np.logaddexp(0, layer.forward(X) @ w).sum() for _ in range(4000)]
    mean, error = mean_error(np.array(drawn) - np.logaddexp(0, X @ w).sum())
    assert abs(exact - mean) < 4 * error
    small, form = logistic_penalty(X, 1e-3 * w, rate)
    assert small == pytest.approx(form, rel=1e-3)
    assert form == pytest.approx(rate / (1 - rate) / 8 * (X**2).sum(axis=0) @ (1e-3 * w) ** 2, rel=1e-4)  # V = ¼


def test_the_caption_tells_the_test_accuracy_of_the_rate_that_validation_chose():
    s = Settings()
    r = computed()
    best = int(r.runs.validation[..., -1].mean(axis=1).argmax())
    test = r.runs.test[best, :, -1]
    told = f"{100 * test.mean():.1f} ± {100 * test.std(ddof=1) / np.sqrt(3):.1f} % at {RATES[best]:g}"
    assert told in topic.VIEWS["digits"].caption(s, r)


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
    kept = computed(view=view, rate=rate).kept
    assert abs(kept.mean() - (1 - rate)) <= 4 * np.sqrt(rate * (1 - rate) / kept.size)
