"""Does the lasso find the true weights? When it can, and two ways to help it: adapted penalties, and a refit."""

from math import erf

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, fraction, positive, regression
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


def sign_range(gram: ArrayLike, correlation: ArrayLike, signs: ArrayLike) -> tuple[Array, Array]:
    """Return the ends (...) of the λ at which the lasso has exactly these signs (p,); low ≥ high where none does.

    `gram` (..., p, p) is XᵀX/n and `correlation` (..., p) Xᵀy/n, centred. Weights of these signs are linear in λ, and
    optimal where they keep them and |x_jᵀ(y − Xw)|/n ≤ λ at every zero. Raises ValueError for shapes that differ and
    without a sign. Source: Zhao and Yu 2006.
    """
    G, q, s = finite("gram", gram), finite("correlation", correlation), finite("signs", signs)
    on = s != 0
    if G.shape != (*q.shape, *s.shape) or q.shape[-1:] != s.shape or not on.any():
        raise ValueError(
            f"gram, correlation and signs must be (..., p, p), (..., p), (p,); got {G.shape}, {q.shape}, {s.shape}"
        )
    s = s[on]
    inside, across = G[..., on, :][..., on], G[..., ~on, :][..., on]
    start = np.linalg.solve(inside, q[..., on, None])[..., 0]
    pull = np.linalg.solve(inside, np.broadcast_to(s, start.shape)[..., None])[..., 0]
    left = q[..., ~on] - (across @ start[..., None])[..., 0]
    more = (across @ pull[..., None])[..., 0]
    # all of it must hold: constant + λ slope ≥ 0
    constant = np.concatenate([s * start, -left, left], axis=-1)
    slope = np.concatenate([-s * pull, 1 - more, 1 + more], axis=-1)
    at = -constant / np.where(slope == 0, 1.0, slope)
    low = np.where(slope > 0, at, np.where((slope == 0) & (constant < 0), np.inf, 0.0)).max(axis=-1)
    return np.maximum(low, 0.0), np.where(slope < 0, at, np.inf).min(axis=-1)


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


def recoverable(delta: float) -> float:
    """Return the limit ρ of k/n below which least L1 finds k weights out of n/δ from n equations, δ in (0, 1).

    Gaussian equations without noise. Source: Donoho and Tanner 2009, in the form of Donoho, Maleki and Montanari 2009.

    >>> round(recoverable(0.5), 4)
    0.3857
    """
    delta = fraction("delta", above("delta", delta, 0))
    z = np.linspace(0.01, 6, 20_001)
    tail = np.array([(1 - erf(one)) / 2 for one in z / np.sqrt(2)])
    beyond = (1 + z**2) * tail - z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float(((1 - 2 / delta * beyond) / (1 + z**2 - 2 * beyond)).max())
