"""One test for each line of "what to notice" on the page, and for the reader's own weights."""

from dataclasses import replace

import numpy as np
import pytest
from claims import claim, random_settings

from regviz.figures import penalty_shapes as topic
from regviz.figures.penalty_shapes import TIME, WIDE, Settings

LAMBDAS = [0.1, 0.631, 3.16]


@claim(
    "Under L1 alone the weight stops at exactly zero at t = |w₀|/λ; under L2 it halves every ln 2/λ and never arrives."
)
@pytest.mark.parametrize("s", random_settings(Settings, penalty="l1"), ids=str)
def test_l1_stops_at_zero_on_time_and_l2_halves_and_never_arrives(s):
    r = topic.compute(s)
    assert r.arrival == pytest.approx(s.w0 / s.lambda_)
    before, after = r.arrival - 1e-9 > TIME, r.arrival + 1e-9 < TIME
    assert np.all(r.flows["l1"][before] > 0)
    assert np.all(r.flows["l1"][after] == 0)
    assert np.all(r.flows["l2"] > 0)
    halvings = TIME / (np.log(2) / s.lambda_)
    np.testing.assert_allclose(r.flows["l2"], s.w0 * 0.5**halvings, rtol=1e-12)
    assert topic.compute(replace(s, penalty="l2")).arrival == np.inf


@claim(
    "The slope of L1 jumps at zero from −λ to λ and has this size everywhere else; the slope of L2 vanishes at zero."
)
@pytest.mark.parametrize("s", random_settings(Settings), ids=str)
def test_slopes_at_zero(s):
    r = topic.compute(s)
    np.testing.assert_allclose(r.slopes["l1"][WIDE != 0], s.lambda_ * np.sign(WIDE[WIDE != 0]))
    assert np.isnan(r.slopes["l1"][WIDE == 0]).all()
    assert r.slopes["l2"][WIDE == 0] == 0


@claim("With |z| ≤ λ the L1 minimiser is exactly zero; beyond that it is z moved towards zero by λ.")
@pytest.mark.parametrize("s", random_settings(Settings, penalty="l1"), ids=str)
def test_the_l1_minimiser_is_zero_inside_and_moved_by_lambda_outside(s):
    w = topic.compute(s).minimiser
    assert (w == 0) == (abs(s.z) <= s.lambda_)
    assert w == pytest.approx(np.sign(s.z) * max(abs(s.z) - s.lambda_, 0), abs=1e-15)


LEFT_ALONE = "MCP and SCAD leave a weight alone once |z| passes γλ or aλ: no bias."


@claim(LEFT_ALONE)
@pytest.mark.parametrize("penalty", ["mcp", "scad"])
def test_beyond_its_edge_no_setting_is_biased(penalty):
    edges = {"mcp": lambda s: s.gamma * s.lambda_, "scad": lambda s: s.a * s.lambda_}
    drawn = [s for s in random_settings(Settings, 200, penalty=penalty) if abs(s.z) > edges[penalty](s)]
    assert len(drawn) > 20
    assert all(topic.compute(s).minimiser == pytest.approx(s.z, rel=1e-15) for s in drawn)


@claim(LEFT_ALONE)
@pytest.mark.parametrize(("penalty", "edge"), [("mcp", 3.0), ("scad", 3.7)])
def test_mcp_and_scad_leave_large_weights_alone(penalty, edge):
    z = 3.9
    s = Settings(penalty=penalty, lambda_=1.0, z=z, w0=z)
    r = topic.compute(s)
    assert z > edge
    assert r.minimiser == z
    np.testing.assert_array_equal(r.flows[penalty], z)
    assert r.arrival == np.inf
    near = topic.compute(Settings(penalty=penalty, lambda_=1.0, z=2.0))
    assert near.minimiser < 2.0


@claim("The elastic net with ρ = 1 is L1 and with ρ = 0 is L2.")
@pytest.mark.parametrize(("l1_ratio", "peer"), [(1.0, "l1"), (0.0, "l2")])
@pytest.mark.parametrize("s", random_settings(Settings, 25), ids=str)
def test_elastic_net_ends(s, l1_ratio, peer):
    r = topic.compute(replace(s, l1_ratio=l1_ratio))
    for curves in (r.shapes, r.slopes, r.flows):
        np.testing.assert_allclose(curves["elastic net"], curves[peer], atol=1e-12)


@pytest.mark.parametrize("penalty", topic.NAMES)
@pytest.mark.parametrize("lambda_", LAMBDAS)
@pytest.mark.parametrize("w0", [0.5, 2.0, 4.0])
def test_the_marked_arrival_is_where_the_flow_reaches_zero(penalty, lambda_, w0):
    r = topic.compute(Settings(penalty=penalty, lambda_=lambda_, w0=w0))
    # a float cannot tell zero from the last rounding step, so the two grid points beside the arrival decide
    assert np.all(r.flows[penalty][r.arrival - 1e-9 > TIME] > 0)
    assert np.all(r.flows[penalty][r.arrival + 1e-9 < TIME] <= 1e-12)


@pytest.mark.parametrize("penalty", topic.NAMES)
@pytest.mark.parametrize("z", [-3.2, 0.4, 2.2])
def test_the_minimiser_is_lowest(penalty, z):
    r = topic.compute(Settings(penalty=penalty, z=z, lambda_=1.0))
    assert r.least <= r.total.min() + 1e-12


def test_the_readers_weights():
    table = topic.weigh(Settings(penalty="l2", lambda_=0.1, weights=(1.0, 2.0, 3.0)))
    assert sum(table["penalty"]) == pytest.approx(0.7)
    assert table["gradient"] == pytest.approx([0.1, 0.2, 0.3])
    table = topic.weigh(Settings(penalty="l1", lambda_=0.1, weights=(1.0, -2.0, 3.0)))
    assert sum(table["penalty"]) == pytest.approx(0.6)
    assert topic.weigh(Settings(penalty="l1", lambda_=0.1, weights=(1.0, -2.0, 0.0)))["gradient"] == [0.1, -0.1, 0.0]


def test_the_titles_say_what_is_plotted():
    s = Settings()
    titles = {name: draw(s, topic.compute(s))._layout["title"]["text"] for name, draw in topic.PANELS.items()}
    assert "λP(w)" in titles["penalty"]
    assert "½(w − z)² + λP(w)" in titles["problem"]
    assert "λP′(w)" in titles["slope"]
