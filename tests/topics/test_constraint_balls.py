"""One test for each line of "what to notice" on the page, and for the numbers beside the charts."""

from dataclasses import replace

import numpy as np
import pytest
from certify import assert_optimal
from claims import claim, random_settings

from regviz.data.two_features import draw_data
from regviz.figures import constraint_balls as topic
from regviz.figures.constraint_balls import Settings
from regviz.figures.kit.traces import ball
from regviz.knobs import corners, grid
from regviz.linear.plane import objective, solve_budget

LAMBDAS = grid(Settings, "lambda_")


def path(**settings):
    return np.array([topic.compute(Settings(lambda_=lam, **settings)).w for lam in LAMBDAS])


L1_LINE = (
    "With L1 one weight becomes exactly zero at a finite λ, before the other, and the solution then sits on a "
    "corner of the diamond. With the default data it is the second weight."
)
L2_LINE = (
    "With L2 the vector of weights gets shorter, and no weight stays at zero: it may cross zero at a single λ, "
    "as the second does near λ = 0.686 where its true value is −0.5."
)


@claim(L1_LINE)
@pytest.mark.parametrize("s", random_settings(Settings, constrained=False, penalty="l1"), ids=str)
def test_l1_leaves_one_weight_alone_at_a_corner_before_it_goes_too(s):
    p = topic.compute(s).problem
    largest = np.abs(p.c).max()  # from this λ on both weights are zero
    w = topic.penalised(p, s, largest * np.array([1 - 1e-6, 1 + 1e-6]))
    assert np.count_nonzero(w[0]) == 1
    assert np.abs(w[0]).max() == np.abs(w[0]).sum()  # a corner of |w₁| + |w₂| = t
    assert not w[1].any()


@claim(L1_LINE)
@pytest.mark.parametrize("seed", range(5))
def test_with_the_default_truth_it_is_the_second(seed):
    w = path(penalty="l1", seed=seed)
    assert np.any((w[:, 1] == 0) & (w[:, 0] != 0))
    assert not np.any((w[:, 0] == 0) & (w[:, 1] != 0))


@claim(L2_LINE)
@pytest.mark.parametrize("s", random_settings(Settings, constrained=False, penalty="l2"), ids=str)
def test_l2_shrinks_and_keeps_no_zero(s):
    """(H + λI)w = c: by Cramer's rule the numerator of each weight is linear in λ, with one root."""
    p = topic.compute(s).problem
    w = topic.penalised(p, s, LAMBDAS)
    assert np.all(np.diff(np.linalg.norm(w, axis=1)) < 0)
    root = p.H[0, 1] * p.c[::-1] / p.c - np.diag(p.H)[::-1]
    for j in np.flatnonzero(root > LAMBDAS[0]):
        below, at, above = topic.penalised(p, s, root[j] * np.array([1 - 1e-6, 1, 1 + 1e-6]))[:, j]
        assert below * above < 0
        assert abs(at) < 1e-9 * max(np.abs(p.free).max(), 1)
    crossings = np.count_nonzero(np.diff(np.sign(w), axis=0), axis=0)
    assert np.all(crossings == ((root > LAMBDAS[0]) & (root < LAMBDAS[-1])))


@claim(L2_LINE)
def test_the_second_weight_crosses_zero_in_passing():
    s = Settings(penalty="l2", w2=-0.5)
    w = topic.penalised(topic.compute(s).problem, s, np.array([0.6855, 0.6865]))
    assert w[0, 1] < 0 < w[1, 1]


@claim("With L2 a single weight may grow before it shrinks: with seed 5 the second does.")
def test_under_l2_a_single_weight_may_grow_first():
    second = np.abs(path(penalty="l2", seed=5)[:, 1])
    assert second.max() > 1.05 * second[0]
    assert second[-1] < second[0]


@claim(
    "The solution is not the point of the ball nearest to least squares. At correlation 0.9 with L2 and λ = 0.501 "
    "the two are 0.28 apart: the tilted contour, not the distance, decides where it touches."
)
def test_the_solution_is_not_the_nearest_point_of_the_ball():
    r = topic.compute(Settings(penalty="l2", correlation=0.9, lambda_=0.501))
    nearest = r.problem.free * np.linalg.norm(r.w) / np.linalg.norm(r.problem.free)
    assert np.linalg.norm(r.w - nearest) == pytest.approx(0.28, abs=0.005)
    straight = topic.compute(Settings(penalty="l2", correlation=0.0, n=200, lambda_=0.501))
    radial = straight.problem.free * np.linalg.norm(straight.w) / np.linalg.norm(straight.problem.free)
    assert np.linalg.norm(straight.w - radial) < 0.05


