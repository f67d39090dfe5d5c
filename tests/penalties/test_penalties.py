"""Penalties: worked values, finite differences, limits, and refusals."""

import numpy as np
import pytest
from certify import assert_gradient

import regviz
from regviz import penalties

SMOOTH = np.array([[-3.1, -0.7], [0.2, 2.9]])  # no kink of any penalty below lies within 1e-3 of these
TABLE = {
    "l1": penalties.L1,
    "l2": penalties.L2,
    "elastic net": penalties.elastic_net(0.3),
    "mcp": penalties.mcp(2.5),
    "scad": penalties.scad(3.7),
    "l0.5": penalties.lq(0.5),
    "l3": penalties.lq(3.0),
}


def test_worked_values():
    assert regviz.l2_penalty([1, 2, 3], 0.1) == pytest.approx(0.7, rel=1e-15)
    np.testing.assert_allclose(regviz.l2_gradient([1, 2, 3], 0.1), [0.1, 0.2, 0.3], rtol=1e-15)
    assert regviz.l1_penalty([1, -2, 3], 0.1) == pytest.approx(0.6, rel=1e-15)
    assert regviz.l1_gradient([1, -2, 0], 0.1).tolist() == [0.1, -0.1, 0.0]


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("lambda_", [0.2, 1.3])
def test_gradient_is_the_slope(name, lambda_):
    penalty = TABLE[name]
    assert_gradient(lambda w: penalty.value(w, lambda_).sum(), lambda w: penalty.gradient(w, lambda_), SMOOTH)


@pytest.mark.parametrize("name", TABLE)
def test_zero_at_zero_even_and_subgradient_zero_there(name):
    penalty = TABLE[name]
    assert penalty.value(0.0, 1.0) == 0
    assert penalty.gradient(0.0, 1.0) == 0
    np.testing.assert_array_equal(penalty.value(SMOOTH, 0.7), penalty.value(-SMOOTH, 0.7))
    np.testing.assert_array_equal(penalty.gradient(SMOOTH, 0.7), -penalty.gradient(-SMOOTH, 0.7))


@pytest.mark.parametrize("name", ["l1", "l2", "elastic net", "mcp", "scad", "l3"])
def test_slope_at_zero_is_the_limit(name):
    h = 1e-7  # P(h)/h differs from P'(0+) by O(h) for these
    assert TABLE[name].value(h, 1.0) / h == pytest.approx(TABLE[name].slope, abs=1e-6)


@pytest.mark.parametrize("name", ["l1", "l2", "elastic net", "l0.5", "l3"])
def test_inverse_undoes_the_value(name):
    x = np.array([0.0, 1e-6, 0.3, 7.0])
    np.testing.assert_allclose(TABLE[name].value(TABLE[name].inverse(x), 1.0), x, rtol=1e-12)


@pytest.mark.parametrize(("rho", "peer"), [(1.0, regviz.l1_penalty), (0.0, regviz.l2_penalty)])
def test_elastic_net_ends_are_l1_and_l2(rho, peer):
    assert regviz.elastic_net_penalty(SMOOTH, 0.4, rho) == peer(SMOOTH, 0.4)


@pytest.mark.parametrize(("q", "peer"), [(1.0, regviz.l1_penalty), (2.0, regviz.l2_penalty)])
def test_lq_meets_l1_and_l2(q, peer):
    assert regviz.lq_penalty(SMOOTH, 0.4, q) == pytest.approx(peer(SMOOTH, 0.4), rel=1e-14)


def test_nonconvex_penalties_level_off():
    assert regviz.mcp_penalty(np.array([3.0, 100.0]), 1.0, 3.0, axis=()).tolist() == [1.5, 1.5]  # γλ²/2
    np.testing.assert_allclose(regviz.scad_penalty([3.7, 100.0], 1.0, 3.7, axis=()), 2.35, rtol=1e-14)  # (a+1)λ²/2


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_axis_sums_like_numpy(axis):
    each = regviz.scad_penalty(SMOOTH, 0.5, axis=())
    assert each.shape == SMOOTH.shape
    np.testing.assert_allclose(regviz.scad_penalty(SMOOTH, 0.5, axis=axis), each.sum(axis=axis), rtol=1e-14)


def test_large_weights_stay_finite():
    w = np.array([1e150, -1e150])
    assert np.all(np.isfinite(regviz.elastic_net_gradient(w, 1.0, 0.5)))
    assert np.isfinite(regviz.l2_penalty(w, 1.0))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: regviz.l1_penalty([1.0, np.nan], 0.1), r"w must be finite; got nan at index \(1,\)"),
        (lambda: regviz.l2_penalty([np.inf], 0.1), "w must be finite; got inf"),
        (lambda: regviz.l2_penalty([1.0], -0.5), r"lambda_ must be >= 0; got -0\.5"),
        (lambda: regviz.l1_gradient([1.0], np.nan), "lambda_ must be finite; got nan"),
        (lambda: regviz.l1_penalty([1.0, 2.0], [0.1, 0.2]), r"lambda_ must be one number; got shape \(2,\)"),
        (lambda: regviz.l2_gradient([1.0, 2.0], [0.1, 0.2]), r"lambda_ must be one number; got shape \(2,\)"),
        (lambda: regviz.elastic_net_penalty([1.0], 0.1, 1.5), r"l1_ratio must be in \[0, 1\]; got 1\.5"),
        (lambda: regviz.mcp_penalty([1.0], 0.1, gamma=0), r"gamma must be > 0; got 0\.0"),
        (lambda: regviz.scad_penalty([1.0], 0.1, a=1.0), r"a must be > 1; got 1\.0"),
        (lambda: regviz.lq_penalty([1.0], 0.1, q=-1), r"q must be > 0; got -1\.0"),
    ],
)
def test_refusals_name_the_value_and_what_is_allowed(call, said):
    with pytest.raises(ValueError, match=said):
        call()
