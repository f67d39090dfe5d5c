"""Weights as a function of λ: ridge by one SVD, lasso at its knots, elastic net on a grid; all exact."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, fraction, non_negative, regression
from regviz.linear.homotopy import Line, Support, follow

NEGLIGIBLE = 1e-10  # L1 strength, relative to the largest correlation, that an elastic net does without
REGULAR = 1e-12  # least L2 strength of an elastic net, relative to the largest column, that arithmetic can tell from 0


@dataclass(frozen=True, eq=False)
class Path:
    """Solutions along `lambdas` (m,): `coefs` (m, p) and `intercepts` (m,)."""

    lambdas: Array
    coefs: Array
    intercepts: Array

    def at(self, lambdas: ArrayLike) -> "Path":
        """Return the path at other λ, a number or (k,), by linear interpolation.

        On a lasso path from `lasso_path` that is exact. Beyond a largest λ at which every weight is zero, it stays so.
        Raises ValueError outside the range of λ that the path covers.
        """
        wanted = np.atleast_1d(non_negative("lambdas", lambdas))
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
        coefs = (1 - share)[:, None] * self.coefs[left] + share[:, None] * self.coefs[right]
        return Path(wanted, coefs, (1 - share) * self.intercepts[left] + share * self.intercepts[right])

    def predict(self, X: ArrayLike) -> Array:
        """Return the predictions (n, m) at X (n, p), a column for each λ."""
        X = finite("X", X)
        if X.ndim != 2 or X.shape[1] != self.coefs.shape[1]:
            raise ValueError(f"X must have shape (n, {self.coefs.shape[1]}); got {X.shape}")
        return X @ self.coefs.T + self.intercepts


def lambda_max(X: ArrayLike, y: ArrayLike, l1_ratio: float = 1.0) -> float:
    """Return the smallest λ at which every weight is zero: max_j |x_jᵀ(y − ȳ)| / (nρ), columns centred.

    Raises ValueError at l1_ratio = 0, where no finite λ does it.
    Source: Friedman, Hastie and Tibshirani 2010, section 2.5.
    """
    X, y = centred(*regression(X, y))
    rho = fraction("l1_ratio", l1_ratio)
    if rho == 0:
        raise ValueError("l1_ratio must be in (0, 1]; got 0.0, and no finite lambda_ brings ridge weights to zero")
    return float(np.abs(X.T @ y).max() / len(y) / rho)


def ridge_path(X: ArrayLike, y: ArrayLike, lambdas: ArrayLike) -> Path:
    """Return the ridge solutions at `lambdas` (m,) from one SVD: w = V diag(d / (d² + nλ)) Uᵀy.

    At λ = 0 that is the least-squares solution of smallest norm.
    Source: Hastie, Tibshirani and Friedman 2009, eq. 3.47.
    """
    X, y = regression(X, y)
    lambdas = _grid(lambdas)
    Z, target = centred(X, y)
    U, d, Vt = np.linalg.svd(Z, full_matrices=False)
    kept = d > d.max() * np.finfo(float).eps * max(X.shape)  # singular values below are rounding, as in lstsq
    U, d, Vt = U[:, kept], d[kept], Vt[kept]
    coefs = (d * (U.T @ target) / (d**2 + len(y) * lambdas[:, None])) @ Vt
    return _with_intercepts(X, y, lambdas, coefs)


def lasso_path(X: ArrayLike, y: ArrayLike, least: float = 0.0) -> Path:
    """Return the lasso solution at every knot, from lambda_max down to `least`; between knots coefs are linear in λ.

    A column within 3e-6 of its length of a combination of those in the model stays at zero: of twins the first is
    taken. Raises PathError where columns are so nearly dependent, about 1e-5, that rounding hides which way to go.
    Source: Efron et al. 2004, section 3.1; Osborne, Presnell and Turlach 2000.
    """
    return _lasso(*regression(X, y), float(non_negative("least", least)))


def elastic_net_path(X: ArrayLike, y: ArrayLike, l1_ratio: float, lambdas: ArrayLike) -> Path:
    """Return the elastic net solutions at `lambdas` (m,), in the order given; exact for every l1_ratio in [0, 1].

    Each λ starts from the next larger one: the solution there also solves the new problem with a shifted linear term,
    and the shift is taken back along a line. At λ below 1e-10 of lambda_max the L1 part is left out: at λ = 0 that
    gives the least-squares solution of smallest norm. Raises PathError as lasso_path does.
    """
    rho, lambdas = fraction("l1_ratio", l1_ratio), _grid(lambdas)
    if rho == 0:
        return ridge_path(X, y, lambdas)
    X, y = regression(X, y)
    if rho == 1:
        return _lasso(X, y, least=lambdas.min()).at(lambdas)
    Z, target = centred(X, y)
    return _with_intercepts(X, y, lambdas, _chain(Z, target, rho, lambdas))


def centred(X: Array, y: Array) -> tuple[Array, Array]:
    """Return X (n, p) and y (n,) with mean zero; a constant column becomes exactly zero."""
    X, y = X - X[0], y - y[0]
    return X - X.mean(axis=0), y - y.mean()


def _lasso(X: Array, y: Array, least: float) -> Path:
    """Return the lasso at its knots from lambda_max down to λ = least, or lambda_max alone where that is not below."""
    Z, target = centred(X, y)
    correlation = Z.T @ target / len(y)
    top, empty = float(np.abs(correlation).max()), np.zeros_like(correlation)
    if least >= top:
        return _with_intercepts(X, y, np.array([top]), empty[None])
    line = Line(correlation, empty, 0.0, -1.0, -top, -least)  # t = −λ
    times, coefs = zip(*follow(line, Support(Z), empty), strict=True)
    return _with_intercepts(X, y, 0.0 - np.array(times), np.array(coefs))


def _chain(X: Array, y: Array, rho: float, lambdas: Array) -> Array:
    """Return the coefs (m, p) of the elastic net at `lambdas` (m,), for centred X and y and 0 < ρ < 1."""
    correlation = X.T @ y / len(y)
    level = top = float(np.abs(correlation).max())
    ridge = 0.0
    floor = REGULAR * float((X**2).mean(axis=0).max())
    coefs, w, support = np.zeros((len(lambdas), len(correlation))), np.zeros(len(correlation)), Support(X)
    for i in np.argsort(-lambdas, kind="stable"):
        lam = float(lambdas[i])
        if lam * rho <= NEGLIGIBLE * top:
            coefs[i] = ridge_path(X, y, [lam * (1 - rho)]).coefs[0]
        elif lam * rho < level:
            before, ridge = ridge, max(lam * (1 - rho), floor)
            shift = (ridge - before) * w
            support.set_ridge(ridge)
            *_, (_, w) = follow(Line(correlation + shift, -shift, level, lam * rho - level, 0.0, 1.0), support, w)
            level = lam * rho
            coefs[i] = w
        else:
            coefs[i] = w  # above lambda_max, or the same λ again
    return coefs


def _grid(lambdas: ArrayLike) -> Array:
    grid = non_negative("lambdas", lambdas)
    if grid.ndim != 1 or not grid.size:
        raise ValueError(f"lambdas must have shape (m,) with m >= 1; got {grid.shape}")
    return grid


def _with_intercepts(X: Array, y: Array, lambdas: Array, coefs: Array) -> Path:
    return Path(lambdas, coefs, y.mean() - coefs @ X.mean(axis=0))
