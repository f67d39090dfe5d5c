"""Many roads to one shrinkage: what ends where ridge ends, what comes near it, and what goes elsewhere.

The problem is a regression in two correlated features of spread 1. Every road is run for all λ at once and gives
weights (λ, 2); none of the roads knows the formula of ridge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from regviz.apart import apart
from regviz.checks import Array
from regviz.data.two_features import draw_data
from regviz.descent.optimizers import Optimizer, adam, adamw, sgd_with_weight_decay
from regviz.knobs import LogSlider, Slider
from regviz.linear.overparametrized import min_norm
from regviz.linear.plane import solve_budget, solve_elastic_net
from regviz.linear.spectrum import flow_risk, ridge_risk
from regviz.memory import once
from regviz.networks.dropout_ridge import over_all_masks
from regviz.penalties import L2

STRENGTH = LogSlider("Strength λ", 0.01, 10, 31)
COPIES = Slider("Noisy copies, log₂ m", 0, 12, 1)
LAMBDAS = np.array(STRENGTH.options)
MOST = 2**COPIES.high
ROWS, TRUTH = 40, (2.0, 0.75)
STEPS, BATCH = 3000, 8
RATE = 0.05  # of Adam, AdamW and SAM, falling to 0
BOUND = 1.69
SIGNS = np.array(list(product((-1.0, 1.0), repeat=2)))


@dataclass(frozen=True)
class Problem:
    """X (40, 2) with columns of mean 0 and mean square 1, y (40,), the true weights and the noise behind them."""

    X: Array
    y: Array
    truth: Array
    noise: float
    seed: int

    @cached_property
    def H(self) -> Array:  # noqa: N802 - the Hessian
        """XᵀX/n (2, 2)."""
        return self.X.T @ self.X / ROWS

    @cached_property
    def c(self) -> Array:
        """Xᵀy/n (2,)."""
        return self.X.T @ self.y / ROWS

    @cached_property
    def free(self) -> Array:
        """The weights of least squares."""
        return np.asarray(np.linalg.solve(self.H, self.c))

    @cached_property
    def ridge(self) -> Array:
        """(XᵀX/n + λI)⁻¹Xᵀy/n (λ, 2)."""
        return np.linalg.solve(self.H + LAMBDAS[:, None, None] * np.eye(2), self.c[:, None])[..., 0]


@once(most=32)
def problem(correlation: float, noise: float, seed: int) -> Problem:
    """Return the problem of these settings."""
    drawn = draw_data(ROWS, correlation, noise, *TRUTH, seed)
    spread = np.sqrt(np.diag(drawn.H))
    return Problem(drawn.X / spread, drawn.y, drawn.truth * spread, noise, seed)


def added_rows(p: Problem) -> Array:
    """Return least squares with a row √(nλ) for each weight added, whose target is 0."""
    zeros = np.zeros(2)
    return _each(lambda lam: min_norm(np.vstack([p.X, np.sqrt(ROWS * lam) * np.eye(2)]), np.append(p.y, zeros)))


def gaussian_prior(p: Problem) -> Array:
    """Return the mean of w given y where w ~ N(0, τ²I) and y ~ N(Xw, σ²I), with τ² = σ²/(nλ).

    It conditions the joint normal of w and y: the covariance of y is τ²XXᵀ + σ²I (n, n).
    """

    def mean(lam: float) -> Array:
        tau2 = p.noise**2 / (ROWS * lam)
        return tau2 * p.X.T @ np.linalg.solve(tau2 * p.X @ p.X.T + p.noise**2 * np.eye(ROWS), p.y)

    return _each(mean)


def budget(p: Problem) -> Array:
    """Return the least loss in the circle through ridge, found by walking along it."""
    return solve_budget(p.H, p.c, L2.value(p.ridge, 1.0).sum(axis=1), L2)[0]


def input_noise(p: Problem) -> Array:
    """Return least squares on the data with ±√λ added to each feature, in all combinations of signs.

    This noise has mean 0 and variance λ; so has any other with the same answer on average. Source: Bishop 1995.
    """
    y = np.tile(p.y, len(SIGNS))
    return _each(lambda lam: min_norm((p.X + np.sqrt(lam) * SIGNS[:, None]).reshape(-1, 2), y))


def dropout(p: Problem) -> Array:
    """Return what dropout learns on average over all masks, at the drop rate λ/(1 + λ), as the network predicts.

    Source: Srivastava et al. 2014, section 9.1.
    """
    return _each(lambda lam: over_all_masks(p.X, p.y, 1 / (1 + lam)) / (1 + lam))


def weight_decay(p: Problem) -> Array:
    """Return where gradient descent on the loss alone ends that lets the weights decay by ηλ a step."""
    w, rate = np.zeros((LAMBDAS.size, 2)), 1 / (2 + LAMBDAS[:, None])
    for _ in range(STEPS):
        w = sgd_with_weight_decay(w, w @ p.H - p.c, rate, LAMBDAS[:, None])
    return w


def adam_l2(p: Problem) -> Array:
    """Return where Adam ends with λw in its gradient."""
    return _annealed(p, adam(RATE, l2=LAMBDAS[:, None]))


def adam_decayed(p: Problem) -> Array:
    """Return where AdamW ends."""
    return _annealed(p, adamw(RATE, weight_decay=LAMBDAS[:, None]))


def sharpness_aware(p: Problem) -> Array:
    """Return where descent ends whose gradients are taken at a distance ρ = λ uphill. Source: Foret et al. 2021."""
    w = np.zeros((LAMBDAS.size, 2))
    for share in _falling():
        g = w @ p.H - p.c
        size = np.linalg.norm(g, axis=1, keepdims=True)
        uphill = LAMBDAS[:, None] * np.divide(g, size, out=np.zeros_like(g), where=size > 0)
        w = w - share * RATE * ((w + uphill) @ p.H - p.c)
    return w


def sgd_average(p: Problem) -> Array:
    """Return the average of the second half of SGD in batches of 8 rows, with weight decay."""
    rng = np.random.default_rng((p.seed, 1))
    w, mean, rate = np.zeros((LAMBDAS.size, 2)), np.zeros((LAMBDAS.size, 2)), 0.1 / (1 + LAMBDAS[:, None])
    for step, rows in enumerate(rng.integers(ROWS, size=(STEPS, BATCH))):
        w = sgd_with_weight_decay(w, (w @ p.X[rows].T - p.y[rows]) @ p.X[rows] / BATCH, rate, LAMBDAS[:, None])
        if step >= STEPS // 2:
            mean += w / (STEPS - STEPS // 2)
    return mean


def early_stopping(p: Problem) -> Array:
    """Return the gradient flow without penalty, stopped at t = 1/λ."""
    e, V = np.linalg.eigh(p.H)
    kept = 1 - np.exp(-np.minimum(e / LAMBDAS[:, None], 600.0))
    return (kept * (V.T @ p.free)) @ V.T


def lasso(p: Problem) -> Array:
    """Return the lasso at the same λ."""
    return solve_elastic_net(p.H, p.c, LAMBDAS, 1.0)


def copies(p: Problem) -> Array:
    """Return least squares on 2ᵏ copies of the data with normal noise of variance λ, for k = 0 to 12 (13, λ, 2)."""
    Z = np.random.default_rng((p.seed, 2)).standard_normal((MOST, ROWS, 2))
    solved = []
    for k in range(COPIES.high + 1):
        some = Z[: 2**k]
        mean = some.mean(axis=0)
        cross = p.X.T @ mean / ROWS
        square = np.tensordot(some, some, ([0, 1], [0, 1])) / (2**k * ROWS)
        root, lam = np.sqrt(LAMBDAS)[:, None, None], LAMBDAS[:, None, None]
        A, b = p.H + root * (cross + cross.T) + lam * square, p.c + root[..., 0] * (mean.T @ p.y / ROWS)
        solved.append(np.linalg.solve(A, b[..., None])[..., 0])
    return np.stack(solved)


Road = Callable[[Problem], Array]
SAME: dict[str, tuple[Road, str]] = {
    "Added rows": (added_rows, "Hoerl and Kennard 1970"),
    "Gaussian prior": (gaussian_prior, "Bishop 2006, eq. 3.55"),
    "Budget ‖w‖": (budget, "Hastie, Tibshirani and Friedman 2009, eq. 3.42"),
    "Noise on inputs": (input_noise, "Bishop 1995"),
    "Dropout": (dropout, "Srivastava et al. 2014, section 9.1"),
    "Weight decay": (weight_decay, "Hanson and Pratt 1988"),
    "Adam + L2": (adam_l2, "Loshchilov and Hutter 2019, algorithm 2"),
}
COPIED, NEAR = "Noisy copies", {"SGD + decay": sgd_average, "Early stopping": early_stopping}
ELSEWHERE = {"Lasso": lasso, "AdamW": adam_decayed, "SAM": sharpness_aware}
NAMES = (*SAME, COPIED, *NEAR, *ELSEWHERE)


@dataclass(frozen=True)
class Roads:
    """Where each road ends for every λ: {name: (λ, 2)}, noisy copies for every m (m, λ, 2), and the two risks (λ,)."""

    problem: Problem
    ends: dict[str, Array]
    copied: Array
    ridge_risk: Array
    flow_risk: Array

    def at(self, k: int) -> dict[str, Array]:
        """Return the roads (λ, 2) in order, with 2ᵏ noisy copies."""
        return {name: self.copied[k] if name == COPIED else self.ends[name] for name in NAMES}

    def distances(self, k: int) -> dict[str, Array]:
        """Return ‖w − ridge‖/‖ridge‖ (λ,) of every road, with 2ᵏ noisy copies."""
        ridge = self.problem.ridge
        size = np.linalg.norm(ridge, axis=1)
        return {name: np.linalg.norm(w - ridge, axis=1) / size for name, w in self.at(k).items()}


@once(most=16)
@apart
def roads(correlation: float, noise: float, seed: int) -> Roads:
    """Return where every road ends on the problem of these settings."""
    p = problem(correlation, noise, seed)
    run = {**{name: road for name, (road, _) in SAME.items()}, **NEAR, **ELSEWHERE}
    e, V = np.linalg.eigh(p.H)
    risky = e, V.T @ p.truth, noise**2 / ROWS
    return Roads(
        p,
        {name: road(p) for name, road in run.items()},
        copies(p),
        np.array([ridge_risk(*risky, lam) for lam in LAMBDAS]),
        np.array([flow_risk(*risky, 1 / lam) for lam in LAMBDAS]),
    )


def _each(solve: Callable[[float], Array]) -> Array:
    return np.stack([solve(float(lam)) for lam in LAMBDAS])


def _falling() -> Array:
    """Return the share of the rate at every step: half a cosine, from 1 to 0."""
    return (1 + np.cos(np.pi * np.arange(STEPS) / STEPS)) / 2


def _annealed(p: Problem, optimizer: Optimizer) -> Array:
    """Return where an optimizer ends on the loss while its steps shrink to nothing."""
    w = np.zeros((LAMBDAS.size, 2))
    state = optimizer.init(w)
    for share in _falling():
        step, state = optimizer.update(w @ p.H - p.c, state, w)
        w = w + share * step
    return w
