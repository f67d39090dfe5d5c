"""One test for each line of "what to notice" on the page."""

from dataclasses import replace

import numpy as np
import pytest
from claims import claim, random_settings

from regviz.averages import mean_error
from regviz.figures import soft_threshold as topic
from regviz.figures.soft_threshold import Settings, rule
from regviz.knobs import corners

LARGE = np.array([40.0, 70.0, 1000.0])  # beyond γλ and λ + sλ at every setting
SOME = random_settings(Settings)


@claim("Soft thresholding moves every large coefficient by the same step · λ: its bias does not fade with z.")
@pytest.mark.parametrize("s", SOME, ids=str)
def test_soft_bias_is_constant(s):
    np.testing.assert_allclose(LARGE - rule(s, "soft", LARGE, s.lambda_), s.step * s.lambda_, rtol=1e-11)


UNBIASED = "Hard, MCP and SCAD thresholding return a large coefficient unchanged; hard thresholding jumps at step · λ."


@claim(UNBIASED)
@pytest.mark.parametrize("name", ["hard", "mcp", "scad"])
def test_no_bias_for_large_coefficients(name):
    for s in SOME:
        np.testing.assert_array_equal(rule(s, name, LARGE, s.lambda_), LARGE)


@claim(UNBIASED)
def test_hard_jumps_at_the_threshold():
    out = rule(Settings(step=2.0), "hard", np.array([1.0 - 1e-9, 1.0 + 1e-9]), 0.5)
    assert out[0] == 0
    assert out[1] > 1


@claim("Ridge shrinks every coefficient by the same factor and sets none to zero.")
@pytest.mark.parametrize("s", SOME, ids=str)
def test_ridge_shrinks_all_alike_and_zeroes_none(s):
    z = np.array([-4.0, 0.001, 2.0])
    np.testing.assert_allclose(rule(s, "l2", z, s.lambda_) / z, 1 / (1 + s.step * s.lambda_), rtol=1e-14)
    assert np.all(topic.compute(replace(s, rule="l2")).after != 0)


BASES = (
    "Blocks is sparse in the Haar basis and Tones in the cosine basis. At σ = 0.5 the least error of every rule "
    "that makes zeros is larger in the other basis. For ridge the basis makes no difference."
)
PAIRS = {"blocks": ("haar", "cosine"), "tones": ("cosine", "haar")}


def least_in_both(s):
    """The least error along λ in the right basis and in the other."""
    return [topic.compute(replace(s, basis=b)).errors.min() for b in PAIRS[s.signal]]


@claim(BASES)
@pytest.mark.parametrize("signal", PAIRS)
@pytest.mark.parametrize("name", ["soft", "elastic net", "hard", "mcp", "scad"])
def test_the_right_basis_has_the_lower_error(signal, name):
    for s in random_settings(Settings, 10, noise=0.5, signal=signal, rule=name):
        right, other = least_in_both(replace(s, l1_ratio=max(s.l1_ratio, 0.05)))  # at ρ = 0 it is ridge
        assert right < other


@claim(BASES)
@pytest.mark.parametrize("s", random_settings(Settings, 10, rule="l2", signal="tones"), ids=str)
def test_for_ridge_the_basis_makes_no_difference(s):
    """A rotation changes neither the signal's size nor the noise's, and both bases have the mean first."""
    right, other = least_in_both(s)
    assert right == pytest.approx(other, rel=1e-9)


def costs(**settings):
    """Return by how much the errors at SURE's λ and at the universal threshold exceed the least, over 50 seeds."""
    rs = [topic.compute(Settings(seed=seed, **settings)) for seed in range(50)]
    sure = np.array([r.errors[r.guessed] / r.errors.min() for r in rs]) - 1
    universal = np.array([np.interp(r.universal, r.strengths, r.errors) / r.errors.min() for r in rs]) - 1
    return sure, universal


@claim(
    "SURE finds a good λ without the truth: on Blocks in the Haar basis, with the soft rule and σ = 0.5, its error "
    "is 2 % above the least on average over 50 seeds, that of the universal threshold 94 %."
)
def test_sure_is_near_the_oracle_on_blocks():
    sure, universal = costs()
    assert sure.mean() == pytest.approx(0.02, abs=0.005)
    assert universal.mean() == pytest.approx(0.94, abs=0.005)


@claim(
    "Where few coefficients matter SURE is less sure: on Tones in the cosine basis its error is 11 % above the "
    "least on average and 61 % at worst, that of the universal threshold 45 % on average."
)
def test_sure_is_noisy_where_the_truth_is_very_sparse():
    sure, universal = costs(signal="tones", basis="cosine")
    assert sure.mean() == pytest.approx(0.11, abs=0.005)
    assert sure.max() == pytest.approx(0.61, abs=0.005)
    assert universal.mean() == pytest.approx(0.45, abs=0.005)


def test_sure_of_the_soft_rule_is_donoho_and_johnstones():
    """n σ² − 2σ² #{|z| ≤ t} + Σ min(z², t²), their SURE(t; z); the mean level, left alone, adds σ²."""
    s = Settings(seed=3, step=1.3)
    r, (*_, z) = topic.compute(s), topic.draw_signal(s.signal, s.basis, s.noise, s.seed)
    for k in (5, 30, 55):
        t, d = s.step * r.strengths[k], z[1:]
        total = s.noise**2 + np.sum(s.noise**2 - 2 * s.noise**2 * (np.abs(d) <= t) + np.minimum(d**2, t**2))
        assert r.sure[k] ** 2 * topic.N == pytest.approx(total, rel=1e-6)  # slopes by differences of 1e-6


@pytest.mark.parametrize("lambda_", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("name", ["soft", "l2", "elastic net", "mcp", "scad"])
def test_sure_is_unbiased(name, lambda_, rng):
    """Over 400 draws of the noise, within 4 standard errors of the paired difference."""
    s = Settings(rule=name, step=0.8)
    truth, _, B, _ = topic.draw_signal(s.signal, s.basis, s.noise, s.seed)
    z = B @ truth + s.noise * rng.standard_normal((400, topic.N))
    error = ((topic.shrink(s, z, lambda_) - B @ truth) ** 2).mean(axis=-1)
    mean, se = mean_error(topic.sure(s, z, lambda_) - error)
    assert abs(mean) <= 4 * se


@pytest.mark.parametrize(
    ("name", "step", "jumps"), [("hard", 1.0, True), ("mcp", 2.4, False), ("mcp", 2.5, True), ("scad", 2.5, False)]
)
def test_a_rule_that_jumps_has_no_sure(name, step, jumps):
    r = topic.compute(Settings(rule=name, step=step, gamma=2.5))
    assert np.isnan(r.sure).all() == jumps
    assert (r.guessed is None) == jumps


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


@claim("For the soft rule on Blocks the λ of least error is below the universal threshold.")
@pytest.mark.parametrize("s", random_settings(Settings, rule="soft", signal="blocks"), ids=str)
def test_the_best_soft_strength_is_below_the_universal_threshold(s):
    r = topic.compute(s)
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
