"""Which weights a path holds off zero: where they come and go, and how many free parameters they spend."""

from dataclasses import dataclass

import numpy as np

from regviz.checks import Array
from regviz.linear.paths import UNLIKE, Path
from regviz.linear.units import Measured, from_zero


@dataclass(frozen=True)
class Knot:
    """One change along a path: at `lambda_` weight `feature` leaves zero (`enters`) or comes back to it."""

    lambda_: float
    feature: int
    enters: bool


def knots_of(path: Path) -> tuple[Knot, ...]:
    """Return every change of the support on an exact lasso path, in order of falling λ."""
    on, changes = path.coefs != 0, []
    for k in range(len(on) - 1):
        # a weight that comes back to zero is zero at its knot; one that leaves is nonzero from the next knot on
        back = np.flatnonzero(on[k - 1] & ~on[k]) if k else []
        leave = np.flatnonzero(~on[k] & on[k + 1])
        changes += [Knot(float(path.lambdas[k]), int(j), enters=False) for j in back]
        changes += [Knot(float(path.lambdas[k]), int(j), enters=True) for j in leave]
    return tuple(changes)


def effective_df(X: Array, coefs: Array, lambdas: Array, l1_ratio: float) -> Array:
    """Return the effective degrees of freedom (m,) of weights (m, p) at `lambdas` (m,), the intercept aside.

    X (n, p) is centred. They are the trace of X_A(X_AᵀX_A + nλ(1−ρ)I)⁻¹X_Aᵀ over the nonzero weights A: their number
    for the lasso, Σ d²/(d² + nλ) for ridge.
    Source: Zou, Hastie and Tibshirani 2007; Tibshirani and Taylor 2012.
    """
    if l1_ratio == 1:
        return np.count_nonzero(coefs, axis=1).astype(float)
    n, spectra, df = len(X), {}, np.zeros(len(lambdas))
    problem = from_zero(X, np.zeros(n))
    if problem.factors.max() > UNLIKE:
        return np.array(
            [_df_alone(problem, w != 0, lam * (1 - l1_ratio)) for w, lam in zip(coefs, lambdas, strict=True)]
        )
    for i, (w, lam) in enumerate(zip(coefs, lambdas, strict=True)):
        active = w != 0
        if (key := active.tobytes()) not in spectra:
            A = X[:, active]  # the smaller of its two Gram matrices has all of its eigenvalues but zeros
            gram = A.T @ A if A.shape[1] <= n else A @ A.T
            e = np.linalg.eigvalsh(gram / n)
            rounding = np.finfo(float).eps * max(X.shape) * e.max(initial=0.0)
            spectra = {key: e[e > rounding]}  # neighbours share it
        df[i] = np.sum(spectra[key] / (spectra[key] + lam * (1 - l1_ratio)))
    return df


def _df_alone(problem: Measured, active: np.ndarray, l2: float) -> float:
    """Return the trace of (G + diag μ)⁻¹G over the active columns in their own units, as Σ 1 − μⱼ(G + diag μ)⁻¹ⱼⱼ."""
    Z, ridge = problem.Z[:, active], problem.ridge(l2)[active]
    block = Z.T @ Z / len(Z) + np.diag(ridge)
    size = np.diag(block)
    inverse = np.diag(np.linalg.inv(block / np.sqrt(size) / np.sqrt(size)[:, None])) / size
    return float(np.sum(1 - ridge * inverse))
