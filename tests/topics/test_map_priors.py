"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from certify import assert_optimal
from claims import claim, random_settings
from scipy import optimize, stats

from regviz.bayes import posteriors
from regviz.figures import constraint_balls
from regviz.figures import map_priors as topic
from regviz.figures.map_priors import LIMIT, NAMES, Settings
from regviz.knobs import corners, grid

LAMBDAS = grid(Settings, "lambda_")


def log_posterior(s, r, w):
    """Log density (...) of the data and the prior at w (..., 2) as scipy has them, from X and y alone."""
    X, y, theta = r.problem.X, r.problem.y, s.n * s.lambda_ / s.noise**2
    w = np.asarray(w)
    u = w - [s.centre, 0.0]
    prior = {
        "gaussian": lambda: stats.norm.logpdf(u, scale=theta**-0.5),
        "laplace": lambda: stats.laplace.logpdf(u, scale=1 / theta),
        "elastic net": lambda: -theta * (s.l1_ratio * np.abs(u) + (1 - s.l1_ratio) / 2 * u**2),
        "student": lambda: stats.t.logpdf(u, 3, scale=theta**-0.5),
    }
    return stats.norm.logpdf(y - w @ X.T, scale=s.noise).sum(axis=-1) + prior[s.prior]().sum(axis=-1)


SAME = (
    "With a Gaussian prior the MAP is the ridge solution, with a Laplace prior the lasso solution: the same "
    "weights as on the page Constraint balls."
)


@claim(SAME)
@pytest.mark.parametrize(("prior", "rho"), [("gaussian", 0.0), ("laplace", 1.0), ("elastic net", 0.5)])
def test_the_map_is_the_penalised_solution(prior, rho):
    """With the prior's centre m, w − m solves the problem with y − Xm."""
    for s in random_settings(Settings, prior=prior, l1_ratio=0.5):
        p, q = topic.draw_data(s.n, s.correlation, s.noise, topic.W1, s.w2, s.seed), topic.posterior_of(s)
        m = np.array([s.centre, 0.0])
        assert_optimal(p.X, p.y - p.X @ m, q.mode - m, s.lambda_, rho, tolerance=1e-10)


@claim(SAME)
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
    found = optimize.differential_evolution(
        lambda w: -log_posterior(s, r, w.T), box, seed=0, tol=1e-10, polish=False, updating="deferred", vectorized=True
    )
    assert best >= -found.fun - 1e-9  # in nats, of several hundred: the rounding of n terms
    rng = np.random.default_rng(0)
    around = r.posterior.mode + rng.standard_normal((200, 2)) * 10.0 ** rng.uniform(-8, 0, (200, 1))
    assert best >= log_posterior(s, r, around).max() - 1e-9


@pytest.mark.parametrize("s", list(corners(Settings)), ids=str)
def test_the_slope_at_the_map_vanishes(s):
    """1e-10 of the loss gradient at 0, the scale of both terms that cancel."""
    r = topic.compute(s)
    assert r.posterior.slope().max() <= 1e-10 * max(np.abs(r.problem.c).max(), 1.0)


SPARSE = (
    "The Laplace MAP sets w₂ exactly to zero from a finite λ on; the posterior mean of w₂ never stays at zero: it "
    "may pass it at a single λ, and comes nearer to it as λ grows."
)


@claim(SPARSE)
@pytest.mark.parametrize("s", random_settings(Settings, prior="laplace"), ids=str)
def test_from_a_finite_strength_on_the_laplace_map_is_the_prior_and_the_mean_is_not(s):
    free = topic.posterior_of(s)
    most = float(np.abs(free.c - free.H @ free.centre).max())  # the pull of the loss at the prior's centre
    for lam in (1.001 * most, 3 * most):
        q = topic.posterior_of(replace(s, lambda_=lam))
        assert q.mode.tolist() == [s.centre, 0.0]
        assert abs(q.mean[1]) > 10 * q.mean_error
    near, far = (abs(topic.posterior_of(replace(s, lambda_=lam)).mean[1]) for lam in (10 * most, 1000 * most))
    assert far < near


@claim(SPARSE)
@pytest.mark.parametrize("seed", range(5))
def test_the_posterior_mean_passes_zero_and_does_not_stay(seed):
    """Between two options of λ the mean changes by more than its error wherever it is small: no interval is zero."""
    means = topic.whole_path(Settings(seed=seed, w2=-0.25, centre=-3.0)).means[:, 1]
    assert np.all(np.maximum(np.abs(means[1:]), np.abs(means[:-1])) > 1e-6)
    assert np.count_nonzero(np.diff(np.sign(means))) <= 2


@claim("With a Gaussian prior the posterior is Gaussian too, so MAP and posterior mean are the same point.")
@pytest.mark.parametrize("s", random_settings(Settings, prior="gaussian"), ids=str)
def test_gaussian_mode_and_mean_are_one_point(s):
    q = topic.posterior_of(s)
    np.testing.assert_allclose(q.mode, q.mean, atol=1e-8)  # the closed form certifies the quadrature


