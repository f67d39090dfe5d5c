"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

import numpy as np
import pytest

from regviz import MLP, split, train
from regviz.data.digits import load_digits
from regviz.figures import lr_schedules as topic
from regviz.figures.lr_schedules import EPOCHS, NAMES, Settings
from regviz.knobs import knobs, number

PEAKS = knobs(Settings)["peak"].options
INDEX = {name: i for i, name in enumerate(NAMES)}


def final(peak, warmup=5):
    """Mean test accuracy of each schedule after the last epoch, in per cent."""
    means = 100 * topic.trained(peak, warmup).accuracy[:, :, -1].mean(axis=1)
    return {name: means[i] for name, i in INDEX.items()}


def test_a_high_peak_needs_a_climb():
    found = final(0.316)
    assert max(found[name] for name in ("constant", "step", "cosine")) < 60
    assert min(found[name] for name in ("warmup", "warmup_cosine", "one_cycle")) > 85


def test_at_a_small_peak_coming_down_stops_too_early():
    found = final(0.001)
    steady = min(found["constant"], found["warmup"])
    assert steady - max(found[name] for name in ("step", "cosine", "warmup_cosine", "one_cycle")) > 4


def test_at_a_good_peak_the_shape_hardly_matters():
    found = final(0.0316).values()
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
    np.testing.assert_allclose(found.loss[i, seed], alone.train_loss, rtol=1e-3)  # single precision
    np.testing.assert_allclose(found.accuracy[i, seed], alone.test_accuracy, atol=0.005)
    np.testing.assert_allclose(found.update[i, seed, 1:], alone.update_norm[1:], rtol=1e-2)


def test_the_caption_names_the_best_and_the_last_with_their_standard_errors():
    s = Settings(epoch=40, peak=0.316)
    r = topic.compute(s)
    accuracy = 100 * r.training.accuracy[:, :, -1]
    best, worst = accuracy[accuracy.mean(axis=1).argmax()], accuracy[accuracy.mean(axis=1).argmin()]
    for runs in (best, worst):
        error = runs.std(ddof=1) / np.sqrt(5)
        assert f"{number(runs.mean(), 3)} ± {number(error, 1)} %" in topic.caption(s, r)
