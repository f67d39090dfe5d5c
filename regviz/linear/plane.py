"""Penalised least squares in two weights, solved exactly: the plane in which constraint balls are drawn.

The loss is ½ wᵀHw − cᵀw + const with H = XᵀX/n (2, 2) and c = Xᵀy/n (2,), X and y centred. Solvers take all λ (m,) or
all budgets t (m,) at once and return weights (m, 2).
"""

from collections.abc import Callable
from itertools import product

import numpy as np

from regviz.checks import Array, non_negative
from regviz.penalties import Penalty
from regviz.penalties.lq import BISECTIONS, prox_lq

PATTERNS = tuple(product((-1.0, 0.0, 1.0), repeat=2))
SCAN = 401  # points per half orthant; the global minimum is never a double root, so it is not lost between two of them


def solve_elastic_net(H: Array, c: Array, lambdas: Array, l1_ratio: float) -> Array:
    """Return the minimisers of loss + λ[ρ‖w‖₁ + (1−ρ)/2 ‖w‖₂²] for every λ, by trying the nine sign patterns."""
    lam = non_negative("lambdas", lambdas)
    best, least = np.zeros((len(lam), 2)), np.full(len(lam), np.inf)
    for signs in PATTERNS:
        s = np.array(signs)
        on = s != 0
        w = np.zeros((len(lam), 2))
        A = H[np.ix_(on, on)] + (lam * (1 - l1_ratio))[:, None, None] * np.eye(on.sum())
        w[:, on] = np.linalg.solve(A, (c[on] - (lam * l1_ratio)[:, None] * s[on])[..., None])[..., 0]
        excess = np.abs(c - w @ H)[:, ~on] - (lam * l1_ratio)[:, None]
        violation = np.maximum(-s * w, 0).sum(axis=1) + np.maximum(excess, 0).sum(axis=1)
        better = violation < least
        best[better], least[better] = w[better], violation[better]
    return best


def solve_lq(H: Array, c: Array, lambdas: Array, q: float) -> Array:
    """Return the global minimisers of loss + (λ/q)‖w‖_q^q for every λ; convex for q >= 1.

    One stationary equation gives w₂ as a function of w₁; roots of the other are then found on a line. For q < 1 the
    axes are candidates too, since a weight at zero is a local minimum there.
    """
    lam = non_negative("lambdas", lambdas)
    if q == 1:
        return solve_elastic_net(H, c, lam, 1.0)
    axes = [_on_axis(H, c, lam, q, j) for j in (0, 1)]
    if abs(H[0, 1]) < 1e-9 * np.sqrt(H[0, 0] * H[1, 1]):  # uncorrelated: one problem per weight
        return axes[0] + axes[1]
    candidates = np.concatenate([_inside(H, c, lam, q), np.stack([*axes, np.zeros_like(axes[0])], axis=1)], axis=1)
    cost = objective(H, c, candidates) + lam[:, None] / q * np.sum(np.abs(candidates) ** q, axis=-1)
    w = np.take_along_axis(candidates, np.argmin(cost, axis=1)[:, None, None], axis=1)[:, 0]
    if q > 1:  # the smaller weight, left over from a cancellation, is solved once more for itself
        rows, j = np.arange(len(lam)), np.argmin(np.abs(w), axis=1)
        h = H[j, j]
        w[rows, j] = prox_lq((c[j] - H[0, 1] * w[rows, 1 - j]) / h, lam / h, q)
    return w


def objective(H: Array, c: Array, w: Array) -> Array:
    """Return ½ wᵀHw − cᵀw for w (..., 2)."""
    return np.sum((w @ H / 2 - c) * w, axis=-1)


def solve_budget(H: Array, c: Array, budgets: Array, penalty: Penalty) -> tuple[Array, Array]:
    """Return the minimisers of the loss under P(w) <= t and their multipliers λ(t), for every t > 0.

    Nothing here knows the penalised problem: the boundary is walked, orthant by orthant, as the share u of the budget
    that w₁ spends, and the minimum along it is refined by bisection on the slope.
    """
    t = non_negative("budgets", budgets)
    walks = [
        _on_boundary(H, c, t, penalty, np.array(signs), first)
        for signs in product((-1.0, 1.0), repeat=2)
        for first in (0, 1)
    ]
    corners = np.stack(walks, axis=1)
    # at the answer each nonzero weight has the sign of its pull; a tiny weight's cost alone cannot tell
    wrong = np.any(np.sign(corners) * (c - corners @ H) < -1e-9 * np.abs(c).max(), axis=2)
    pick = np.argmin(np.where(wrong, np.inf, objective(H, c, corners)), axis=1)
    w = np.take_along_axis(corners, pick[:, None, None], axis=1)[:, 0]
    free = np.linalg.solve(H, c)
    slack = penalty.value(free, 1.0).sum() <= t
    w[slack] = free
    rows, j = np.arange(len(t)), np.argmax(np.abs(w), axis=1)
    pull, steep = np.abs(c - w @ H)[rows, j], np.abs(penalty.gradient(w, 1.0))[rows, j]
    return w, np.where(slack, 0.0, pull / np.where(slack, 1.0, steep))


