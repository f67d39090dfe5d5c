"""One test for each line of "what to notice" on the page."""

import numpy as np
import pytest

from regviz.figures import soft_threshold as topic
from regviz.figures.soft_threshold import Settings, rule
from regviz.knobs import corners

LARGE = np.array([20.0, 50.0, 1000.0])


@pytest.mark.parametrize("step", [0.1, 1.0, 2.5])
@pytest.mark.parametrize("lambda_", [0.05, 0.5, 5.0])
def test_soft_bias_is_constant(step, lambda_):
    out = rule(Settings(step=step), "soft", LARGE, lambda_)
    np.testing.assert_allclose(LARGE - out, step * lambda_, rtol=1e-12)


@pytest.mark.parametrize("name", ["hard", "mcp", "scad"])
def test_no_bias_for_large_coefficients(name):
    np.testing.assert_array_equal(rule(Settings(), name, LARGE, 2.0), LARGE)


def test_hard_jumps_at_the_threshold():
    out = rule(Settings(step=2.0), "hard", np.array([1.0 - 1e-9, 1.0 + 1e-9]), 0.5)
    assert out[0] == 0
    assert out[1] > 1


def test_ridge_shrinks_all_alike_and_zeroes_none():
    z = np.array([-4.0, 0.001, 2.0])
    out = rule(Settings(), "l2", z, 0.7)
    np.testing.assert_allclose(out / z, 1 / 1.7, rtol=1e-14)
    r = topic.compute(Settings(rule="l2"))
    assert np.all(r.after != 0)


@pytest.mark.parametrize("name", topic.NAMES)
@pytest.mark.parametrize(("signal", "right", "wrong"), [("blocks", "haar", "cosine"), ("tones", "cosine", "haar")])
def test_the_right_basis_has_the_lower_error(signal, right, wrong, name):
    least = np.array(
        [
            [topic.compute(Settings(rule=name, signal=signal, basis=b, seed=seed)).errors.min() for seed in range(5)]
            for b in (right, wrong)
        ]
    )
    if name == "l2":  # a rotation changes neither the signal's size nor the noise's, up to the mean that is left alone
        np.testing.assert_allclose(least[0], least[1], rtol=1e-9)
    else:
        assert np.all(least[0] < least[1])


@pytest.mark.parametrize("s", list(corners(Settings)), ids=str)
def test_the_dead_zone_is_what_the_rule_sets_to_zero(s):
    edge = topic.compute(s).dead_zone
    z = np.geomspace(1e-4, 100, 4001)
    zero = rule(s, s.rule, z, s.lambda_) == 0
    np.testing.assert_array_equal(zero, z <= edge)
    assert (edge == 0) == (s.rule == "l2" or (s.rule == "elastic net" and s.l1_ratio == 0))


def test_the_universal_mark_off_the_axis_says_where_it_is():
    s = Settings(noise=1.5, step=0.1)
    r = topic.compute(s)
    said = [word for trace in topic.draw_error(s, r)._data for word in trace.get("text", [])]
    assert f"universal: λ = {topic.number(r.universal, 3)} → " in said
    assert r.universal > r.strengths[-1]
    assert "at λ = 5, the end of the slider" in topic.caption(s, r)


@pytest.mark.parametrize("seed", range(10))
def test_the_best_soft_strength_is_below_the_universal_threshold(seed):
    r = topic.compute(Settings(seed=seed))
    assert r.best < r.universal


@pytest.mark.parametrize("s", list(corners(Settings))[::3], ids=str)
def test_the_error_on_the_page_is_that_of_the_reconstruction(s):
    r = topic.compute(s)
    np.testing.assert_allclose(r.error, np.sqrt(np.mean((r.fitted - r.truth) ** 2)), rtol=1e-12)
    k = int(np.argmin(np.abs(r.strengths - s.lambda_)))
    np.testing.assert_allclose(r.errors[k], r.error, rtol=1e-10)


@pytest.mark.parametrize("s", list(corners(Settings)), ids=str)
def test_rules_are_straight_between_the_drawn_points(s):
    """The curves are drawn through their kinks alone; the midpoints of the pieces must lie on them."""
    inputs = topic.kinks(s)
    middles = (inputs[1:] + inputs[:-1]) / 2
    wide = np.diff(inputs) > 1e-6
    for name in topic.NAMES:
        ends = rule(s, name, inputs, s.lambda_)
        exact = rule(s, name, middles, s.lambda_)
        np.testing.assert_allclose(exact[wide], ((ends[1:] + ends[:-1]) / 2)[wide], atol=1e-6)
