"""One test for each line of "what to notice" on the page, and the runs against a plain loop."""

import math
from functools import cache

import numpy as np
import pytest
from claims import claim

from regviz import clip_by_norm, clip_by_value, sgd
from regviz.descent.cliffs import CLIFF, SLANT, recurrent
from regviz.descent.surfaces import descend
from regviz.figures import gradient_clipping as topic
from regviz.figures.gradient_clipping import STARTS, STEPS, Settings, angles, late, surface
from regviz.knobs import knobs

pytestmark = pytest.mark.underflows
LOSSES = ["cliff", "recurrent"]
RATES = knobs(Settings)["learning_rate"].options
PLACES = [("cliff", 50), *(("recurrent", T) for T in knobs(Settings)["length"].options)]
LUCKY = [("recurrent", 20), ("recurrent", 80)]


THRESHOLDS = np.array(knobs(Settings)["threshold"].options)


def descents(loss, length, clip):
    """The runs at every learning rate of the slider, as one batch, with gradients clipped in this way."""
    start = np.tile(STARTS[loss], (len(RATES), 1))
    return descend(surface(loss, length), sgd(np.array(RATES)[:, None]), start, STEPS, clip)


@cache
def free(loss, length):
    """The unclipped runs at every rate, and the longest gradient (rates, 2) of each."""
    d = descents(loss, length, None)
    longest = np.linalg.norm(d.gradient, axis=-1).argmax(axis=-1)
    return d, d.gradient[np.arange(len(RATES)), longest]


def inside(shape, w):
    return (shape.x[0] <= w[0] <= shape.x[1]) and (shape.y[0] <= w[1] <= shape.y[1])


def unclipped(**settings):
    """The unclipped run's points, the lengths of its gradients, and where the longest is."""
    d = topic.compute(Settings(**settings)).runs.descent
    lengths = np.linalg.norm(d.gradient[0], axis=-1)
    return d.w[0], lengths, int(lengths.argmax())


@claim(
    "At learning rate 1, on the cliff and on the map with T = 50, the longest gradient of the unclipped run is "
    "more than ten times as long as the first, and the next point lies outside the picture."
)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_unclipped_run_is_thrown_out(loss):
    assert (Settings().learning_rate, Settings().length) == (1.0, 50)
    w, lengths, worst = unclipped(loss=loss)
    assert lengths[worst] > 10 * lengths[0]
    assert inside(surface(loss, 50), w[worst])
    assert not inside(surface(loss, 50), w[worst + 1])


@claim(
    "A wall need not throw. On the cliff at η = 0.354 and below, and at η = 2, which leaps over the wall, the "
    "unclipped run never meets a gradient longer than the first."
)
@pytest.mark.parametrize("rate", [rate for rate in RATES if rate <= 0.354 or rate == 2])
def test_a_wall_need_not_throw(rate):
    w, _, worst = unclipped(learning_rate=rate)
    assert worst == 0
    assert all(inside(CLIFF, point) for point in w)


@claim(
    "A wall need not throw. On the cliff at η = 0.354 and below, and at η = 2, which leaps over the wall, the "
    "unclipped run never meets a gradient longer than the first."
)
def test_at_rate_two_the_run_leaps_over_the_wall():
    along = unclipped(learning_rate=2.0)[0] @ SLANT
    assert np.all(np.abs(along - 0.4) > 0.2)  # never on it
    assert along[0] > 0.4 > along[-1]


@claim(
    "Clipping by norm keeps the direction at every threshold. Clipping by value bends it as soon as one "
    "component is cut."
)
@pytest.mark.parametrize(("loss", "length"), PLACES)
def test_norm_keeps_the_direction_and_value_bends_it(loss, length):
    """At all thresholds and rates, so at every setting."""
    for g in free(loss, length)[1]:
        copies, limits = np.tile(g, (len(THRESHOLDS), 1)), THRESHOLDS[:, None]
        kept = angles(g, clip_by_norm(copies, limits, axis=-1))
        bent = angles(g, clip_by_value(copies, limits))
        cut = np.abs(g).max() > THRESHOLDS
        assert kept.max() < 1e-5
        assert np.all(bent[cut] > 0)
        assert np.all(bent[~cut] < 1e-5)
        assert bent.max() <= 45


