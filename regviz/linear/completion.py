"""Matrix completion: filling in a matrix (m, n) of which some entries are seen, with few or small singular values.

`observed` (m, n) is True where Y is seen; what stands in the other entries of Y, NaN even, is not looked at. The
objective is ½‖P(Y − Z)‖_F² + λ‖Z‖_*, where P keeps the seen entries: no 1/n, as for a prox.
"""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, matrix, non_negative, real, strength, whole

CHECK = 4
"""iterations between two looks at the gap"""
MOST = 2000
"""iterations at one λ, at most"""
MEMORY, GROWN = 5, 4.0
"""steps that are combined; by how much the square of a step may grow before they are forgotten"""


def soft_impute_path(Y: ArrayLike, observed: ArrayLike, lambdas: ArrayLike, tolerance: float = 1e-5) -> Array:
    """Return the completions (k, m, n) of Y (m, n) at each of lambdas (k,), to a relative duality gap of `tolerance`.

    The gap is relative to ½‖P(Y)‖²; what has not come to it after 2000 steps at one λ is returned as it is. A step
    fills the unseen entries in and soft-thresholds the singular values; the last steps are combined as by Anderson. The
    largest λ comes first, and each starts where the last two point.
    Source: Mazumder, Hastie and Tibshirani 2010, algorithm 1; Anderson 1965; Walker and Ni 2011.
    """
    seen, mask = _seen(Y, observed)
    lambdas, tolerance = non_negative("lambdas", lambdas), above("tolerance", tolerance, 0)
    if lambdas.ndim != 1:
        raise ValueError(f"lambdas must have shape (k,); got {lambdas.shape}")
    found, order = np.empty((len(lambdas), *seen.shape)), np.argsort(-lambdas, kind="stable")
    for i, k in enumerate(order):
        start = _onwards(found, lambdas, order[:i], lambdas[k]) if i else np.zeros_like(seen)
        found[k] = _soft_impute(seen, mask, lambdas[k], start, tolerance)
    return found


def nuclear_gap(Y: ArrayLike, observed: ArrayLike, Z: ArrayLike, lambda_: float) -> float:
    """Return the duality gap of a completion Z (m, n) at λ: an upper bound on how far its objective is from the least.

    The dual point is the residual P(Y − Z), scaled until its largest singular value is at most λ.
    """
    seen, mask = _seen(Y, observed)
    Z = matrix("Z", Z)
    if Z.shape != seen.shape:
        raise ValueError(f"Z must have shape {seen.shape} to match Y; got {Z.shape}")
    return _gap(seen, mask, Z, float(np.linalg.svd(Z, compute_uv=False).sum()), strength("lambda_", lambda_))


def hard_impute(Y: ArrayLike, observed: ArrayLike, rank: int, tolerance: float = 1e-6, iterations: int = 2000) -> Array:
    """Return a matrix (m, n) of at most this rank that is near Y where Y is seen: the best of its neighbourhood.

    Each step fills the unseen entries in and keeps the largest singular values whole, with momentum, until a step is
    below `tolerance` of the matrix. The problem is not convex, and where rows hold less than `rank` entries it has many
    answers. Source: Mazumder, Hastie and Tibshirani 2010, algorithm 2.
    """
    seen, mask = _seen(Y, observed)
    rank, tolerance, iterations = (
        whole("rank", rank, 0),
        strength("tolerance", tolerance),
        whole("iterations", iterations, 1),
    )
    Z = ahead = np.zeros_like(seen)
    t, least = 1.0, np.inf
    for _ in range(iterations):
        nearest = _largest(np.where(mask, seen, ahead), rank)
        misfit = (((nearest - seen) * mask) ** 2).sum()
        if misfit > least:  # momentum went too far: from here without
            t, nearest = 1.0, _largest(np.where(mask, seen, Z), rank)
            misfit = (((nearest - seen) * mask) ** 2).sum()
        after = _longer(t)
        ahead = nearest + (t - 1) / after * (nearest - Z)
        moved, size = np.linalg.norm(nearest - Z), np.linalg.norm(nearest)
        Z, t, least = nearest, after, misfit
        if moved <= tolerance * size:
            break
    return Z


