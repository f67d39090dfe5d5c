"""One test for each line of "what to notice" on the page, and the runs against a plain loop."""

import math

import numpy as np
import pytest

from regviz.descent.cliffs import CLIFF, SLANT, recurrent
from regviz.figures import gradient_clipping as topic
from regviz.figures.gradient_clipping import STARTS, STEPS, Settings, late, surface
from regviz.knobs import knobs

pytestmark = pytest.mark.underflows
LOSSES = ["cliff", "recurrent"]
RATES = knobs(Settings)["learning_rate"].options
PLACES = [("cliff", 50), *(("recurrent", T) for T in knobs(Settings)["length"].options)]
LUCKY = [("recurrent", 20), ("recurrent", 80)]


def inside(shape, w):
    return (shape.x[0] <= w[0] <= shape.x[1]) and (shape.y[0] <= w[1] <= shape.y[1])


def unclipped(**settings):
    """The unclipped run's points, the lengths of its gradients, and where the longest is."""
    d = topic.compute(Settings(**settings)).runs.descent
    lengths = np.linalg.norm(d.gradient[0], axis=-1)
    return d.w[0], lengths, int(lengths.argmax())


@pytest.mark.parametrize("loss", LOSSES)
def test_the_unclipped_run_is_thrown_out(loss):
    assert (Settings().learning_rate, Settings().length) == (1.0, 50)
    w, lengths, worst = unclipped(loss=loss)
    assert lengths[worst] > 10 * lengths[0]
    assert inside(surface(loss, 50), w[worst])
    assert not inside(surface(loss, 50), w[worst + 1])


@pytest.mark.parametrize("rate", [rate for rate in RATES if rate <= 0.354 or rate == 2])
def test_a_wall_need_not_throw(rate):
    w, _, worst = unclipped(learning_rate=rate)
    assert worst == 0
    assert all(inside(CLIFF, point) for point in w)


def test_at_rate_two_the_run_leaps_over_the_wall():
    along = unclipped(learning_rate=2.0)[0] @ SLANT
    assert np.all(np.abs(along - 0.4) > 0.2)  # never on it
    assert along[0] > 0.4 > along[-1]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("loss", LOSSES)
def test_norm_keeps_the_direction_and_value_bends_it(loss, rate):
    runs = topic.compute(Settings(loss=loss, learning_rate=rate)).runs
    assert runs.kept.max() < 1e-5
    g = np.abs(runs.steepest)
    cut = runs.thresholds < g.max()
    assert np.all(runs.bent[cut] > 0)
    assert np.all(runs.bent[~cut] < 1e-5)
    assert runs.bent.max() <= 45


@pytest.mark.parametrize("loss", LOSSES)
def test_below_both_components_the_step_is_diagonal(loss):
    s = Settings(loss=loss, threshold=0.01)
    runs = topic.compute(s).runs
    g = runs.steepest
    assert np.abs(g).min() > 0.01
    expected = abs(math.degrees(math.atan2(abs(g[1]), abs(g[0]))) - 45)
    assert runs.bent[0] == pytest.approx(expected)


@pytest.mark.parametrize(("loss", "length"), PLACES)
def test_clipped_runs_stay_in_the_picture(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    for name in ("by norm", "by value"):
        assert all(inside(surface(loss, length), w) for w in r.runs.descent.w[r.rows[name]])


@pytest.mark.parametrize(("loss", "length"), [place for place in PLACES if place not in LUCKY])
def test_by_norm_ends_with_less_loss_than_unclipped(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    assert late(r, "by norm") < late(r, "not clipped")


@pytest.mark.parametrize(("loss", "length"), [("cliff", 50), *(("recurrent", T) for T in (40, 50, 60, 70))])
def test_by_value_ends_with_less_loss_than_unclipped(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    assert late(r, "by value") < late(r, "not clipped")


@pytest.mark.parametrize(("loss", "length"), LUCKY)
def test_an_unclipped_run_may_be_lucky(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    _, lengths, worst = unclipped(loss=loss, length=length)
    assert lengths[worst] > 50 * lengths[0]
    assert late(r, "not clipped") < min(late(r, "by norm"), late(r, "by value"))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("loss", "length"), PLACES)
def test_too_small_a_threshold_crawls(loss, length, rate):
    r = topic.compute(Settings(loss=loss, length=length, learning_rate=rate, threshold=0.01))
    for name, farthest in (("by norm", 1.0), ("by value", math.sqrt(2))):
        w = r.runs.descent.w[r.rows[name]]
        assert np.linalg.norm(w - w[0], axis=-1).max() <= farthest * STEPS * rate * 0.01 + 1e-12


def test_by_value_a_crawl_goes_along_the_diagonal():
    r = topic.compute(Settings(threshold=0.01))
    w = r.runs.descent.w[r.rows["by value"]]
    assert round(np.linalg.norm(w - w[0], axis=-1).max(), 2) == 1.41


def test_the_presets_are_what_they_are_called():
    r = topic.compute(Settings(threshold=31.6))
    np.testing.assert_array_equal(r.runs.descent.w[r.rows["by norm"]], r.runs.descent.w[0])
    np.testing.assert_array_equal(r.runs.descent.w[r.rows["by value"]], r.runs.descent.w[0])
    r = topic.compute(Settings(loss="recurrent", threshold=0.1))
    assert late(r, "by value") > max(late(r, "not clipped"), late(r, "by norm"))
    short, long = (unclipped(loss="recurrent", length=T)[1].max() for T in (10, 50))
    assert short < long / 5


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("loss", LOSSES)
def test_above_every_gradient_the_runs_are_one(loss, rate):
    r = topic.compute(Settings(loss=loss, learning_rate=rate, threshold=1000.0))
    w = r.runs.descent.w
    for name in ("by norm", "by value"):
        np.testing.assert_array_equal(w[r.rows[name]], w[0])


def test_longer_maps_have_steeper_walls():
    # the wall narrows as it steepens: 20 001 points across it resolve it up to T = 40
    line = np.stack([np.full(20_001, 5.0), np.linspace(-4, -1, 20_001)], axis=-1)
    steepest = np.array([np.linalg.norm(recurrent(T).gradient(line), axis=-1).max() for T in (10, 20, 30, 40)])
    assert np.all(steepest[1:] > 3 * steepest[:-1])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("threshold", [0.1, 1.0])
def test_the_runs_are_plain_loops(loss, threshold):
    s = Settings(loss=loss, threshold=threshold, learning_rate=0.5)
    r, shape = topic.compute(s), surface(loss, 50)
    by_norm, by_value = np.array(STARTS[loss]), np.array(STARTS[loss])
    for _ in range(25):
        g = shape.gradient(by_norm)
        by_norm = by_norm - 0.5 * g * min(1, threshold / math.hypot(*g))
        by_value = by_value - 0.5 * np.minimum(np.maximum(shape.gradient(by_value), -threshold), threshold)
    np.testing.assert_allclose(r.runs.descent.w[r.rows["by norm"], 25], by_norm, rtol=1e-6)
    np.testing.assert_allclose(r.runs.descent.w[r.rows["by value"], 25], by_value, rtol=1e-6)


def test_the_caption_tells_angle_and_losses():
    s = Settings()
    r = topic.compute(s)
    g = np.abs(r.runs.steepest)
    bent = abs(math.degrees(math.atan2(g[1], g[0])) - 45)
    assert f"bent by {bent:.3g}°" in topic.caption(s, r)
