"""Columns in any units: the answers of the same columns in their own, or a refusal that names them."""

import re

import numpy as np
import pytest

import regviz
from regviz import (
    PathError,
    RidgeRegression,
    cross_validate,
    duality_gap,
    elastic_net_path,
    kkt_residual,
    lambda_max,
    lasso_path,
    ridge_closed_form,
    ridge_path,
)
from regviz.data.tables import diabetes
from regviz.linear.degrees_of_freedom import effective_df
from regviz.linear.homotopy import EXACT, Support
from regviz.linear.units import measured


def solve(X, y, lambda_, l1_ratio):
    return elastic_net_path(X, y, l1_ratio, [lambda_]).coefs[0]


def violation(Z, y, u, units, lambda_, l1_ratio):
    """Return the largest violation of the optimality conditions of w = u/units on X = Z·units, in units of Z."""
    Z, y = Z - Z.mean(axis=0), y - y.mean()
    pull = Z.T @ (y - Z @ u) / len(y) - lambda_ * (1 - l1_ratio) / units / units * u
    level = lambda_ * l1_ratio / units
    return np.where(u != 0, np.abs(pull - level * np.sign(u)), np.maximum(np.abs(pull) - level, 0)).max()


@pytest.mark.parametrize("seed", range(60))
def test_the_lasso_reaches_least_squares_whatever_the_units(seed):
    rng = np.random.default_rng(seed)
    X, s = rng.standard_normal((40, 15)), 10.0 ** rng.integers(-6, 7, 15)
    y = rng.standard_normal(40)
    exact = np.linalg.lstsq(X - X.mean(axis=0), y - y.mean())[0]
    np.testing.assert_allclose(lasso_path(X * s, y).coefs[-1] * s, exact, atol=1e-8)


def test_two_columns_as_solved_by_hand():
    Z = np.random.default_rng(0).standard_normal((60, 2))
    y = Z @ [1.0, 2.0]
    w = elastic_net_path(Z * [1, 1e7], y, 0.5, [0.1]).coefs[0] * [1, 1e7]
    Z, y = Z - Z.mean(axis=0), y - y.mean()
    # the second column costs nothing, so that it takes whatever the first leaves: one soft threshold on its residual
    rest = Z[:, 0] - Z[:, 1] * (Z[:, 1] @ Z[:, 0]) / (Z[:, 1] @ Z[:, 1])
    first = (rest @ y / 60 - 0.05) / (rest @ rest / 60 + 0.05)
    assert w[0] == pytest.approx(first, abs=1e-6)  # what the second costs: 1e-7
    assert w[1] == pytest.approx(Z[:, 1] @ (y - first * Z[:, 0]) / (Z[:, 1] @ Z[:, 1]), abs=1e-6)


@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
def test_a_tall_table_with_a_timestamp(l1_ratio):
    Z = np.random.default_rng(0).standard_normal((4000, 2))
    y = Z @ [1.0, 2.0]
    u = solve(Z * [1, 1e13], y, 0.1, l1_ratio) * [1, 1e13]
    Z, y = Z - Z.mean(axis=0), y - y.mean()
    rest = Z[:, 0] - Z[:, 1] * (Z[:, 1] @ Z[:, 0]) / (Z[:, 1] @ Z[:, 1])
    penalised = (rest @ y / 4000 - 0.1 * l1_ratio) / (rest @ rest / 4000 + 0.1 * (1 - l1_ratio))
    assert u[0] == pytest.approx(penalised, abs=1e-10)


@pytest.mark.parametrize("spread", [3, 6, 9, 13, 20])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.05, 0.5, 1.0])
def test_any_well_conditioned_design_is_solved_in_its_own_units(l1_ratio, spread):
    for seed in range(8):
        rng = np.random.default_rng([seed, spread])
        Z, units = rng.standard_normal((40, 9)), 10.0 ** rng.uniform(-spread, spread, 9)
        Z[:, :3] = Z[:, :3] > 0.8
        y = Z @ rng.standard_normal(9) + rng.standard_normal(40)
        X = Z * units
        lambdas = lambda_max(X, y) * np.append(0.0, 10.0 ** rng.uniform(-2 * spread, 1, 5))
        for lam, w in zip(lambdas, elastic_net_path(X, y, l1_ratio, lambdas).coefs, strict=True):
            assert violation(Z, y, w * units, units, lam, l1_ratio) <= 1e-9


@pytest.mark.parametrize("l1_ratio", [0.0, 0.5, 1.0])
def test_cross_validation_is_that_of_the_same_problem_in_other_units(l1_ratio):
    rng = np.random.default_rng(4)
    Z = rng.standard_normal((60, 3))
    y = Z @ [1.0, -1.0, 0.5] + 0.3 * rng.standard_normal(60)
    # the large column goes unpenalised in both, so that its unit says nothing
    errors = [cross_validate(Z * [1, 1, unit], y, l1_ratio, [0.01, 0.1, 1.0], seed=1).errors for unit in (1e11, 1e14)]
    np.testing.assert_allclose(*errors, rtol=1e-8)


