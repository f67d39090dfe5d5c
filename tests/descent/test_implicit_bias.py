"""What training chooses, against optimality conditions, finite differences, plain descent and linear maps."""

import numpy as np
import pytest
from certify import assert_gradient

from regviz import (
    diagonal_net_solution,
    flow_risk,
    logistic_flow,
    margin_offset,
    max_margin_2d,
    q_alpha,
    ridge_closed_form,
    ridge_risk,
)


def separable(seed, n=12):
    """Rows y·x with a margin of at least 0.2 to a random line."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi)
    u = np.array([np.cos(angle), np.sin(angle)])
    x = rng.uniform(-2, 2, (20 * n, 2))
    return (x * np.sign(x @ u)[:, None])[np.abs(x @ u) > 0.2][:n]


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_margin(seed):
    """Its optimality conditions, and no angle of a fine grid does better: (1e-4)² is the grid's error."""
    Z = separable(seed)
    w, a = max_margin_2d(Z)
    slack = Z @ w - 1
    np.testing.assert_allclose(Z.T @ a, w, atol=1e-10)
    assert a.min() >= -1e-12
    assert slack.min() >= -1e-9
    np.testing.assert_allclose(a * slack, 0, atol=1e-9)
    angles = np.linspace(0, 2 * np.pi, 60_001)
    margins = (Z @ np.stack([np.cos(angles), np.sin(angles)])).min(axis=0)
    assert margins.max() == pytest.approx(1 / np.linalg.norm(w), rel=1e-3)
    assert margins.max() <= (1 + 1e-12) / np.linalg.norm(w)


@pytest.mark.parametrize("Z", [[[2.0, 0.0]], [[2.0, 0.0], [2.0, 0.0]], [[2.0, 0.0], [5.0, 0.0]]])
def test_one_direction_supports_alone(Z):
    w, a = max_margin_2d(Z)
    np.testing.assert_allclose(w, [0.5, 0])
    assert a @ np.array(Z)[:, 0] == pytest.approx(0.5)


@pytest.mark.parametrize("seed", range(4))
def test_the_flow_moves_down_the_gradient(seed):
    """Differences over log t of ±1e-3 against t Σ z/(1 + exp(zᵀw)), from t = 1e-3 to 1e15; 1e-6 is their error."""
    Z = separable(seed)
    at = np.log(10) * np.array([-3, 0, 2, 8, 15])
    w = logistic_flow(Z, np.sort(np.concatenate([at - 1e-3, at, at + 1e-3]))).reshape(-1, 3, 2)
    slope = (w[:, 2] - w[:, 0]) / 2e-3
    pull = np.array([np.exp(s - np.logaddexp(0, Z @ one)) @ Z for s, one in zip(at, w[:, 1], strict=True)])
    np.testing.assert_allclose(slope, pull, rtol=1e-5, atol=1e-5 * np.abs(pull).max())


def test_the_flow_starts_at_zero_and_is_descent():
    Z = separable(0)
    np.testing.assert_allclose(logistic_flow(Z, [np.log(1e-6)])[0], 1e-6 * Z.sum(axis=0) / 2)
    w, eta = np.zeros(2), 1e-4
    for _ in range(20_000):
        w = w + eta * Z.T @ np.exp(-np.logaddexp(0, Z @ w))
    np.testing.assert_allclose(logistic_flow(Z, [np.log(2.0)])[0], w, rtol=1e-3)  # Euler's error is of order η


@pytest.mark.parametrize("seed", [1, 3])
def test_the_offset_solves_its_equation(seed):
    """Σ z exp(−zᵀw̃) = ŵ over the support, which the flow needs to stay on ŵ log t + w̃."""
    Z = separable(seed)
    w, a = max_margin_2d(Z)
    offset, on = margin_offset(Z), a > 1e-9
    np.testing.assert_allclose(np.exp(-Z[on] @ offset) @ Z[on], w, atol=1e-9)
    assert on.sum() == 2


def test_one_row_alone_has_no_offset():
    assert np.isnan(margin_offset([[2.0, 0.0], [5.0, 1.0]])).all()


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
def test_the_slope_of_q(alpha):
    w = np.array([-2.0, 0.3, 1e-3, 5.0])
    assert_gradient(lambda v: float(q_alpha(v, alpha)), lambda v: np.arcsinh(v / (2 * alpha**2)), w)


def test_q_between_l2_and_l1():
    """To first order ‖w‖²/(4α²) for large α; |w| log(1/α²) for small, up to |w|(log|w| − 1), by its expansion."""
    w = np.array([-2.0, 0.5])
    assert q_alpha(w, 1e4) == pytest.approx((w @ w) / 4e8, rel=1e-6)
    size = np.abs(w)
    assert q_alpha(w, 1e-8) == pytest.approx((size * (np.log(size / 1e-16) - 1)).sum(), rel=1e-9)


@pytest.mark.parametrize("alpha", [1e-4, 0.02, 0.5, 20.0])
@pytest.mark.parametrize(("n", "p"), [(1, 2), (6, 15), (8, 8), (20, 4)])
def test_the_end_of_a_diagonal_net(rng, n, p, alpha):
    """w solves the normal equations, and the slope of Q lies in the row space: both conditions of the least Q."""
    X, y = rng.standard_normal((n, p)), rng.standard_normal(n)
    w = diagonal_net_solution(X, y, [alpha])[0]
    np.testing.assert_allclose(X.T @ (X @ w - y), 0, atol=1e-8)
    slope, null = np.arcsinh(w / (2 * alpha**2)), np.linalg.svd(X)[2][min(n, p) :]
    np.testing.assert_allclose(null @ slope, 0, atol=1e-7 * max(1, np.abs(slope).max()))


