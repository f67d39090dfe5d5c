"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from regviz.figures import constraint_balls
from regviz.figures import map_priors as topic
from regviz.figures.map_priors import LIMIT, NAMES, Settings
from regviz.knobs import corners, knobs
from regviz.linear.plane import solve_elastic_net

LAMBDAS = knobs(Settings)["lambda_"].options


def log_posterior(s, r, w):
    """Log density of the data and the prior as scipy has them, from X and y alone."""
    X, y, theta = r.problem.X, r.problem.y, s.n * s.lambda_ / s.noise**2
    u = np.asarray(w) - [s.centre, 0.0]
    prior = {
        "gaussian": lambda: stats.norm.logpdf(u, scale=theta**-0.5),
        "laplace": lambda: stats.laplace.logpdf(u, scale=1 / theta),
        "elastic net": lambda: -theta * (s.l1_ratio * np.abs(u) + (1 - s.l1_ratio) / 2 * u**2),
        "student": lambda: stats.t.logpdf(u, 3, scale=theta**-0.5),
    }
    return stats.norm.logpdf(y - X @ w, scale=s.noise).sum() + prior[s.prior]().sum()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("prior", "penalty"), [("gaussian", "l2"), ("laplace", "l1"), ("elastic net", "elastic net")])
@pytest.mark.parametrize("lambda_", LAMBDAS[::10])
def test_the_map_is_the_solution_of_constraint_balls(prior, penalty, lambda_, seed):
    s = Settings(prior=prior, lambda_=lambda_, seed=seed, n=30, w2=0.75)
    r = topic.compute(s)
    other = constraint_balls.Settings(
        penalty=penalty, lambda_=lambda_, seed=seed, n=30, noise=1.5, correlation=0.5, w1=2.0, w2=0.75
    )
    p = constraint_balls.compute(other).problem
    same = solve_elastic_net(p.H, p.c, np.array([lambda_]), {"l1": 1.0, "l2": 0.0}.get(penalty, 0.5))[0]
    np.testing.assert_allclose(r.posterior.mode, same, atol=1e-8)


@pytest.mark.parametrize("lambda_", constraint_balls.whole_path(constraint_balls.Settings())[0][::15])
def test_the_map_is_what_constraint_balls_shows(lambda_):
    shown = constraint_balls.compute(constraint_balls.Settings(lambda_=float(lambda_), n=20, noise=1.5, w2=0.5))
    here = topic.compute(Settings(lambda_=float(lambda_), w2=0.5, seed=0))
    np.testing.assert_allclose(here.posterior.mode, shown.w, atol=1e-8)


@pytest.mark.parametrize("centre", [0.0, -2.0])
@pytest.mark.parametrize("prior", list(NAMES))
@pytest.mark.parametrize("lambda_", [0.01, 0.147, 1.0, 10.0])
def test_the_map_is_the_peak_of_the_posterior_as_scipy_has_it(prior, lambda_, centre):
    s = Settings(prior=prior, lambda_=lambda_, centre=centre)
    r = topic.compute(s)
    best = log_posterior(s, r, r.posterior.mode)
    box = [(-5.0, 5.0), (-5.0, 5.0)]
    found = optimize.differential_evolution(lambda w: -log_posterior(s, r, w), box, seed=0, tol=1e-10, polish=False)
    assert best >= -found.fun - 1e-9  # in nats, of several hundred: the rounding of n terms
    rng = np.random.default_rng(0)
    around = r.posterior.mode + rng.standard_normal((200, 2)) * 10.0 ** rng.uniform(-8, 0, (200, 1))
    assert best >= max(log_posterior(s, r, w) for w in around) - 1e-9


