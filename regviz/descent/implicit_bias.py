"""Which solution training chooses: the largest margin, the norm between L1 and L2 of a diagonal net, early stopping."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, matrix, non_negative, positive, regression

STEP = 0.05
"""of RK4 in log time, which leaves a relative error of 1e-8"""
START = 1e-6
SLACK = 1e-9


def max_margin_2d(Z: ArrayLike) -> tuple[Array, Array]:
    """Return the w (2,) of least ‖w‖ with Zw ≥ 1, and a ≥ 0 (n,) with w = Zᵀa, for rows y·x of Z (n, 2).

    1/‖w‖ is the largest margin of a line through 0; a is not 0 on its support vectors. All single rows and pairs are
    tried. Raises ValueError where no line through 0 separates. Source: Boser, Guyon and Vapnik 1992.

    >>> w, a = max_margin_2d([[1.0, 1.0], [1.0, -1.0], [3.0, 0.0]])
    >>> abs(w).round(6).tolist(), a.round(6).tolist()
    ([1.0, 0.0], [0.5, 0.5, 0.0])
    """
    Z = _rows(Z)
    n, squares = len(Z), (Z**2).sum(axis=1)
    i, j = np.triu_indices(n, 1)
    cross = Z[i, 0] * Z[j, 1] - Z[i, 1] * Z[j, 0]
    flat = np.abs(cross) <= 1e-12 * np.sqrt(squares[i] * squares[j])
    i, j, cross = i[~flat], j[~flat], cross[~flat]
    pairs = np.stack([Z[j, 1] - Z[i, 1], Z[i, 0] - Z[j, 0]], axis=1) / cross[:, None]
    own = np.flatnonzero(squares)
    candidates = np.concatenate([Z[own] / squares[own, None], pairs])
    first, second = np.concatenate([own, i]), np.concatenate([own, j])
    fits = np.flatnonzero((candidates @ Z.T).min(axis=1) >= 1 - SLACK)
    if not len(fits):
        raise ValueError(f"Z must be separable by a line through 0; got {n} rows that are not")
    k = fits[np.argmin((candidates[fits] ** 2).sum(axis=1))]
    w, support, a = candidates[k], list({int(first[k]), int(second[k])}), np.zeros(n)
    a[support] = np.linalg.lstsq(Z[support].T, w, rcond=None)[0]
    return w, a


def logistic_flow(Z: ArrayLike, log_times: ArrayLike) -> Array:
    """Return w (m, 2) at natural log times (m,), rising, of the gradient flow from 0 on Σ log(1 + exp(−zᵀw)).

    Rows of Z (n, 2) are y·x. RK4 in log t, where the flow of separable data is not stiff, so that t = 1e16 takes a
    thousand steps; it starts at t = 1e-6 from the first order. Raises ValueError where no line through 0 separates,
    and for times that fall or lie before 1e-6.
    Source: Soudry, Hoffer, Nacson, Gunasekar and Srebro 2018.
    """
    Z, ends = _rows(Z), finite("log_times", log_times)
    max_margin_2d(Z)
    if ends.ndim != 1 or np.any(np.diff(ends) < 0) or np.any(ends < np.log(START)):
        raise ValueError(f"log_times must rise from log(1e-6) = {np.log(START):.1f} on; got {ends}")

    def slope(s: float, w: Array) -> Array:
        return np.exp(s - np.logaddexp(0, Z @ w)) @ Z

    s, w, found = np.log(START), START * Z.sum(axis=0) / 2, []
    for end in ends:
        count = int(np.ceil((end - s) / STEP))
        for at in s + (end - s) / max(count, 1) * np.arange(count):
            h = (end - s) / count
            a = slope(at, w)
            b = slope(at + h / 2, w + h / 2 * a)
            c = slope(at + h / 2, w + h / 2 * b)
            d = slope(at + h, w + h * c)
            w = w + h / 6 * (a + 2 * b + 2 * c + d)
        s = end
        found.append(w)
    return np.array(found).reshape(-1, 2)


def margin_offset(Z: ArrayLike) -> Array:
    """Return w̃ (2,) with w(t) = ŵ log t + w̃ + o(1) in the gradient flow, ŵ the largest margin, where two rows support.

    zᵀw̃ = −log a on both; NaN where one row alone supports, and w̃ depends on all of the flow.
    Source: Soudry, Hoffer, Nacson, Gunasekar and Srebro 2018.
    """
    Z = _rows(Z)
    _, a = max_margin_2d(Z)
    support = a > SLACK * a.max()
    if support.sum() < 2:
        return np.full(2, np.nan)
    return np.linalg.solve(Z[support], -np.log(a[support]))


def q_alpha(w: ArrayLike, alpha: ArrayLike) -> Array:
    """Return Q = α² Σ q(wⱼ/α²) of w (..., p), q(z) = 2 − √(4 + z²) + z arcsinh(z/2), for α > 0, broadcast.

    Like ‖w‖²/(4α²) where w is small against α², and like ‖w‖₁ log(1/α²) where it is large.
    Source: Woodworth et al. 2020.
    """
    w, alpha = finite("w", w), positive("alpha", alpha)
    z = w / alpha[..., None] ** 2
    q = z * np.arcsinh(z / 2) - z**2 / (2 + np.hypot(2, z))
    return alpha**2 * q.sum(axis=-1)


def diagonal_net_solution(X: ArrayLike, y: ArrayLike, alphas: ArrayLike) -> Array:
    """Return where the gradient flow of w = u² − v² ends, started at u = v = α, for each α > 0 (k,): w (k, p).

    Of all w of least ‖y − Xw‖ that with the least q_alpha(w, α): w = 2α² sinh(Xᵀν), ν by Newton's method on the dual.
    Raises RuntimeError where it does not converge. Source: Woodworth et al. 2020.
    """
    X, y = regression(X, y)
    alphas = positive("alphas", alphas)
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    keep = s > np.finfo(float).eps * max(X.shape) * s[0]
    A, b = Vt[keep], (U.T @ y)[keep] / s[keep]
    found, nu = np.zeros((alphas.size, X.shape[1])), np.zeros(len(b))
    for k in np.argsort(-alphas.ravel()):
        nu = _dual(A, b, float(alphas.ravel()[k]), nu)
        found[k] = 2 * alphas.ravel()[k] ** 2 * np.sinh(nu @ A)
    return found


def flow_risk(e: ArrayLike, signal: ArrayLike, noise: float, t: ArrayLike) -> Array:
    """Return E‖w − β‖² of gradient flow from 0 on (1/2n)‖y − Xw‖², stopped at t ≥ 0, any shape.

    e (p,) are eigenvalues of XᵀX/n, `signal` the squared parts of β along their vectors, one for all or (p,), `noise`
    is σ²/n. Source: Ali, Kolter and Tibshirani 2019.
    """
    e, signal, noise, t = _spectral(e, signal, noise, "t", t)
    with np.errstate(under="ignore"):
        left = np.exp(-t * e)
        kept = -np.expm1(-t * e)
        return (signal * left**2 + noise * np.divide(kept**2, e, where=e > 0, out=0 * kept)).sum(axis=-1)


def ridge_risk(e: ArrayLike, signal: ArrayLike, noise: float, lambda_: ArrayLike) -> Array:
    """Return E‖w − β‖² of ridge on (1/2n)‖y − Xw‖² + λ/2 ‖w‖², λ > 0, any shape; else as flow_risk.

    Source: Hoerl and Kennard 1970.
    """
    e, signal, noise, lambda_ = _spectral(e, signal, noise, "lambda_", positive("lambda_", lambda_))
    return ((signal * lambda_**2 + noise * e) / (e + lambda_) ** 2).sum(axis=-1)


def _dual(A: Array, b: Array, alpha: float, nu: Array) -> Array:
    """Return the ν that minimises 2α² Σ cosh(aⱼᵀν) − νᵀb, by Newton with halved steps, from a guess."""

    def value(at: Array) -> float:
        with np.errstate(over="ignore"):
            return float(2 * alpha**2 * np.cosh(at @ A).sum() - at @ b)

    size = max(float(np.abs(b).max()), 1e-300)
    here = value(nu)
    for _ in range(500):
        z = nu @ A
        slope = A @ (2 * alpha**2 * np.sinh(z)) - b
        if np.abs(slope).max() <= 1e-11 * size:
            return nu
        step = -np.linalg.solve((A * (2 * alpha**2 * np.cosh(z))) @ A.T, slope)
        gain, share = slope @ step, 1.0
        while value(nu + share * step) > here + 1e-4 * share * gain + 1e-13 * abs(here):
            share /= 2
        nu = nu + share * step
        here = value(nu)
    raise RuntimeError(f"no solution to 1e-11 at alpha = {alpha} in 500 steps of Newton's method")


def _rows(Z: ArrayLike) -> Array:
    """Return Z as a finite array (n, 2)."""
    Z = matrix("Z", Z)
    if Z.shape[1] != 2:
        raise ValueError(f"Z must have shape (n, 2); got {Z.shape}")
    return Z


def _spectral(
    e: ArrayLike, signal: ArrayLike, noise: ArrayLike, name: str, at: ArrayLike
) -> tuple[Array, Array, Array, Array]:
    """Return eigenvalues (p,), parts of the signal, σ²/n, and times or strengths (..., 1)."""
    e, signal, noise = non_negative("e", e), non_negative("signal", signal), non_negative("noise", noise)
    if e.ndim != 1 or signal.shape not in ((), e.shape):
        raise ValueError(f"signal must be one number or have shape {e.shape} to match e; got {signal.shape}")
    return e, signal, noise, non_negative(name, at)[..., None]
