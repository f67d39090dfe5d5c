"""The estimators against closed forms, certificates, finite differences and scikit-learn."""

import numpy as np
import pytest
from certify import assert_gradient, assert_optimal
from problems import PROBLEMS, UNIQUE, gaussian, objective, redundant, scale
from sklearn.linear_model import ElasticNet

import regviz
from regviz import (
    DivergenceError,
    ElasticNetRegression,
    LassoRegression,
    RidgeRegression,
    elastic_net_gradient,
    l1_gradient,
    l2_gradient,
    lambda_max,
    ridge_closed_form,
    stability_limit,
)

MODELS = {
    "ridge": (RidgeRegression, 0.0),
    "lasso": (LassoRegression, 1.0),
    "elastic net": (ElasticNetRegression, 0.5),
}
WELL_POSED = {name: problem for name, problem in PROBLEMS.items() if name != "p = n - 1"}  # that one needs 1e6 steps
problems = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
models = pytest.mark.parametrize(("model", "l1_ratio"), MODELS.values(), ids=MODELS)
shares = pytest.mark.parametrize("share", [0.05, 0.3, 1.0, 2.0])


def centred(X, y):
    return X - X.mean(axis=0), y - y.mean()


def largest_curvature(X):
    """Return σ²max/n of the centred design from an eigenvalue, not from the singular value that the code takes."""
    Z = X - X.mean(axis=0)
    return np.linalg.eigvalsh(Z.T @ Z / len(Z))[-1]


def test_the_closed_form_solves_the_normal_equations():
    X, y = gaussian(20, 5, 0)
    w = ridge_closed_form(X, y, 0.3)
    # relative to |Xᵀy|/n ~ 10; a 5 x 5 solve rounds at 1e-15
    np.testing.assert_allclose(X.T @ (X @ w - y) / 20 + 0.3 * w, 0, atol=1e-12)


def test_the_closed_form_without_penalty_is_least_squares_and_refuses_dependent_columns():
    X, y = gaussian(20, 5, 0)
    np.testing.assert_allclose(ridge_closed_form(X, y, 0.0), np.linalg.lstsq(X, y)[0], rtol=1e-10)
    with pytest.raises(ValueError, match=r"lambda_ must be > 0 .* dependent"):
        ridge_closed_form(np.column_stack([X, X[:, 0]]), y, 0.0)


@problems
@pytest.mark.parametrize("lambda_", [0.05, 1.0])
def test_gradient_descent_reaches_the_closed_form(problem, lambda_):
    X, y = problem
    model = RidgeRegression(lambda_, stability_limit(X, lambda_) / 2, 4000).fit(X, y)
    # at η = 1/L the error falls as (1 − λ/L)^t: below 1e-8 here for every problem
    np.testing.assert_allclose(model.get_weights(), ridge_closed_form(*centred(X, y), lambda_), atol=1e-6)


@pytest.mark.parametrize("problem", WELL_POSED.values(), ids=WELL_POSED)
def test_gradient_descent_without_penalty_reaches_least_squares_of_smallest_norm(problem):
    X, y = problem
    model = RidgeRegression(0.0, stability_limit(X) * 0.9, 10_000).fit(X, y)
    np.testing.assert_allclose(model.get_weights(), np.linalg.pinv(centred(X, y)[0]) @ (y - y.mean()), atol=1e-6)


@problems
@shares
@pytest.mark.parametrize(("model", "l1_ratio"), [MODELS["lasso"], MODELS["elastic net"]], ids=["lasso", "elastic net"])
def test_the_sparse_models_are_certified_and_agree_with_scikit_learn(problem, share, model, l1_ratio):
    X, y = problem
    lambda_ = share * lambda_max(X, y, l1_ratio)
    fitted = model(lambda_, stability_limit(X) / 2, 3000).fit(X, y)
    w = fitted.get_weights()
    assert_optimal(X, y, w, lambda_, l1_ratio, tolerance=1e-8)
    assert regviz.kkt_residual(X, y, w, lambda_, l1_ratio) <= 1e-8 * scale(X, y)
    assert regviz.duality_gap(X, y, w, lambda_, l1_ratio) <= 1e-8 * objective(X, y, 0 * w, lambda_)
    peer = ElasticNet(lambda_, l1_ratio=l1_ratio, tol=1e-13, max_iter=100_000).fit(*centred(X, y))
    # fitted values are unique even where weights are not; the peer stops at a gap of 1e-13, an error of about 1e-6
    np.testing.assert_allclose(fitted.predict(X), peer.predict(centred(X, y)[0]) + y.mean(), atol=1e-5)


@problems
@pytest.mark.parametrize(("model", "l1_ratio"), [MODELS["lasso"], MODELS["elastic net"]], ids=["lasso", "elastic net"])
def test_without_penalty_the_sparse_models_reach_the_least_squares_fit(problem, model, l1_ratio):
    X, y = problem
    fitted = model(0.0, stability_limit(X) / 2, 3000).fit(X, y)
    Z, target = centred(X, y)
    best = Z @ np.linalg.lstsq(Z, target)[0] + y.mean()
    np.testing.assert_allclose(fitted.predict(X), best, atol=1e-6)
    assert regviz.kkt_residual(X, y, fitted.get_weights(), 0.0, l1_ratio) <= 1e-8 * scale(X, y)
    assert regviz.duality_gap(X, y, fitted.get_weights(), 0.0, l1_ratio) <= 1e-8 * objective(X, y, 0 * Z[0], 0.0)


