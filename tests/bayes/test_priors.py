"""Priors against scipy's distributions, and against quadrature where scipy has none."""

import numpy as np
import pytest
from certify import assert_gradient
from scipy import integrate, stats

from regviz.bayes.priors import elastic_net_prior, gauss_legendre, student_prior

U = np.array([-3.0, -0.2, 0.05, 1.7])
PRIORS = [elastic_net_prior(0.0), elastic_net_prior(0.3), elastic_net_prior(1.0), student_prior(3), student_prior(10)]
PEERS = {
    0: lambda theta: stats.norm(scale=theta**-0.5),
    2: lambda theta: stats.laplace(scale=1 / theta),
    3: lambda theta: stats.t(3, scale=theta**-0.5),
    4: lambda theta: stats.t(10, scale=theta**-0.5),
}


@pytest.mark.parametrize("theta", [0.1, 1.0, 150.0])
@pytest.mark.parametrize("k", PEERS)
def test_energy_and_variance_are_those_of_the_distribution(k, theta):
    peer = PEERS[k](theta)
    np.testing.assert_allclose(PRIORS[k].energy(U, theta), peer.logpdf(0) - peer.logpdf(U), rtol=1e-10)
    assert PRIORS[k].variance(theta) == pytest.approx(peer.var(), rel=1e-8)


@pytest.mark.parametrize("theta", [0.5, 40.0])
@pytest.mark.parametrize("prior", PRIORS, ids=lambda p: p.name)
def test_pull_curvature_and_radius_belong_to_the_energy(prior, theta):
    for u in U:
        point = np.array([u])
        assert_gradient(lambda v: prior.energy(v, theta).sum(), lambda v: prior.pull(v, theta), point)
        assert_gradient(lambda v: prior.pull(v, theta).sum(), lambda v: prior.curvature(v, theta), point)
    np.testing.assert_allclose(prior.radius(prior.energy(U, theta), theta), np.abs(U), rtol=1e-9)


@pytest.mark.parametrize("rho", [0.1, 0.3, 0.9])
def test_the_elastic_net_prior_has_its_variance(rho):
    theta = 2.0

    def density(u):
        return np.exp(-min(theta * (rho * u + (1 - rho) / 2 * u * u), 300.0))

    top = integrate.quad(lambda u: u * u * density(u), 0, 60)[0]
    exact = top / integrate.quad(density, 0, 60)[0]
    assert elastic_net_prior(rho).variance(theta) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("prior", PRIORS, ids=lambda p: p.name)
def test_draws_follow_the_prior(prior):
    """Kolmogorov's distance of 20 000 draws passes 0.0115 once in a hundred; scipy or the density is the judge."""
    theta = 2.5
    draws = np.sort(np.abs(prior.draw(np.random.default_rng(1), (20_000,), theta)))
    x = np.linspace(0, prior.radius(60.0 if prior.convex else 25.0, theta), 400_001)
    below = np.cumsum(np.exp(-prior.energy(x, theta)))
    wanted = np.interp(draws, x, below / below[-1])
    assert np.abs(wanted - np.arange(1, draws.size + 1) / draws.size).max() < 0.0115
    assert abs(np.mean(np.sign(prior.draw(np.random.default_rng(2), (20_000,), theta)))) < 3 / np.sqrt(20_000)


def test_student_pulls_less_from_afar_and_others_do_not():
    far, near = np.array([50.0]), np.array([1.0])
    assert student_prior(3).pull(far, 1.0) < student_prior(3).pull(near, 1.0)
    assert elastic_net_prior(0.5).pull(far, 1.0) > elastic_net_prior(0.5).pull(near, 1.0)


@pytest.mark.parametrize("order", [2, 5, 9])
def test_the_rule_is_exact_for_its_degree(order):
    x, w = gauss_legendre(np.array([-1.0, 0.3, 2.0]), order)
    degree = 2 * order - 1
    assert w @ x**degree == pytest.approx((2.0 ** (degree + 1) - 1) / (degree + 1), rel=1e-12)


@pytest.mark.parametrize("bad", [2.0, 0.5, np.nan])
def test_a_student_without_variance_is_refused(bad):
    with pytest.raises(ValueError, match="nu must be"):
        student_prior(bad)


def test_a_ratio_outside_the_unit_interval_is_refused():
    with pytest.raises(ValueError, match="l1_ratio"):
        elastic_net_prior(1.5)
