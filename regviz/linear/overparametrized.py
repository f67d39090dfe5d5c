"""More features than samples: least squares of least norm, and what it and ridge risk, exactly and in the limit.

The features are standard normal and independent, y = xᵀβ + noise. `signal` is ‖β‖², `noise` the variance of the noise,
γ = p/n, and λ is that of (1/2n)‖y − Xw‖² + λ/2 ‖w‖². Bias and variance are parts of E(xᵀw − xᵀβ)².
"""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, fraction, matrix, non_negative, positive, regression, strength, whole


def min_norm(X: ArrayLike, y: ArrayLike) -> Array:
    """Return the w (p,) of least ‖w‖₂ among all that minimise ‖y − Xw‖, for X (n, p) and y (n,); no intercept.

    It is where ridge ends as λ → 0, and where gradient descent from 0 ends.

    >>> min_norm([[1.0, 0.5]], [1.0]).round(3).tolist()
    [0.8, 0.4]
    """
    X, y = regression(X, y)
    return np.linalg.lstsq(X, y, rcond=None)[0]


def min_norm_risk(p: ArrayLike, n: ArrayLike, signal: ArrayLike, noise: ArrayLike) -> tuple[Array, Array]:
    """Return bias and variance of the least norm with n samples and p features, exactly, on average over samples.

    Infinite variance where |p − n| ≤ 1. Arguments are broadcast. Source: Belkin, Hsu and Xu 2020.

    >>> bias, variance = min_norm_risk([20, 40, 120], 40, 1.0, 0.19)
    >>> bias.round(3).tolist(), variance.round(3).tolist()
    ([0.0, 0.0, 0.667], [0.2, inf, 0.096])
    """
    p, n = np.broadcast_arrays(_counts("p", p), positive("n", _counts("n", n)))
    signal, noise = non_negative("signal", signal), non_negative("noise", noise)
    few = np.minimum(p, n)
    gap = np.abs(n - p) - 1.0
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        variance = np.where(gap > 0, few / gap, np.inf) * noise
    variance = np.where((noise == 0) | (p == 0), 0.0, variance)
    return signal * np.maximum(1 - n / np.maximum(p, 1), 0.0), variance


def weak_feature_risk(p: ArrayLike, n: int, D: int, signal: float, noise: float) -> tuple[Array, Array, Array]:
    """Return what p of D equally strong features cost under the least norm: approximation, bias and variance.

    They add up to E(y − xᵀw)². Approximation is σ² and the share of the signal in features that are left out, which
    act as further noise. Raises ValueError for p above D. Source: Belkin, Hsu and Xu 2020.

    >>> [round(float(part), 3) for part in weak_feature_risk(60, 40, 200, 1.0, 0.04)]
    [0.74, 0.1, 1.558]
    """
    p, D = _counts("p", p), whole("D", D, 1)
    if np.any(p > D):
        raise ValueError(f"p must be <= D = {D}; got {p.max()}")
    signal, noise = strength("signal", signal), strength("noise", noise)
    approximation = noise + signal * (1 - p / D)
    return approximation, *min_norm_risk(p, n, signal * p / D, approximation)


def marchenko_pastur_stieltjes(lambda_: ArrayLike, gamma: ArrayLike) -> Array:
    """Return m(−λ), the limit of tr (XᵀX/n + λI)⁻¹/p as n and p grow with p/n → γ, for λ > 0.

    It solves γλm² + (1 − γ + λ)m = 1. Source: Marchenko and Pastur 1967.

    >>> float(marchenko_pastur_stieltjes(1.0, 1.0).round(6))
    0.618034
    """
    lambda_, gamma = positive("lambda_", lambda_), positive("gamma", gamma)
    return _resolvent(lambda_, gamma)[0] / lambda_


