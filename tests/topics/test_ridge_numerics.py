"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

import numpy as np
import pytest
from claims import claim, random_settings
from scipy import optimize

from regviz.averages import mean_error
from regviz.figures import ridge_numerics as topic
from regviz.figures.ridge_numerics import CAUGHT, FLOOR, N, Settings
from regviz.knobs import corners, grid
from regviz.linear.models import DivergenceError, RidgeRegression, ridge_closed_form, stability_limit
from regviz.linear.spectrum import (
    conditioned_problem,
    flow_risk,
    matched_steps,
    predicted_descent,
    ridge_filter,
    ridge_risk,
    ridge_weights,
    stopping_filter,
)

LAMBDAS = grid(Settings, "lambda_")
RATES = grid(Settings, "learning_rate")


@claim("The direction whose eigenvalue equals λ is kept by one half; stronger ones by more, weaker ones by less.")
@pytest.mark.parametrize("lambda_", LAMBDAS[::8])
def test_the_direction_at_lambda_is_kept_by_one_half(lambda_):
    assert ridge_filter([lambda_], lambda_) == pytest.approx(0.5, rel=1e-15)
    r = topic.compute(Settings(lambda_=lambda_, condition=1e8))
    kept, e = r.ridge[r.curve.size :], r.problem.eigenvalues
    assert np.all(kept[e > lambda_] > 0.5)
    assert np.all(kept[e < lambda_] < 0.5)


@claim(
    "The measured condition numbers lie on the predicted curve; where λ is well above the smallest eigenvalue and "
    "well below the largest, ten times the λ is a tenth of the condition number."
)
@pytest.mark.parametrize("condition", [1.0, 100.0, 1e6, 1e8])
def test_the_measured_condition_number_is_the_predicted_one(condition):
    """cond() itself is good to about κ·1e-16 relative: its smallest singular value is off by 1e-16 of the largest."""
    path = topic.compute(Settings(condition=condition)).path
    np.testing.assert_allclose(path.measured, path.predicted, rtol=max(1e-12, 1e-14 * condition))
    above = (path.strengths > 10 / condition) & (path.strengths < 0.01)
    decades = path.predicted[:-5] / path.predicted[5:]  # five options of the slider are one decade
    assert np.all(np.abs(decades[above[:-5]] - 10) < 1.0)


@claim(
    "In 32 bits the page's problem keeps one digit at most at condition number 10⁸ and λ = 10⁻⁸: in nine draws of "
    "ten the error is over a tenth. With λ = 0.01 it is under 10⁻⁴."
)
def test_a_little_ridge_brings_the_digits_back():
    """Over all draws of the page; a digit is an error of a twentieth."""
    paths = [topic.compute(Settings(condition=1e8, seed=seed)).path for seed in grid(Settings, "seed")]
    weakest = np.array([path.single[0] for path in paths])
    assert weakest.min() > 0.04  # other kernels: 0.047 to 0.116
    assert np.mean(weakest > 0.1) >= 0.9
    assert max(path.single[LAMBDAS == 0.01] for path in paths) < 1e-4


def test_the_rounding_error_is_of_the_order_of_kappa_u():
    """Mostly less; at most, on 400 drawn problems, 9.5 κu (13 without fused sums) in 32 bits and 2.9 κu in 64."""
    paths = [topic.whole_path(s.condition, s.p, s.noise, s.seed) for s in random_settings(Settings, 100)]
    single = np.array([p.single / (p.predicted * topic.SINGLE) for p in paths])
    double = np.array([(p.double - 1e-14) / (p.predicted * topic.DOUBLE) for p in paths])  # the reference's rounding
    assert np.mean(single < 1) > 0.8
    assert np.mean(double < 1) > 0.8
    assert max(single.max(), double.max()) < 15


DESCENT = (
    "Gradient descent converges below η = 2/L and blows up above it. The run lies on the line that the eigenvalues "
    "predict."
)


@claim(DESCENT)
@pytest.mark.parametrize("lambda_", [1e-8, 0.01, 1.0])
@pytest.mark.parametrize("condition", [1.0, 1e4])
def test_descent_converges_below_the_limit_and_only_there(condition, lambda_):
    limit = 2 / (1 + lambda_)
    for rate in RATES[np.abs(RATES - limit) > 1e-6]:  # on the limit the strongest direction neither shrinks nor grows
        r = topic.compute(Settings(lambda_=lambda_, condition=condition, learning_rate=rate))
        tail = r.share[np.isfinite(r.share)][-20:]
        assert (rate < r.limit) == bool(tail[-1] < max(tail[0], 2 * FLOOR))
        assert (r.caught is not None) <= (rate > r.limit)


@claim(DESCENT)
@pytest.mark.parametrize("s", random_settings(Settings, 20), ids=str)
def test_the_run_lies_on_the_prediction(s):
    """1e-6: two hundred steps carry the rounding of X, 1e-16, magnified a thousandfold where the run diverges."""
    r = topic.compute(s)
    seen = np.flatnonzero(np.isfinite(r.share) & (r.share > FLOOR))
    expected = predicted_descent(r.problem, s.lambda_, s.learning_rate, seen)
    np.testing.assert_allclose(r.share[seen], expected, rtol=1e-6)
    assert r.share[0] == 1.0


