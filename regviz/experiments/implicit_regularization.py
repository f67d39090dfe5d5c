"""What training chooses among solutions: three norms, the largest margin, initial scales, early stopping, low rank."""

from dataclasses import dataclass

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.descent.implicit_bias import (
    diagonal_net_solution,
    flow_risk,
    logistic_flow,
    margin_offset,
    max_margin_2d,
    ridge_risk,
)
from regviz.descent.optimizers import Optimizer, adagrad, adam, momentum, rmsprop, sgd
from regviz.knobs import LogSlider, Slider
from regviz.linear.low_rank import effective_rank
from regviz.linear.overparametrized import min_norm
from regviz.linear.paths import lasso_path
from regviz.memory import once
from regviz.progress import telling

ALPHA = LogSlider("Initial size α", 1e-6, 10, 36)
TIME = Slider("Time log₁₀ t", 0.0, 16.0, 0.25)
STOP = LogSlider("Stopping time t", 0.01, 1e4, 61)
TRAINING = LogSlider("Training step", 10, 3000, 41)
ALPHAS, TIMES, STOPS, CHECKS = (np.array(knob.options) for knob in (ALPHA, TIME, STOP, TRAINING))
STEPS, WITHIN = 200, 10
"""of the optimizers; each step of the diagonal net is made of ten small ones"""
OPTIMIZERS: dict[str, Optimizer] = {
    "gradient descent": sgd(0.1),
    "momentum": momentum(0.02),
    "Adam": adam(0.02),
    "RMSprop": rmsprop(0.01),
    "AdaGrad": adagrad(0.2),
}
NET = "u² − v²"
ROWS, COLUMNS, DRAWS = 40, 100, 10
POINTS, GAP = 30, 0.35
SPECTRUM = 50
SIDE, RANK, SEEN, SEEDS = 30, 2, 0.4, 5
SCALES = (0.01, 0.3, 1.0)
BOUND = 1.69


@dataclass(frozen=True)
class Paths:
    """Where the optimizers are after every second step, {name: (101, 2)}, on ½(aᵀw − 1)²; `a` (2,), and α."""

    a: Array
    alpha: float
    paths: dict[str, Array]

    @property
    def least(self) -> dict[str, tuple[float, Array]]:
        """For L1, L2 and L∞: the least norm on the line aᵀw = 1, and where it is taken."""
        a, total = self.a, self.a.sum()
        return {
            "L1": (1 / a.max(), np.where(a == a.max(), 1 / a.max(), 0.0)),
            "L2": (float(1 / np.linalg.norm(a)), a / (a @ a)),
            "L∞": (float(1 / total), np.full(2, 1 / total)),
        }

    def held(self) -> list[Row]:
        """Return the second weight where each ends against its closed form."""
        even, short = 1 / self.a.sum(), self.a[1] / (self.a @ self.a)
        net = diagonal_net_solution(self.a[None], [1.0], [self.alpha])[0, 1]
        rows = [(name, short if name in ("gradient descent", "momentum") else even) for name in OPTIMIZERS]
        told = {short: "least L2, a/‖a‖²", even: "least L∞, (1, 1)/‖a‖₁"}
        return [
            *(Row(f"w₂ at the end of {name}", float(v), float(self.paths[name][-1, 1]), told[v]) for name, v in rows),
            Row(f"w₂ at the end of {NET}", float(net), float(self.paths[NET][-1, 1]), "least Q, Woodworth et al. 2020"),
        ]


@dataclass(frozen=True)
class Margin:
    """Points x (n, 2) with labels ±1, the flow's weights (times, 2), the largest margin ŵ, its support and w̃."""

    x: Array
    labels: Array
    w: Array
    best: Array
    support: Array
    offset: Array

    @property
    def angles(self) -> Array:
        """The angle (times,) in degrees between w and ŵ."""
        across = self.w[:, 0] * self.best[1] - self.w[:, 1] * self.best[0]
        return np.degrees(np.abs(np.arctan2(across, self.w @ self.best)))

    @property
    def predicted(self) -> Array:
        """The angle (times,) that ŵ log t + w̃ has, in degrees; NaN at t = 1, and where one point alone supports."""
        size = np.linalg.norm(self.best)
        along, turned = self.best / size, np.array([-self.best[1], self.best[0]]) / size
        ahead = size * TIMES * np.log(10) + self.offset @ along
        return np.where(ahead > 0, np.degrees(np.arctan2(abs(self.offset @ turned), ahead)), np.nan)

    @property
    def norms(self) -> Array:
        """‖w‖ (times,)."""
        return np.linalg.norm(self.w, axis=1)

    @property
    def margins(self) -> Array:
        """The least distance (times,) of a point from the line, negative on the wrong side."""
        return (self.w @ (self.x * self.labels[:, None]).T).min(axis=1) / self.norms

    @property
    def largest(self) -> float:
        """The largest margin."""
        return float(1 / np.linalg.norm(self.best))

    def held(self) -> list[Row]:
        """Return angle and slope of the norm at the end against the expansion in log t."""
        ahead, source = self.predicted[-1], "ŵ log t + w̃, Soudry et al. 2018"
        rows = [Row("angle at t = 10¹⁶, degrees", float(ahead), float(self.angles[-1]), source)]
        slope = np.diff(self.norms[[-5, -1]])[0] / np.log(10)
        return [
            *(rows if np.isfinite(ahead) else []),
            Row("growth of ‖w‖ per unit of log t, at the end", 1 / self.largest, float(slope), "1/margin, as t grows"),
            Row("margin at t = 10¹⁶", self.largest, float(self.margins[-1]), "the largest one, by pairs of points"),
        ]