@pytest.mark.parametrize("alpha", [0.1, 1.0])
def test_plain_descent_on_u_and_v_ends_there(rng, alpha):
    """Gradient steps of 0.002 on ½‖X(u² − v²) − y‖²/n; they differ from the flow by the order of the step."""
    X, y = rng.standard_normal((5, 12)), rng.standard_normal(5)
    u, v = np.full(12, alpha), np.full(12, alpha)
    for _ in range(20_000):
        pull = 0.004 * X.T @ (y - X @ (u**2 - v**2)) / 5
        u, v = u + pull * u, v - pull * v
    np.testing.assert_allclose(diagonal_net_solution(X, y, [alpha])[0], u**2 - v**2, atol=2e-3)


def test_alphas_come_back_in_their_order(rng):
    X, y = rng.standard_normal((3, 6)), rng.standard_normal(3)
    both = diagonal_net_solution(X, y, [0.1, 2.0])
    np.testing.assert_allclose(both[::-1], diagonal_net_solution(X, y, [2.0, 0.1]), atol=1e-9)
    assert np.abs(both[0]).sum() < np.abs(both[1]).sum()
    np.testing.assert_array_equal(diagonal_net_solution(X, np.zeros(3), [0.5]), np.zeros((1, 6)))


def risk_of(A, X, beta, sigma):
    """E‖Ay − β‖² for y = Xβ + noise, of a linear map A (p, n)."""
    return ((A @ X @ beta - beta) ** 2).sum() + sigma**2 * (A**2).sum()


@pytest.mark.parametrize(("n", "p"), [(12, 4), (4, 9)])
def test_risks_of_linear_maps(rng, n, p):
    """Ridge column by column; the flow by 2^16 steps of descent, whose error is of order t/2^16."""
    X, beta, t = rng.standard_normal((n, p)), rng.standard_normal(p), 3.0
    e, V = np.linalg.eigh(X.T @ X / n)
    signal, e = (V.T @ beta) ** 2, np.maximum(e, 0)
    ridge = np.stack([ridge_closed_form(X, column, 1 / t) for column in np.eye(n)], axis=1)
    assert ridge_risk(e, signal, 0.49 / n, 1 / t) == pytest.approx(risk_of(ridge, X, beta, 0.7), rel=1e-9)
    A, eta = np.zeros((p, n)), t / 2**16
    for _ in range(2**16):
        A = A + eta * X.T @ (np.eye(n) - X @ A) / n
    assert flow_risk(e, signal, 0.49 / n, t) == pytest.approx(risk_of(A, X, beta, 0.7), rel=1e-3)


def test_stopping_never_costs_more_than_1_69_times_ridge(rng):
    """2000 problems, times from 1e-3 to 1e3; the supremum of [(1 − e⁻ˣ)(1 + x)/x]² is 1.68591."""
    worst, t = 0.0, np.geomspace(1e-3, 1e3, 60)
    for _ in range(2000):
        e = np.exp(rng.normal(0, 2, rng.integers(1, 6)))
        signal, noise = np.exp(rng.normal(0, 3, e.shape)), np.exp(rng.normal(0, 3))
        worst = max(worst, (flow_risk(e, signal, noise, t) / ridge_risk(e, signal, noise, 1 / t)).max())
    assert 1.68 < worst <= 1.68592


def test_the_ends_of_time():
    e, signal = np.array([0.0, 0.5, 2.0]), np.array([1.0, 2.0, 3.0])
    assert flow_risk(e, signal, 0.1, 0.0) == 6
    assert flow_risk(e, signal, 0.1, 1e6) == pytest.approx(1 + 0.1 * (2 + 0.5))
    assert ridge_risk(e, signal, 0.1, 1e12) == pytest.approx(6)
    assert ridge_risk(e, 2.0, 0.1, [[1.0], [2.0]]).shape == (2, 1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: max_margin_2d([[1.0, 0.0], [-1.0, 0.0]]), "Z must be separable by a line through 0; got 2 rows"),
        (lambda: max_margin_2d([[0.0, 0.0]]), "separable"),
        (lambda: max_margin_2d(np.eye(3)), r"Z must have shape \(n, 2\); got \(3, 3\)"),
        (lambda: logistic_flow([[1.0, np.nan]], [0.0]), "Z must be finite; got nan"),
        (lambda: logistic_flow([[1.0, 1.0]], [1.0, 0.0]), "log_times must rise"),
        (lambda: logistic_flow([[1.0, 1.0]], [-20.0]), "log_times must rise"),
        (lambda: q_alpha([1.0], 0.0), "alpha must be > 0; got 0"),
        (lambda: diagonal_net_solution(np.eye(2), [1.0, 1.0], [0.0]), "alphas must be > 0; got 0"),
        (lambda: flow_risk([1.0, 2.0], [1.0, 1.0, 1.0], 1.0, 1.0), r"signal must .* shape \(2,\)"),
        (lambda: flow_risk([1.0], 1.0, -1.0, 1.0), "noise must be >= 0; got -1"),
        (lambda: ridge_risk([1.0], 1.0, 1.0, 0.0), "lambda_ must be > 0; got 0"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()