def marchenko_pastur_density(x: ArrayLike, gamma: float) -> Array:
    """Return the limiting density at x of the eigenvalues of XᵀX/n, as n and p grow with p/n → γ, for γ in (0, 1].

    Raises ValueError for an x that is not positive. Source: Marchenko and Pastur 1967.

    >>> float(marchenko_pastur_density(1.0, 1.0).round(6))
    0.275664
    """
    x, gamma = positive("x", x), fraction("gamma", above("gamma", gamma, 0))
    low, high = (1 - gamma**0.5) ** 2, (1 + gamma**0.5) ** 2
    return np.sqrt(np.maximum((x - low) * (high - x), 0.0)) / (2 * np.pi * gamma * x)


def ridge_limit_risk(lambda_: ArrayLike, gamma: ArrayLike, signal: ArrayLike, noise: ArrayLike) -> tuple[Array, Array]:
    """Return bias and variance of ridge as n and p grow with p/n → γ; λ = 0 is the least norm.

    Infinite variance at λ = 0, γ = 1. Arguments are broadcast. Source: Hastie, Montanari, Rosset and Tibshirani 2022.

    >>> bias, variance = ridge_limit_risk(0.0, [0.5, 2.0], 5.0, 1.0)
    >>> bias.tolist(), variance.tolist()
    ([0.0, 2.5], [1.0, 1.0])
    """
    lambda_, gamma = np.broadcast_arrays(non_negative("lambda_", lambda_), positive("gamma", gamma))
    signal, noise = non_negative("signal", signal), non_negative("noise", noise)
    q, root = _resolvent(lambda_, gamma)
    rise, fall = 1 - gamma + lambda_, gamma - 1 + lambda_
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        bias = np.where(root > 0, q * (gamma * q + lambda_) / root, 0.0)
        rest = np.where(fall > 0, 2 * lambda_ / (root + fall), (root - fall) / 2)
        product = np.where(rise > 0, 2 * rest / (rise + root), 2 * q / (fall + root))
        variance = np.where(root > 0, gamma * product / root, np.inf)
        return signal * bias, np.where(noise == 0, 0.0, noise * variance)


def optimal_ridge(gamma: ArrayLike, signal: ArrayLike, noise: ArrayLike) -> Array:
    """Return the λ = γσ²/‖β‖² of least risk as n and p grow with p/n → γ.

    In the sum form nλ = pσ²/‖β‖², which does not depend on n. There the risk, bias and variance together, is
    σ²γm(−λ). Source: Hastie, Montanari, Rosset and Tibshirani 2022; Nakkiran, Venkat, Kakade and Ma 2021.

    >>> float(optimal_ridge(2.0, 1.0, 0.25))
    0.5
    """
    return positive("gamma", gamma) * non_negative("noise", noise) / positive("signal", signal)


def random_features(X: ArrayLike, W: ArrayLike) -> Array:
    """Return max(x·w, 0) (n, k) of every row of X (n, d) with every row of W (k, d): a first layer left untrained.

    Raises ValueError where the rows differ in length. Source: Rahimi and Recht 2007, here with ReLU.
    """
    X, W = matrix("X", X), matrix("W", W)
    if X.shape[1] != W.shape[1]:
        raise ValueError(f"W must have {X.shape[1]} columns to match X; got {W.shape[1]}")
    return np.maximum(X @ W.T, 0.0)


def _resolvent(lambda_: Array, gamma: Array) -> tuple[Array, Array]:
    """Return λm(−λ), and √((1 − γ + λ)² + 4γλ), without cancellation."""
    rise = 1 - gamma + lambda_
    root = np.hypot(rise, 2 * np.sqrt(gamma * lambda_))
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        return np.where(rise > 0, 2 * lambda_ / (rise + root), (root - rise) / (2 * gamma)), root


def _counts(name: str, value: ArrayLike) -> Array:
    """Return whole numbers >= 0."""
    counts = non_negative(name, value)
    if np.any(counts % 1):
        raise ValueError(f"{name} must be whole; got {counts[counts % 1 > 0].flat[0]}")
    return counts