@dataclass(frozen=True)
class Scales:
    """At every α: squared error, ‖w‖₁ and ‖w‖₂ (k, draws), and the weights of the first draw (k, p).

    `truth` (p,) is its β; `least` are ‖w‖₁ of the least L1 and ‖w‖₂ of the least L2, `ends` their errors (2, draws).
    """

    errors: Array
    l1: Array
    l2: Array
    weights: Array
    truth: Array
    least: tuple[float, float]
    ends: Array

    @property
    def best(self) -> int:
        """The index of the α with the least mean error."""
        return int(self.errors.mean(axis=1).argmin())

    def held(self) -> list[Row]:
        """Return the norms at both ends of α against the least ones."""
        return [
            Row(
                "‖w‖₁ at α = 10⁻⁶, first draw",
                self.least[0],
                float(self.l1[0, 0]),
                "least L1, where the lasso path ends",
            ),
            Row("‖w‖₂ at α = 10, first draw", self.least[1], float(self.l2[-1, 0]), "least L2, by decomposition"),
        ]


@dataclass(frozen=True)
class Stopping:
    """Risks (times,) of the flow stopped at t and of ridge at λ = 1/t, the eigenvalues, and σ²/n."""

    flow: Array
    ridge: Array
    e: Array
    noise: float

    @property
    def ratio(self) -> Array:
        """Risk of the flow over that of ridge (times,)."""
        return self.flow / self.ridge

    def held(self) -> list[Row]:
        """Return the largest ratio there is against the printed bound, and the risk at the end against its limit."""
        end = self.noise * float((1 / self.e).sum())
        return [
            Row(
                "largest ratio of any problem", BOUND, worst_ratio(), "“no more than”, Ali, Kolter and Tibshirani 2019"
            ),
            Row("risk at t = 10⁴", end, float(self.flow[-1]), "least squares, σ²/n Σ 1/e"),
        ]


@dataclass(frozen=True)
class Factors:
    """Of W = UVᵀ (scales, checks, seeds): effective rank, errors on unseen and seen entries, ‖W‖_F; the truth's."""

    ranks: Array
    unseen: Array
    seen: Array
    norms: Array
    true_rank: float
    true_norm: float

    def held(self) -> list[Row]:
        """Return the effective rank at the end against that of the truth."""
        told = "of the truth"
        return [
            Row(f"effective rank at the end, init {scale:g}", self.true_rank, float(ranks[-1].mean()), told)
            for scale, ranks in zip(SCALES, self.ranks, strict=True)
        ]


@once(most=9)
def raced(slope: float) -> dict[str, Array]:
    """Return the optimizers from 0 on ½(w₁ + slope·w₂ − 1)², after every second step."""
    a, found = np.array([1.0, slope]), {}
    for name, optimizer in OPTIMIZERS.items():
        w = np.zeros(2)
        state, path = optimizer.init(w), [w]
        for _ in range(STEPS):
            step, state = optimizer.update((a @ w - 1) * a, state, w)
            w = w + step
            path.append(w)
        found[name] = np.array(path[::2])
    return found


@once(most=64)
def plane(slope: float, alpha: float) -> Paths:
    """Return the optimizers, and the diagonal net from u = v = α, on the same loss."""
    a = np.array([1.0, slope])
    u, v, rate = np.full(2, alpha), np.full(2, alpha), 0.2 / (1 + 2 * alpha**2) / WITHIN
    path = [np.zeros(2)]
    for _ in range(STEPS * WITHIN):
        pull = rate * (1 - a @ path[-1]) * a
        u, v = u + pull * u, v - pull * v
        path.append(u**2 - v**2)
    return Paths(a, alpha, raced(slope) | {NET: np.array(path[:: 2 * WITHIN])})


@once(most=50)
def margin(seed: int) -> Margin:
    """Return the gradient flow of the logistic loss on points that a line through 0 separates."""
    draws = np.random.default_rng(seed)
    x = draws.uniform(-2, 2, (8 * POINTS, 2))
    height = x @ [np.cos(0.6), np.sin(0.6)]
    x, height = (part[np.abs(height) > GAP][:POINTS] for part in (x, height))
    labels = np.sign(height)
    Z = x * labels[:, None]
    best, multipliers = max_margin_2d(Z)
    flow = logistic_flow(Z, TIMES * np.log(10))
    return Margin(x, labels, flow, best, multipliers > 1e-9 * multipliers.max(), margin_offset(Z))