def _on_boundary(H: Array, c: Array, t: Array, penalty: Penalty, signs: Array, first: int) -> Array:
    """Return the least-loss point (m, 2) of P(w) = t in one orthant, where weight `first` spends at most half of t."""

    def point(u: Array) -> Array:
        spent = u * t[:, None]
        sizes = [penalty.inverse(spent), penalty.inverse(t[:, None] - spent)]
        return signs * np.stack(sizes if first == 0 else sizes[::-1], axis=-1)

    def rising(u: Array) -> Array:
        w = point(u[:, None])[:, 0]
        steep = np.abs(penalty.gradient(np.where(w == 0, np.finfo(float).tiny, w), 1.0))
        slope = signs * (w @ H - c) * steep[:, ::-1]
        return slope[:, first] > slope[:, 1 - first]

    share = np.linspace(0, 0.5, SCAN)
    k = np.argmin(objective(H, c, point(share[None, :])), axis=1)
    root = _bisect(rising, share[np.maximum(k - 1, 0)], share[np.minimum(k + 1, SCAN - 1)], 120)
    # where the penalty has a kink at 0 an exact corner may be the answer; offered first, it wins a tie
    corner = np.where((k == 0) & (penalty.slope > 0), 0.0, root)
    near = point(np.stack([corner, root], axis=1))
    return np.take_along_axis(near, np.argmin(objective(H, c, near), axis=1)[:, None, None], axis=1)[:, 0]


def _on_axis(H: Array, c: Array, lam: Array, q: float, j: int) -> Array:
    """Return the minimisers with only weight j free (m, 2)."""
    w = np.zeros((len(lam), 2))
    w[:, j] = prox_lq(np.full(len(lam), c[j] / H[j, j]), lam / H[j, j], q)
    return w


def _inside(H: Array, c: Array, lam: Array, q: float) -> Array:
    """Return the stationary points with both weights nonzero (m, k, 2), padded with zeros."""
    # the objective at 0 is 0, so ½ wᵀHw <= cᵀw bounds every minimiser
    reach = 2 * np.linalg.norm(c) / np.linalg.eigvalsh(H)[0]
    # at a minimum of the nonconvex problem h_jj >= λ(1−q)|w_j|^(q−2), or the curvature would be negative
    least = np.full((len(lam), 2), 1e-12)
    if q < 1:
        least = np.maximum(least, (lam[:, None] * (1 - q) / np.diag(H)) ** (1 / (2 - q)))
    rise = np.maximum(reach / least[:, :1], 1.0) ** np.linspace(0, 1, SCAN)
    line = least[:, :1] * np.concatenate([-rise[:, ::-1], rise], axis=1)

    def pull(w: Array, strength: Array) -> Array:
        size = np.where(w == 0, 1.0, np.abs(w))
        return strength * np.sign(w) * size ** (q - 1)

    def partner(w1: Array, strength: Array) -> Array:
        return (c[0] - H[0, 0] * w1 - pull(w1, strength)) / H[0, 1]

    def residual(w1: Array, strength: Array) -> Array:
        w2 = partner(w1, strength)
        return H[0, 1] * w1 + H[1, 1] * w2 - c[1] + pull(w2, strength)

    sign = np.sign(residual(line, lam[:, None]))
    rows, cells = np.nonzero(sign[:, :-1] * sign[:, 1:] <= 0)
    up = sign[rows, cells + 1] > sign[rows, cells]
    roots = _bisect(lambda w1: (residual(w1, lam[rows]) > 0) == up, line[rows, cells], line[rows, cells + 1])
    order = np.arange(len(rows)) - np.searchsorted(rows, rows)
    found = np.zeros((len(lam), order.max(initial=-1) + 1, 2))
    points = np.stack([roots, partner(roots, lam[rows])], axis=-1)
    found[rows, order] = np.where(np.all(np.abs(points) >= 0.999 * least[rows], axis=1)[:, None], points, 0.0)
    return found


def _bisect(above: Callable[[Array], Array], low: Array, high: Array, count: int = BISECTIONS) -> Array:
    """Return the points between low and high where `above` turns from false to true."""
    for _ in range(count):
        middle = (low + high) / 2
        over = above(middle)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return (low + high) / 2
