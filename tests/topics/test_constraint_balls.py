"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest
from certify import assert_optimal

from regviz.figures import constraint_balls as topic
from regviz.figures.constraint_balls import Settings
from regviz.knobs import corners, knobs

LAMBDAS = knobs(Settings)["lambda_"].options


def path(**settings):
    return np.array([topic.compute(Settings(lambda_=lam, **settings)).w for lam in LAMBDAS])


@pytest.mark.parametrize("seed", range(5))
def test_l1_zeroes_the_second_weight_at_the_corner(seed):
    w = path(penalty="l1", seed=seed)
    alone = np.flatnonzero((w[:, 1] == 0) & (w[:, 0] != 0))
    assert alone.size > 0
    r = topic.compute(Settings(lambda_=LAMBDAS[alone[0]], seed=seed))
    assert abs(r.w[0]) == pytest.approx(r.budget, rel=1e-14)  # the corner (t, 0) of the diamond |w₁| + |w₂| = t


@pytest.mark.parametrize("seed", range(5))
def test_l2_shrinks_without_zeros(seed):
    w = path(penalty="l2", seed=seed)
    assert np.all(w != 0)
    assert np.all(np.diff(np.linalg.norm(w, axis=1)) < 0)


def test_under_l2_a_single_weight_may_grow_first():
    second = np.abs(path(penalty="l2", seed=5)[:, 1])
    assert second.max() > 1.05 * second[0]
    assert second[-1] < second[0]


def test_the_solution_is_not_the_nearest_point_of_the_ball():
    r = topic.compute(Settings(penalty="l2", correlation=0.9, lambda_=0.501))
    nearest = r.problem.free * np.linalg.norm(r.w) / np.linalg.norm(r.problem.free)
    assert np.linalg.norm(r.w - nearest) > 0.1
    straight = topic.compute(Settings(penalty="l2", correlation=0.0, n=200, lambda_=0.501))
    radial = straight.problem.free * np.linalg.norm(straight.w) / np.linalg.norm(straight.problem.free)
    assert np.linalg.norm(straight.w - radial) < 0.05


@pytest.mark.parametrize("s", [s for s in corners(Settings) if not s.constrained and s.penalty != "lq"], ids=str)
def test_bars_stand_at_the_line_or_below_it_at_zero(s):
    r = topic.compute(s)
    line, pull = topic.answer(r), np.abs(r.pull)
    np.testing.assert_allclose(pull[r.w != 0], line[r.w != 0], atol=1e-8)
    assert np.all(pull[r.w == 0] <= line[r.w == 0] + 1e-8)


@pytest.mark.parametrize("s", list(corners(Settings)), ids=str)
def test_residual_below_1e_8_at_every_corner(s):
    r = topic.compute(s)
    assert r.residual < 1e-8


@pytest.mark.parametrize(("penalty", "rho"), [("l1", 1.0), ("l2", 0.0), ("elastic net", 0.5)])
@pytest.mark.parametrize("lambda_", LAMBDAS[::12])
def test_optimal_for_the_stated_objective_on_the_raw_data(penalty, rho, lambda_):
    r = topic.compute(Settings(penalty=penalty, lambda_=lambda_))
    assert_optimal(r.problem.X, r.problem.y, r.w, lambda_, rho, tolerance=1e-10)


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic net", "lq"])
@pytest.mark.parametrize("lambda_", [0.0501, 0.316, 1.12])
def test_the_budget_gives_back_the_same_weights(penalty, lambda_):
    s = Settings(penalty=penalty, q=1.5, lambda_=lambda_)
    r = topic.compute(s)
    w, lambdas = topic.solve_budget(r.problem.H, r.problem.c, np.array([r.budget]), r.penalty)
    np.testing.assert_allclose(w[0], r.w, atol=1e-8)
    assert lambdas[0] == pytest.approx(lambda_, rel=1e-6)


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic net"])
def test_scrubbing_the_budget_prints_no_distance(penalty):
    for budget in knobs(Settings)["budget"].options[::7]:
        r = topic.compute(Settings(penalty=penalty, constrained=True, budget=budget))
        assert np.linalg.norm(r.w - r.twin) < 1e-9
        assert r.penalty.value(r.w, 1.0).sum() <= budget + 1e-12


def test_q_below_one_jumps_from_zero():
    w = path(penalty="lq", q=0.5)
    gaps = np.abs(np.diff(np.abs(w), axis=0))
    leaves = (w[:-1] != 0) & (w[1:] == 0)
    assert leaves.any()
    assert gaps[leaves].min() > 0.1
    smooth = path(penalty="l1")
    assert np.abs(np.diff(np.abs(smooth), axis=0))[(smooth[:-1] != 0) & (smooth[1:] == 0)].max() < 0.25


def test_below_one_some_budgets_have_no_strength():
    """At these budgets no λ of a fine grid leads to the constrained solution; for L1 one always does."""
    lambdas = np.geomspace(1e-3, 10, 4001)
    far = {}
    for s in (Settings(penalty="lq", q=0.5, constrained=True), Settings(penalty="l1", constrained=True)):
        w = [topic.compute(replace(s, budget=t)).w for t in (1.0, 1.5, 2.0)]
        path = topic.penalised(topic.compute(s).problem, s, lambdas)
        far[s.penalty] = max(np.linalg.norm(path - v, axis=1).min() for v in w)
    assert far["lq"] > 0.1
    assert far["l1"] < 0.01


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic net", "lq"])
def test_the_ball_passes_through_the_solution_and_lies_below_the_contour(penalty):
    s = Settings(penalty=penalty, q=3.0, lambda_=0.501)
    r = topic.compute(s)
    boundary = np.stack(topic.ball(r.penalty, r.budget, 400), axis=1)
    np.testing.assert_allclose(r.penalty.value(boundary, 1.0).sum(axis=1), r.budget, rtol=1e-9)
    loss = topic.objective(r.problem.H, r.problem.c, boundary)
    assert topic.objective(r.problem.H, r.problem.c, r.w) <= loss.min() + 1e-12


def test_data_are_centred_and_have_the_asked_correlation():
    p = topic.draw_data(200, 0.5, 1.0, 2.0, 0.75, 0)
    np.testing.assert_allclose(p.X.mean(axis=0), 0, atol=1e-14)
    assert np.corrcoef(p.X.T)[0, 1] == pytest.approx(0.5, abs=0.15)  # two standard errors of 200 draws
    assert replace(Settings(), n=200).n == 200