def sparse_problem(k: int, seed: int) -> tuple[Array, Array]:
    """Return X (40, 100), standard normal, and β (100,) of length 1 with k equal entries of either sign."""
    draws = np.random.default_rng(seed)
    X, beta = draws.standard_normal((ROWS, COLUMNS)), np.zeros(COLUMNS)
    beta[:k] = draws.choice([-1.0, 1.0], k) / np.sqrt(k)
    return X, beta


@once(most=8)
@apart
def scales(k: int) -> Scales:
    """Return where diagonal nets end on ten draws without noise, at every initial size."""
    hear, errors, ends, every = telling("Solving at every α"), [], [], []
    for seed in range(DRAWS):
        hear(seed, DRAWS)
        X, beta = sparse_problem(k, seed)
        y = X @ beta
        w = diagonal_net_solution(X, y, ALPHAS)
        both = np.stack([least_l1(X, y), min_norm(X, y)])
        every.append((w, both))
        errors.append(((w - beta) ** 2).sum(axis=1))
        ends.append(((both - beta) ** 2).sum(axis=1))
    w = np.array([one for one, _ in every])
    first = every[0][1]
    return Scales(
        np.array(errors).T,
        np.abs(w).sum(axis=2).T,
        np.linalg.norm(w, axis=2).T,
        w[0],
        sparse_problem(k, 0)[1],
        (float(np.abs(first[0]).sum()), float(np.linalg.norm(first[1]))),
        np.array(ends).T,
    )


def least_l1(X: Array, y: Array) -> Array:
    """Return w of least ‖w‖₁ with Xw = y: the end of the lasso path; rows of both signs keep the intercept at 0."""
    return lasso_path(np.concatenate([X, -X]), np.concatenate([y, -y])).coefs[-1]


@once(most=64)
def stopping(truth: str, noise: float) -> Stopping:
    """Return risks with n = 100 and 50 features of falling size; the truth even, or on five directions at one end."""
    X = np.random.default_rng(0).standard_normal((2 * SPECTRUM, SPECTRUM)) / np.sqrt(np.arange(1, SPECTRUM + 1))
    e = np.linalg.eigvalsh(X.T @ X / len(X))[::-1]
    place = {"even": slice(None), "strong": slice(0, 5), "weak": slice(-5, None)}[truth]
    signal = np.zeros(SPECTRUM)
    signal[place] = 1 / len(signal[place])
    sigma2 = noise**2 / len(X)
    return Stopping(flow_risk(e, signal, sigma2, STOPS), ridge_risk(e, signal, sigma2, 1 / STOPS), e, sigma2)


def worst_ratio() -> float:
    """Return the largest [(1 − e⁻ˣ)(1 + x)/x]²: what stopping may cost against ridge in one direction."""
    x = np.linspace(1.5, 2.1, 60_001)
    return float((((1 - np.exp(-x)) * (1 + x) / x) ** 2).max())


@once(most=1)
@apart
def factors() -> Factors:
    """Return gradient descent on ½‖P(UVᵀ − Y)‖² for matrices of rank 2 of which 40 % are seen, from three scales."""
    problems = [np.random.default_rng(seed) for seed in range(SEEDS)]
    parts = np.array([draws.standard_normal((2, SIDE, RANK)) for draws in problems])
    Y = parts[:, 0] @ parts[:, 1].transpose(0, 2, 1) / np.sqrt(RANK)
    seen = np.array([draws.random((SIDE, SIDE)) < SEEN for draws in problems])
    start = np.array([draws.standard_normal((2, SIDE, SIDE)) for draws in problems]) / np.sqrt(SIDE)
    U, V = np.moveaxis(np.array(SCALES)[:, None, None, None, None] * start, 2, 0)
    steps = np.rint(CHECKS).astype(int)
    hear, rows = telling("Training"), {}
    for step in range(steps[-1] + 1):
        W = U @ V.swapaxes(-1, -2)
        if step in steps:
            hear(step, steps[-1])
            ranks = np.array([[effective_rank(one) for one in scale] for scale in W])
            off = (W - Y) ** 2
            errors = [np.sqrt((off * part).sum(axis=(-1, -2)) / part.sum(axis=(-1, -2))) for part in (~seen, seen)]
            rows[step] = ranks, *errors, np.linalg.norm(W, axis=(-1, -2))
        pull = 0.01 * seen * (Y - W)
        U, V = U + pull @ V, V + pull.swapaxes(-1, -2) @ U
    columns = (np.array([rows[step][i] for step in steps]).transpose(1, 0, 2) for i in range(4))
    truth = [float(np.mean([of(one) for one in Y])) for of in (effective_rank, np.linalg.norm)]
    return Factors(*columns, *truth)
