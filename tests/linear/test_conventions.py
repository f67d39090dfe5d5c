"""Every convention against the problem that defines it: the translated number gives the same weights."""

import numpy as np
import pytest
from problems import gaussian
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from regviz import elastic_net_path, from_convention, lasso_path, ridge_closed_form, to_convention, translations
from regviz.linear.conventions import CONVENTIONS, from_glmnet, to_glmnet

LAMBDA = 0.07
X, y = (a - a.mean(axis=0) for a in gaussian(25, 4, 0))
GRAM, CORRELATION = X.T @ X, X.T @ y
RIDGE, LASSO = ridge_closed_form(X, y, LAMBDA), lasso_path(X, y).at(LAMBDA).coefs[0]


def descend(loss_gradient, decay):
    """Return where w ← w − η(g + decay·w) settles."""
    w = np.zeros(4)
    for _ in range(5000):
        w = w - 0.05 * (loss_gradient(w) + decay * w)
    return w


def glmnet(X, y, lambda_, alpha):
    """Return what glmnet does, by its manual: the elastic net on y/s with lambda/s, the weights then times s."""
    s = np.sqrt(np.mean((y - y.mean()) ** 2))
    return s * ElasticNet(lambda_ / s, l1_ratio=alpha, tol=1e-14, max_iter=100_000).fit(X, y / s).coef_


SOLVED = {
    "scikit-learn Ridge": (lambda v: Ridge(v, fit_intercept=False).fit(X, y).coef_, RIDGE),
    "scikit-learn Lasso, ElasticNet": (lambda v: Lasso(v, tol=1e-14).fit(X, y).coef_, LASSO),
    "glmnet": (lambda v: glmnet(X, y, v, 1.0), LASSO),
    "sum of squares": (lambda v: np.linalg.inv(GRAM + v * np.eye(4)) @ CORRELATION, RIDGE),
    # gradient of ‖y − Xw‖² + v‖w‖²: 2XᵀXw − 2Xᵀy + 2vw = 0
    "ESL ridge (3.41)": (lambda v: np.linalg.solve(2 * GRAM + 2 * v * np.eye(4), 2 * CORRELATION), RIDGE),
    # ½‖y − Xw‖² + v‖w‖₁ is the peer's problem with the loss not divided by n
    "ESL lasso (3.52)": (lambda v: ElasticNet(v / 25, l1_ratio=1.0, tol=1e-14).fit(X, y).coef_, LASSO),
    "SGD weight decay, half mean square": (lambda v: descend(lambda w: X.T @ (X @ w - y) / 25, v), RIDGE),
    "SGD weight decay, mean square": (lambda v: descend(lambda w: 2 * X.T @ (X @ w - y) / 25, v), RIDGE),
}


def test_every_convention_is_covered():
    assert list(SOLVED) == [c.name for c in CONVENTIONS]


@pytest.mark.parametrize(("name", "solve", "expected"), [(name, *pair) for name, pair in SOLVED.items()], ids=SOLVED)
def test_the_translated_value_gives_the_same_weights(name, solve, expected):
    # scikit-learn's lasso stops on its duality gap, about 1e-7 from the weights; the others round
    np.testing.assert_allclose(solve(to_convention(LAMBDA, 25, name)), expected, atol=1e-6)


@pytest.mark.parametrize("name", SOLVED)
@pytest.mark.parametrize("n", [1, 25, 442])
def test_there_and_back_is_the_same_lambda(name, n):
    assert from_convention(to_convention(LAMBDA, n, name), n, name) == pytest.approx(LAMBDA, rel=1e-15)


def test_the_table_has_a_row_for_every_convention():
    rows = translations(LAMBDA, 442)
    assert [row.name for row in rows] == list(SOLVED)
    expected = [442 * LAMBDA, LAMBDA, LAMBDA, 442 * LAMBDA, 442 * LAMBDA, 442 * LAMBDA, LAMBDA, 2 * LAMBDA]
    assert [row.value for row in rows] == pytest.approx(expected, rel=1e-15)
    assert all(row.objective and row.symbol for row in rows)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: to_convention(-1.0, 10, "sum of squares"), "lambda_ must be >= 0; got -1.0"),
        (lambda: from_convention(np.nan, 10, "sum of squares"), "value must be finite; got nan"),
        (lambda: to_convention(1.0, 0, "sum of squares"), "n must be > 0; got 0"),
        (lambda: to_convention(1.0, 10, "Keras"), "convention must be one of scikit-learn Ridge, .*; got 'Keras'"),
    ],
)
def test_malformed_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("l1_ratio", "names"),
    [
        (0.0, [name for name in SOLVED if "asso" not in name and name != "glmnet"]),
        (0.3, ["scikit-learn Lasso, ElasticNet"]),
        (1.0, [name for name in SOLVED if "asso" in name or name == "glmnet"]),
    ],
)
def test_a_penalty_has_its_own_conventions_only(l1_ratio, names):
    assert [row.name for row in translations(LAMBDA, 442, l1_ratio)] == names


@pytest.mark.parametrize("rho", [0.05, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("unit", [0.01, 1.0, 77.0])
def test_glmnet_s_numbers_give_the_same_weights(rho, unit):
    lam, alpha = to_glmnet(LAMBDA * unit, rho, unit * y)
    expected = elastic_net_path(X, unit * y, rho, [LAMBDA * unit]).coefs[0]
    np.testing.assert_allclose(glmnet(X, unit * y, lam, alpha), expected, atol=1e-6 * unit)
    assert from_glmnet(lam, alpha, unit * y) == pytest.approx((LAMBDA * unit, rho), rel=1e-13)
    assert lam == pytest.approx(LAMBDA * unit * (rho + (1 - rho) * np.std(unit * y)), rel=1e-13)


def test_glmnet_has_no_number_for_a_constant_target():
    for translate in (to_glmnet, from_glmnet):
        with pytest.raises(ValueError, match="y must vary; got a constant"):
            translate(0.1, 0.5, [2.0, 2.0])


def test_a_target_in_its_own_units_wants_an_l1_penalty_as_many_times_as_large():
    """And a ridge penalty as it is: what the page says of a target that it divides by its standard deviation."""
    unit, raw = 77.0, 77.0 * y
    np.testing.assert_allclose(lasso_path(X, raw).at(unit * LAMBDA).coefs[0], unit * LASSO, atol=1e-9)
    np.testing.assert_allclose(ridge_closed_form(X, raw, LAMBDA), unit * RIDGE, atol=1e-9)
