"""Exact flows against a numerical integrator and against their own differential equation."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from regviz import penalties

FLOWS = {
    "l1": penalties.L1,
    "l2": penalties.L2,
    "elastic net": penalties.elastic_net(0.3),
    "elastic net 1": penalties.elastic_net(1.0),
    "elastic net 0": penalties.elastic_net(0.0),
    "mcp": penalties.mcp(3.0),
    "scad": penalties.scad(3.7),
    "l0.5": penalties.lq(0.5),
    "l1.3": penalties.lq(1.3),
    "l2 as lq": penalties.lq(2.0),
    "l3": penalties.lq(3.0),
}
TIME = np.linspace(0, 6, 121)

pytestmark = pytest.mark.underflows  # an exponential decay, followed long enough


@pytest.mark.parametrize("w0", [-2.4, 0.6, 2.9, 4.5])
@pytest.mark.parametrize("name", FLOWS)
def test_matches_an_integrator_until_zero(name, w0):
    penalty = FLOWS[name]
    exact = penalty.flow(TIME, w0, 1.0)

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
    w = FLOWS[name].flow(np.linspace(0, 1e4, 1001), 2.0, 0.9)
    assert w[0] == pytest.approx(2.0, rel=1e-14)
    assert np.all(np.diff(w) <= 0)
    assert np.all(w >= 0)


@pytest.mark.parametrize("name", FLOWS)
def test_without_strength_nothing_moves(name):
    np.testing.assert_array_equal(FLOWS[name].flow(TIME, 2.0, 0.0), 2.0)


@pytest.mark.parametrize("w0", [-2.4, 0.6, 2.9, 4.5])
@pytest.mark.parametrize("name", FLOWS)
def test_arrives_when_it_says_and_not_before(name, w0):
    penalty = FLOWS[name]
    arrival = penalty.arrival(w0, 0.9)
    late = np.inf if np.isinf(arrival) else arrival * (1 + 1e-12)
    assert penalty.flow([arrival * (1 - 1e-6) if np.isfinite(arrival) else 300.0], w0, 0.9)[0] != 0
    assert np.isinf(late) or abs(penalty.flow([late], w0, 0.9)[0]) <= 1e-9  # (rounding of a root near zero)


@pytest.mark.parametrize("name", FLOWS)
def test_zero_stays_at_zero(name):
    np.testing.assert_array_equal(FLOWS[name].flow(TIME, 0.0, 1.0), 0.0)
    assert FLOWS[name].arrival(0.0, 1.0) == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: penalties.L1.flow([-1.0], 1.0, 1.0), "t must be >= 0"),
        (lambda: penalties.L2.flow([1.0], np.nan, 1.0), "w0 must be finite"),
        (lambda: penalties.mcp().flow([1.0], 1.0, -1.0), "lambda_ must be >= 0"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()