def svt_completion(
    Y: ArrayLike, observed: ArrayLike, tau: float, delta: float, tolerance: float = 1e-4, iterations: int = 2000
) -> Array:
    """Return the matrix (m, n) of least τ‖Z‖_* + ½‖Z‖_F² that agrees with Y where it is seen.

    That is to a relative `tolerance`. Steps of length δ on the multipliers, from their first place of effect; below
    δ = 2 they converge. Raises ValueError where they have not after `iterations`.
    Source: Cai, Candès and Shen 2010, section 5.1.
    """
    seen, mask = _seen(Y, observed)
    tau, delta, tolerance = above("tau", tau, 0), above("delta", delta, 0), above("tolerance", tolerance, 0)
    size = np.linalg.norm(seen)
    if size == 0:
        return np.zeros_like(seen)
    multipliers = np.ceil(tau / (delta * np.linalg.norm(seen, 2))) * delta * seen
    for _ in range(whole("iterations", iterations, 1)):
        Z, _ = shrink(multipliers, tau)
        residual = np.where(mask, seen - Z, 0.0)
        if np.linalg.norm(residual) <= tolerance * size:
            return Z
        multipliers = multipliers + delta * residual
    raise ValueError(f"delta must suit the share of entries seen; no convergence after {iterations} steps of {delta}")


def exact_completions(Y: Array, observed: Array, tolerance: float = 1e-4, iterations: int = 400) -> Array:
    """Return matrices (k, m, n) of least nuclear norm that agree with Y (k, m, n) where it is seen.

    Douglas and Rachford's iteration, until its step is below `tolerance` of the seen entries; what has not come to rest
    after `iterations` is returned as it is. Source: Parikh and Boyd 2014, section 4.4.
    """
    W, live, found = np.where(observed, Y, 0.0), np.arange(len(Y)), np.empty_like(Y)
    seen, mask = W.copy(), observed
    size = np.linalg.norm(seen, axis=(1, 2))
    threshold = 0.1 * np.linalg.norm(seen, 2, axis=(1, 2))[:, None]
    for k in range(1, iterations + 1):
        Z, _ = shrink(W, threshold)
        step = np.where(mask, seen, 2 * Z - W) - Z
        W += step
        if k % (2 * CHECK) == 0 or k == iterations:
            found[live] = np.where(mask, seen, Z)
            on = np.linalg.norm(step, axis=(1, 2)) > tolerance * size
            live, W, seen, mask, size, threshold = (v[on] for v in (live, W, seen, mask, size, threshold))
            if not live.size:
                break
    return found


def svt_risk_estimate(s: ArrayLike, shape: tuple[int, int], sigma: float, lambdas: ArrayLike) -> Array:
    """Return Stein's unbiased estimate (k,) of E‖prox_nuclear(Y, λ) − L‖_F² at lambdas (k,).

    Y is L (m, n) and noise of deviation σ; s (min(m, n),) are its singular values and `shape` is (m, n). Two that are
    both above λ are taken together, so that ties do no harm. Source: Candès, Sing-Long and Trzasko 2013, real case.
    """
    s, sigma, lam = non_negative("s", s), strength("sigma", sigma), non_negative("lambdas", lambdas)
    m, n = (whole("shape", v, 1) for v in shape)
    if s.shape != (min(m, n),):
        raise ValueError(f"s must have shape ({min(m, n)},) to match {m} x {n}; got {s.shape}")
    if lam.ndim != 1:
        raise ValueError(f"lambdas must have shape (k,); got {lam.shape}")
    s = np.sort(s)[::-1]
    on = s > lam[:, None]
    kept = np.where(on, s - lam[:, None], 0.0)
    alone = (on + abs(m - n) * kept / np.where(s > 0, s, 1.0)).sum(axis=1)
    i, j = np.triu_indices(len(s), 1)
    both, apart = np.where(s[i] + s[j] > 0, s[i] + s[j], 1.0), np.where(s[i] > s[j], s[i] ** 2 - s[j] ** 2, 1.0)
    pairs = np.where(on[:, j], 1 - lam[:, None] / both, s[i] * kept[:, i] / apart).sum(axis=1, where=on[:, i])
    return -m * n * sigma**2 + (np.minimum(lam[:, None], s) ** 2).sum(axis=1) + 2 * sigma**2 * (alone + 2 * pairs)


def shrink(W: Array, threshold: ArrayLike) -> tuple[Array, Array]:
    """Return W (..., m, n) with its singular values soft-thresholded, and these (..., min(m, n)), rising.

    By the eigenvectors of the smaller of WᵀW and WWᵀ, which takes a quarter of the time of a singular value
    decomposition. Singular values far below 1e-8 of the largest are lost in rounding: a threshold is meant to be above.
    """
    if W.shape[-2] < W.shape[-1]:
        Z, s = shrink(np.swapaxes(W, -1, -2), threshold)
        return np.swapaxes(Z, -1, -2), s
    s, V = _right(W)
    left = np.maximum(s - threshold, 0.0)
    factor = left / np.where(s > 0, s, 1.0)
    return (W @ (V * factor[..., None, :])) @ np.swapaxes(V, -1, -2), left


