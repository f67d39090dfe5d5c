"""Argument checks: one clear ValueError that names the offending value and what is allowed."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def finite(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array, refusing NaN and infinity, masked entries and complex numbers."""
    array = real(name, value).astype(float, copy=False)
    if np.isfinite(array).all():
        return array
    first = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    raise ValueError(f"{name} must be finite; got {array[first]}" + (f" at index {first}" if first else ""))


def real(name: str, value: ArrayLike) -> np.ndarray:
    """Return `value` as an array, refusing what a float array would silently drop: a mask, an imaginary part."""
    if any(map(np.ma.is_masked, value if isinstance(value, list | tuple) else (value,))):
        raise ValueError(f"{name} must have no masked entries; leave them out")
    array = np.asarray(value)
    if array.dtype.kind == "c" or (array.dtype.kind == "O" and any(isinstance(x, complex) for x in array.flat)):
        raise ValueError(f"{name} must be real; got complex numbers")
    return array


def non_negative(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array of finite numbers >= 0."""
    array = finite(name, value)
    if np.any(array < 0):
        raise ValueError(f"{name} must be >= 0; got {array.min()}")
    return array


def one(name: str, value: float) -> float:
    """Return `value` as one finite float."""
    array = finite(name, value)
    if array.ndim:
        raise ValueError(f"{name} must be one number; got shape {array.shape}")
    return float(array)


def strength(name: str, value: float) -> float:
    """Return `value` as one finite float >= 0."""
    number = one(name, value)
    if number < 0:
        raise ValueError(f"{name} must be >= 0; got {number}")
    return number


def above(name: str, value: float, bound: float) -> float:
    """Return `value` as a finite float strictly above `bound`."""
    number = one(name, value)
    if number <= bound:
        raise ValueError(f"{name} must be > {bound}; got {number}")
    return number


def fraction(name: str, value: float) -> float:
    """Return `value` as a float in [0, 1]."""
    number = one(name, value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{name} must be in [0, 1]; got {number}")
    return number


def regression(X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return X (n, p) and y (n,) as finite float arrays of matching length, n and p at least 1."""
    X, y = finite("X", X), finite("y", y)
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(f"X must have shape (n, p) with n, p >= 1; got {X.shape}")
    if y.shape != X.shape[:1]:
        raise ValueError(f"y must have shape ({X.shape[0]},) to match X; got {y.shape}")
    return X, y


def positive(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array of finite numbers > 0."""
    array = finite(name, value)
    if np.any(array <= 0):
        raise ValueError(f"{name} must be > 0; got {array.min()}")
    return array


def below_one(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array of numbers in [0, 1)."""
    array = finite(name, value)
    outside = array[(array < 0) | (array >= 1)]
    if outside.size:
        raise ValueError(f"{name} must be in [0, 1); got {outside.flat[0]}")
    return array


def whole(name: str, value: float, least: int) -> int:
    """Return `value` as an int that is at least `least`."""
    number = real(name, value)
    if number.ndim or number.dtype.kind not in "biuf" or not least <= number < np.inf or number != number // 1:
        raise ValueError(f"{name} must be a whole number >= {least}; got {value}")
    return int(number)


def matrix(name: str, value: ArrayLike) -> Array:
    """Return `value` as a finite float array of shape (m, n), m and n at least 1."""
    array = finite(name, value)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} must have shape (m, n) with m, n >= 1; got {array.shape}")
    return array
