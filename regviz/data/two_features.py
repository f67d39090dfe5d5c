"""A regression in two correlated features: the data behind every page that draws the plane of two weights."""

from dataclasses import dataclass

import numpy as np

from regviz.checks import Array
from regviz.memory import once


@dataclass(frozen=True)
class TwoFeatures:
    """A centred design X (n, 2), y (n,), the true weights, and the loss as ½ wᵀHw − cᵀw + const."""

    X: Array
    y: Array
    truth: Array
    H: Array
    c: Array
    free: Array


@once(most=64)
def draw_data(n: int, correlation: float, noise: float, w1: float, w2: float, seed: int) -> TwoFeatures:
    """Return n rows of two correlated standard normal features and y = Xw + noise, centred."""
    rng = np.random.default_rng(seed)
    first, second, error = rng.standard_normal((3, n))
    X = np.stack([first, correlation * first + np.sqrt(1 - correlation**2) * second], axis=1)
    truth = np.array([w1, w2])
    y = X @ truth + noise * error
    X, y = X - X.mean(axis=0), y - y.mean()
    H, c = X.T @ X / n, X.T @ y / n
    return TwoFeatures(X, y, truth, H, c, np.linalg.solve(H, c))
