"""Paths against certificates, closed forms and scikit-learn."""

import contextlib

import numpy as np
import pytest
from certify import assert_optimal
from problems import PROBLEMS, TIED, UNIQUE, gaussian, objective, redundant, scale
from sklearn.linear_model import ElasticNet, Ridge, lars_path

import regviz
from regviz import Path, elastic_net_path, lambda_max, lasso_path, ridge_closed_form, ridge_path
from regviz.data.tables import diabetes, standardised
from regviz.linear import homotopy
from regviz.linear.homotopy import Line, PathError, Support, follow

ALL = PROBLEMS | TIED | {"diabetes": (standardised(diabetes().X)[0], diabetes().y), "redundant": redundant()}
problems = pytest.mark.parametrize("problem", ALL.values(), ids=ALL)
unique = pytest.mark.parametrize("problem", UNIQUE.values(), ids=UNIQUE)
ratios = pytest.mark.parametrize("l1_ratio", [0.05, 0.5, 0.95])
SHARES = np.array([0.0, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.7, 0.999, 1.0, 2.0])


def centred(X, y):
    return X - X.mean(axis=0), y - y.mean()


def assert_certified(X, y, path, l1_ratio):
    """Recompute KKT and the duality gap at every λ: 1e-8 relative to the problem's scale."""
    start = objective(X, y, np.zeros(X.shape[1]), 0.0)
    for lambda_, w in zip(path.lambdas, path.coefs, strict=True):
        assert_optimal(X, y, w, lambda_, l1_ratio, tolerance=1e-8)
        assert regviz.kkt_residual(X, y, w, lambda_, l1_ratio) <= 1e-8 * scale(X, y)
        assert regviz.duality_gap(X, y, w, lambda_, l1_ratio) <= 1e-8 * start
    np.testing.assert_allclose(path.intercepts, y.mean() - path.coefs @ X.mean(axis=0), rtol=1e-12)


@problems
def test_the_lasso_path_is_optimal_at_its_knots_and_between_them(problem):
    X, y = problem
    path = lasso_path(X, y)
    assert_certified(X, y, path, 1.0)
    assert_certified(X, y, path.at((path.lambdas[1:] + path.lambdas[:-1]) / 2), 1.0)


@problems
def test_the_lasso_path_runs_from_lambda_max_to_zero_through_distinct_knots(problem):
    X, y = problem
    path = lasso_path(X, y)
    assert path.lambdas[0] == lambda_max(X, y)
    assert path.lambdas[-1] == 0
    assert np.all(np.diff(path.lambdas) < 0)
    assert not path.coefs[0].any()


@unique
def test_the_lasso_path_has_the_knots_of_lars(problem):
    X, y = problem
    path = lasso_path(X, y)
    alphas, _, coefs = lars_path(*centred(X, y), method="lasso")
    # the peer stops a hair above 0 when p > n, and at 1e-7 its own tie tolerance shows
    top = path.lambdas[0]
    np.testing.assert_allclose(path.lambdas[:-1], alphas[: len(path.lambdas) - 1], atol=1e-9 * top)
    mine = path.at(alphas[alphas > 1e-6 * top]).coefs
    np.testing.assert_allclose(mine, coefs.T[alphas > 1e-6 * top], atol=1e-6)


def test_diabetes_enters_in_the_published_order_and_s3_leaves_and_returns():
    table = diabetes()
    path = lasso_path(standardised(table.X)[0], table.y)
    events = []
    for before, after in zip(path.coefs[:-1] != 0, path.coefs[1:] != 0, strict=True):
        events += [f"+{table.names[j]}" for j in np.flatnonzero(after & ~before)]
        events += [f"-{table.names[j]}" for j in np.flatnonzero(before & ~after)]
    # the knot at which age enters is the one at which s3 reaches zero, seen from the weights on either side
    expected = "+bmi +s5 +bp +s3 +sex +s6 +s1 +s4 +s2 +age -s3 +s3"
    assert " ".join(events) == expected
    assert len(path.lambdas) == 1 + 12


def test_a_weight_that_left_is_exactly_zero_until_it_returns():
    table = diabetes()
    path = lasso_path(standardised(table.X)[0], table.y)
    s3 = table.names.index("s3")
    gone = np.flatnonzero(path.coefs[:, s3] == 0)
    assert gone[-1] == gone[-2] + 1 == 11
    middle = path.at(path.lambdas[gone[-2:]].mean())
    assert middle.coefs[0, s3] == 0
    assert np.count_nonzero(middle.coefs) == 9


