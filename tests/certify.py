"""Certificates for gradients, proximal operators and solutions, none of which trusts the code under test."""

import numpy as np


def assert_gradient(value, gradient, w, tolerance=1e-6):
    """Compare `gradient` with central differences of `value` at a point w (p,) without kinks.

    Step h = 1e-5: truncation error h² ~ 1e-10 and rounding eps/h ~ 1e-11 leave 1e-6 a wide margin.
    """
    w, h = np.asarray(w, dtype=float), 1e-5
    steps = h * np.eye(w.size).reshape(w.size, *w.shape)
    numeric = np.array([(value(w + s) - value(w - s)) / (2 * h) for s in steps]).reshape(w.shape)
    np.testing.assert_allclose(gradient(w), numeric, rtol=tolerance, atol=tolerance)


def assert_subdifferential(z, w, subdifferential, step, tolerance=1e-10):
    """Certify w = prox(z) of a convex penalty: (z − w)/step lies in the interval subdifferential(w), weight by weight.

    1e-10 allows for the rounding of one division at |z| up to about 1e3.
    """
    low, high = subdifferential(w)
    pull = (z - w) / step
    outside = np.maximum(np.maximum(low - pull, pull - high), 0)
    assert outside.max(initial=0) <= tolerance, f"pull {pull} outside [{low}, {high}]"


def assert_prox(prox, value, z, step, tolerance=1e-9):
    """Certify a separable prox, convex or not: no point of a fine grid costs less, one weight at a time."""
    z = np.asarray(z, dtype=float)
    w = prox(z)
    assert w.shape == z.shape
    reach = np.abs(z).max() + 1.0
    grid = np.linspace(-reach, reach, 20_001)
    cost = (w - z) ** 2 / 2 + step * value(w)
    best = ((grid - z[:, None]) ** 2 / 2 + step * value(grid)).min(axis=1)
    assert np.all(cost <= best + tolerance), f"{w} at {z}: {cost} > {best}"


def assert_joint_prox(prox, value, z, step, rng, tolerance=1e-9):
    """Certify a prox that couples weights: no point of a cloud around w and 0 costs less."""
    w = prox(z)
    scales = np.geomspace(1e-6, 2.0, 40)
    cloud = np.concatenate([w + s * rng.standard_normal((200, z.size)) for s in scales])
    cloud = np.concatenate([cloud, cloud * (rng.random(cloud.shape) < 0.5), [np.zeros_like(z)]])
    cost = np.sum((w - z) ** 2) / 2 + step * value(w)
    best = min(np.sum((v - z) ** 2) / 2 + step * value(v) for v in cloud)
    assert cost <= best + tolerance, f"{w}: {cost} > {best}"


def assert_optimal(X, y, w, lambda_, l1_ratio=1.0, tolerance=1e-8):
    """Recompute the elastic net's KKT conditions at w from X, y and w alone, intercept at its own optimum.

    The tolerance is relative to the largest correlation |x_jᵀy|/n, the scale of every term.
    """
    X, y = X - X.mean(axis=0), y - y.mean()
    n = len(y)
    scale = max(np.abs(X.T @ y).max() / n, 1.0)
    slack = X.T @ (y - X @ w) / n - lambda_ * (1 - l1_ratio) * w
    active = w != 0
    assert np.all(np.abs(slack[active] - lambda_ * l1_ratio * np.sign(w[active])) <= tolerance * scale)
    assert np.all(np.abs(slack[~active]) <= lambda_ * l1_ratio + tolerance * scale)
