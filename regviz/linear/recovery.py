"""Does the lasso find the true weights? When it can, and two ways to help it: adapted penalties, and a refit."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, positive, regression
from regviz.linear.paths import Path, lasso_path


def irrepresentable(X: ArrayLike, support: ArrayLike, signs: ArrayLike) -> float:
    """Return max |x_jᵀX_A(X_AᵀX_A)⁻¹s| over the columns j outside the support A, X (n, p) centred; 0 if there is none.

    `support` (p,) is true where the true weight is not zero, `signs` s are those of the weights in A, or of all p.
    Above 1 the lasso gives the right signs with a probability of at most one half, whatever n is; below 1 it finds
    them as n grows, for suitable λ. Raises ValueError for an empty support and shapes that differ.
    Source: Zhao and Yu 2006, condition 3 and theorems 1 and 2.
    """
    X = finite("X", X)
    inside = finite("support", support) != 0
    if X.ndim != 2 or inside.shape != X.shape[1:] or not inside.any():
        raise ValueError(f"support must have shape ({X.shape[-1]},) with a true entry; got {np.asarray(support)!r}")
    s = finite("signs", signs)
    s = s[inside] if s.shape == inside.shape else s
    Z = X - X.mean(axis=0)
    A = Z[:, inside]
    pull = Z[:, ~inside].T @ A @ np.linalg.solve(A.T @ A, s)
    return float(np.abs(pull).max(initial=0.0))


def adaptive_lasso_path(X: ArrayLike, y: ArrayLike, pilot: ArrayLike, least: float = 0.0) -> Path:
    """Return the lasso in which λ|w_j| becomes λ|w_j|/|b_j|, at its knots, for pilot weights b (p,) such as ridge's.

    Columns times |b_j| turn it into a lasso. Raises ValueError where a pilot weight is zero. Source: Zou 2006.
    """
    X, y = regression(X, y)
    size = positive("|pilot|", np.abs(finite("pilot", pilot)))
    if size.shape != X.shape[1:]:
        raise ValueError(f"pilot must have shape ({X.shape[1]},) to match X; got {size.shape}")
    path = lasso_path(X * size, y, least)
    return Path(path.lambdas, path.coefs * size, path.intercepts)


def refitted(X: ArrayLike, y: ArrayLike, path: Path) -> Path:
    """Return least squares on the support at each λ of `path`: the relaxed lasso with φ = 0, without shrinkage.

    Source: Meinshausen 2007.
    """
    X, y = regression(X, y)
    mean, level = X.mean(axis=0), y.mean()
    coefs = np.zeros_like(path.coefs)
    for w, found in zip(path.coefs, coefs, strict=True):
        on: Array = w != 0
        found[on] = np.linalg.lstsq(X[:, on] - mean[on], y - level)[0]
    return Path(path.lambdas, coefs, level - coefs @ mean)