CONVEX = [s for s in (*corners(Settings), *random_settings(Settings)) if not s.constrained and s.penalty != "lq"]


@claim(
    "With L1, L2 and the elastic net each zero weight has a blue bar no higher than its orange line; each nonzero "
    "weight has its bar exactly at the line."
)
@pytest.mark.parametrize("s", CONVEX, ids=str)
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


@claim("The constrained problem with budget t = P(w) gives back the same w, for every penalty.")
@pytest.mark.parametrize("s", random_settings(Settings, constrained=False), ids=str)
def test_the_budget_gives_back_the_same_weights(s):
    r = topic.compute(s)
    w, _ = solve_budget(r.problem.H, r.problem.c, np.array([max(r.budget, 1e-12)]), r.penalty)
    np.testing.assert_allclose(w[0], r.w, atol=1e-8)


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic net", "lq"])
@pytest.mark.parametrize("lambda_", [0.0501, 0.316, 1.12])
def test_the_multiplier_of_the_budget_is_the_strength(penalty, lambda_):
    r = topic.compute(Settings(penalty=penalty, q=1.5, lambda_=lambda_))
    _, lambdas = solve_budget(r.problem.H, r.problem.c, np.array([r.budget]), r.penalty)
    assert lambdas[0] == pytest.approx(lambda_, rel=1e-6)


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic net"])
def test_scrubbing_the_budget_prints_no_distance(penalty):
    for budget in grid(Settings, "budget")[::7]:
        r = topic.compute(Settings(penalty=penalty, constrained=True, budget=budget))
        assert np.linalg.norm(r.w - r.twin) < 1e-9
        assert r.penalty.value(r.w, 1.0).sum() <= budget + 1e-12


JUMP_LINE = "With q = 0.5 the path jumps: a weight leaves zero with a gap instead of growing from it."


@claim(JUMP_LINE)
@pytest.mark.parametrize("s", random_settings(Settings, constrained=False, penalty="lq", q=0.5), ids=str)
def test_no_weight_is_small_without_being_zero(s):
    """At a minimum the curvature h_jj − λ/2 |w|^(−3/2) is not negative, so |w| ≥ (λ/2h_jj)^(2/3)."""
    p = topic.compute(s).problem
    w = np.abs(topic.penalised(p, s, LAMBDAS))
    gap = (LAMBDAS[:, None] / (2 * np.diag(p.H))) ** (2 / 3)
    assert np.all((w == 0) | (w >= gap * (1 - 1e-9)))
    assert np.any(w == 0)


@claim(JUMP_LINE)
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
    boundary = np.stack(ball(r.penalty.inverse, r.budget, 400), axis=1)
    np.testing.assert_allclose(r.penalty.value(boundary, 1.0).sum(axis=1), r.budget, rtol=1e-9)
    loss = objective(r.problem.H, r.problem.c, boundary)
    assert objective(r.problem.H, r.problem.c, r.w) <= loss.min() + 1e-12


def test_data_are_centred_and_have_the_asked_correlation():
    p = draw_data(200, 0.5, 1.0, 2.0, 0.75, 0)
    np.testing.assert_allclose(p.X.mean(axis=0), 0, atol=1e-14)
    assert np.corrcoef(p.X.T)[0, 1] == pytest.approx(0.5, abs=0.15)  # two standard errors of 200 draws


@pytest.mark.parametrize("lambda_", [0.01, 1.0, 10.0])
def test_an_answer_beyond_the_axis_is_marked(lambda_):
    s = Settings(lambda_=lambda_, w1=0.25, w2=0.25)
    r = topic.compute(s)
    trace = next(t for t in topic.draw_certificate(s, r)._data if t["name"] == "answer of the penalty")
    top = topic.draw_certificate(s, r)._layout["yaxis"]["range"][1]
    marks = next(t["text"] for t in topic.draw_certificate(s, r)._data if set(t.get("text", ["w"])) <= {"", " ↑"})
    assert np.nanmax(trace["y"]) < top
    assert [mark == " ↑" for mark in marks] == (topic.answer(r) > trace["y"][::3]).tolist()
