"""Exact solutions of the quadratic with an L1 term, followed along a straight line of problems.

At t ≤ 0 the problem is: minimise over w  ½ wᵀ(G + diag μ)w − (q + t·dq)ᵀw − t Σ fⱼ|wⱼ|,  G = XᵀX/n.
While no weight enters or leaves the support the solution is linear in t, so that it is known everywhere once it is
known at the knots. With q = Xᵀy/n, μ = 0, factors f = 1 and −t = λ that is the lasso path; a path of the elastic net is
a chain of such lines, one for each step of λ. The factors carry the units of the columns, which are all of size 1 here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from regviz.checks import Array
from regviz.linear.units import listed

SPAN = 1e-11  # squared distance, relative to its square length, below which a column counts as dependent on the support
CANCELLED = 1e-4  # ratio below which that distance is computed without cancellation
STEADY = 1e-10  # a slack that falls slower than this, relative to the line's own speed, is a tie that persists
EXACT = np.array([[1e-11], [1e-13]])  # relative residuals above which the weights, and their speed, are solved again
LOST = 1e6  # times the first of EXACT: a violation of optimality past which the path is lost
REPAIRS = 3  # corrections of one solution, at most
FAR = 1e3  # ratio of strengths run through in one go while some weight's strength is far above its correlation
ROOM = 256  # weights off zero that there is room for at first
TIES = 5  # changes of the support at one point, per weight, before giving up


class PathError(ArithmeticError):
    """Columns of X so nearly dependent that doubles cannot follow the path; raised rather than return a wrong one.

    `columns` are their indices, as far as they are known.
    """

    def __init__(self, columns: Sequence[int] = ()) -> None:
        self.columns = tuple(columns)
        which = f"{listed(self.columns)} of X" if self.columns else "columns of X"
        verb = "is" if len(self.columns) == 1 else "are"
        super().__init__(f"{which} {verb} too nearly dependent to follow the exact path; leave near-copies out")


@dataclass(frozen=True, eq=False)
class Line:
    """Problems with linear term q + t·dq (p,), L1 strengths −t·factors (p,) ≥ −t, t from `start` to `stop` ≤ 0."""

    q: Array
    dq: Array
    factors: Array
    start: float
    stop: float


class Support:
    """The weights off zero with their signs, their rows of G, and the inverse of their block of G + diag μ."""

    def __init__(self, X: Array) -> None:
        """Start empty on a centred design X (n, p)."""
        n, p = X.shape
        self._columns = np.ascontiguousarray(X.T)
        self._gram = self._columns @ X / n if p <= n else None
        room = min(p, ROOM)
        self._order, self._sign = np.empty(p, dtype=np.intp), np.empty(p)
        self._rows, self._inverse = np.empty((room, p)), np.empty((room, room))
        self.size, self.ridge, self._ridged = 0, np.zeros(p), False
        self.member = np.zeros(p, dtype=bool)

    @property
    def indices(self) -> np.ndarray:
        """The weights off zero (k,)."""
        return self._order[: self.size]

    @property
    def signs(self) -> Array:
        """Their signs (k,)."""
        return self._sign[: self.size]

    def set_ridge(self, ridge: Array) -> None:
        """Set μ (p,) and renew the inverse."""
        self.ridge, self._ridged = ridge, bool(ridge.any())
        self._renew()

    def dependent(self) -> list[int]:
        """Return the weights off zero whose columns depend most on one another, by the flattest direction of G."""
        block = self._rows[: self.size][:, self.indices] + np.diag(self.ridge[self.indices])
        root = np.sqrt(np.maximum(np.diag(block), np.finfo(float).tiny))
        flattest = np.abs(np.linalg.eigh(block / root / root[:, None])[1][:, :1])
        return sorted(self.indices[np.flatnonzero(flattest > flattest.max(initial=0.0) / 10)].tolist())

    def enter(self, j: int, sign: float) -> bool:
        """Take weight j in; return False, changing nothing, where its column depends on those already there."""
        k, row, inverse = self.size, self._row(j), self._inverse
        g = row[self.indices]
        h = inverse[:k, :k] @ g
        square = row[j] + self.ridge[j]
        rest = square - g @ h  # Schur complement
        if rest < CANCELLED * square:
            rest = self._distance(j, h)
        if rest <= SPAN * square:
            return False
        if k == len(inverse):
            inverse = self._grow()
        inverse[:k, :k] += h[:, None] * (h / rest)
        inverse[k, :k] = inverse[:k, k] = -h / rest
        inverse[k, k] = 1 / rest
        self._rows[k], self._order[k], self._sign[k] = row, j, sign
        self.member[j], self.size = True, k + 1
        return True

    def leave(self, j: int) -> None:
        """Let weight j go; the last one takes its place."""
        last, inverse = self.size - 1, self._inverse[: self.size, : self.size]
        i = int(np.flatnonzero(self.indices == j)[0])
        for table in (inverse.T, inverse, self._rows, self._order, self._sign):
            table[[i, last]] = table[[last, i]]
        h = inverse[last, :last]
        inverse[:last, :last] -= h[:, None] * (h / inverse[last, last])
        self.member[j], self.size = False, last

    def direction(self, rhs: Array) -> Array:
        """Return (G + diag μ)⁻¹ rhs (k,) on the support, as good as the kept inverse."""
        return self._inverse[: self.size, : self.size] @ rhs

    def refine(self, W: Array, rhs: Array, enough: Array) -> tuple[Array, Array]:
        """Return W (2, k), (G + diag μ) W = rhs (2, k) on the support within `enough` (2, 1); and that product for all.

        Raises PathError where the first row, the weights on the path, is far off at the outset.
        """
        rows, inverse, indices = self._rows[: self.size], self._inverse[: self.size, : self.size], self.indices
        for attempt in range(REPAIRS + 1):
            pull = (W[:, None] @ rows)[:, 0]  # two products with a vector: twice as fast as one with two
            if self._ridged:
                pull[:, indices] += self.ridge[indices] * W
            residual = rhs - pull.take(indices, axis=1)
            excess = np.abs(residual) > enough
            if not np.count_nonzero(excess):
                break
            if attempt == 0 and np.abs(residual[0]).max() > LOST * enough[0, 0]:
                raise PathError(self.dependent())
            if attempt == 1:  # one correction did not do: the kept inverse is stale
                self._renew()
            W = W + excess.any(axis=1, keepdims=True) * (residual @ inverse)
        return W, pull

    def _distance(self, j: int, h: Array) -> float:
        """Return the Schur complement as a sum of squares, free of the cancellation in the Gram matrix."""
        v = self._columns[j] - h @ self._columns[self.indices]
        ridge = self.ridge[self.indices]
        h = h + self.direction(self._columns[self.indices] @ v / len(v) - ridge * h)
        v = self._columns[j] - h @ self._columns[self.indices]
        return v @ v / len(v) + self.ridge[j] + h @ (ridge * h)

    def _row(self, j: int) -> Array:
        columns = self._columns
        return self._gram[j] if self._gram is not None else columns @ columns[j] / columns.shape[1]

    def _renew(self) -> None:
        k = self.size
        block = self._rows[:k].take(self.indices, axis=1)
        block.flat[:: k + 1] += self.ridge.take(self.indices)
        root = 1 / np.sqrt(block.diagonal())  # rows of one size: ridge may differ by many powers of ten
        one_size = root[:, None] * root
        try:
            self._inverse[:k, :k] = np.linalg.inv(block * one_size) * one_size
        except np.linalg.LinAlgError as error:
            raise PathError(self.dependent()) from error

    def _grow(self) -> Array:
        """Double the room for weights off zero, and return the inverse's new place."""
        k, p = len(self._inverse), len(self.member)
        rows, inverse = self._rows, self._inverse
        room = min(2 * k, p)
        self._rows, self._inverse = np.empty((room, p)), np.empty((room, room))
        self._rows[:k], self._inverse[:k, :k] = rows, inverse
        return self._inverse


