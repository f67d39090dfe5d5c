"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

import numpy as np
import pytest

from regviz import MLP, adam, split, train
from regviz.data.digits import load_digits
from regviz.figures import lr_schedules as topic
from regviz.figures.lr_schedules import EPOCHS, NAMES, Settings
from regviz.knobs import knobs

PEAKS = knobs(Settings)["peak"].options
INDEX = {name: i for i, name in enumerate(NAMES)}


DRAWS = [0, 1, 2]  # splits with their own seeds; the page shows the first
EARLY = ("constant", "step", "cosine")  # those that start at the peak


def accuracy(peak, draw, epoch=EPOCHS):
    """Mean test accuracy of each schedule after an epoch, in per cent."""
    means = 100 * topic.trained(peak, 5, draw).accuracy[:, :, epoch].mean(axis=1)
    return {name: means[i] for name, i in INDEX.items()}


@pytest.mark.parametrize("draw", range(5))
def test_at_the_default_peak_climbing_and_coming_down_does_best(draw):
    assert Settings().peak == 0.1
    for epoch in range(Settings().epoch, EPOCHS + 1):
        found = accuracy(0.1, draw, epoch)
        assert min(found["warmup_cosine"], found["one_cycle"]) > max(found[name] for name in EARLY) + 0.5


def test_the_first_step_of_adam_is_the_rate_for_every_weight():
    gradient = np.array([1e-3, -1.0, 1e3])
    step, _ = adam(0.1).update(gradient, adam(0.1).init(np.zeros(3)), np.zeros(3))
    np.testing.assert_allclose(step, -0.1 * np.sign(gradient), rtol=1e-4)  # ε = 1e-8 beside the least of them


@pytest.mark.parametrize("draw", DRAWS)
def test_relus_die_in_the_first_epoch_without_a_climb(draw):
    data = split(*load_digits(), 400, 50, 500, seed=draw)
    network = MLP((64, 32, 10), seeds=[10 * draw + seed for seed in range(5)] * len(NAMES), dtype="float32")
    history = train(
        network,
        data,
        learning_rate=lambda epoch: np.repeat(topic.rates(epoch, 0.1, 5), 5),
        epochs=EPOCHS,
        batch_size=50,
        record_every=EPOCHS,
        keep=(1, EPOCHS),
    )
    dead = {}
    for epoch, state in history.weights.items():
        network.load(state)
        below = network.dense[0].apply(data.X_train.astype("float32")).max(axis=-2) <= 0
        dead[epoch] = below.reshape(len(NAMES), 5, -1)
    climbing = [INDEX[name] for name in NAMES if name not in EARLY]
    assert dead[1][[INDEX[name] for name in EARLY]].mean(axis=(1, 2)).min() > 0.6
    assert dead[EPOCHS][climbing].mean(axis=(1, 2)).max() < 0.5
    assert dead[EPOCHS][dead[1]].mean() > 0.95  # the dead stay dead


@pytest.mark.parametrize("draw", DRAWS)
def test_a_high_peak_needs_a_climb(draw):
    found = accuracy(0.316, draw)
    assert max(found[name] for name in EARLY) < 60
    assert min(found[name] for name in ("warmup", "warmup_cosine", "one_cycle")) > 85


@pytest.mark.parametrize("draw", DRAWS)
def test_at_a_small_peak_coming_down_stops_too_early(draw):
    found = accuracy(0.001, draw)
    steady = min(found["constant"], found["warmup"])
    assert steady - max(found[name] for name in ("step", "cosine", "warmup_cosine", "one_cycle")) > 4


@pytest.mark.parametrize("draw", DRAWS)
def test_at_a_good_peak_the_shape_hardly_matters(draw):
    found = accuracy(0.0316, draw).values()
    assert max(found) - min(found) < 1


@pytest.mark.parametrize("peak", PEAKS[:5])
@pytest.mark.parametrize("name", ["cosine", "warmup_cosine", "one_cycle"])
def test_the_update_falls_with_the_rate(peak, name):
    update = topic.trained(peak, 5).update[:, :, -1].mean(axis=1)
    assert update[INDEX["constant"]] > 100 * update[INDEX[name]]


@pytest.mark.parametrize("peak", PEAKS[:6])
def test_warmup_shortens_the_first_updates(peak):
    first = topic.trained(peak, 5).update[:, :, 1].mean(axis=1)
    assert 0.15 < first[INDEX["warmup"]] / first[INDEX["constant"]] < 0.3


@pytest.mark.parametrize("warmup", knobs(Settings)["warmup"].options)
def test_the_rates_are_those_of_the_formulas(warmup):
    rate, peak = topic.trained(0.01, warmup).rate, 0.01
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
        np.testing.assert_allclose(rate[:, e], [expected[name] for name in NAMES], rtol=1e-10)


@pytest.mark.parametrize(("name", "seed"), [("constant", 0), ("one_cycle", 3)])
def test_a_run_of_the_batch_is_the_run_alone(name, seed):
    found, i = topic.trained(0.01, 5), INDEX[name]
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


@pytest.mark.parametrize(
    ("values", "told"),
    [([0.5, 0.5, 0.5], "0.500 ± 0.000"), ([1.0, 2.0, 3.0], "2.00 ± 0.58"), ([1e-5, 2e-5], "0.0000150 ± 0.0000050")],
)
def test_mean_and_standard_error_have_the_same_decimals(values, told):
    assert topic.plus_minus(np.array(values)) == told