@claim("When the threshold is below both components, clipping by value always steps along the diagonal.")
@pytest.mark.parametrize(("loss", "length"), PLACES)
def test_below_both_components_the_step_is_diagonal(loss, length):
    for g in free(loss, length)[1]:
        below = THRESHOLDS[np.abs(g).min() > THRESHOLDS]
        clipped = clip_by_value(np.tile(g, (len(below), 1)), below[:, None])
        np.testing.assert_array_equal(np.abs(clipped), np.stack([below, below], axis=1))
        expected = abs(math.degrees(math.atan2(abs(g[1]), abs(g[0]))) - 45)
        np.testing.assert_allclose(angles(g, clipped), expected, rtol=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_angles_drawn_are_those_at_the_longest_gradient(loss):
    runs = topic.compute(Settings(loss=loss)).runs
    g = free(loss, 50)[1][RATES.index(1.0)]
    np.testing.assert_array_equal(runs.steepest, g)
    limits = THRESHOLDS[:, None]
    np.testing.assert_array_equal(runs.bent, angles(g, clip_by_value(np.tile(g, (len(limits), 1)), limits)))
    assert runs.kept.max() < 1e-5


@claim(
    "At θ = 0.316 and η = 1 both clipped runs stay in the picture. By norm ends with less loss than the "
    "unclipped run on the cliff and on every map but T = 20 and 80; by value on the cliff and from T = 40 to 70."
)
@pytest.mark.parametrize(("loss", "length"), PLACES)
def test_clipped_runs_stay_in_the_picture(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    for name in ("by norm", "by value"):
        assert all(inside(surface(loss, length), w) for w in r.runs.descent.w[r.rows[name]])


@claim(
    "At θ = 0.316 and η = 1 both clipped runs stay in the picture. By norm ends with less loss than the "
    "unclipped run on the cliff and on every map but T = 20 and 80; by value on the cliff and from T = 40 to 70."
)
@pytest.mark.parametrize(("loss", "length"), [place for place in PLACES if place not in LUCKY])
def test_by_norm_ends_with_less_loss_than_unclipped(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    assert late(r, "by norm") < late(r, "not clipped")


@claim(
    "At θ = 0.316 and η = 1 both clipped runs stay in the picture. By norm ends with less loss than the "
    "unclipped run on the cliff and on every map but T = 20 and 80; by value on the cliff and from T = 40 to 70."
)
@pytest.mark.parametrize(("loss", "length"), [("cliff", 50), *(("recurrent", T) for T in (40, 50, 60, 70))])
def test_by_value_ends_with_less_loss_than_unclipped(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    assert late(r, "by value") < late(r, "not clipped")


@claim(
    "On those two maps the unclipped run is lucky: its longest gradient is over fifty times the first, yet it "
    "lands well and ends with the least loss of the three."
)
@pytest.mark.parametrize(("loss", "length"), LUCKY)
def test_an_unclipped_run_may_be_lucky(loss, length):
    r = topic.compute(Settings(loss=loss, length=length, threshold=0.316))
    _, lengths, worst = unclipped(loss=loss, length=length)
    assert lengths[worst] > 50 * lengths[0]
    assert late(r, "not clipped") < min(late(r, "by norm"), late(r, "by value"))


@claim(
    "Too small a threshold makes it crawl. At θ = 0.01 a hundred steps by norm go no farther than 100 · η · "
    "0.01. By value they go up to √2 times that, along the diagonal of the box: on the cliff 1.41 times at η = "
    "1."
)
@pytest.mark.parametrize(("loss", "length"), [("cliff", 50), ("recurrent", 10), ("recurrent", 50), ("recurrent", 80)])
def test_too_small_a_threshold_crawls(loss, length):
    """At every rate: no step is longer than η times the bound, and neither is their sum."""
    for clip, farthest in (
        (lambda g: clip_by_norm(g, 0.01, axis=-1), 0.01),
        (lambda g: clip_by_value(g, 0.01), 0.01 * math.sqrt(2)),
    ):
        w = descents(loss, length, clip).w
        moved = np.linalg.norm(w - w[:, :1], axis=-1).max(axis=-1)
        assert np.all(moved <= STEPS * np.array(RATES) * farthest + 1e-12)


@claim(
    "Too small a threshold makes it crawl. At θ = 0.01 a hundred steps by norm go no farther than 100 · η · "
    "0.01. By value they go up to √2 times that, along the diagonal of the box: on the cliff 1.41 times at η = "
    "1."
)
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


@claim("With a threshold above every gradient nothing is clipped, and the three runs are one.")
@pytest.mark.parametrize(("loss", "length"), PLACES)
def test_above_every_gradient_the_runs_are_one(loss, length):
    """At every rate, with a threshold just above the longest gradient of the unclipped run."""
    d, longest = free(loss, length)
    limit = 1.001 * np.linalg.norm(longest, axis=-1, keepdims=True)
    for clip in (lambda g: clip_by_norm(g, limit, axis=-1), lambda g: clip_by_value(g, limit)):
        np.testing.assert_array_equal(descents(loss, length, clip).w, d.w)


@claim(
    "From 10 to 40 steps of the recurrent map, its wall along w = 5 grows more than three times steeper with every ten."
)
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
