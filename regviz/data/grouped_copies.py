"""Zou and Hastie's grouping example: two hidden factors, three noisy copies of each, one of the three turned around."""

from dataclasses import dataclass

import numpy as np

from regviz.checks import Array, non_negative, whole

SIGNS = np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0])
GROUPS = np.array([0, 0, 0, 1, 1, 1])
EFFECTS = np.array([1.0, 0.1])  # of the two factors on y
TOP = 20.0  # factors are uniform on [0, TOP]


@dataclass(frozen=True, eq=False)
class Twins:
    """X (n, 6) of mean 0 and variance 1, centred y (n,), and what brings weights back to the units of the copies."""

    X: Array
    y: Array
    mean: Array
    scale: Array
    level: float
    copy_noise: float

    def excess_error(self, w: Array) -> Array:
        """Return the root mean square error (...) of predictions of E[y | factors] on new rows, for weights w (..., 6).

        In closed form: what the copies miss of each factor, the noise of the copies, and the offset.
        """
        raw = w / self.scale
        variance = TOP**2 / 12
        grouped = np.stack([(raw * SIGNS)[..., g == GROUPS].sum(axis=-1) for g in (0, 1)], axis=-1)
        missed = variance * np.sum((EFFECTS - grouped) ** 2, axis=-1)
        offset = self.level - raw @ self.mean + TOP / 2 * (grouped.sum(axis=-1) - EFFECTS.sum())
        return np.sqrt(missed + self.copy_noise**2 * np.sum(raw**2, axis=-1) + offset**2)


def twins(n: int = 100, copy_noise: float = 0.25, noise: float = 1.0, seed: int = 0) -> Twins:
    """Return n rows: Z₁, Z₂ uniform on [0, 20], y = Z₁ + 0.1 Z₂ + noise·N(0, 1), copies ±Z_g + copy_noise·N(0, 1).

    Source: Zou and Hastie 2005, the example of grouped selection; there copy_noise is 1/4 and noise 1.
    """
    n, delta, sigma = whole("n", n, 2), float(non_negative("copy_noise", copy_noise)), non_negative("noise", noise)
    rng = np.random.default_rng(whole("seed", seed, 0))
    Z = rng.uniform(0, TOP, (n, 2))
    X = Z[:, GROUPS] * SIGNS + delta * rng.standard_normal((n, 6))
    y = Z @ EFFECTS + sigma * rng.standard_normal(n)
    mean, scale, level = X.mean(axis=0), X.std(axis=0), float(y.mean())
    return Twins((X - mean) / scale, y - level, mean, scale, level, delta)
