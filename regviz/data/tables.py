"""Tables to fit: real ones kept as files beside this module, and seeded synthetic designs."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, fraction, non_negative, whole
from regviz.memory import once

HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Table:
    """A regression problem: X (n, p), y (n,), a name for each column, the name of y, and where it comes from."""

    X: Array
    y: Array
    names: tuple[str, ...]
    target: str
    source: str


@dataclass(frozen=True, eq=False)
class Design(Table):
    """A synthetic table with its truth: y = Xw + noise · (standard normal)."""

    w: Array
    noise: float


@cache
def diabetes() -> Table:
    """Return the diabetes table (442, 10) in raw units, read-only. Source: Efron et al. 2004, table 1."""
    lines = (HERE / "diabetes.csv").read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    *names, target = lines[len(comments)].split(",")
    values = np.loadtxt(lines[len(comments) + 1 :], delimiter=",")
    values.flags.writeable = False
    source = " ".join(line.removeprefix("# ") for line in comments)
    return Table(values[:, :-1], values[:, -1], tuple(names), target, source)


def linear_design(
    n: int = 100, p: int = 20, correlation: float = 0.5, sparsity: float = 0.75, noise: float = 1.0, seed: int = 0
) -> Design:
    """Return a seeded linear problem: rows normal with unit variance and cov(x_i, x_j) = correlation^|i−j|.

    A share `sparsity` in [0, 1] of the true weights, at random places, is exactly zero, the others have sizes
    between 0.5 and 1.5 and random signs; `noise` is the standard deviation around Xw. Columns, weights and noise come
    from three streams of the seed, so that turning one knob leaves the draws behind the others as they were.
    Raises ValueError where n < 2, p < 1 or |correlation| ≥ 1.
    """
    n, p = whole("n", n, 2), whole("p", p, 1)
    rho, kept = float(finite("correlation", correlation)), p - round(fraction("sparsity", sparsity) * p)
    if abs(rho) >= 1:
        raise ValueError(f"correlation must be in (-1, 1); got {rho}")
    for_X, for_w, for_y = (np.random.default_rng([seed, stream]) for stream in range(3))
    X = for_X.standard_normal((n, p))
    for j in range(1, p):
        X[:, j] = rho * X[:, j - 1] + np.sqrt(1 - rho**2) * X[:, j]
    w = for_w.uniform(0.5, 1.5, p) * for_w.choice([-1.0, 1.0], p)
    w[for_w.permutation(p)[kept:]] = 0.0
    scale = float(non_negative("noise", noise))
    y = X @ w + scale * for_y.standard_normal(n)
    source = f"synthetic: n={n}, p={p}, correlation={rho:g}, sparsity={sparsity:g}, noise={scale:g}, seed={seed}"
    return Design(X, y, tuple(f"x{j + 1}" for j in range(p)), "y", source, w, scale)


@once(most=48)
def kept_design(n: int, p: int, correlation: float, sparsity: float, noise: float, seed: int = 0) -> Design:
    """Return `linear_design`, the same object for the same numbers: what was made of it is found again."""
    return linear_design(n, p, correlation, sparsity, noise, seed)


def standardised(X: ArrayLike) -> tuple[Array, Array, Array]:
    """Return X (n, p) with mean 0 and variance 1 in each column, the means (p,) and the standard deviations (p,).

    The variance is the mean square (n in the denominator). A constant column becomes zero, with deviation 1.
    """
    X = finite("X", X)
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(f"X must have shape (n, p) with n, p >= 1; got {X.shape}")
    with np.errstate(under="ignore"):
        size = np.ldexp(1.0, np.clip(np.frexp(np.abs(X).max(axis=0))[1], -900, 1000))  # squares then stay in range
        Z = X / size
        first = Z[0].copy()
        Z -= first
        middle = Z.mean(axis=0)
        Z -= middle
        deviation = np.sqrt((Z**2).mean(axis=0))
        deviation = np.where(deviation == 0, 1 / size, deviation)
        return Z / deviation, (first + middle) * size, deviation * size
