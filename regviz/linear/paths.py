"""Weights as a function of λ: ridge by one SVD, lasso at its knots, elastic net on a grid; all exact."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, fraction, non_negative
from regviz.linear.homotopy import Line, PathError, Support, follow
from regviz.linear.units import Measured, measured

NEGLIGIBLE = 1e-10  # L1 strength, relative to the largest correlation, that an elastic net does without
REGULAR = 1e-12  # least L2 strength of an elastic net, for a column of size 1, that arithmetic can tell from 0
THIN = 1e-5  # share of a column's length that the columns before it leave, from which its weight cannot be told
UNLIKE = 1e4  # ratio of two columns' spreads past which one SVD for all λ loses digits of the smaller


@dataclass(frozen=True, eq=False)
class Path:
    """Solutions along `lambdas` (m,): `coefs` (m, p) and `intercepts` (m,)."""

    lambdas: Array
    coefs: Array
    intercepts: Array
    anchor: tuple[Array, Array] | None = None
    """a row (p,) of X and the predictions (m,) there: predictions far off zero start from it and lose no digits"""

    def at(self, lambdas: ArrayLike) -> "Path":
        """Return the path at other λ, a number or (k,), by linear interpolation.

        On a lasso path from `lasso_path` that is exact. Beyond a largest λ at which every weight is zero, it stays so.
        Raises ValueError outside the range of λ that the path covers.
        """
        wanted = np.atleast_1d(non_negative("lambdas", lambdas)).copy()
        order = np.argsort(self.lambdas, kind="stable")
        known = self.lambdas[order]
        top = np.inf if not self.coefs[order[-1]].any() else known[-1]
        outside = wanted[(wanted < known[0]) | (wanted > top)]
        if outside.size:
            raise ValueError(f"lambdas must be in [{known[0]}, {top}], the range of this path; got {outside[0]}")
        right = np.clip(np.searchsorted(known, wanted), min(1, len(known) - 1), len(known) - 1)
        left = np.maximum(right - 1, 0)
        gap = known[right] - known[left]
        share = np.clip((wanted - known[left]) / np.where(gap > 0, gap, 1.0), 0.0, 1.0)
        left, right = order[left], order[right]

        def between(values: Array) -> Array:
            weight = share.reshape(-1, *[1] * (values.ndim - 1))
            return (1 - weight) * values[left] + weight * values[right]

        anchor = self.anchor and (self.anchor[0], between(self.anchor[1]))
        return Path(wanted, between(self.coefs), between(self.intercepts), anchor)

    def predict(self, X: ArrayLike) -> Array:
        """Return the predictions (n, m) at X (n, p), a column for each λ."""
        X = finite("X", X)
        if X.ndim != 2 or X.shape[1] != self.coefs.shape[1]:
            raise ValueError(f"X must have shape (n, {self.coefs.shape[1]}); got {X.shape}")
        row, there = self.anchor or (0.0, self.intercepts)
        return (X - row) @ self.coefs.T + there


def lambda_max(X: ArrayLike, y: ArrayLike, l1_ratio: float = 1.0) -> float:
    """Return the smallest λ at which every weight is zero: max_j |x_jᵀ(y − ȳ)| / (nρ), columns centred.

    Raises ValueError at l1_ratio = 0, where no finite λ does it.
    Source: Friedman, Hastie and Tibshirani 2010, section 2.5.
    """
    rho = fraction("l1_ratio", l1_ratio)
    if rho == 0:
        raise ValueError("l1_ratio must be in (0, 1]; got 0.0, and no finite lambda_ brings ridge weights to zero")
    problem = measured(X, y)
    return float(problem.l1(_top(problem)) / rho)


def ridge_path(X: ArrayLike, y: ArrayLike, lambdas: ArrayLike) -> Path:
    """Return the ridge solutions at `lambdas` (m,) from one SVD: w = V diag(d / (d² + nλ)) Uᵀy.

    At λ = 0 that is the least-squares solution of smallest norm. Where columns differ by more than 1e4 in spread, each
    λ is solved by itself in their own units, and a PathError names columns that depend on one another.
    Source: Hastie, Tibshirani and Friedman 2009, eq. 3.47.
    """
    problem, lambdas = measured(X, y), _grid(lambdas)
    return _path(problem, lambdas, ridge_weights(problem, lambdas))


def lasso_path(X: ArrayLike, y: ArrayLike, least: float = 0.0) -> Path:
    """Return the lasso solution at every knot, from lambda_max down to `least`; between knots coefs are linear in λ.

    A column within 3e-6 of its length of a combination of those in the model stays at zero: of twins the first is
    taken. Raises PathError where columns are so nearly dependent, about 1e-5, that rounding hides which way to go.
    Source: Efron et al. 2004, section 3.1; Osborne, Presnell and Turlach 2000.
    """
    return _lasso(measured(X, y), float(non_negative("least", least)))


def elastic_net_path(X: ArrayLike, y: ArrayLike, l1_ratio: float, lambdas: ArrayLike) -> Path:
    """Return the elastic net solutions at `lambdas` (m,), in the order given; exact for every l1_ratio in [0, 1].

    Each λ starts from the next larger one: the solution there also solves the new problem with a shifted linear term,
    and the shift is taken back along a line. At λ below 1e-10 of lambda_max the L1 part is left out: at λ = 0 that
    gives the least-squares solution of smallest norm. Raises PathError as lasso_path does.
    """
    rho, lambdas = fraction("l1_ratio", l1_ratio), _grid(lambdas)
    problem = measured(X, y)
    if rho == 0:
        return _path(problem, lambdas, ridge_weights(problem, lambdas))
    if rho == 1:
        return _lasso(problem, least=lambdas.min()).at(lambdas)
    return _path(problem, lambdas, _chain(problem, rho, lambdas))


def ridge_weights(problem: Measured, lambdas: Array) -> Array:
    """Return the measured ridge solutions (m, p) at λ (m,)."""
    if problem.factors.max() > UNLIKE:
        return np.array([_ridge_alone(problem, problem.ridge(lam)) for lam in lambdas])
    n, scale = len(problem.target), problem.factors
    U, d, Vt = np.linalg.svd(problem.Z / scale, full_matrices=False)  # back in one unit for all columns
    kept = d > d.max() * np.finfo(float).eps * max(problem.Z.shape)  # values below are rounding, as in lstsq
    U, d, Vt = U[:, kept], d[kept], Vt[kept]
    strength = problem.ridge(lambdas[:, None], problem.units.argmax())
    return (d * (U.T @ problem.target) / (d**2 + n * strength)) @ Vt / scale


def _ridge_alone(problem: Measured, ridge: Array) -> Array:
    """Return the minimiser u (p,) of ‖target − Zu‖²/2n + Σ ridgeⱼuⱼ²/2 by QR of the rows of data over those of √ridge.

    Raises PathError naming columns that depend on earlier ones, where no L2 strength above rounding tells them apart.
    """
    Z, n, ridge = problem.Z, len(problem.target), np.maximum(ridge, REGULAR)
    fitted = np.flatnonzero(Z.any(axis=0))  # a constant column weighs nothing
    rows = np.vstack([Z[:, fitted] / np.sqrt(n), np.diag(np.sqrt(ridge[fitted]))])
    length = np.sqrt(np.einsum("ij,ij->j", rows, rows))
    Q, R = np.linalg.qr(rows / length)
    thin = np.abs(np.diag(R)) <= THIN
    if thin.any():
        raise PathError(fitted[thin].tolist())
    inverse = np.linalg.inv(R) / length[:, None]
    u = np.zeros(Z.shape[1])
    u[fitted] = inverse @ (Q[:n].T @ problem.target / np.sqrt(n))
    for _ in range(2):  # a weight far smaller than the others is as exact as its own gradient
        gradient = Z.T @ (problem.target - Z @ u) / n - ridge * u
        u[fitted] += inverse @ (inverse.T @ gradient[fitted])
    return u


def _lasso(problem: Measured, least: float) -> Path:
    """Return the lasso at its knots from lambda_max down to λ = least, or lambda_max alone where that is not below."""
    correlation, top = problem.correlation, _top(problem)
    empty, end = np.zeros_like(correlation), float(problem.level(least))
    if end >= top:
        return _path(problem, problem.l1([top]), empty[None])
    line = Line(correlation, empty, problem.factors, -top, -end)
    times, u = zip(*follow(line, Support(problem.Z), empty), strict=True)
    return _path(problem, np.maximum(problem.l1(0.0 - np.array(times)), least), np.array(u))


def _chain(problem: Measured, rho: float, lambdas: Array) -> Array:
    """Return the measured weights (m, p) of the elastic net at `lambdas` (m,), 0 < ρ < 1."""
    correlation, factors, level = problem.correlation, problem.factors, _top(problem)
    least = NEGLIGIBLE * float(np.abs(correlation).max()) / factors.max()
    ridge, support = np.zeros_like(factors), Support(problem.Z)
    levels, ridges = problem.level(lambdas * rho), problem.ridge(lambdas[:, None] * (1 - rho))
    ridges, found, u = np.maximum(ridges, REGULAR), np.zeros_like(ridges), np.zeros_like(factors)
    for i in np.argsort(-lambdas, kind="stable"):
        new = float(levels[i])
        if new <= least:
            found[i] = ridge_weights(problem, lambdas[[i]] * (1 - rho))[0]
        elif new < level:
            before, ridge = ridge, ridges[i]
            # the old solution also solves the new problem with a shifted linear term: taken back along the line
            turn = (before - ridge) * u / (level - new)
            support.set_ridge(ridge)
            *_, (_, u) = follow(Line(correlation + turn * new, turn, factors, -level, -new), support, u)
            level = new
            found[i] = u
        else:
            found[i] = u  # above lambda_max, or the same λ again
    return found


def _top(problem: Measured) -> float:
    """Return the least level at which every weight is zero."""
    return float((np.abs(problem.correlation) / problem.factors).max())


def _grid(lambdas: ArrayLike) -> Array:
    grid = non_negative("lambdas", lambdas)
    if grid.ndim != 1 or not grid.size:
        raise ValueError(f"lambdas must have shape (m,) with m >= 1; got {grid.shape}")
    return grid.copy()


def _path(problem: Measured, lambdas: Array, u: Array) -> Path:
    coefs = problem.weights(u)
    return Path(lambdas, coefs, problem.intercept(coefs), (problem.origin, problem.at_origin(u)))