def _right(W: Array) -> tuple[Array, Array]:
    """Return the singular values (..., n), rising, and right singular vectors of W (..., m, n)."""
    e, V = np.linalg.eigh(np.swapaxes(W, -1, -2) @ W)
    return np.sqrt(np.maximum(e, 0.0)), V


def _largest(W: Array, rank: int) -> Array:
    """Return W (m, n) with its `rank` largest singular values only."""
    if W.shape[0] < W.shape[1]:
        return _largest(W.T, rank).T
    V = _right(W)[1][:, W.shape[1] - min(rank, W.shape[1]) :]
    return (W @ V) @ V.T


def _soft_impute(seen: Array, mask: Array, lambda_: float, start: Array, tolerance: float) -> Array:
    """Return the completion at one λ, from a start near it.

    A step maps the unseen entries x to g. The next are the combination of the last steps whose own steps g − x, were
    the map linear, would cancel best; where a step grows instead, what is remembered is dropped.
    """
    goal, free = tolerance * (seen**2).sum() / 2, np.flatnonzero(~mask)
    filled, size = seen.copy(), np.inf
    flat = filled.reshape(-1)
    x = last = fell = start.reshape(-1)[free]
    changes = turns = np.empty((0, x.size))
    for k in range(MOST):
        flat[free] = x
        Z, s = shrink(filled, lambda_)
        if k % CHECK == 0 and _gap(seen, mask, Z, float(s.sum()), lambda_) <= goal:
            return Z
        g = Z.reshape(-1)[free]
        step = g - x
        before, size = size, float(step @ step)
        if k and size < GROWN * before:
            changes = np.vstack([changes, g - last])[-MEMORY:]
            turns = np.vstack([turns, step - fell])[-MEMORY:]
            gram = turns @ turns.T
            firm = 1e-10 * np.trace(gram) + np.finfo(float).tiny  # where nothing is unseen all are zero
            share = np.linalg.solve(gram + firm * np.eye(len(gram)), turns @ step)
            x = g - share @ changes
        else:
            changes = turns = np.empty((0, x.size))
            x = g
        last, fell = g, step
    return Z


def _onwards(found: Array, lambdas: Array, done: np.ndarray, lambda_: float) -> Array:
    """Return where the path would be at λ if it went on as between the last two of those that are done."""
    last = found[done[-1]]
    if len(done) < 2 or lambdas[done[-2]] == lambdas[done[-1]]:
        return last
    share = (lambdas[done[-1]] - lambda_) / (lambdas[done[-2]] - lambdas[done[-1]])
    return last + min(share, 1.0) * (last - found[done[-2]])


def _longer(t: float) -> float:
    """Return the next of the numbers that set the momentum."""
    return (1 + np.sqrt(1 + 4 * t**2)) / 2


def _gap(seen: Array, mask: Array, Z: Array, norm: float, lambda_: float) -> float:
    residual = np.where(mask, seen - Z, 0.0)
    wide = residual.shape[0] < residual.shape[1]
    square = residual @ residual.T if wide else residual.T @ residual
    largest = float(np.sqrt(max(np.linalg.eigvalsh(square)[-1], 0.0)))
    dual = residual * (min(1.0, lambda_ / largest) if largest > 0 else 1.0)
    # ½‖R‖² + λ‖Z‖_* − (½‖Y‖² − ½‖Y − D‖²), with the large ½‖Y‖² cancelled
    return float((residual**2).sum() / 2 + lambda_ * norm - (dual * (seen - dual / 2)).sum())


def _seen(Y: ArrayLike, observed: ArrayLike) -> tuple[Array, Array]:
    """Return Y with zeros where it is not seen, and the mask; refuses a mask that is not made of truth values."""
    Y, mask = real("Y", Y), real("observed", observed)
    if mask.dtype != bool:
        raise ValueError(f"observed must be made of True and False; got {mask.dtype}")
    if Y.ndim != 2 or 0 in Y.shape:
        raise ValueError(f"Y must have shape (m, n) with m, n >= 1; got {Y.shape}")
    if mask.shape != Y.shape:
        raise ValueError(f"observed must have shape {Y.shape} to match Y; got {mask.shape}")
    return finite("Y", np.where(mask, Y, 0.0)), mask