def follow(line: Line, support: Support, w: Array) -> Iterator[tuple[float, Array]]:
    """Yield (t, w) at the start, at every knot and at the end of the line, leaving `support` as it is there.

    `w` (p,) is the solution at the start. Weights that tie enter and leave one after the other at one knot.
    Raises PathError where rounding has the better of it. Source: Osborne, Presnell and Turlach 2000; Efron et al. 2004,
    section 3.1 (a weight that reaches zero leaves), for a general line of problems.
    """
    p, factors = len(w), line.factors
    drift = float(np.abs(line.dq).max())
    size = float(np.abs(line.q).max()) - drift * line.start
    pace = drift + float(factors.take(support.indices).max(initial=1.0))
    near = FAR * size / float(factors.max())  # from here on no strength is far above its correlation
    enough, limit = _tolerances(line, support, size, pace)
    barred: list[int] = []
    t, ties, changed, w = line.start, 0, True, w.copy()
    while ties <= TIES * p:
        # never below the rounding of t, where a step would lead nowhere
        resolution = max(1e-12 * min(line.stop - line.start, max(-t, near)), -4e-16 * t)
        end = line.stop if -t <= near else min(line.stop, t / FAR)
        weights, slack, slack_speed = _pieces(line, support, t, w, enough)
        waits = np.full((2, p), np.inf)
        np.divide(slack, -slack_speed, out=waits, where=slack_speed < limit)
        event = int(waits.argmin())
        wait, j = min(float(waits.item(event)), end - t), event % p
        if wait > resolution or end - t <= resolution:
            if changed:
                yield t, w
            arrived = t + wait >= end - resolution
            t, ties, changed, w = end if arrived else t + wait, 0, not arrived, np.zeros(p)
            signs = support.signs
            w[support.indices] = signs * np.maximum(signs * (weights[0] + wait * weights[1]), 0.0)
            if arrived and end == line.stop:
                yield line.stop, w
                return
            if arrived:
                continue
        ties, changed = ties + 1, True
        if support.member[j]:
            support.leave(j)
            w[j], limit[j] = 0.0, -STEADY * max(pace, factors[j])
            limit[barred], barred = -STEADY * np.maximum(pace, factors[barred]), []
        elif support.enter(j, 1.0 if event < p else -1.0):
            limit[j] = 0.0
            if factors[j] > pace:
                pace = float(factors[j])
                enough, limit = _tolerances(line, support, size, pace)
                limit[barred] = -np.inf
        else:
            limit[j] = -np.inf
            barred.append(j)
    raise PathError(support.dependent())