@pytest.mark.parametrize("learning_rate", [0.5, 1.9, 2.1])
def test_the_run_is_gradient_descent_on_the_raw_data(learning_rate):
    s = Settings(learning_rate=learning_rate)
    r = topic.compute(s)
    X, y = r.problem.X, r.problem.y

    def objective(w):
        return np.sum((y - X @ w) ** 2) / (2 * N) + s.lambda_ / 2 * (w @ w)

    best = objective(ridge_closed_form(X, y, s.lambda_))
    w, start = np.zeros(s.p), objective(np.zeros(s.p)) - best
    seen = r.share[np.isfinite(r.share)]
    for share in seen[1:]:
        w = w - learning_rate * (X.T @ (X @ w - y) / N + s.lambda_ * w)
        # 1e-12: the digits that F(w) − F(w*) cancels
        assert (objective(w) - best) / start == pytest.approx(share, rel=1e-6, abs=1e-12)


def test_the_limit_is_the_one_that_the_estimator_names():
    s = Settings()
    r = topic.compute(s)
    assert r.limit == pytest.approx(stability_limit(r.problem.X, s.lambda_), rel=1e-12)
    with pytest.raises(DivergenceError) as refused:
        RidgeRegression(s.lambda_, r.limit * 1.001).fit(r.problem.X, r.problem.y)
    assert refused.value.limit == pytest.approx(r.limit, rel=1e-9)
    assert f"{r.limit:.3f}".rstrip("0") in topic.verdict(s, r)


@pytest.mark.parametrize(
    ("lambda_", "rate", "sign"), [(1.0, 0.9, "<"), (1.0, 1.0, "="), (1e-8, 2.0, "="), (0.1, 2.0, ">")]
)
def test_the_verdict_knows_the_limit_itself(lambda_, rate, sign):
    s = Settings(lambda_=lambda_, learning_rate=rate)
    assert topic.verdict(s, topic.compute(s)).startswith(f"η {sign} 2/L")


def test_a_diverging_run_is_caught_and_drawn():
    s = Settings(learning_rate=2.1)
    r = topic.compute(s)
    assert r.caught is not None
    assert r.share[r.caught - 1] <= CAUGHT < r.share[r.caught]
    assert np.isnan(r.share[r.caught + 1 :]).all()
    cross = topic.draw_descent(s, r)._data[3]
    assert (cross["x"][0], cross["y"][0]) == (r.caught, r.share[r.caught])
    calm = topic.compute(Settings(learning_rate=1.9))
    assert np.isnan(topic.draw_descent(s, calm)._data[3]["x"]).all()


@claim(
    "A λ that is small beside the largest eigenvalue hardly lowers the limit, and speeds up the weakest direction "
    "a lot."
)
@pytest.mark.parametrize("condition", [1e2, 1e4])
def test_a_larger_lambda_lowers_the_limit_and_hurries_the_weakest_direction(condition):
    small, large = (topic.compute(Settings(lambda_=lam, condition=condition)) for lam in (0.001, 0.1))
    assert 0.9 < large.limit / small.limit < 1
    assert large.share[50] < small.share[50] / 10
    weakest = 1 - (small.problem.eigenvalues[-1] + np.array([0.001, 0.1]))
    assert np.log(weakest[1]) / np.log(weakest[0]) > 9  # so many times fewer steps for the same digits at η = 1


@claim(
    "Descent without a penalty, stopped at t = 1/(ηλ) with η ≤ 1 and λ ≤ 0.01, keeps at least as much of every "
    "direction as ridge, and at most 0.21 more."
)
@pytest.mark.parametrize("lambda_", LAMBDAS[LAMBDAS <= 0.01][::3])
@pytest.mark.parametrize("rate", RATES[RATES <= 1])
def test_stopping_keeps_at_least_what_ridge_keeps(rate, lambda_):
    e = np.geomspace(1e-9, 1, 400)
    more = stopping_filter(e, rate, matched_steps(rate, lambda_)) - ridge_filter(e, lambda_)
    assert more.min() >= -1e-9  # ridge and stopping meet as e falls to 0; t steps of rounding remain
    assert more.max() <= 0.21


RISK = (
    "Stopping a gradient flow at t = 1/λ never costs more than 1.69 times the risk of ridge, on any problem and at "
    "any λ. On the page's first problem it costs 0.98 times as much at λ = 0.01 and 1.48 times at λ = 10⁻⁴."
)