@pytest.mark.parametrize("unit", [1e-160, 1e-80, 1e80, 1e160])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.3, 1.0])
def test_uniform_units_of_any_size(unit, l1_ratio):
    rng = np.random.default_rng(1)
    Z, y = rng.standard_normal((30, 5)), rng.standard_normal(30)
    lambdas = np.array([0.0, 0.05, 0.2])
    here = elastic_net_path(Z, y, l1_ratio, lambdas)
    # λ‖w‖₁ goes with the unit, λ‖w‖² with its square: y in the same unit squares both
    there = elastic_net_path(Z, y * unit, l1_ratio, lambdas * {1.0: unit}.get(l1_ratio, 1.0)).coefs / unit
    whole = l1_ratio in (0.0, 1.0)
    np.testing.assert_allclose(there[: 3 if whole else 1], here.coefs[: 3 if whole else 1], atol=1e-12)
    lasso = lasso_path(Z * unit, y)
    assert lasso.lambdas[0] == lambda_max(Z * unit, y) == pytest.approx(unit * lambda_max(Z, y))
    np.testing.assert_allclose(lasso.coefs * unit, lasso_path(Z, y).coefs, atol=1e-12)
    assert kkt_residual(Z * unit, y, lasso.coefs[2], lasso.lambdas[2]) <= 1e-12 * unit
    assert duality_gap(Z * unit, y, lasso.coefs[2], lasso.lambdas[2]) <= 1e-12
    np.testing.assert_allclose(ridge_path(Z * unit, y, [0.0]).coefs * unit, ridge_path(Z, y, [0.0]).coefs, atol=1e-12)
    np.testing.assert_allclose(ridge_closed_form(Z * unit, y, 0.0) * unit, ridge_closed_form(Z, y, 0.0), atol=1e-12)


@pytest.mark.parametrize(
    ("solver", "error", "columns"),
    [
        (lambda X, y: lasso_path(X * 1e160, y * 1e160), ValueError, r"columns 0, 1, 2"),
        (lambda X, y: lambda_max(X * 1e-160, y * 1e-160), ValueError, r"columns 0, 1, 2"),
        (lambda X, y: ridge_path(X * [1, 1e-160, 1], y * 1e160, [0.0]), ValueError, r"columns 1, 0"),
        (lambda X, y: ridge_path(X[:, [0, 1]] * 1e-160, y * 1e160, [0.0]), ValueError, r"columns 0, 1"),
        (lambda X, y: ridge_path(np.column_stack([X * [1, 1, 1e9], X[:, 0]]), y, [0.0]), PathError, r"column 3 "),
    ],
    ids=["too large", "too small", "too unlike", "weights too large", "twins beside a large column"],
)
def test_what_cannot_be_solved_names_the_columns(solver, error, columns):
    rng = np.random.default_rng(5)
    with pytest.raises(error, match=columns):
        solver(rng.standard_normal((30, 3)), rng.standard_normal(30))


def test_a_lost_path_names_the_columns_that_depend_on_one_another():
    X = np.random.default_rng(5).standard_normal((30, 5)) * [1, 1e6, 1, 1, 1]
    X[:, 4] = X[:, 1] / 1e6 + 1e-4 * X[:, 4]
    support = Support(measured(X, X[:, 0]).Z)
    assert all(support.enter(j, 1.0) for j in (4, 2, 1, 0))
    with pytest.raises(PathError, match=r"^columns 1, 4 of X are too nearly dependent") as refusal:
        support.refine(np.full((2, 4), 1e9), np.ones((2, 4)), EXACT)
    assert refusal.value.columns == (1, 4)


def test_certificates_see_small_columns_beside_large_ones():
    rng = np.random.default_rng(3)
    Z, y = rng.standard_normal((30, 2)), rng.standard_normal(30)
    X, w = Z * [1e16, 1.0], np.linalg.lstsq(Z - Z.mean(axis=0), y - y.mean())[0] / [1e16, 1.0]
    assert duality_gap(X, y, w, 0.0) <= 1e-20
    assert duality_gap(X, y, np.add(w, [0.0, 0.1]), 0.0) > 1e-3  # the small column is no rounding of the large one


