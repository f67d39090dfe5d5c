"""Exact flows against a numerical integrator and against their own differential equation."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from regviz import families, flows

FLOWS = {
    "l1": (flows.l1_flow, {}, families.L1),
    "l2": (flows.l2_flow, {}, families.L2),
    "elastic net": (flows.elastic_net_flow, {"l1_ratio": 0.3}, families.elastic_net(0.3)),
    "elastic net 1": (flows.elastic_net_flow, {"l1_ratio": 1.0}, families.elastic_net(1.0)),
    "elastic net 0": (flows.elastic_net_flow, {"l1_ratio": 0.0}, families.elastic_net(0.0)),
    "mcp": (flows.mcp_flow, {"gamma": 3.0}, families.mcp(3.0)),
    "scad": (flows.scad_flow, {"a": 3.7}, families.scad(3.7)),
}
TIME = np.linspace(0, 6, 121)

pytestmark = pytest.mark.underflows  # an exponential decay, followed long enough


@pytest.mark.parametrize("w0", [-2.4, 0.6, 2.9, 4.5])
@pytest.mark.parametrize("name", FLOWS)
def test_matches_an_integrator_until_zero(name, w0):
    flow, shape, penalty = FLOWS[name]
    exact = flow(TIME, w0, 1.0, **shape)

    def reached(_, w):
        return abs(w[0]) - 1e-3

    reached.terminal = True
    peer = solve_ivp(
        lambda _, w: -penalty.gradient(w, 1.0),
        (0, 6),
        [w0],
        t_eval=TIME,
        events=reached,
        rtol=1e-9,
        atol=1e-11,
        max_step=0.02,
    )
    np.testing.assert_allclose(exact[: len(peer.t)], peer.y[0], atol=1e-6)  # the integrator's error over the kinks
    assert np.all(np.abs(exact[len(peer.t) :]) <= 1e-3)


@pytest.mark.parametrize("name", FLOWS)
def test_starts_at_w0_never_grows_and_stays_at_zero(name):
    flow, shape, _ = FLOWS[name]
    w = flow(np.linspace(0, 1e4, 1001), 2.0, 0.9, **shape)
    assert w[0] == pytest.approx(2.0, rel=1e-14)
    assert np.all(np.diff(w) <= 0)
    assert np.all(w >= 0)


@pytest.mark.parametrize("name", FLOWS)
def test_without_strength_nothing_moves(name):
    flow, shape, _ = FLOWS[name]
    np.testing.assert_array_equal(flow(TIME, 2.0, 0.0, **shape), 2.0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: flows.l1_flow([-1.0], 1.0, 1.0), "t must be >= 0"),
        (lambda: flows.l2_flow([1.0], np.nan, 1.0), "w0 must be finite"),
        (lambda: flows.mcp_flow([1.0], 1.0, -1.0), "lambda_ must be >= 0"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()
