"""A regression measured in its own units: centred, and every column and y divided by a power of two near its spread.

Weights u on the measured design Z stand for w_j = u_j · unit_y / units_j. Powers of two divide without rounding, so
that nothing is lost, and no column is large or small beside another, whatever it was written in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, regression

LARGEST = 2.0**500  # ratio of two columns' units, squared in ridge, that a double still holds


@dataclass(frozen=True, eq=False)
class Measured:
    """X = origin + (middle + Z)·units, y = origin_y + (middle_y + target)·unit_y; Z (n, p) and target (n,) centred."""

    Z: Array
    target: Array
    units: Array
    unit_y: float
    origin: Array
    origin_y: float
    middle: Array
    middle_y: float

    @property
    def correlation(self) -> Array:
        """Zᵀtarget/n (p,)."""
        return self.Z.T @ self.target / len(self.target)

    @property
    def factors(self) -> Array:
        """What one unit of L1 strength is to each weight u (p,): at least 1, and 1 for the largest column."""
        return self.units.max() / self.units

    def level(self, l1: ArrayLike) -> Array:
        """Return L1 strengths on w in units in which `factors` times them are those on u, cut off as in `ridge`."""
        with np.errstate(under="ignore", over="ignore"):
            return np.minimum(np.asarray(l1, dtype=float) / self.unit_y / self.units.max(), LARGEST)

    def l1(self, level: ArrayLike) -> Array:
        """Return the L1 strengths on w of such levels. Raises ValueError where doubles cannot hold them."""
        level = np.asarray(level, dtype=float)
        with np.errstate(under="ignore", over="ignore"):
            strength = level * self.unit_y * self.units.max()
        top = level.max(initial=0.0)
        if top > 0 and not np.finfo(float).tiny / np.finfo(float).eps < strength.max() < np.inf:
            columns = listed(np.flatnonzero(self.units == self.units.max()))
            raise ValueError(f"X times y leaves the range of doubles in {columns}; measure them in other units")
        return strength

    def ridge(self, l2: ArrayLike, columns: int | slice = slice(None)) -> Array:
        """Return the L2 strengths on u of those on w, for all or some columns, cut off where doubles end."""
        units = self.units[columns]
        with np.errstate(under="ignore", over="ignore"):
            return np.minimum(l2 / units / units, LARGEST)

    def weights(self, u: Array) -> Array:
        """Return w (..., p) of u (..., p). Raises ValueError naming columns whose weights doubles cannot hold."""
        with np.errstate(under="ignore", over="ignore"):
            w = u * (self.unit_y / self.units)
        if not np.isfinite(w).all():
            columns = listed(np.flatnonzero(~np.isfinite(w).reshape(-1, w.shape[-1]).all(axis=0)))
            raise ValueError(f"weights leave the range of doubles in {columns}; measure X or y in other units")
        return w

    def measure(self, w: Array) -> Array:
        """Return u (p,) of w (p,)."""
        with np.errstate(under="ignore", over="ignore"):
            return w / self.unit_y * self.units

    def at_origin(self, u: Array) -> Array:
        """Return the prediction (...) of u (..., p) at X = origin: nothing cancels, however far off zero data lie."""
        with np.errstate(under="ignore"):
            return self.origin_y + self.unit_y * (self.middle_y - u @ self.middle)

    def intercept(self, w: Array) -> Array:
        """Return ȳ − x̄ᵀw (...) for w (..., p)."""
        with np.errstate(under="ignore"):
            mean_y, mean = self.origin_y + self.middle_y * self.unit_y, self.origin + self.middle * self.units
            return mean_y - w @ mean


def measured(X: ArrayLike, y: ArrayLike) -> Measured:
    """Return X (n, p) and y (n,) measured; a constant column becomes exactly zero, in the largest column's unit.

    Raises ValueError naming the columns where their spreads differ by more than 1e150.
    """
    X, y = regression(X, y)
    Z, units, middle = _measure(X)
    target, unit_y, middle_y = _measure(y[:, None])
    return Measured(
        Z, target[:, 0], _together(units), float(unit_y[0]) or 1.0, X[0].copy(), float(y[0]), middle, *middle_y
    )


def from_zero(X: ArrayLike, y: ArrayLike) -> Measured:
    """Return X (n, p) and y (n,) measured without centring, for a model without intercept. Raises as `measured`."""
    X, y = regression(X, y)
    units, unit_y = _units(X), _units(y[:, None])
    nothing = np.zeros(X.shape[1])
    scaled = X / np.where(units > 0, units, 1.0), y / (unit_y[0] or 1.0)
    return Measured(*scaled, _together(units), float(unit_y[0]) or 1.0, nothing, 0.0, nothing, 0.0)


def listed(columns: ArrayLike) -> str:
    """Return columns of X by index in words, the first few of them."""
    found = [int(j) for j in np.ravel(columns)]
    shown = ", ".join(map(str, found[:8])) + (", …" if len(found) > 8 else "")
    return f"column {shown}" if len(found) == 1 else f"columns {shown}"


def _measure(X: Array) -> tuple[Array, Array, Array]:
    """Return Z (n, p), the units (p,), 0 for a constant column, and the mean (p,) in units from the first row."""
    with np.errstate(under="ignore"):
        first = _power(np.abs(X).max(axis=0))
        Z = X / first
        Z -= Z[0]
        middle = Z.mean(axis=0)
        Z -= middle
        second = _root(Z)
        divisor = np.where(second > 0, second, 1.0)
        Z /= divisor
        return Z, first * second, middle / divisor


def _units(X: Array) -> Array:
    """Return the power of two next to the root mean square of each column (p,), 0 for a column of zeros."""
    with np.errstate(under="ignore"):
        first = _power(np.abs(X).max(axis=0))
        return first * _root(X / first)


def _root(X: Array) -> Array:
    """Return the power of two next to the root mean square of each column (p,), 0 for zeros; of X no larger than 2."""
    square = np.einsum("ij,ij->j", X, X) / len(X)
    return np.where(
        square > 0, np.exp2(np.round(np.log2(square, where=square > 0, out=np.zeros_like(square)) / 2)), 0.0
    )


def _power(size: Array) -> Array:
    """Return the power of two just above each size, within what doubles invert; 1 for 0."""
    return np.ldexp(1.0, np.clip(np.frexp(size)[1], -900, 1000))


def _together(units: Array) -> Array:
    """Return the units, that of the largest column in place of 0; refuse what no double holds side by side."""
    largest = units.max() or 1.0
    units = np.where(units > 0, units, largest)
    if largest / LARGEST > units.min():
        columns = listed([units.argmin(), units.argmax()])
        raise ValueError(f"the spreads of {columns} differ by more than 1e150; measure them in other units")
    return units