@claim(RISK)
def test_stopping_never_costs_more_than_the_bound(rng):
    peak = optimize.minimize_scalar(lambda x: -(((1 - np.exp(-x)) * (1 + x) / x) ** 2), bounds=(0.5, 5))
    bound = -peak.fun
    assert bound == pytest.approx(1.68591, abs=5e-6)
    ratios = []
    for _ in range(500):
        e, beta = 10.0 ** rng.uniform(-4, 1, 8), rng.standard_normal(8) * 10.0 ** rng.uniform(-2, 2, 8)
        noise, lam = 10.0 ** rng.uniform(-3, 1), 10.0 ** rng.uniform(-4, 1)
        ratios.append(flow_risk(e, beta, noise, 1 / lam) / ridge_risk(e, beta, noise, lam))
    assert max(ratios) <= bound
    worst = flow_risk([1.0], [0.0], 1.0, peak.x) / ridge_risk([1.0], [0.0], 1.0, 1 / peak.x)
    assert worst == pytest.approx(bound, rel=1e-9)  # all noise, one direction: the bound is reached


@claim(RISK)
@pytest.mark.parametrize(("lambda_", "told"), [(0.01, 0.98), (1e-4, 1.48)])
def test_what_stopping_costs_on_the_first_problem(lambda_, told):
    ridge, flow = topic.compute(Settings(lambda_=lambda_)).risks
    assert flow / ridge == pytest.approx(told, abs=0.005)


def test_the_risks_are_what_many_draws_of_the_noise_give(rng):
    """4000 draws put a mean within 4 standard errors of its expectation."""
    p, sigma, lam, t = conditioned_problem(N, 6, 100.0, 0.0, 3), 0.7, 0.02, 30.0
    e, beta = p.eigenvalues, p.V.T @ p.truth
    seen = beta + sigma / np.sqrt(N * e) * rng.standard_normal((4000, 6))  # least squares along each direction
    for share, risk in (
        (e / (e + lam), ridge_risk(e, beta, sigma**2 / N, lam)),
        (1 - np.exp(-t * e), flow_risk(e, beta, sigma**2 / N, t)),
    ):
        mean, error = mean_error(np.sum((share * seen - beta) ** 2, axis=1))
        assert abs(mean - risk) <= 4 * error


def test_the_stopping_filter_is_descent_without_a_penalty():
    p = conditioned_problem(N, 6, 100.0, 0.5, 1)
    w, t, rate = np.zeros(6), 37, 1.3
    for _ in range(t):
        w = w - rate * p.X.T @ (p.X @ w - p.y) / N
    least_squares = p.V.T @ np.linalg.lstsq(p.X, p.y)[0]
    np.testing.assert_allclose(p.V.T @ w, stopping_filter(p.eigenvalues, rate, t) * least_squares, rtol=1e-9)


@pytest.mark.parametrize("lambda_", [1e-6, 0.01, 1.0])
def test_the_filter_is_ridge(lambda_):
    p = conditioned_problem(N, 8, 1000.0, 0.5, 2)
    least_squares = p.V.T @ np.linalg.lstsq(p.X, p.y)[0]
    w = ridge_closed_form(p.X, p.y, lambda_)
    np.testing.assert_allclose(p.V.T @ w, ridge_filter(p.eigenvalues, lambda_) * least_squares, rtol=1e-9)
    np.testing.assert_allclose(ridge_weights(p, np.array([lambda_]))[0], w, rtol=1e-9)
    hat = p.X @ np.linalg.solve(p.X.T @ p.X + N * lambda_ * np.eye(8), p.X.T)
    assert ridge_filter(p.eigenvalues, lambda_).sum() == pytest.approx(np.trace(hat), rel=1e-9)


@pytest.mark.parametrize("condition", [1.0, 1e4, 1e8])
def test_the_design_has_the_asked_eigenvalues_and_is_centred(condition):
    p = conditioned_problem(N, 10, condition, 0.5, 3)
    np.testing.assert_allclose(np.linalg.svd(p.X)[1] ** 2 / N, p.eigenvalues, rtol=1e-14 * condition + 1e-12)
    assert p.eigenvalues[0] / p.eigenvalues[-1] == pytest.approx(condition, rel=1e-12)
    np.testing.assert_allclose(p.X.mean(axis=0), 0, atol=1e-14)
    assert abs(p.y.mean()) < 1e-14


@pytest.mark.parametrize(("rate", "lambda_", "t"), [(0.1, 0.1, 100), (1.0, 1.0, 1), (2.0, 1.0, 1), (0.3, 0.01, 334)])
def test_matched_steps_round_up(rate, lambda_, t):
    assert matched_steps(rate, lambda_) == t


def test_overshooting_filters_and_wrong_designs_are_refused():
    with pytest.raises(ValueError, match="diverges"):
        stopping_filter([1.0], 2.0, 5)
    with pytest.raises(ValueError, match="p must be < n"):
        conditioned_problem(5, 5, 10.0, 0.1, 0)


@pytest.mark.parametrize("s", list(corners(Settings))[::3], ids=str)
def test_the_caption_states_degrees_of_freedom_and_rounding_error(s):
    r = topic.compute(s)
    told = topic.caption(s, r)
    assert f"{topic.number(ridge_filter(r.problem.eigenvalues, s.lambda_).sum(), 3)} effective degrees" in told
    assert topic.number(r.path.single[r.now], 2) in told
