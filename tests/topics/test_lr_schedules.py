"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

import numpy as np
import pytest
from claims import claim

from regviz import MLP, adam, split, train
from regviz.averages import mean_error
from regviz.data.digits import load_digits
from regviz.experiments.lr_schedules import BATCH, EPOCHS, SCHEDULES, networks, rates, trained
from regviz.figures import lr_schedules as topic
from regviz.figures.lr_schedules import Settings
from regviz.knobs import knobs
from regviz.networks import LOSSES

INDEX = {name: i for i, name in enumerate(SCHEDULES)}
DRAWS = [0, 1, 2]  # splits with their own seeds; the page shows the first
EARLY = ("constant", "step", "cosine")  # those that start at the peak
TRIED = [0.001, 0.0316, 0.1]


def accuracy(peak, draw, epoch=EPOCHS):
    """Mean test accuracy of each schedule after an epoch, in per cent."""
    means = 100 * trained(peak, 5, draw).accuracy[:, :, epoch].mean(axis=1)
    return {name: means[i] for name, i in INDEX.items()}


@claim(
    "At the default peak, 0.1, with five epochs of warmup, the two that climb and then come down do best: from "
    "epoch 30 on, both are more than half a point above each of the three that start at the peak."
)
@pytest.mark.parametrize("draw", range(5))
def test_at_the_default_peak_climbing_and_coming_down_does_best(draw):
    assert (Settings().peak, Settings().warmup) == (0.1, 5)
    for epoch in range(Settings().epoch, EPOCHS + 1):
        found = accuracy(0.1, draw, epoch)
        assert min(found["warmup_cosine"], found["one_cycle"]) > max(found[name] for name in EARLY) + 0.5


@claim(
    "There, warmup alone comes nearer to these two. Over epochs 30 to 40 it is below both, by nearly one point over "
    "25 runs of five draws; but three runs in ten go the other way."
)
def test_warmup_alone_is_below_those_that_come_down_too():
    late = np.stack([100 * trained(0.1, 5, draw).accuracy[:, :, 30:].mean(axis=-1) for draw in range(5)])
    for name in ("warmup_cosine", "one_cycle"):
        gain = late[:, INDEX[name]] - late[:, INDEX["warmup"]]
        assert np.all(gain.mean(axis=1) > 0)  # in each draw
        mean, error = mean_error(gain.ravel())
        assert mean > 2 * error
        assert mean == pytest.approx(0.9, abs=0.3)  # other kernels: 0.7 to 1.14
        assert (gain < 0).mean() == pytest.approx(0.3, abs=0.07)
    early = late[:, [INDEX[name] for name in EARLY]].mean(axis=(0, 2))
    assert late[:, INDEX["warmup"]].mean() > early.max()


def test_the_first_step_of_adam_is_the_rate_for_every_weight_that_has_a_gradient():
    gradient = np.array([1e-3, -1.0, 1e3, 0.0])
    step, _ = adam(0.1).update(gradient, adam(0.1).init(np.zeros(4)), np.zeros(4))
    np.testing.assert_allclose(step, -0.1 * np.sign(gradient), rtol=1e-4)  # ε = 1e-8 beside the least of them


@pytest.mark.parametrize("draw", DRAWS)
def test_a_fifth_to_two_fifths_of_the_first_gradients_are_zero(draw):
    network, data, loss = networks(draw), split(*load_digits(), 400, 50, 500, seed=draw), LOSSES["cross_entropy"]
    rows = np.random.default_rng(0).permutation(400)[:BATCH]
    target = loss.encode(data.y_train[rows], 10)
    gradient = network.weight_gradient(loss.gradient(network.apply(data.X_train[rows]), target))
    step, _ = adam(0.1).update(gradient, adam(0.1).init(network.weights), network.weights)
    still = (step == 0).mean(axis=-1)
    assert np.all((still > 0.2) & (still < 0.4))
    np.testing.assert_allclose(np.abs(step[step != 0]), 0.1, rtol=0.02)  # ε = 1e-8 beside gradients of 1e-6