def test_degrees_of_freedom_count_small_columns_too():
    rng = np.random.default_rng(6)
    Z = np.linalg.qr(rng.standard_normal((40, 3)))[0] * np.sqrt(40)  # ZᵀZ/n = I
    units, lam = np.array([1e12, 1.0, 1e-3]), np.array([1e-6, 1.0])
    expected = (units**2 / (units**2 + lam[:, None])).sum(axis=1)
    np.testing.assert_allclose(effective_df(Z * units, np.ones((2, 3)), lam, 0.0), expected, rtol=1e-9)


@pytest.mark.parametrize("offset", [1e6, 1e12, 1e15])
def test_predictions_keep_their_digits_far_off_zero(offset):
    X = np.random.default_rng(0).integers(-50, 50, (40, 3)).astype(float)  # so that X + offset is exact
    y = X @ [1.0, -2.0, 0.5]
    near, far = lasso_path(X, y), lasso_path(X + offset, y)
    np.testing.assert_allclose(far.at(0.1).predict(X + offset), near.at(0.1).predict(X), atol=1e-10)
    model = RidgeRegression(0.1, 1e-4, 50)
    np.testing.assert_allclose(model.fit(X + offset, y).predict(X + offset), model.fit(X, y).predict(X), atol=1e-10)
    np.testing.assert_allclose(
        cross_validate(X + offset, y, 1.0, [0.1, 1.0]).errors, cross_validate(X, y, 1.0, [0.1, 1.0]).errors, atol=1e-8
    )


def test_twin_columns_at_a_strength_near_rounding_share_their_weight():
    X = np.random.default_rng(0).standard_normal((30, 3))
    w = ridge_closed_form(np.column_stack([X, X[:, 0]]), X @ [2.0, 1.0, -1.0], 1e-16)
    np.testing.assert_allclose(w, [1.0, 1.0, -1.0, 1.0], atol=1e-12)


def test_sixty_thousand_columns_need_no_square_of_them():
    X = np.random.default_rng(0).standard_normal((12, 60_000))
    y = X[:, 7] * 3
    top = lambda_max(X, y)
    assert kkt_residual(X, y, lasso_path(X, y, least=0.1 * top).coefs[-1], 0.1 * top) <= 1e-10 * top
    assert kkt_residual(X, y, solve(X, y, 0.5 * top, 0.5), 0.5 * top, 0.5) <= 1e-10 * top
    d = np.linalg.svd(X, compute_uv=False)
    df = effective_df(X, np.ones((1, 60_000)), np.array([0.1]), 0.0)
    np.testing.assert_allclose(df, [(d**2 / (d**2 + 12 * 0.1)).sum()], rtol=1e-12)
    w = ridge_closed_form(X, y, 0.1)
    np.testing.assert_allclose(X.T @ (y - X @ w) / 12, 0.1 * w, atol=1e-12)


def test_results_keep_their_own_lambdas():
    X, y, lambdas = diabetes().X, diabetes().y, np.array([1.0, 0.5])
    made = [elastic_net_path(X, y, rho, lambdas) for rho in (0.0, 0.5, 1.0)] + [cross_validate(X, y, 1.0, lambdas)]
    made.append(made[0].at(lambdas))
    lambdas[:] = 7.0
    for result in made:
        np.testing.assert_array_equal(result.lambdas, [1.0, 0.5])


def test_predictions_do_not_follow_later_changes_of_the_data():
    X, y = diabetes().X.copy(), diabetes().y
    new, results = X.copy(), [lasso_path(X, y), RidgeRegression(0.1, 1e-5, 10).fit(X, y)]
    before = [result.predict(new) for result in results]
    X[...] = 0.0
    np.testing.assert_array_equal(results[0].predict(new), before[0])
    np.testing.assert_array_equal(results[1].predict(new), before[1])


def test_without_strength_degrees_of_freedom_are_the_rank():
    X = np.random.default_rng(0).standard_normal((20, 4))
    X = np.column_stack([X, X[:, 0] + X[:, 1]])
    np.testing.assert_allclose(effective_df(X - X.mean(axis=0), np.ones((1, 5)), np.zeros(1), 0.5), [4.0], rtol=1e-12)


@pytest.mark.parametrize("solver", ["lasso_path", "ridge_path", "elastic_net_path", "cross_validate", "kkt_residual"])
def test_masks_and_imaginary_parts_are_never_dropped(solver):
    X, y = diabetes().X, diabetes().y
    more = {"ridge_path": ([1.0],), "elastic_net_path": (0.5, [1.0]), "cross_validate": (0.5, [1.0])}
    more |= {"kkt_residual": (np.zeros(10), 0.1)}
    for wrong, said in ((np.ma.masked_greater(X, 200), "masked"), (X + 1j, "complex"), (X.astype(complex), "complex")):
        with pytest.raises(ValueError, match=re.compile(f"X must .*{said}")):
            getattr(regviz, solver)(wrong, y, *more.get(solver, ()))
