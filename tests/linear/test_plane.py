"""The two-weight solver: stationarity, brute force, scikit-learn, and agreement of its two sides."""

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet

from regviz import penalties
from regviz.linear.certificates import stationarity
from regviz.linear.plane import objective, solve_budget, solve_elastic_net, solve_lq

LAMBDAS = np.geomspace(0.01, 10, 31)
BUDGETS = np.arange(0.1, 6.01, 0.2)
CONVEX = {
    "l1": (penalties.L1, lambda H, c, lam: solve_elastic_net(H, c, lam, 1.0)),
    "l2": (penalties.L2, lambda H, c, lam: solve_elastic_net(H, c, lam, 0.0)),
    "elastic net": (penalties.elastic_net(0.4), lambda H, c, lam: solve_elastic_net(H, c, lam, 0.4)),
    "q 1.1": (penalties.lq(1.1), lambda H, c, lam: solve_lq(H, c, lam, 1.1)),
    "q 1.5": (penalties.lq(1.5), lambda H, c, lam: solve_lq(H, c, lam, 1.5)),
    "q 4": (penalties.lq(4.0), lambda H, c, lam: solve_lq(H, c, lam, 4.0)),
}
NONCONVEX = {f"q {q}": (penalties.lq(q), lambda H, c, lam, q=q: solve_lq(H, c, lam, q)) for q in (0.3, 0.5, 0.9)}
ALL = CONVEX | NONCONVEX


def make(correlation, truth=(2.0, 0.5), n=50, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], n)
    X -= X.mean(axis=0)
    y = X @ np.array(truth) + rng.standard_normal(n)
    return X, y - y.mean(), X.T @ X / n, X.T @ (y - y.mean()) / n


@pytest.fixture(params=[-0.95, -0.3, 0.0, 0.6, 0.95])
def problem(request):
    return make(request.param)


@pytest.mark.parametrize("name", ALL)
def test_every_solution_is_stationary(problem, name):
    _, _, H, c = problem
    penalty, solve = ALL[name]
    for w, lam in zip(solve(H, c, LAMBDAS), LAMBDAS, strict=True):
        assert stationarity(w @ H - c, w, lam, penalty).max() < 1e-11  # a few roundings of numbers of size 10


@pytest.mark.parametrize("name", ALL)
def test_no_point_of_a_grid_is_better(problem, name):
    _, _, H, c = problem
    penalty, solve = ALL[name]
    side = np.linspace(-4, 4, 201)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    loss = objective(H, c, grid)
    for w, lam in list(zip(solve(H, c, LAMBDAS), LAMBDAS, strict=True))[::3]:
        best = (loss + penalty.value(grid, lam).sum(axis=1)).min()
        assert objective(H, c, w) + penalty.value(w, lam).sum() <= best + 1e-12


@pytest.mark.parametrize("name", NONCONVEX)
@pytest.mark.parametrize("seed", range(6))
def test_nonconvex_global_minimum_on_other_data(name, seed):
    _, _, H, c = make(0.9 * (-1) ** seed, truth=(1.0, -0.8), n=20, seed=seed)
    test_no_point_of_a_grid_is_better((None, None, H, c), name)


@pytest.mark.parametrize("l1_ratio", [1.0, 0.4])
def test_matches_a_peer(problem, l1_ratio):
    X, y, H, c = problem
    ours = solve_elastic_net(H, c, LAMBDAS, l1_ratio)
    for w, lam in zip(ours, LAMBDAS, strict=True):
        peer = ElasticNet(lam, l1_ratio=l1_ratio, tol=1e-14, max_iter=1_000_000).fit(X, y).coef_
        np.testing.assert_allclose(w, peer, atol=1e-6)  # the peer's tolerance, amplified by a condition number of 40


@pytest.mark.parametrize("name", CONVEX)
def test_budget_and_strength_give_the_same_weights(problem, name):
    """Solve under a budget, read off the multiplier, solve the penalised problem there: the same point."""
    _, _, H, c = problem
    penalty, solve = CONVEX[name]
    w, lambdas = solve_budget(H, c, BUDGETS, penalty)
    assert np.all(penalty.value(w, 1.0).sum(axis=1) <= BUDGETS + 1e-12)
    np.testing.assert_allclose(solve(H, c, lambdas), w, atol=1e-9)


@pytest.mark.parametrize("name", NONCONVEX)
def test_nonconvex_budget_is_feasible_and_global(problem, name):
    _, _, H, c = problem
    penalty, _ = NONCONVEX[name]
    w, _ = solve_budget(H, c, BUDGETS, penalty)
    assert np.all(penalty.value(w, 1.0).sum(axis=1) <= BUDGETS * (1 + 1e-12))
    side = np.linspace(-4, 4, 201)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    loss, spent = objective(H, c, grid), penalty.value(grid, 1.0).sum(axis=1)
    for point, t in zip(w, BUDGETS, strict=True):
        assert objective(H, c, point) <= loss[spent <= t].min() + 1e-12


@pytest.mark.parametrize("name", ALL)
def test_no_strength_is_least_squares_and_zeros_are_exact(problem, name):
    _, _, H, c = problem
    penalty, solve = ALL[name]
    w = solve(H, c, np.array([0.0, 1e6]))
    np.testing.assert_allclose(w[0], np.linalg.solve(H, c), rtol=1e-10)
    assert np.all((w[1] == 0) | (penalty.slope == 0))
