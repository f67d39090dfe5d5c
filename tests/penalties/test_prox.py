"""Proximal operators: subdifferential membership where convex, a grid everywhere, and peers in closed form."""

import numpy as np
import pytest
from certify import assert_joint_prox, assert_prox, assert_subdifferential

import regviz
from regviz import penalties

Z = np.concatenate([np.linspace(-6, 6, 97), [1e-9, -1e-9]])
LAMBDAS = (0.0, 0.05, 0.8, 3.0)
STEPS = (0.1, 1.0, 2.6, 4.0)  # beyond γ and a − 1 the nonconvex problems change shape
PENALTIES = {
    "l1": penalties.L1,
    "l2": penalties.L2,
    "elastic net": penalties.elastic_net(0.3),
    "mcp": penalties.mcp(2.0),
    "scad": penalties.scad(3.7),
    "l0.3": penalties.lq(0.3),
    "l0.5": penalties.lq(0.5),
    "l1.2": penalties.lq(1.2),
    "l1.9": penalties.lq(1.9),
    "l4": penalties.lq(4.0),
}
CONVEX = {
    "l1": lambda w, lam: lam * sign_interval(w),
    "l2": lambda w, lam: np.stack([lam * w, lam * w]),
    "elastic net": lambda w, lam: lam * (0.3 * sign_interval(w) + 0.7 * w),
}


def sign_interval(w):
    return np.stack([np.where(w == 0, -1.0, np.sign(w)), np.where(w == 0, 1.0, np.sign(w))])


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("lambda_", LAMBDAS)
@pytest.mark.parametrize("name", PENALTIES)
def test_no_grid_point_is_better(name, lambda_, step):
    p = PENALTIES[name]
    assert_prox(lambda z: p.prox(z, lambda_, step=step), lambda w: p.value(w, lambda_), Z, step)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("lambda_", LAMBDAS)
@pytest.mark.parametrize("name", CONVEX)
def test_convex_prox_by_its_subdifferential(name, lambda_, step):
    w = PENALTIES[name].prox(Z, lambda_, step=step)
    assert_subdifferential(Z, w, lambda v: CONVEX[name](v, lambda_), step)


@pytest.mark.parametrize("name", PENALTIES)
def test_odd_and_any_shape(name):
    prox = PENALTIES[name].prox
    np.testing.assert_array_equal(prox(-Z, 0.8), -prox(Z, 0.8))
    np.testing.assert_array_equal(prox(Z.reshape(9, 11), 0.8), prox(Z, 0.8).reshape(9, 11))
    assert prox(np.float64(2.0), 0.8).shape == ()


@pytest.mark.parametrize("name", ["l1", "elastic net", "mcp", "scad", "l0.5"])
def test_zeros_are_exactly_zero(name):
    assert np.all(PENALTIES[name].prox(np.linspace(-0.2, 0.2, 21), 0.8) == 0)


def test_hard_threshold_is_the_prox_of_counting():
    threshold = 1.3
    assert_prox(lambda z: regviz.hard_threshold(z, threshold), lambda w: threshold**2 / 2 * (w != 0), Z, 1.0)


def test_mcp_meets_soft_and_hard_at_its_ends():
    np.testing.assert_allclose(regviz.prox_mcp(Z, 0.8, gamma=1e9), regviz.soft_threshold(Z, 0.8), atol=1e-8)
    np.testing.assert_allclose(regviz.prox_mcp(Z, 0.8, gamma=1 + 1e-9), regviz.hard_threshold(Z, 0.8), atol=1e-8)


def test_scad_matches_fan_and_li():
    """Their eq. 2.8 for λ = 1, a = 3.7, at one point of each piece."""
    expected = [0.0, 0.5, (2.7 * 3 - 3.7) / 1.7, 5.0]
    np.testing.assert_allclose(regviz.prox_scad([0.9, 1.5, 3.0, 5.0], 1.0), expected, rtol=1e-14)


def test_half_prox_matches_its_closed_form():
    """The prox of 2λ√|w| is given by a cosine, Xu et al. 2012 (half thresholding), their λ being 4 times ours."""
    z, lambda_ = np.array([1.6, 2.0, 5.0]), 0.5
    phi = np.arccos(lambda_ / 2 * (z / 3) ** -1.5)
    expected = 2 / 3 * z * (1 + np.cos(2 * np.pi / 3 - 2 * phi / 3))
    np.testing.assert_allclose(regviz.prox_lq(z, lambda_, 0.5), expected, rtol=1e-10)


@pytest.mark.parametrize("lambda_", [0.0, 0.7, 5.0])
def test_group_prox_has_no_better_neighbour(lambda_, rng):
    z, groups = rng.standard_normal(6) * 2, np.array([7, 7, 3, 3, 3, 9])

    def value(w):
        return lambda_ * sum(np.linalg.norm(w[groups == g]) for g in (3, 7, 9))

    assert_joint_prox(lambda v: regviz.prox_group(v, lambda_, groups, 0.9), value, z, 0.9, rng)


def test_group_of_one_is_the_soft_threshold():
    np.testing.assert_allclose(regviz.prox_group(Z, 0.8, np.arange(Z.size)), regviz.soft_threshold(Z, 0.8), atol=1e-15)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: regviz.soft_threshold([np.nan], 1.0), "z must be finite"),
        (lambda: regviz.soft_threshold([1.0], -1.0), "threshold must be >= 0"),
        (lambda: regviz.prox_l2([1.0], 0.1, step=-1), "step must be >= 0"),
        (lambda: regviz.prox_mcp([1.0], 0.1, gamma=-2), "gamma must be > 0"),
        (lambda: regviz.prox_group([1.0, 2.0], 0.1, [0]), r"shape \(p,\); got \(2,\) and \(1,\)"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()