def test_an_orthogonal_design_is_soft_thresholded():
    X = np.linalg.qr(centred(*gaussian(20, 5, 0))[0])[0] * np.sqrt(20)  # XᵀX/n = I
    y = gaussian(20, 5, 1)[1]
    z = X.T @ (y - y.mean()) / 20
    grid = np.linspace(0, 1.2, 7) * np.abs(z).max()
    expected = np.sign(z) * np.maximum(np.abs(z) - grid[:, None], 0)
    np.testing.assert_allclose(lasso_path(X, y).at(grid).coefs, expected, atol=1e-13)  # sums of 20 terms of size 1


def test_a_lasso_path_that_is_asked_to_stop_ends_there():
    X, y = gaussian(40, 8, 1)
    whole, part = lasso_path(X, y), lasso_path(X, y, least=0.1)
    assert part.lambdas[-1] == 0.1
    kept = whole.lambdas > 0.1
    np.testing.assert_allclose(part.coefs[:-1], whole.coefs[kept], atol=1e-12)
    np.testing.assert_allclose(part.coefs[-1], whole.at(0.1).coefs[0], atol=1e-12)


def test_of_twin_columns_the_lasso_takes_the_first_and_the_elastic_net_both():
    X, y = gaussian(30, 3, 0)
    X, y = np.column_stack([X, X[:, 1]]), y + 3 * X[:, 1]
    assert lasso_path(X, y).coefs[1:, 1].all()
    assert not lasso_path(X, y).coefs[:, 3].any()
    net = elastic_net_path(X, y, 0.5, np.array([0.01, 0.1, 0.5]) * lambda_max(X, y))
    np.testing.assert_allclose(net.coefs[:, 1], net.coefs[:, 3], atol=1e-12)  # conditioning 1/(λ(1−ρ)) ~ 1e2
    assert net.coefs[:, 1].all()


def test_a_constant_column_never_enters_for_its_rounding():
    X, y = gaussian(30, 5, 5)
    X = np.insert(X, 2, 1e8 / 3, axis=1)  # its mean over 30 rows does not round to itself
    assert X[:, 2].mean() != X[0, 2]
    assert not lasso_path(X, y).coefs[:, 2].any()
    assert np.abs(ridge_path(X, y, [0.0, 0.1]).coefs[:, 2]).max() <= 1e-12  # rounding of the SVD