@pytest.mark.parametrize("problem", UNIQUE.values(), ids=UNIQUE)
def test_lasso_zeros_are_exactly_zero_where_the_conditions_demand_it(problem):
    X, y = problem
    lambda_ = 0.3 * lambda_max(X, y)
    w = LassoRegression(lambda_, stability_limit(X) / 2, 3000).fit(X, y).get_weights()
    Z, target = centred(X, y)
    pull = np.abs(Z.T @ (target - Z @ w)) / len(y)
    strictly_inside = pull < lambda_ * (1 - 1e-6)
    assert np.array_equal(w == 0.0, strictly_inside)


@pytest.mark.parametrize("model", [LassoRegression, ElasticNetRegression])
def test_at_lambda_max_every_weight_is_exactly_zero_and_just_below_one_is_not(model):
    X, y = PROBLEMS["p < n"]
    top = lambda_max(X, y, {LassoRegression: 1.0, ElasticNetRegression: 0.5}[model])
    eta = stability_limit(X) / 2
    # 1e-9 covers the rounding of one correlation
    assert not model(top * (1 + 1e-9), eta, 50).fit(X, y).get_weights().any()
    assert np.count_nonzero(model(top * 0.99, eta, 500).fit(X, y).get_weights()) == 1


def test_fewer_weights_survive_a_larger_lambda_among_redundant_features():
    X, y = redundant()
    grid = np.array([0.001, 0.01, 0.1, 0.5, 0.9, 1.1]) * lambda_max(X, y)
    counts = [np.count_nonzero(LassoRegression(lam, stability_limit(X) / 2, 5000).fit(X, y).weights_) for lam in grid]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2] > counts[-1] == 0


def test_ridge_shrinks_the_norm_and_makes_no_exact_zero():
    X, y = redundant()
    fits = [RidgeRegression(lam, stability_limit(X, lam) / 2, 5000).fit(X, y) for lam in (0.01, 0.1, 1.0, 10.0, 100.0)]
    norms = [np.linalg.norm(fit.get_weights()) for fit in fits]
    assert np.all(np.diff(norms) < 0)
    assert np.all([fit.get_weights() != 0 for fit in fits])


@pytest.mark.parametrize("lambda_", [1e-4, 1e-2, 1.0])
def test_ridge_improves_the_condition_number_as_predicted(rng, lambda_):
    n = 12
    U, _ = np.linalg.qr(rng.standard_normal((n, n)))
    V, _ = np.linalg.qr(rng.standard_normal((n, n)))
    s = np.geomspace(1e-3, 1.0, n) * np.sqrt(n)  # singular values of X/√n run from 1e-3 to 1
    X = U * s @ V.T
    # with y = n X⁻ᵀe_j the closed form returns column j of (XᵀX/n + λI)⁻¹, whose condition number is the matrix's own
    responses = n * (U / s) @ V.T
    inverse = np.column_stack([ridge_closed_form(X, y, lambda_) for y in responses.T])
    predicted = (1 + lambda_) / (1e-6 + lambda_)
    # cond(XᵀX/n) = 1e6 costs at most six of sixteen digits
    np.testing.assert_allclose(np.linalg.cond(inverse), predicted, rtol=1e-6)
    assert predicted < 1e6


@pytest.mark.parametrize("lambda_", [0.1, 1.0])
def test_the_elastic_net_at_its_ends_is_lasso_and_ridge(lambda_):
    X, y = PROBLEMS["p < n"]
    eta = stability_limit(X, lambda_) / 2
    settings = {"lambda_": lambda_, "learning_rate": eta, "n_iterations": 4000}
    lasso = ElasticNetRegression(**settings, l1_ratio=1.0).fit(X, y)
    np.testing.assert_array_equal(lasso.get_weights(), LassoRegression(**settings).fit(X, y).get_weights())
    ridge = ElasticNetRegression(**settings, l1_ratio=0.0).fit(X, y)
    # both have converged to rounding
    np.testing.assert_allclose(ridge.get_weights(), RidgeRegression(**settings).fit(X, y).get_weights(), atol=1e-10)


@models
def test_a_learning_rate_past_the_limit_raises_and_names_it(model, l1_ratio):
    X, y = PROBLEMS["p < n"]
    curvature = largest_curvature(X) + 0.7 * (l1_ratio == 0)  # the gradient sees the penalty in ridge alone
    with pytest.raises(DivergenceError, match=f"2/L = {2 / curvature:.6g}") as caught:
        model(0.7, 2.001 / curvature).fit(X, y)
    assert caught.value.limit == pytest.approx(2 / curvature, rel=1e-12)


