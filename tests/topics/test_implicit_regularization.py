"""One test for each line of "what to notice" on the page, and for what the panels are made of."""

import numpy as np
import pytest
from claims import claim
from scipy.optimize import linprog

from regviz import adam, lasso_path
from regviz.experiments.implicit_regularization import (
    ALPHAS,
    BOUND,
    DRAWS,
    NET,
    STOPS,
    TIMES,
    factors,
    least_l1,
    margin,
    plane,
    scales,
    sparse_problem,
    stopping,
    worst_ratio,
)
from regviz.figures import implicit_regularization as topic
from regviz.figures.implicit_regularization import Settings
from regviz.knobs import grid
from regviz.ui.topic import Shown


def least(A, b, order):
    """The least L1 or L∞ norm of a solution of Aw = b, by linear programming."""
    p = A.shape[1]
    bounds, parts = np.eye(p), {1: np.eye(p), np.inf: np.ones((p, 1))}[order]
    sides = np.block([[bounds, -parts], [-bounds, -parts]])
    cost = np.concatenate([np.zeros(p), np.ones(parts.shape[1])])
    equal = np.hstack([A, np.zeros((len(A), parts.shape[1]))])
    limits = [(None, None)] * p + [(0, None)] * parts.shape[1]
    return linprog(cost, sides, np.zeros(2 * p), equal, b, limits).fun


def errors_at(k, alpha):
    return scales(k).errors[list(ALPHAS).index(alpha)]


@claim(
    "One line, three ends: with slope 0.5 gradient descent ends at (0.8, 0.4), Adam at (0.667, 0.667), and u² − v² "
    "from α = 0.001 at (0.999, 0.001). Each has the least of its own norm among all solutions, or nearly."
)
def test_three_ends():
    p = plane(0.5, 0.001).paths
    ends = {name: path[-1] for name, path in p.items()}
    A = np.array([[1.0, 0.5]])
    assert ends["gradient descent"] == pytest.approx([0.8, 0.4], abs=1e-6)
    assert ends["Adam"] == pytest.approx([0.667, 0.667], abs=5e-4)
    assert ends[NET] == pytest.approx([0.999, 0.001], abs=5e-4)
    assert np.linalg.norm(ends["gradient descent"]) == pytest.approx(np.linalg.norm(np.linalg.pinv(A) @ [1.0]))
    assert np.abs(ends["Adam"]).max() == pytest.approx(least(A, [1.0], np.inf), rel=1e-4)
    assert np.abs(ends[NET]).sum() == pytest.approx(least(A, [1.0], 1), rel=1e-3)


@claim("Momentum ends where gradient descent does, and RMSprop and AdaGrad where Adam does, for every slope.")
@pytest.mark.parametrize("slope", grid(Settings, "slope"))
def test_two_families_of_optimizers(slope):
    """Within 0.001: after 200 steps momentum and Adam still move by some 1e-5."""
    ends = {name: path[-1] for name, path in plane(slope, 0.001).paths.items()}
    assert ends["momentum"] == pytest.approx(ends["gradient descent"], abs=1e-3)
    assert ends["RMSprop"] == pytest.approx(ends["Adam"], abs=0.01)  # its rate: its steps do not shrink
    assert ends["AdaGrad"] == pytest.approx(ends["Adam"], abs=1e-3)
    assert ends["Adam"][0] == pytest.approx(ends["Adam"][1], abs=1e-6)


@pytest.mark.underflows  # the moments of a weight that has arrived
@claim(
    "That Adam ends at least L∞ is a matter of one equation. With two equations in five unknowns its largest weight is "
    "16 % above the least possible on average over 20 draws, and up to 83 %."
)
def test_adam_has_no_rule_for_two_equations():
    """All draws at once, each a row; small steps, so that the end is reached without swinging."""
    draws = np.array([np.random.default_rng(seed).standard_normal(12) for seed in range(20)])
    X, y = draws[:, :10].reshape(20, 2, 5), draws[:, 10:]
    optimizer, w = adam(0.001), np.zeros((20, 5))
    state = optimizer.init(w)
    for _ in range(20_000):
        off = np.einsum("dnp,dp->dn", X, w) - y
        step, state = optimizer.update(np.einsum("dnp,dn->dp", X, off) / 2, state, w)
        w = w + step
    assert np.abs(np.einsum("dnp,dp->dn", X, w) - y).max() < 1e-3
    over = np.abs(w).max(axis=1) / [least(A, b, np.inf) for A, b in zip(X, y, strict=True)]
    assert over.min() > 1
    assert over.mean() == pytest.approx(1.16, abs=0.005)
    assert over.max() == pytest.approx(1.83, abs=0.005)


@claim(
    "Margin, as the view opens: the line is 2.05°, 0.881°, 0.399° and 0.192° off at t = 100, 10⁴, 10⁸ and 10¹⁶. To "
    "halve the angle, square the time."
)
def test_the_angle_halves_when_time_is_squared():
    m = margin(Settings().seed)
    at = [list(TIMES).index(t) for t in (2, 4, 8, 16)]
    assert [f"{angle:.3g}" for angle in m.angles[at]] == ["2.05", "0.881", "0.399", "0.192"]
    assert m.angles[at[1:]] == pytest.approx(m.angles[at[:-1]] / 2, rel=0.15)
    assert m.angles[at[1:]] == pytest.approx(m.predicted[at[1:]], rel=0.03)