def near_twins(distance, seed):
    """Return a problem of noise alone, in which every difference between near-twins is worth explaining."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((40, 8)), rng.standard_normal(40)
    return np.hstack([X, X + distance * rng.standard_normal((40, 8))]), y


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    # a distance that counts is followed to rounding; nearer ones are left out, which costs a few times the distance
    ("distance", "residual"),
    [(1e-3, 1e-8), (1e-4, 1e-8), (1e-7, 1e-6), (1e-9, 1e-8), (1e-12, 1e-8)],
)
def test_nearly_twin_columns_do_no_harm(distance, residual, seed):
    X, y = near_twins(distance, seed)
    path = lasso_path(X, y)
    worst = max(regviz.kkt_residual(X, y, w, lam) for lam, w in zip(path.lambdas, path.coefs, strict=True))
    assert worst <= residual * scale(X, y)


@pytest.mark.parametrize("seed", [6, 21, 23, 44])
def test_a_column_left_out_may_enter_once_what_it_depended_on_has_left(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((40, 8)) @ (np.eye(8) + 0.8 * rng.standard_normal((8, 8))), rng.standard_normal(40)
    X /= X.std(axis=0)
    halves = (X[:, :4] * rng.choice([-1, 1], 4) + X[:, 4:]) / 2
    X = np.hstack([X, halves + 1e-8 * rng.standard_normal((40, 4))])
    path = lasso_path(X, y)
    worst = max(regviz.kkt_residual(X, y, w, lam) for lam, w in zip(path.lambdas, path.coefs, strict=True))
    assert worst <= 1e-7 * scale(X, y)  # a few times the distance of 1e-8


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("distance", [1e-5, 3e-6])
def test_where_rounding_hides_the_way_a_wrong_path_is_never_returned(distance, seed):
    X, y = near_twins(distance, seed)
    with contextlib.suppress(regviz.PathError):  # a refusal is an answer; some of these seeds refuse, most do not
        path = lasso_path(X, y)
        worst = max(regviz.kkt_residual(X, y, w, lam) for lam, w in zip(path.lambdas, path.coefs, strict=True))
        assert worst <= 1e-4 * scale(X, y)  # LOST, ten times over


def test_a_violation_of_optimality_stops_the_path(monkeypatch):
    monkeypatch.setattr(homotopy, "LOST", -1.0)  # no slack is good enough
    with pytest.raises(regviz.PathError, match="too nearly dependent"):
        lasso_path(*PROBLEMS["p < n"])


def test_fewer_weights_survive_a_larger_lambda_among_redundant_features():
    X, y = redundant()
    grid = np.geomspace(1e-4, 1, 9) * lambda_max(X, y)
    counts = np.count_nonzero(lasso_path(X, y).at(grid).coefs, axis=1)
    assert np.all(np.diff(counts) <= 0)
    assert counts[0] == 8
    assert counts[-1] == 0


@problems
@ratios
def test_the_elastic_net_path_is_optimal(problem, l1_ratio):
    X, y = problem
    path = elastic_net_path(X, y, l1_ratio, SHARES * scale(X, y) / l1_ratio)
    assert_certified(X, y, path, l1_ratio)
    assert not path.coefs[-1].any()


@problems
@pytest.mark.parametrize("l1_ratio", [0.05, 0.5, 0.999999])
def test_the_elastic_net_path_survives_strengths_near_rounding(problem, l1_ratio):
    X, y = problem
    path = elastic_net_path(X, y, l1_ratio, 10.0 ** np.arange(-20, -4) * scale(X, y))
    # no duality gap here: its dual point is scaled by λ over correlations that are rounding themselves
    worst = max(regviz.kkt_residual(X, y, w, lam, l1_ratio) for lam, w in zip(path.lambdas, path.coefs, strict=True))
    assert worst <= 1e-8 * scale(X, y)


@unique
@ratios
def test_the_elastic_net_path_agrees_with_scikit_learn(problem, l1_ratio):
    X, y = problem
    lambdas = np.array([0.05, 0.3, 0.7]) * lambda_max(X, y, l1_ratio)
    path = elastic_net_path(X, y, l1_ratio, lambdas)
    peers = [ElasticNet(lam, l1_ratio=l1_ratio, tol=1e-14, max_iter=200_000).fit(*centred(X, y)) for lam in lambdas]
    # the peer stops on its duality gap, which leaves the weights of an ill-conditioned problem about 1e-6 away
    np.testing.assert_allclose(path.coefs, [peer.coef_ for peer in peers], atol=1e-5)


def test_the_elastic_net_path_keeps_the_order_it_is_given():
    X, y = PROBLEMS["p > n"]
    lambdas = np.array([0.1, 1.0, 0.0, 0.1, 0.02]) * lambda_max(X, y, 0.5)
    path = elastic_net_path(X, y, 0.5, lambdas)
    np.testing.assert_array_equal(path.lambdas, lambdas)
    np.testing.assert_array_equal(path.coefs[0], path.coefs[3])
    for i in range(5):
        alone = elastic_net_path(X, y, 0.5, lambdas[i : i + 1])
        np.testing.assert_allclose(path.coefs[i], alone.coefs[0], atol=1e-10)  # two chains to one solution


@problems
def test_the_elastic_net_at_its_ends_is_lasso_and_ridge(problem):
    X, y = problem
    lambdas = SHARES * scale(X, y)
    lasso, ridge = lasso_path(X, y).at(lambdas), ridge_path(X, y, lambdas)
    np.testing.assert_array_equal(elastic_net_path(X, y, 1.0, lambdas).coefs, lasso.coefs)
    np.testing.assert_array_equal(elastic_net_path(X, y, 0.0, lambdas).coefs, ridge.coefs)


@problems
@pytest.mark.parametrize("share", [0.02, 0.4, 1.0, 3.0])
def test_a_lasso_path_that_stops_early_is_the_same_path(problem, share):
    X, y = problem
    lambdas = np.array([share, 2 * share]) * scale(X, y)
    # two roundings of one interpolation
    np.testing.assert_allclose(
        elastic_net_path(X, y, 1.0, lambdas).coefs, lasso_path(X, y).at(lambdas).coefs, rtol=1e-9, atol=1e-12
    )


@unique
@pytest.mark.parametrize(("l1_ratio", "end"), [(1 - 1e-9, 1.0), (1e-9, 0.0)])
def test_the_elastic_net_is_continuous_at_its_ends(problem, l1_ratio, end):
    X, y = problem
    lambdas = np.array([0.03, 0.3]) * scale(X, y)
    near, at = (elastic_net_path(X, y, rho, lambdas).coefs for rho in (l1_ratio, end))
    np.testing.assert_allclose(near, at, atol=1e-5)  # 1e-9 times the condition number


@problems
@pytest.mark.parametrize("lambda_", [1e-3, 0.1, 10.0])
def test_the_ridge_path_is_the_closed_form(problem, lambda_):
    X, y = problem
    path = ridge_path(X, y, [lambda_])
    assert_certified(X, y, path, 0.0)
    Z, target = centred(X, y)
    # normal equations square the condition number, at most 1e6 at this λ
    normal = np.linalg.solve(Z.T @ Z / len(y) + lambda_ * np.eye(X.shape[1]), Z.T @ target / len(y))
    np.testing.assert_allclose(path.coefs[0], normal, atol=1e-8)
    np.testing.assert_allclose(ridge_closed_form(Z, target, lambda_), normal, atol=1e-8)


@problems
def test_the_ridge_path_agrees_with_scikit_learn_and_is_least_squares_at_zero(problem):
    X, y = problem
    lambdas = np.array([0.0, 0.01, 1.0])
    path = ridge_path(X, y, lambdas)
    Z, target = centred(X, y)
    np.testing.assert_allclose(path.coefs[0], np.linalg.lstsq(Z, target, rcond=1e-12)[0], atol=1e-8)
    peers = [Ridge(len(y) * lam, solver="svd").fit(Z, target).coef_ for lam in lambdas[1:]]
    np.testing.assert_allclose(path.coefs[1:], peers, atol=1e-9)


def test_ridge_shrinks_the_norm_and_makes_no_exact_zero():
    X, y = redundant()
    path = ridge_path(X, y, np.geomspace(1e-4, 1e4, 30))
    assert np.all(np.diff(np.linalg.norm(path.coefs, axis=1)) < 0)
    assert path.coefs.all()


@ratios
def test_lambda_max_is_where_the_first_weight_wakes(l1_ratio):
    X, y = PROBLEMS["p > n"]
    top = lambda_max(X, y, l1_ratio)
    counts = [np.count_nonzero(elastic_net_path(X, y, l1_ratio, [top * s]).coefs) for s in (1.0, 1 - 1e-6)]
    assert counts == [0, 1]
    assert top == pytest.approx(scale(X, y) / l1_ratio, rel=1e-12)


@unique
@ratios
@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_paths_follow_the_units_of_the_data(problem, l1_ratio, unit):
    X, y = problem
    lambdas = np.array([0.01, 0.2]) * lambda_max(X, y, l1_ratio)
    scaled = elastic_net_path(unit * X, unit * y, l1_ratio, unit**2 * lambdas)
    np.testing.assert_allclose(scaled.coefs, elastic_net_path(X, y, l1_ratio, lambdas).coefs, atol=1e-9)


def test_a_constant_response_has_an_empty_path():
    X, _ = PROBLEMS["p < n"]
    path = lasso_path(X, np.full(40, 0.1))
    np.testing.assert_array_equal(path.lambdas, [0.0])
    assert not path.at([0.0, 1.0]).coefs.any()
    assert not elastic_net_path(X, np.full(40, 0.1), 0.5, [0.1, 1.0]).coefs.any()
    np.testing.assert_array_equal(path.predict(X), 0.1)


def test_interpolation_hits_the_knots_and_stays_at_zero_beyond_the_largest():
    X, y = PROBLEMS["p < n"]
    path = lasso_path(X, y)
    np.testing.assert_array_equal(path.at(path.lambdas).coefs, path.coefs)
    np.testing.assert_array_equal(path.at(path.lambdas).intercepts, path.intercepts)
    assert not path.at(10 * path.lambdas[0]).coefs.any()
    assert path.at(0.1).coefs.shape == (1, 8)


def test_interpolation_does_not_depend_on_the_order_of_the_path():
    path = Path(np.array([1.0, 3.0, 2.0]), np.array([[10.0], [30.0], [20.0]]), np.array([1.0, 3.0, 2.0]))
    np.testing.assert_allclose(path.at([1.0, 1.25, 2.5, 3.0]).coefs[:, 0], [10, 12.5, 25, 30], rtol=1e-15)
    np.testing.assert_allclose(path.at([1.0, 1.25, 2.5, 3.0]).intercepts, [1, 1.25, 2.5, 3], rtol=1e-15)


@pytest.mark.parametrize("lambda_", [0.5, 3.5])
def test_a_path_is_not_extrapolated(lambda_):
    path = Path(np.array([3.0, 1.0]), np.array([[30.0], [10.0]]), np.zeros(2))
    with pytest.raises(ValueError, match=rf"lambdas must be in \[1.0, 3.0\].*; got {lambda_}"):
        path.at(lambda_)


def test_predictions_have_a_column_for_each_lambda():
    X, y = PROBLEMS["p < n"]
    path = ridge_path(X, y, [0.1, 1.0])
    assert path.predict(X).shape == (40, 2)
    np.testing.assert_allclose(path.predict(X)[:, 1], X @ path.coefs[1] + path.intercepts[1], rtol=1e-12)
    with pytest.raises(ValueError, match=r"X must have shape \(n, 8\)"):
        path.predict(X[:, :2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y: ridge_path(X, y, [-1.0]), "lambdas must be >= 0; got -1.0"),
        (lambda X, y: ridge_path(X, y, 1.0), r"lambdas must have shape \(m,\)"),
        (lambda X, y: ridge_path(X, y, []), r"lambdas must have shape \(m,\)"),
        (lambda X, y: elastic_net_path(X, y, 1.1, [1.0]), r"l1_ratio must be in \[0, 1\]; got 1.1"),
        (lambda X, y: elastic_net_path(X, y, 0.5, [np.inf]), "lambdas must be finite; got inf"),
        (lambda X, y: lambda_max(X, y, 0.0), r"l1_ratio must be in \(0, 1\]; got 0.0"),
        (lambda X, y: lasso_path(X[:, 0], y), "X must have shape"),
        (lambda X, y: lasso_path(X, y[1:]), r"y must have shape \(40,\)"),
        (lambda X, y: lasso_path(X * np.nan, y), "X must be finite; got nan"),
        (lambda X, y: lasso_path(X, y).at(-0.1), "lambdas must be >= 0; got -0.1"),
    ],
)
def test_malformed_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(*PROBLEMS["p < n"])


def full_support(size):
    X, _ = centred(*gaussian(40, 8, 1))
    support = Support(X)
    assert all(support.enter(j, 1.0) for j in range(size))
    return X, support


def test_a_stale_inverse_is_noticed_and_renewed():
    X, support = full_support(5)
    G = X.T @ X / 40
    rhs = np.random.default_rng(1).standard_normal((2, 5))
    exact = np.linalg.solve(G[:5, :5], rhs.T).T
    support._inverse[:5, :5] += np.random.default_rng(0).standard_normal((5, 5))
    W, pull = support.refine(exact + np.array([[1e-8], [1.0]]), rhs, homotopy.EXACT)
    np.testing.assert_allclose(W, exact, atol=1e-10)  # condition number 1e2 times EXACT
    np.testing.assert_allclose(pull, W @ G[:5], atol=1e-12)


def test_weights_far_from_the_path_are_refused():
    _, support = full_support(5)
    rhs = np.ones((2, 5))
    with pytest.raises(PathError):
        support.refine(np.zeros((2, 5)), rhs, homotopy.EXACT)


def test_a_singular_block_is_refused():
    _, support = full_support(2)
    support._rows[1] = support._rows[0] = 1.0
    with pytest.raises(PathError):
        support.set_ridge(np.zeros(8))


def test_entering_and_leaving_keep_the_inverse():
    X, support = full_support(6)
    support.leave(2)
    support.leave(5)
    assert support.enter(7, -1.0)
    kept = support.indices
    assert sorted(kept) == [0, 1, 3, 4, 7]
    G = X.T @ X / 40
    np.testing.assert_allclose(support._inverse[:5, :5], np.linalg.inv(G[np.ix_(kept, kept)]), rtol=1e-9, atol=1e-12)


def test_a_dependent_column_is_turned_away():
    X, _ = centred(*gaussian(40, 3, 1))
    support = Support(np.column_stack([X, X @ [1.0, -1.0, 0.5]]))
    assert [support.enter(j, 1.0) for j in range(4)] == [True, True, True, False]
    assert support.size == 3


def test_ties_that_do_not_resolve_raise(monkeypatch):
    monkeypatch.setattr(homotopy, "TIES", 0)
    X, y = centred(*PROBLEMS["p < n"])
    correlation = X.T @ y / 40
    line = Line(correlation, np.zeros(8), np.ones(8), -np.abs(correlation).max(), 0.0)
    with pytest.raises(PathError):
        list(follow(line, Support(X), np.zeros(8)))
