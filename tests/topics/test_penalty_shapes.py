"""One test for each line of "what to notice" on the page, and for the reader's own weights."""

import numpy as np
import pytest

from regviz.figures import penalty_shapes as topic
from regviz.figures.penalty_shapes import TIME, WIDE, Settings

LAMBDAS = [0.1, 0.631, 3.16]


@pytest.mark.parametrize("lambda_", LAMBDAS)
def test_l1_stops_at_zero_on_time_and_l2_halves_and_never_arrives(lambda_):
    r = topic.compute(Settings(lambda_=lambda_, penalty="l1"))
    assert r.arrival == pytest.approx(2.0 / lambda_)
    assert np.all((r.flows["l1"] == 0) == (r.arrival <= TIME))
    assert np.all(r.flows["l2"] > 0)
    half = np.log(2) / lambda_
    np.testing.assert_allclose(np.interp(half, TIME, r.flows["l2"]), 1.0, atol=0.02)  # read off a grid of 0.1
    assert topic.compute(Settings(lambda_=lambda_, penalty="l2")).arrival == np.inf


@pytest.mark.parametrize("lambda_", LAMBDAS)
def test_slopes_at_zero(lambda_):
    r = topic.compute(Settings(lambda_=lambda_))
    away = WIDE != 0
    np.testing.assert_allclose(np.abs(r.slopes["l1"][away]), lambda_)
    assert np.isnan(r.slopes["l1"][~away]).all()
    assert r.slopes["l2"][~away] == 0


@pytest.mark.parametrize("z", [-2.3, -0.6, 0.0, 0.5, 0.7, 3.1])
def test_the_l1_minimiser_is_zero_inside_and_moved_by_lambda_outside(z):
    lambda_ = 0.631
    w = topic.compute(Settings(penalty="l1", lambda_=lambda_, z=z)).minimiser
    assert w == pytest.approx(np.sign(z) * max(abs(z) - lambda_, 0), abs=1e-15)


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


@pytest.mark.parametrize(("l1_ratio", "peer"), [(1.0, "l1"), (0.0, "l2")])
def test_elastic_net_ends(l1_ratio, peer):
    r = topic.compute(Settings(l1_ratio=l1_ratio))
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
