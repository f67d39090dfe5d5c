"""The posterior of two weights under Gaussian noise: its mode, its mean, its shape, and its quarrel with the prior.

With y = Xw + noise of known standard deviation σ and a prior centred at m, −(σ²/n) log posterior is the loss
½ wᵀHw − cᵀw plus λ times a penalty on w − m. The mode (MAP) is therefore a penalised solution with λ = θσ²/n.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from regviz.bayes.priors import Prior, gauss_legendre
from regviz.checks import Array
from regviz.linear.plane import solve_elastic_net

DEEP = 25.0  # below e⁻²⁵ of the peak a density is cut off: a relative error near 1e-11, part of mean_error
ROUNDING = 1e-9  # in log density: smaller falls are noise to a climb
Grid = tuple[tuple[Array, Array], tuple[Array, Array], Array]
"""nodes and weights of each weight's rule, and the log density (nodes of w₂, nodes of w₁)"""
ORDERS = (12, 9)  # of the rule that is used and of the rule that it is compared with


@dataclass(frozen=True)
class Posterior:
    """Likelihood H (2, 2), c (2,) with precision n/σ², and a prior with its centre (2,) at one λ.

    `l1_ratio` is the ρ of the penalty that the prior becomes; None for a prior that is no elastic net.
    """

    H: Array
    c: Array
    precision: float
    prior: Prior
    centre: Array
    lambda_: float
    l1_ratio: float | None

    @property
    def theta(self) -> float:
        """The tightness θ = nλ/σ² of the prior."""
        return self.precision * self.lambda_

    @cached_property
    def free(self) -> Array:
        """The weights of greatest likelihood: least squares."""
        return np.asarray(np.linalg.solve(self.H, self.c), dtype=float)

    @cached_property
    def spread(self) -> Array:
        """The covariance (2, 2) of least squares."""
        return np.asarray(np.linalg.inv(self.H) / self.precision, dtype=float)

    def log_density(self, w1: Array, w2: Array) -> Array:
        """Return log posterior at (w1, w2), up to a constant: 0 for greatest likelihood without a prior."""
        d1, d2, H = w1 - self.free[0], w2 - self.free[1], self.precision * self.H
        own1 = H[0, 0] / 2 * d1 * d1 + self.prior.energy(w1 - self.centre[0], self.theta)
        own2 = H[1, 1] / 2 * d2 * d2 + self.prior.energy(w2 - self.centre[1], self.theta)
        return -(H[0, 1] * d1) * d2 - own1 - own2  # w1 and w2 may span a grid: what is of one of them alone stays small

    def along(self, lambdas: Array) -> list["Posterior"]:
        """Return the posterior at each λ (m,); the modes that are penalised solutions are found in one go."""
        family = [replace(self, lambda_=float(value)) for value in lambdas]
        if self.l1_ratio is not None:
            shifted = self.c - self.H @ self.centre
            modes = self.centre + solve_elastic_net(self.H, shifted, lambdas, self.l1_ratio)
            for one, mode in zip(family, modes, strict=True):
                vars(one)["mode"] = mode  # where a cached property keeps its value
        return family

    @cached_property
    def mode(self) -> Array:
        """The MAP estimate (2,): the exact penalised solution, or the best of Newton's climbs for a Student-t."""
        if self.l1_ratio is not None:
            return np.asarray(self.along(np.array([self.lambda_]))[0].mode)
        (x, _), (y, _), log = self._coarse
        i, j = np.unravel_index(np.argmax(log), log.shape)
        climbs = [self._climb(w) for w in (np.array([x[j], y[i]]), self.free, self.centre)]
        return max(climbs, key=lambda w: float(self.log_density(w[0], w[1])))

    @cached_property
    def mean(self) -> Array:
        """The posterior mean (2,)."""
        return _mean(*self._grid(ORDERS[0]))

    @cached_property
    def mean_error(self) -> float:
        """About the most that the posterior mean is off: its change against a coarser rule, and what both cut off."""
        cut = 2 * np.exp(-DEEP) * max(self._reach(j) for j in (0, 1))
        return float(np.abs(self.mean - _mean(*self._coarse)).max() + cut)

    def slope(self) -> Array:
        """Return the gradient (2,) of −(σ²/n) log posterior at the mode, 0 where the penalty's kink holds a weight."""
        pull = self.H @ self.mode - self.c
        answer = self.prior.pull(self.mode - self.centre, self.theta) / self.precision
        held = self.lambda_ * (self.l1_ratio or 0.0)
        return np.where(self.mode == self.centre, np.maximum(np.abs(pull) - held, 0.0), np.abs(pull + answer))

    def around(self, drop: float, count: int = 25) -> tuple[Array, Array, Array]:
        """Return a grid (x, y) that holds all that is within `drop` of the peak, and the log density less its peak."""
        (x, _), (y, _), log = self._coarse
        peak = float(self.log_density(*self.mode))
        inside = log > peak - 1.5 * drop
        near = [np.flatnonzero(inside.any(axis=k)) for k in (0, 1)]
        axes = []
        for nodes, hit, at, centre in zip((x, y), near, self.mode, self.centre, strict=True):
            low = min(nodes[max(hit[0] - 1, 0)], at) if hit.size else nodes[0]
            high = max(nodes[min(hit[-1] + 1, nodes.size - 1)], at) if hit.size else nodes[-1]
            # the penalty bends at the centre: a grid line there keeps the curve's corners
            axes.append(np.unique(np.append(np.linspace(low, high, count), np.clip(centre, low, high))))
        across, up = axes
        return across, up, self.log_density(across, up[:, None]) - peak

    def marginal(self, w2: Array) -> Array:
        """Return the posterior density of the second weight at w2 (m,), with a peak of 1 and 1e-30 at least."""
        x, weights = self._rule(0, ORDERS[1])
        log = self.log_density(x, w2[:, None])
        density = np.exp(np.maximum(log - log.max(), -300.0)) @ weights
        return np.maximum(density / density.max(), 1e-30)

    def fit_distance(self) -> float:
        """Return how far the MAP lies from least squares, in standard deviations of least squares."""
        d = self.mode - self.free
        return float(np.sqrt(self.precision * (d @ self.H @ d)))

    def conflict(self) -> float:
        """Return how far least squares lies from the prior's centre, in standard deviations of its prediction.

        Before the data are seen, least squares has covariance spread + prior variance · I about the centre.
        Source: Box 1980; Evans and Moshonov 2006.
        """
        return float(self._conflicts(self.free - self.centre))

    def conflict_share(self, draws: int = 2000, seed: int = 0) -> float:
        """Return the share of data sets drawn from prior and noise that lie at least as far out as these."""
        rng = np.random.default_rng(seed)
        noise = rng.standard_normal((draws, 2)) @ np.linalg.cholesky(self.spread).T
        distances = self._conflicts(self.prior.draw(rng, (draws, 2), self.theta) + noise)
        return float(np.mean(distances >= self.conflict()))

    def _conflicts(self, gaps: Array) -> Array:
        predicted = self.spread + self.prior.variance(self.theta) * np.eye(2)
        return np.sqrt(np.sum(gaps @ np.linalg.inv(predicted) * gaps, axis=-1))

    @cached_property
    def _coarse(self) -> Grid:
        return self._grid(ORDERS[1])

    def _grid(self, order: int) -> Grid:
        (x, wx), (y, wy) = self._rule(0, order), self._rule(1, order)
        return (x, wx), (y, wy), self.log_density(x, y[:, None])

    def _rule(self, j: int, order: int) -> tuple[Array, Array]:
        """Return a rule for weight j over all that is not negligible, graded toward the prior's centre.

        The likelihood alone bends log posterior by at least n/σ² H when the prior's energy is convex, so that it has
        fallen by DEEP within √(2·DEEP) standard deviations of the MAP. Otherwise the likelihood must make up for the
        most that the prior can give: its energy at least squares.
        """
        sd, reach = float(np.sqrt(self.spread[j, j])), self._reach(j)
        middle = float((self.mode if self.prior.convex else self.free)[j])
        length = self.prior.length(self.theta)
        levels = np.arange(np.ceil(np.log(max(sd / length, 1.0)) / np.log(3)) + 1)
        toward = self.centre[j] + np.concatenate([[0.0], sd * 3.0**-levels, -sd * 3.0**-levels])
        low, high = middle - reach, middle + reach
        inner = toward[(toward > low) & (toward < high)]
        return gauss_legendre(np.unique(np.concatenate([np.linspace(low, high, 9), inner])), order)

    def _reach(self, j: int) -> float:
        """Return how far on either side weight j is followed."""
        lead = 0.0 if self.prior.convex else float(self.prior.energy(self.free - self.centre, self.theta).sum())
        return float(np.sqrt(2 * (DEEP + lead) * self.spread[j, j]))

    def _climb(self, w: Array) -> Array:
        """Return the mode that Newton's method reaches from w, halving a step until log posterior rises."""
        for _ in range(60):
            slope = self.precision * (self.c - self.H @ w) - self.prior.pull(w - self.centre, self.theta)
            bend = self.precision * self.H + np.diag(self.prior.curvature(w - self.centre, self.theta))
            # where the posterior is not concave, the bend is raised until the step climbs
            least = np.linalg.eigvalsh(bend)[0]
            step = np.linalg.solve(bend + max(0.0, 1e-3 * self.precision - least) * np.eye(2), slope)
            here, size = float(self.log_density(*w)), 1.0
            while size > 1e-9 and float(self.log_density(*(w + size * step))) < here - ROUNDING:
                size /= 2
            w = w + size * step
            if np.abs(step).max() < 1e-15 + 1e-14 * np.abs(w).max():
                break
        return w


def _mean(across: tuple[Array, Array], up: tuple[Array, Array], log: Array) -> Array:
    (x, wx), (y, wy) = across, up
    density = log - log.max()
    np.exp(np.maximum(density, -300.0, out=density), out=density)
    columns, rows = wx * (wy @ density), wy * (density @ wx)
    return np.array([columns @ x, rows @ y]) / rows.sum()