@pytest.mark.parametrize("s", list(corners(Settings)), ids=str)
def test_the_slope_at_the_map_vanishes(s):
    """1e-10 of the loss gradient at 0, the scale of both terms that cancel."""
    r = topic.compute(s)
    assert r.posterior.slope().max() <= 1e-10 * max(np.abs(r.problem.c).max(), 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_laplace_map_is_sparse_and_the_mean_is_not(seed):
    r = topic.compute(Settings(seed=seed, w2=0.25))
    zero = r.path.modes[:, 1] == 0
    assert zero.any()
    assert not zero.all()
    assert np.all(r.path.means != 0)
    shrinking = np.abs(r.path.means[zero])
    assert shrinking.min() > 1e-4  # by far more than the error of the quadrature


@pytest.mark.parametrize("centre", [0.0, 3.0])
@pytest.mark.parametrize("correlation", [-0.95, 0.5])
def test_gaussian_mode_and_mean_are_one_point(correlation, centre):
    path = topic.compute(Settings(prior="gaussian", correlation=correlation, centre=centre)).path
    np.testing.assert_allclose(path.modes, path.means, atol=1e-8)  # the closed form certifies the quadrature


@pytest.mark.parametrize("prior", ["gaussian", "laplace", "student"])
def test_twice_the_noise_means_a_wider_prior_at_the_same_strength(prior):
    one, two = (topic.compute(Settings(prior=prior, noise=noise)).posterior for noise in (1.0, 2.0))
    ratio = np.sqrt(two.prior.variance(two.theta) / one.prior.variance(one.theta))
    assert ratio == pytest.approx({"gaussian": 2.0, "laplace": 4.0, "student": 2.0}[prior], rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_a_prior_centred_wrong_raises_the_alarm(seed):
    r = topic.compute(Settings(prior="gaussian", centre=-2.0, seed=seed))
    assert np.all(np.diff(r.path.conflict) > 0)
    assert np.all(np.diff(r.path.fit) > 0)
    assert r.path.conflict[0] < LIMIT < r.path.conflict[-1]
    assert r.path.fit[0] < LIMIT < r.path.fit[-1]
    crossing = np.argmax(r.path.conflict > LIMIT)
    assert crossing < np.argmax(r.path.fit > LIMIT)


@pytest.mark.parametrize("lambda_", [0.261, 1.0, 2.15])
@pytest.mark.parametrize("seed", range(5))
def test_heavy_tails_let_go(seed, lambda_):
    wrong = Settings(prior="gaussian", centre=-2.0, seed=seed, lambda_=lambda_)
    gaussian, student = (topic.compute(replace(wrong, prior=p)).posterior for p in ("gaussian", "student"))
    assert student.fit_distance() < LIMIT  # inside the 95 % region of the data
    assert gaussian.fit_distance() > 2.5 * student.fit_distance()


@pytest.mark.parametrize("lambda_", [0.147])
@pytest.mark.parametrize("prior", ["laplace", "elastic net", "student"])
def test_the_posterior_mean_agrees_with_scipy(prior, lambda_):
    """The inner integral of scipy's adaptive rule is split at the prior's kink; both ask for 1e-9 relative."""
    s = Settings(prior=prior, lambda_=lambda_, w2=0.5)
    r = topic.compute(s)
    peak, (m1, m2) = log_posterior(s, r, r.posterior.mode), r.posterior.mode
    reach = 8 * np.sqrt(np.diag(r.posterior.spread))

    def over_first(w2):
        def mass_and_moment(w1):
            return np.array([1.0, w1]) * np.exp(log_posterior(s, r, [w1, w2]) - peak)

        cuts = sorted({m1 - reach[0], 0.0, m1, m1 + reach[0]})
        return sum(integrate.quad_vec(mass_and_moment, a, b, epsabs=0, epsrel=1e-7)[0] for a, b in pairwise(cuts))

    nodes, weights = np.polynomial.legendre.leggauss(24)
    cuts = sorted({m2 - reach[1], m2 - reach[1] / 8, 0.0, m2, m2 + reach[1] / 8, m2 + reach[1]})
    total = first = second = 0.0
    for a, b in pairwise(cuts):
        for x, weight in zip((a + b) / 2 + (b - a) / 2 * nodes, (b - a) / 2 * weights, strict=True):
            mass, moment = weight * over_first(x)
            total, first, second = total + mass, first + moment, second + mass * x
    np.testing.assert_allclose(r.posterior.mean, [first / total, second / total], atol=1e-6)
    assert r.posterior.mean_error < 1e-6


@pytest.mark.parametrize("s", list(corners(Settings))[::3], ids=str)
def test_the_quadrature_error_is_below_its_word(s):
    """A rule of twice the order stands for the truth; the page prints the change against a coarser one."""
    posterior = topic.compute(s).posterior
    x, y, log, weights = posterior._grid(24)
    mass = weights * np.exp(np.maximum(log - log.max(), -300.0))
    fine = np.array([mass.sum(axis=0) @ x, mass.sum(axis=1) @ y]) / mass.sum()
    assert np.abs(posterior.mean - fine).max() <= max(posterior.mean_error, 1e-12)
    assert posterior.mean_error < 1e-4


@pytest.mark.parametrize("lambda_", [0.0562, 0.147, 0.383])
def test_the_simulated_share_agrees_with_the_exact_one(lambda_):
    """For a Gaussian prior the squared conflict is χ² with 2 degrees: the share is exp(−D²/2)."""
    q = topic.compute(Settings(prior="gaussian", lambda_=lambda_)).posterior
    exact = np.exp(-(q.conflict() ** 2) / 2)
    assert q.conflict_share() == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 2000) + 1e-3)
    assert topic.compute(Settings(prior="gaussian")).posterior.conflict() < LIMIT


@pytest.mark.parametrize("prior", list(NAMES))
def test_contours_stand_where_they_say(prior):
    s = Settings(prior=prior, centre=-1.0, w2=0.5)
    r = topic.compute(s)
    peak = log_posterior(s, r, r.posterior.mode)
    for drop, (x, y) in zip(topic.DROPS, r.regions, strict=True):
        assert (x[0], y[0]) == (x[-1], y[-1])
        depth = [peak - log_posterior(s, r, w) for w in zip(x, y, strict=True)]
        np.testing.assert_allclose(depth, drop, atol=0.02)  # 25 cells across: 0.01 of the log density at an edge
    for drop, (x, y) in zip(topic.DROPS, r.beliefs, strict=True):
        energy = sum(r.posterior.prior.energy(v, r.posterior.theta) for v in (x - s.centre, y))
        np.testing.assert_allclose(energy, drop, rtol=1e-9)


@pytest.mark.parametrize("prior", list(NAMES))
def test_the_caption_counts_nonzero_weights_and_names_the_error(prior):
    s = Settings(prior=prior)
    r = topic.compute(s)
    assert f"{np.count_nonzero(r.posterior.mode)} of 2 weights nonzero" in topic.caption(s, r)
    assert (
        f"lies {topic.number(np.linalg.norm(r.posterior.mode - r.problem.truth), 3)} from the truth"
        in topic.caption(s, r)
    )