@models
@pytest.mark.parametrize("share", [0.3, 0.5, 0.75, 0.95])
def test_below_the_limit_the_objective_never_rises(model, l1_ratio, share):
    X, y = PROBLEMS["p < n"]
    fitted = model(0.1, share * stability_limit(X, 0.1 * (l1_ratio == 0)), 400).fit(X, y)
    # near the end steps change the objective by less than its rounding
    assert np.all(np.diff(fitted.objective_) <= 1e-14 * fitted.objective_[0])
    assert fitted.objective_[-1] < fitted.objective_[0]


def test_the_limit_is_sharp():
    X, y = PROBLEMS["p < n"]
    Z, target = centred(X, y)
    w = np.zeros(8)
    for _ in range(2000):
        w = w - 1.01 * stability_limit(X, 0.1) * (Z.T @ (Z @ w - target) / len(y) + 0.1 * w)
    assert np.linalg.norm(w) > 1e6  # grows as 1.02^t


@models
def test_the_history_holds_the_objective_before_and_after_every_step(model, l1_ratio):
    X, y = PROBLEMS["p < n"]
    fitted = model(0.2, 0.05, 25).fit(X, y)
    assert fitted.objective_.shape == (26,)
    ends = [objective(X, y, w, 0.2, l1_ratio) for w in (np.zeros(8), fitted.get_weights())]
    np.testing.assert_allclose(fitted.objective_[[0, -1]], ends, rtol=1e-12)


def test_the_first_ridge_step_goes_down_the_gradient():
    X, y = PROBLEMS["p < n"]
    step = RidgeRegression(0.2, 0.01, 1).fit(X, y).get_weights()
    assert_gradient(lambda w: objective(X, y, w, 0.2, 0.0), lambda w: -step / 0.01, np.zeros(8))


@models
def test_the_intercept_is_free(model, l1_ratio):
    X, y = PROBLEMS["p < n"]
    here, there = model(0.2, 0.05, 200).fit(X, y), model(0.2, 0.05, 200).fit(X + 7.0, y - 1000.0)
    np.testing.assert_allclose(there.get_weights(), here.get_weights(), atol=1e-9)  # rounding of sums near 1000
    np.testing.assert_allclose(there.predict(X + 7.0), here.predict(X) - 1000.0, atol=1e-9)
    assert np.mean(y - here.predict(X)) == pytest.approx(0, abs=1e-12)


@models
def test_get_weights_is_a_copy_and_needs_a_fit(model, l1_ratio):
    X, y = PROBLEMS["p < n"]
    with pytest.raises(ValueError, match="call fit"):
        model().predict(X)
    fitted = model(0.1, 0.01, 10).fit(X, y)
    fitted.get_weights()[:] = np.nan
    assert np.isfinite(fitted.predict(X)).all()
    with pytest.raises(ValueError, match=r"shape \(n, 8\)"):
        fitted.predict(X[:, :3])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"lambda_": -1}, "lambda_ must be >= 0; got -1"),
        ({"lambda_": np.nan}, "lambda_ must be finite"),
        ({"learning_rate": 0}, "learning_rate must be > 0; got 0"),
        ({"n_iterations": 0}, "n_iterations must be a whole number >= 1; got 0"),
        ({"n_iterations": np.inf}, "n_iterations must be a whole number >= 1; got inf"),
        ({"n_iterations": 1.5}, "n_iterations must be a whole number >= 1; got 1.5"),
        ({"l1_ratio": 1.5}, r"l1_ratio must be in \[0, 1\]; got 1.5"),
    ],
)
def test_settings_out_of_range_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        ElasticNetRegression(**setting)


def test_whole_floats_are_whole_numbers():
    X, y = PROBLEMS["p < n"]
    fits = [RidgeRegression(0.1, 0.01, steps).fit(X, y).get_weights() for steps in (1e3, 1000)]
    np.testing.assert_array_equal(*fits)


@models
@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.ones(3), np.ones(3), "X must have shape"),
        (np.ones((3, 2)), np.ones(2), r"y must have shape \(3,\)"),
        (np.full((3, 2), np.nan), np.ones(3), "X must be finite"),
    ],
)
def test_malformed_data_are_refused(model, l1_ratio, X, y, message):
    with pytest.raises(ValueError, match=message):
        model().fit(X, y)


def test_a_design_without_variation_has_no_limit_and_no_weights():
    X, y = np.full((5, 2), 3.0), np.arange(5.0)
    assert stability_limit(X) == np.inf
    fitted = LassoRegression(0.1, 100.0, 3).fit(X, y)
    assert not fitted.get_weights().any()
    assert fitted.intercept_ == 2.0


@pytest.mark.parametrize("size", [1.0, 1e75, 1e150])
def test_penalty_gradients_stay_bounded_for_huge_weights(size):
    w = size * np.array([-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(l1_gradient(w, 0.5), [-0.5, 0.0, 0.5])
    np.testing.assert_allclose(l2_gradient(w, 0.5), w / 2)
    np.testing.assert_allclose(elastic_net_gradient(w, 0.5, 0.5), 0.25 * np.sign(w) + 0.25 * w)
