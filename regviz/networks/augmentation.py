"""Data augmentation: small images shifted, turned, mirrored or made noisy, pairs mixed, and noise as ridge."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from regviz import checks
from regviz.checks import Array, finite, non_negative, one, regression

Rng = np.random.Generator | Sequence[np.random.Generator]
"""one generator, or one for each run"""
SIDE = 8
MIDDLE, WIDE = (SIDE - 1) / 2, SIDE + 4


def warp_matrix(dx: float, dy: float, angle: float) -> Array:
    """Return M (64, 64) such that M x is the 8 × 8 image x (64,) turned by `angle` degrees, then shifted.

    dx pixels to the right and dy down; the turn is clockwise about the middle. Between pixels the image is linear,
    outside it is 0. Raises ValueError for NaN.

    >>> (warp_matrix(1.0, 0.0, 0.0) @ np.arange(64.0)).reshape(8, 8)[0].tolist()
    [0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    """
    given = (one("dx", dx), one("dy", dy), one("angle", angle))
    return _warped(np.eye(SIDE**2), *(np.full(SIDE**2, value) for value in given)).T


def _warped(X: Array, dx: Array, dy: Array, angle: Array) -> Array:
    """Return images X (..., 64) turned by degrees (...) and shifted by pixels (...)."""
    if X.ndim > 2:  # run by run, which stays in the processor's cache
        return np.stack([_warped(*part) for part in zip(X, dx, dy, angle, strict=True)])
    framed = np.pad(X.reshape(-1, SIDE, SIDE), ((0, 0), (2, 2), (2, 2)))
    y, x = (np.array(np.divmod(np.arange(SIDE**2), SIDE)) - MIDDLE).astype(X.dtype)
    dx, dy, turn = (v.reshape(-1, 1).astype(X.dtype) for v in (dx, dy, np.radians(angle)))
    x, y, cosine, sine = x - dx, y - dy, np.cos(turn), np.sin(turn)
    # two pixels of frame around the image: whatever is beyond reads its zeros
    across = np.clip(cosine * x + sine * y + (MIDDLE + 2), 0, WIDE - 2)
    down = np.clip(cosine * y - sine * x + (MIDDLE + 2), 0, WIDE - 2)
    left, top = across.astype(np.int32), down.astype(np.int32)
    right, low = across - left, down - top
    place = WIDE**2 * np.arange(len(framed))[:, None] + WIDE * top + left
    pixels = framed.ravel()
    upper = pixels.take(place) * (1 - right) + pixels.take(place + 1) * right
    lower = pixels.take(place + WIDE) * (1 - right) + pixels.take(place + WIDE + 1) * right
    return (upper + low * (lower - upper)).reshape(X.shape)


def _moved(X: Array, dx: Array, dy: Array) -> Array:
    """Return images X (..., 64) shifted by pixels (...): the same for shifts alone, by products of small matrices."""
    at = np.arange(SIDE, dtype=X.dtype)

    def hats(shift: Array) -> Array:
        return np.maximum(0, 1 - np.abs(at[:, None] - at - shift.astype(X.dtype)[..., None, None]))

    return (hats(dy) @ X.reshape(*X.shape[:-1], SIDE, SIDE) @ hats(dx).swapaxes(-1, -2)).reshape(X.shape)


def _uniform(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Return numbers in [−1, 1); with a generator for each run each draws its own part, as it would alone."""
    if isinstance(rng, np.random.Generator):
        return rng.uniform(-1, 1, shape)
    return np.stack([each.uniform(-1, 1, shape[1:]) for each in rng])


def _shift(X: Array, most: Array, rng: Rng) -> Array:
    dx, dy = np.moveaxis(most[..., None, None] * _uniform(rng, (*X.shape[:-1], 2)), -1, 0)
    return _moved(X, dx, dy)


def _rotate(X: Array, most: Array, rng: Rng) -> Array:
    angle = most[..., None] * _uniform(rng, X.shape[:-1])
    return _warped(X, np.zeros_like(angle), np.zeros_like(angle), angle)


def _flip(X: Array, chance: Array, rng: Rng) -> Array:
    mirrored = X.reshape(*X.shape[:-1], SIDE, SIDE)[..., ::-1].reshape(X.shape)
    chosen = (_uniform(rng, X.shape[:-1]) + 1) / 2 < chance[..., None]
    return np.where(chosen[..., None], mirrored, X)


KINDS: dict[str, Callable[[Array, Array, Rng], Array]] = {"shift": _shift, "rotate": _rotate, "flip": _flip}


def augment(images: ArrayLike, kind: str, strength: ArrayLike, rng: Rng) -> Array:
    """Return 8 × 8 `images` (..., n, 64), each changed by a draw of its own; strength is one number or (...).

    "shift": by up to `strength` pixels to the sides and up and down; "rotate": by up to that many degrees to either
    side; "flip": mirrored with that probability. `rng` is one generator, or one for each run of images (runs, n, 64).
    Raises ValueError for an unknown kind, NaN, a negative strength, a probability above 1 and shapes that do not match.
    """
    X, most = finite("images", images), non_negative("strength", strength)
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
    if X.ndim < 2 or X.shape[-1] != SIDE**2:
        raise ValueError(f"images must have shape (..., n, {SIDE**2}); got {X.shape}")
    if most.shape not in ((), X.shape[:-2]):
        raise ValueError(f"strength must be one number or {X.shape[:-2]}; got shape {most.shape}")
    if kind == "flip" and np.any(most > 1):
        raise ValueError(f"strength must be at most 1 for a flip; got {most.max()}")
    return KINDS[kind](X, most, rng)


def mixup(X: ArrayLike, T: ArrayLike, alpha: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return every row of X (n, p) and of the targets T (n, k) mixed with another one's: λ of its own, 1 − λ of that.

    λ is drawn from Beta(α, α) for each row, and the other row by a permutation; α = 0 mixes nothing. Raises ValueError
    for NaN, a negative α and lengths that differ. Source: Zhang et al. 2018.
    """
    X, T, alpha = finite("X", X), finite("T", T), checks.strength("alpha", alpha)
    if X.ndim != 2 or T.ndim != 2 or len(X) != len(T):
        raise ValueError(f"X (n, p) and T (n, k) must have as many rows; got {X.shape} and {T.shape}")
    mixed = mix(X[None], T[None], np.array([alpha]), [rng])
    return mixed[0][0], mixed[1][0]


def mix(X: Array, T: Array, alpha: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, Array]:
    """Return `mixup` of X (runs, n, p) and T (runs, n, k) with α (runs,), unchecked."""
    n = X.shape[1]
    share, other = np.ones((len(X), n, 1)), np.tile(np.arange(n), (len(X), 1))
    for run, (a, rng) in enumerate(zip(alpha, rngs, strict=True)):
        if a > 0:
            other[run], share[run, :, 0] = rng.permutation(n), rng.beta(a, a, n)
    share = share.astype(X.dtype)
    return tuple(share * V + (1 - share) * np.take_along_axis(V, other[..., None], axis=1) for V in (X, T))


def noise_ridge(X: ArrayLike, y: ArrayLike, sigma: float) -> Array:
    """Return w (p,) that least squares finds on average over noise N(0, σ²) on X: ridge with λ = σ², no intercept.

    (1/2n) E‖y − (X + E)w‖² = (1/2n)‖y − Xw‖² + (σ²/2)‖w‖². Raises ValueError for NaN and a negative σ.
    Source: Bishop 1995.
    """
    X, y = regression(X, y)
    n, p = X.shape
    lambda_ = checks.strength("sigma", sigma) ** 2
    return np.linalg.solve(X.T @ X / n + lambda_ * np.eye(p), X.T @ y / n)