@claim(
    "Over the first 20 seeds the weights grow at the rate 1/margin in log t, within 2 % at the end, and the margin at "
    "t = 10¹⁶ is at least 99 % of the largest."
)
def test_weights_grow_for_ever():
    """The largest margin by a grid of angles, not by pairs of points."""
    turns = np.linspace(0, 2 * np.pi, 20_001)
    around = np.stack([np.cos(turns), np.sin(turns)])
    for seed in range(20):
        m = margin(seed)
        Z = m.x * m.labels[:, None]
        largest = (Z @ around).min(axis=0).max()
        assert (m.norms[-1] - m.norms[-5]) / np.log(10) == pytest.approx(1 / largest, rel=0.02)
        assert m.margins[-1] >= 0.99 * largest


@claim("Scale, k = 5: the error is 0.61 from α = 10, 0.24 from 0.1, 0.028 from 0.0251 and 0.001 from 0.00398.")
def test_a_small_start_finds_few_weights():
    told = {10.0: 0.61, 0.1: 0.24, 0.0251: 0.028, 0.00398: 0.001}
    for alpha, error in told.items():
        assert errors_at(5, alpha).mean() == pytest.approx(error, rel=0.11)


@claim(
    "A small start is no cure-all. With k = 40 the error is 0.57 from α = 10 and 0.86 from α = 10⁻⁶, worse in ten of "
    "ten draws. With k = 20 the best is between, 0.56 at α = 0.0631."
)
def test_a_small_start_is_no_cure_all():
    large, small = errors_at(40, 10.0), errors_at(40, 1e-6)
    assert large.mean() == pytest.approx(0.57, abs=0.005)
    assert small.mean() == pytest.approx(0.86, abs=0.005)
    assert np.all(small > large)
    assert DRAWS == 10
    between = scales(20)
    assert ALPHAS[between.best] == 0.0631
    assert between.errors[between.best].mean() == pytest.approx(0.56, abs=0.005)


@claim("Stopping: for every truth and noise on the page the ratio stays below 1.53. No problem has more than 1.686.")
def test_stopping_is_never_far_from_ridge():
    for truth in ("even", "strong", "weak"):
        for noise in grid(Settings, "noise"):
            assert stopping(truth, noise).ratio.max() < 1.53
    x = np.geomspace(1e-3, 300, 100_001)
    worst = (((1 - np.exp(-x)) * (1 + x) / x) ** 2).max()
    assert worst == pytest.approx(1.686, abs=5e-4)
    assert worst_ratio() == pytest.approx(worst, rel=1e-7)
    assert np.all(np.exp(-2 * x) * (1 + x) ** 2 <= 1)
    assert worst < BOUND


@claim(
    "The best stop can beat the best ridge: with the truth at the strong end and σ = 0.1 its risk is 0.0159 against "
    "0.0351. With an even truth it costs up to 4 % more."
)
def test_the_best_stop_can_beat_the_best_ridge():
    s = stopping("strong", 0.1)
    assert (s.flow.min(), s.ridge.min()) == (pytest.approx(0.0159, abs=5e-5), pytest.approx(0.0351, abs=5e-5))
    more = [
        stopping("even", noise).flow.min() / stopping("even", noise).ridge.min() for noise in grid(Settings, "noise")
    ]
    assert max(more) == pytest.approx(1.04, abs=0.005)


@claim(
    "Low rank: all three fit the seen entries within 0.002. From init 0.01 the effective rank ends at 2.2 and the "
    "error on unseen entries at 0.03; from 1 at 12.5 and 0.67. In each of five draws the smaller start is better."
)
def test_a_small_start_ends_at_a_low_rank():
    f = factors()
    assert f.seen[:, -1].mean(axis=1).max() < 0.002
    assert f.ranks[[0, 2], -1].mean(axis=1) == pytest.approx([2.2, 12.5], abs=0.05)
    assert f.unseen[[0, 2], -1].mean(axis=1) == pytest.approx([0.03, 0.67], abs=0.005)
    assert np.all(np.diff(f.unseen[:, -1], axis=0) > 0)
    assert f.unseen.shape[2] == 5


@pytest.mark.parametrize(("k", "seed"), [(5, 0), (20, 1), (40, 2)])
def test_the_least_l1_is_that_of_linear_programming(k, seed):
    X, beta = sparse_problem(k, seed)
    w = least_l1(X, X @ beta)
    np.testing.assert_allclose(X @ w, X @ beta, atol=1e-8)
    assert np.abs(w).sum() == pytest.approx(least(X, X @ beta, 1), rel=1e-8)


def test_doubled_rows_have_no_intercept():
    X, beta = sparse_problem(5, 0)
    y = X @ beta
    assert lasso_path(np.concatenate([X, -X]), np.concatenate([y, -y])).intercepts == pytest.approx(0, abs=1e-12)


def test_risks_stop_where_they_should():
    """At t → 0 nothing is learnt: ‖β‖² = 1; at t → ∞ both are least squares, σ²/n Σ 1/e."""
    s = stopping("weak", 1.0)
    assert s.flow[0] == pytest.approx(1, rel=0.01)
    assert s.flow[-1] == pytest.approx(0.01 * (1 / s.e).sum(), rel=0.01)
    assert STOPS[0] == 0.01


@pytest.mark.parametrize("view", ["norms", "margin", "scale", "stopping"])
def test_what_is_held_against_something_exact_is_near_it(view):
    """Descent against the flow's end 4 %; expansions and norms 1 %."""
    for what, told, ours, _ in Shown(topic).held(Settings(view=view)):
        assert ours == pytest.approx(told, rel=0.04, abs=1e-12), what