def _tolerances(line: Line, support: Support, size: float, pace: float) -> tuple[Array, Array]:
    """Return how exact the weights and their speed must be (2, 1), and the speeds (p,) below which a slack falls.

    `size` is that of the correlations, `pace` the greatest speed that the line and the support give to any of them.
    """
    limit = -STEADY * np.maximum(pace, line.factors)
    limit[support.indices] = 0.0
    return EXACT * np.array([[size], [pace]]), limit


def _pieces(line: Line, support: Support, t: float, w: Array, enough: Array) -> tuple[Array, Array, Array]:
    """Return the weights in the support (2, k), at t and their speed, and the slacks (2, p) at t, and their speed.

    A slack must stay ≥ 0: strength minus correlation above and below for a weight at zero, |w| for one in the support.
    """
    indices, signs = support.indices, support.signs
    now, factors = line.q + t * line.dq, line.factors
    price = factors.take(indices) * signs
    rhs = np.empty((2, len(indices)))
    np.add(now.take(indices), t * price, out=rhs[0])
    np.add(line.dq.take(indices), price, out=rhs[1])
    weights = np.empty_like(rhs)
    weights[0], weights[1] = w.take(indices), support.direction(rhs[1])
    weights, pull = support.refine(weights, rhs, enough)
    slack, speed = _slack(-t * factors, now - pull[0]), _slack(-factors, line.dq - pull[1])
    if slack.min() < -LOST * enough[0, 0]:
        raise PathError(support.dependent())
    slack[:, indices], speed[:, indices] = signs * weights
    return weights, slack, speed


def _slack(level: Array, correlation: Array) -> Array:
    slack = np.empty((2, len(correlation)))
    np.subtract(level, correlation, out=slack[0])
    np.add(level, correlation, out=slack[1])
    return slack