@claim(
    "λ is not the prior: with twice the noise σ the same λ means a Gaussian prior twice as wide, and a Laplace "
    "prior four times as wide."
)
@pytest.mark.parametrize("prior", ["gaussian", "laplace", "student"])
def test_twice_the_noise_means_a_wider_prior_at_the_same_strength(prior):
    one, two = (topic.compute(Settings(prior=prior, noise=noise)).posterior for noise in (1.0, 2.0))
    ratio = np.sqrt(two.prior.variance(two.theta) / one.prior.variance(one.theta))
    assert ratio == pytest.approx({"gaussian": 2.0, "laplace": 4.0, "student": 2.0}[prior], rel=1e-9)


@claim(
    "A Gaussian prior centred at −2 and tightened pulls the MAP away from the default data; the curve data − prior "
    "crosses the 95 % line and gives the alarm."
)
@pytest.mark.parametrize("seed", range(5))
def test_a_prior_centred_wrong_raises_the_alarm(seed):
    r = topic.compute(Settings(prior="gaussian", centre=-2.0, seed=seed))
    assert np.all(np.diff(r.path.conflict) > 0)
    assert np.all(np.diff(r.path.fit) > 0)
    assert r.path.conflict[0] < LIMIT < r.path.conflict[-1]
    assert r.path.fit[0] < LIMIT < r.path.fit[-1]
    crossing = np.argmax(r.path.conflict > LIMIT)
    assert crossing < np.argmax(r.path.fit > LIMIT)


@claim("In the same conflict a Student-t prior lets go: its MAP stays near least squares.")
@pytest.mark.parametrize("lambda_", [0.261, 1.0, 2.15])
@pytest.mark.parametrize("seed", range(5))
def test_heavy_tails_let_go(seed, lambda_):
    wrong = Settings(prior="gaussian", centre=-2.0, seed=seed, lambda_=lambda_)
    gaussian, student = (topic.compute(replace(wrong, prior=p)).posterior for p in ("gaussian", "student"))
    assert student.fit_distance() < LIMIT  # inside the 95 % region of the data
    assert gaussian.fit_distance() > 2.5 * student.fit_distance()


def gauss(cuts, order=10):
    """Nodes and weights of Gauss's rule on each piece between the cuts."""
    x, w = np.polynomial.legendre.leggauss(order)
    nodes = [(a + b) / 2 + (b - a) / 2 * x for a, b in pairwise(cuts)]
    return np.concatenate(nodes), np.concatenate([(b - a) / 2 * w for a, b in pairwise(cuts)])


@pytest.mark.underflows
@pytest.mark.parametrize("s", random_settings(Settings, 12, n=20, noise=1.5), ids=str)
def test_the_posterior_mean_agrees_with_scipys_densities(s):
    """Another rule, wider and cut otherwise, over densities that are scipy's."""
    s = replace(s, lambda_=min(s.lambda_, 1.0))  # a tighter prior's spike is for the closed forms and the next test
    r, rules = topic.compute(s), []
    for j, sd in enumerate(np.sqrt(np.diag(r.posterior.spread))):
        ends = sorted([r.posterior.mode[j], r.posterior.free[j]])
        wide = np.arange(ends[0] - 9 * sd, ends[1] + 9 * sd, sd)
        near = r.posterior.centre[j] + np.array([0.0, 0.02, 0.1, 0.3, -0.02, -0.1, -0.3]) * sd
        rules.append(gauss(np.unique(np.concatenate([wide, near[(near > wide[0]) & (near < wide[-1])]]))))
    (x, wx), (y, wy) = rules
    log = log_posterior(s, r, np.stack(np.meshgrid(x, y), axis=-1))
    mass = wy[:, None] * wx * np.exp(log - log.max())
    exact = np.array([mass.sum(axis=0) @ x, mass.sum(axis=1) @ y]) / mass.sum()
    np.testing.assert_allclose(r.posterior.mean, exact, rtol=0, atol=max(r.posterior.mean_error, 1e-8))


@pytest.mark.parametrize("s", list(corners(Settings))[::3], ids=str)
def test_the_quadrature_error_is_below_its_word(s, monkeypatch):
    """A rule of twice the order that follows the posterior down to e⁻⁶⁰ stands for the truth."""
    posterior = topic.compute(s).posterior
    told, mean = posterior.mean_error, posterior.mean
    monkeypatch.setattr(posteriors, "DEEP", 60.0)
    fine = posteriors._mean(*posterior._grid(24))
    assert np.abs(mean - fine).max() <= told
    assert told < 1e-4


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
        depth = peak - log_posterior(s, r, np.stack([x, y], axis=-1))
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