@claim(
    "There, without a climb, over 60 % of the relus are dead after the first epoch and stay so. With five epochs "
    "of warmup it is less than half of them, even after the last."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_relus_die_in_the_first_epoch_without_a_climb(draw):
    dead = trained(0.1, 5, draw).dead
    first, last = dead[:, :, 0], dead[:, :, 1]
    assert first[[INDEX[name] for name in EARLY]].mean(axis=(1, 2)).min() > 0.6
    assert last[[i for name, i in INDEX.items() if name not in EARLY]].mean(axis=(1, 2)).max() < 0.5
    assert last[first].mean() > 0.95  # the dead stay dead


@claim(
    "At a peak of 0.316 every schedule that starts at the peak breaks the network: fewer than 60 % of new digits "
    "are right at the end. With five epochs of warmup all have over 85 %."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_a_high_peak_needs_a_climb(draw):
    found = accuracy(0.316, draw)
    assert max(found[name] for name in EARLY) < 60
    assert min(found[name] for name in ("warmup", "warmup_cosine", "one_cycle")) > 85


@claim(
    "At a small peak, 0.001, with five epochs of warmup, constant and warmup do best, by four points or more: "
    "the others come down before they have arrived. What counts there is the sum of the rates: step, with the "
    "least, does worst."
)
@pytest.mark.parametrize("draw", DRAWS)
def test_at_a_small_peak_coming_down_stops_too_early(draw):
    found = accuracy(0.001, draw)
    steady = min(found["constant"], found["warmup"])
    assert steady - max(found[name] for name in ("step", "cosine", "warmup_cosine", "one_cycle")) > 4
    sums = rates(np.arange(EPOCHS), 1.0, 5).sum(axis=1)
    order = np.argsort(sums)
    by_sum = np.array([found[name] for name in SCHEDULES])[order]
    assert order[0] == INDEX["step"]
    assert by_sum[0] == min(found.values())
    assert np.all(np.diff(by_sum) > -0.5)  # one-cycle, cosine and warmup + cosine differ by 4 % in their sums


def test_the_sums_of_the_rates():
    """Of the cosine: T/2 + 1/2, since cos(πe/T) and cos(π(T − e)/T) cancel and cos 0 is left."""
    sums = dict(zip(SCHEDULES, rates(np.arange(EPOCHS), 1.0, 5).sum(axis=1), strict=True))
    exact = {"constant": 40, "step": 18.75, "cosine": 20.5, "warmup": 38, "warmup_cosine": 21}
    assert {name: sums[name] for name in exact} == pytest.approx(exact)
    assert round(sums["one_cycle"], 1) == 20.1


def test_warmup_and_cosine_hold_the_peak_twice_and_end_above_zero():
    rate = dict(zip(SCHEDULES, rates(np.arange(EPOCHS), 1.0, 5), strict=True))
    np.testing.assert_allclose(rate["warmup_cosine"][[3, 4, 5]], [0.8, 1, 1])
    assert rate["warmup_cosine"][6] < 1
    assert round(rate["cosine"][-1], 4) == 0.0015
    assert round(rate["warmup_cosine"][-1], 4) == 0.002


@claim("At a good peak, 0.0316, with five epochs of warmup, the shape hardly matters: all six end within one point.")
@pytest.mark.parametrize("draw", DRAWS)
def test_at_a_good_peak_the_shape_hardly_matters(draw):
    found = accuracy(0.0316, draw).values()
    assert max(found) - min(found) < 1


@claim(
    "With five epochs of warmup, where the rate falls to zero, so does the update: at peaks of 0.001, 0.0316 and "
    "0.1 its norm ends over a hundred times below that of a constant rate."
)
@pytest.mark.parametrize("peak", TRIED)
def test_the_update_falls_with_the_rate(peak):
    update = trained(peak, 5).update[:, :, -1].mean(axis=1)
    falling = [INDEX[name] for name in ("cosine", "warmup_cosine", "one_cycle")]
    assert update[INDEX["constant"]] > 100 * update[falling].max()


@claim("With five epochs of warmup, at the same peaks, the updates of the first epoch are about a fifth as long.")
@pytest.mark.parametrize("peak", TRIED)
def test_warmup_shortens_the_first_updates(peak):
    first = trained(peak, 5).update[:, :, 1].mean(axis=1)
    assert 0.15 < first[INDEX["warmup"]] / first[INDEX["constant"]] < 0.3


@pytest.mark.parametrize("warmup", knobs(Settings)["warmup"].options)
def test_the_rates_are_those_of_the_formulas(warmup):
    rate, peak = rates(np.arange(EPOCHS), 0.01, warmup), 0.01
    for e in range(EPOCHS):
        climb = min((e + 1) / warmup, 1)
        down = (1 + np.cos(np.pi * (e - warmup) / (EPOCHS - warmup))) / 2
        cycle = (
            peak / 25 + (peak - peak / 25) * (1 - np.cos(np.pi * e / warmup)) / 2
            if e < warmup
            else peak / 25e4 + (peak - peak / 25e4) * down
        )
        expected = {
            "constant": peak,
            "step": peak / 2 ** (e // 10),
            "cosine": peak * (1 + np.cos(np.pi * e / EPOCHS)) / 2,
            "warmup": peak * climb,
            "warmup_cosine": peak * (climb if e < warmup else down),
            "one_cycle": cycle,
        }
        np.testing.assert_allclose(rate[:, e], [expected[name] for name in SCHEDULES], rtol=1e-10)


def test_the_rates_drawn_are_those_trained_with():
    np.testing.assert_array_equal(trained(0.0316, 5).rate, rates(np.arange(EPOCHS), 0.0316, 5))


@pytest.mark.parametrize(("name", "seed"), [("constant", 0), ("one_cycle", 3)])
def test_a_run_of_the_batch_is_the_run_alone(name, seed):
    found, i = trained(0.0316, 5), INDEX[name]
    network = MLP((64, 32, 10), seeds=seed, dtype="float32")
    alone = train(
        network,
        split(*load_digits(), 400, 50, 500, seed=0),
        learning_rate=lambda epoch: found.rate[i, epoch],
        epochs=EPOCHS,
        batch_size=50,
    )
    np.testing.assert_allclose(found.loss[i, seed], alone.train_loss, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.accuracy[i, seed], alone.test_accuracy, rtol=0, atol=1e-6)  # the same images
    np.testing.assert_allclose(found.update[i, seed, 1:], alone.update_norm[1:], rtol=1e-6)


def test_the_caption_names_the_best_and_the_last_with_their_standard_errors():
    s = Settings(epoch=40, peak=0.316)
    r = topic.compute(s)
    accuracy = r.training.accuracy[:, :, -1]
    best, worst = accuracy[accuracy.mean(axis=1).argmax()], accuracy[accuracy.mean(axis=1).argmin()]
    for runs in (best, worst):
        error = runs.std(ddof=1) / np.sqrt(5)
        assert f"{100 * runs.mean():.1f} ± {100 * error:.1f} %" in topic.caption(s, r)
