"""Spectral normalization: power iteration, functions fitted at a bound, an opponent, and digits under attack."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, split
from regviz.descent.games import dirac_eigenvalues, dirac_gan, fitted_eigenvalues
from regviz.descent.optimizers import adam
from regviz.knobs import LogSlider, Slider
from regviz.memory import once
from regviz.networks import MLP, cross_entropy_gradient, one_hot
from regviz.networks.diagnostics import margins
from regviz.networks.spectral import SpectralDense, lipschitz_bound, power_iteration
from regviz.networks.training import train
from regviz.progress import tell, telling

ITERATIONS = Slider("Iterations k", 1, 30, 1)
RATIO = Slider("Ratio σ₂/σ₁", 0.1, 0.99, 0.01)
BOUND = LogSlider("Bound K", 0.5, 16, 11)
STEPS = LogSlider("Steps of the opponent", 10, 1000, 9)
GAMMA = Slider("Penalty γ (R1)", 0.0, 3.0, 0.1)
SLOPE = LogSlider("Bound L", 0.5, 64, 8)
RADIUS = Slider("Attack of length ε", 0.0, 1.0, 0.2)
COUNTS, BOUNDS, GAMMAS, SLOPES, RADII = (np.array(knob.options) for knob in (ITERATIONS, BOUND, GAMMA, SLOPE, RADIUS))
CHECKS = np.rint(STEPS.options).astype(int)
POINTS, FIT_EPOCHS, DRAWS = 200, 600, 3
TARGETS: dict[str, Callable[[Array], Array]] = {"sign": np.sign, "abs": np.abs}
LAYERS = {"one": (1, 32, 1), "two": (1, 32, 32, 1)}
HELD = (0.5, 1.0, 2.0, 4.0)
"""bounds of the opponents; one more is free"""
SPREAD, EACH, ACROSS = 0.1, 100, np.linspace(-4.0, 4.0, 161)
SIZES, CLASSES, SEEDS = (64, 64, 64, 10), 10, 2
N, EPOCHS, BATCH, RATE, TESTED, PUSHES = 600, 30, 50, 3e-3, 200, 6
FREE, RING = np.inf, 2 * np.stack([f(np.pi / 4 * np.arange(8)) for f in (np.cos, np.sin)], axis=1)
TURNS, AWAY, NEAR = 300, (1.0, 0.0), (1e-3, 0.0)
"""steps of the Dirac-GAN, where it starts, and where the games start that its eigenvalues are fitted to"""


@dataclass(frozen=True)
class Powers:
    """After k iterations (30,): angle of v to the singular vector, σ̂, and what both are by formula; v (30, 2)."""

    angle: Array
    sigma: Array
    told_angle: Array
    told_sigma: Array
    v: Array
    W: Array

    @property
    def ours(self) -> tuple[Array, Array]:
        """Angle and relative error of σ̂, measured."""
        return self.angle, 1 - self.sigma

    @property
    def told(self) -> tuple[Array, Array]:
        """Angle and relative error of σ̂, by formula."""
        return self.told_angle, 1 - self.told_sigma


@dataclass(frozen=True)
class Fits:
    """At every bound K (k,): outputs (k, 200) of the first run on the grid x (200,), and the best error there is.

    `errors` and `slopes` (k, runs) are those of every run, the slopes the steepest.
    """

    x: Array
    target: Array
    outputs: Array
    best: Array
    errors: Array
    slopes: Array


@dataclass(frozen=True)
class Opponents:
    """By opponent, the last one free, check and run (5, k, runs): mean minimax gradient for the generator at the fakes.

    `slope` (5, k, runs) is the steepest one on the axis, `logit` (5, k, 161) the first run itself, `d` the distance.
    """

    minimax: Array
    slope: Array
    logit: Array
    d: float

    @property
    def told(self) -> Array:
        """The minimax gradient L σ(−Ld/2) of the linear opponents (4,)."""
        L = np.array(HELD)
        return L / (1 + np.exp(L * self.d / 2))


@dataclass(frozen=True)
class Game:
    """Paths (301, 3, k, 2) of free, clipped and penalised play at every γ; eigenvalues (k, 2), told and fitted.

    `factor` (k,) is the largest |1 + hλ|, by which a step multiplies the distance in the long run.
    """

    paths: Array
    told: Array
    fitted: Array
    factor: Array


@dataclass(frozen=True)
class Robust:
    """By bound, the last one free, and seed: accuracy (9, seeds), certified and attacked shares (radii, 9, seeds).

    `bound` and `local` (9, seeds) are the product of the largest singular values and the steepest slope on test images.
    """

    accuracy: Array
    certified: Array
    attacked: Array
    bound: Array
    local: Array
    broken: int
    """certified images that an attack of that length turned"""


@once(most=128)
def powers(ratio: float) -> Powers:
    """Return power iteration on a 2 × 2 matrix with singular values 1 and `ratio`, from 60° off."""
    tilt = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    turn = np.array([[np.cos(1.1), -np.sin(1.1)], [np.sin(1.1), np.cos(1.1)]])
    W = tilt @ np.diag([1.0, ratio]) @ turn.T
    start = tilt @ [np.cos(np.pi / 3), np.sin(np.pi / 3)]
    found = [power_iteration(W, int(k), start) for k in COUNTS]
    v = np.array([right for *_, right in found])
    along, across = np.abs(v @ turn[:, 0]), np.abs(v @ turn[:, 1])
    told = np.tan(np.pi / 3) * ratio ** (2.0 * COUNTS - 1)
    sigma = np.sqrt((1 + ratio**2 * told**2) / (1 + told**2))
    return Powers(np.arctan2(across, along), np.array([s for s, *_ in found]), np.arctan(told), sigma, v, W)


@once(most=12)
@apart
def fits(target: str, layers: str, activation: str) -> Fits:
    """Return networks fitted to sign(x) or |x| on [−1, 1] at every bound, which each matrix takes an equal share of."""
    x, sizes = np.linspace(-1, 1, POINTS)[:, None], LAYERS[layers]
    y = TARGETS[target](x)
    share = BOUNDS ** (1 / (len(sizes) - 1))
    seeds = [100 * run + k for k in range(len(BOUNDS)) for run in range(DRAWS)]
    network = MLP(sizes, activation, spectral_bound=share.repeat(DRAWS), seeds=seeds, dtype="float32")
    train(
        network,
        Split(x, y, x, y, x, y),
        loss="squared",
        learning_rate=lambda epoch: 1e-4 + 0.02 * (1 - epoch / FIT_EPOCHS),
        epochs=FIT_EPOCHS,
        batch_size=POINTS,
        record_every=FIT_EPOCHS,
        progress=telling("Fitting at every bound"),
    )
    out = network.apply(x.astype(np.float32))[..., 0].astype(float).reshape(len(BOUNDS), DRAWS, POINTS)
    slopes = np.abs(np.diff(out) / np.diff(x[:, 0])).max(axis=-1)
    errors = ((out - y[:, 0]) ** 2).mean(axis=-1)
    return Fits(x[:, 0], y[:, 0], out[:, 0], best_errors(target, x[:, 0]), errors, slopes)


def best_errors(target: str, x: Array) -> Array:
    """Return the least mean squared error (k,) of any function with slopes up to K: clip(Kx, ±1), and min over shifts.

    For |x| and K < 1 the best is K|x| + (1 − K)/2.
    """
    K = BOUNDS[:, None]
    if target == "sign":
        return ((np.clip(K * x, -1, 1) - np.sign(x)) ** 2).mean(axis=1)
    off = np.maximum(1 - K, 0) * np.abs(x)
    return ((off - off.mean(axis=1, keepdims=True)) ** 2).mean(axis=1)


@once(most=4)
@apart
def opponents(d: int) -> Opponents:
    """Return opponents that learn to tell 100 points about −d/2 from 100 fakes about d/2, which stay."""
    X = np.stack([_apart(d, seed) for seed in range(DRAWS)] * (len(HELD) + 1)).astype(np.float32)
    real = np.repeat([1.0, 0.0], EACH)[:, None].astype(np.float32)
    share = np.append(np.array(HELD) ** (1 / 3), FREE).repeat(DRAWS)
    seeds = [*range(DRAWS)] * (len(HELD) + 1)
    network = MLP((1, 32, 32, 1), "group_sort", spectral_bound=share, seeds=seeds, dtype="float32")
    axis, hear = ACROSS[:, None].astype(np.float32), telling("Training the opponents")
    optimizer, rows = adam(1e-2), []
    state = optimizer.init(network.weights)
    for step in range(1, CHECKS[-1] + 1):
        network.train()
        told = 1 / (1 + np.exp(-network.apply(X).clip(-80, 80)))
        change, state = optimizer.update(network.weight_gradient((told - real) / len(real)), state, network.weights)
        network.weights += change
        if step in CHECKS:
            hear(step, CHECKS[-1])
            network.eval()
            logit = network.apply(X[:, EACH:])
            steep = np.abs(_slope(network, logit))[..., 0]
            p = 1 / (1 + np.exp(-logit[..., 0].astype(float)))
            curve = network.apply(axis)
            slope = np.abs(_slope(network, curve)).max(axis=(-2, -1))
            rows.append(((p * steep).mean(axis=-1), slope, curve[..., 0].astype(float)))
    minimax, slope, logit = (
        np.stack(column, axis=1).reshape(len(HELD) + 1, DRAWS, len(CHECKS), *column[0].shape[1:])
        for column in zip(*rows, strict=True)
    )
    return Opponents(minimax.swapaxes(1, 2), slope.swapaxes(1, 2), logit[:, 0], float(d))


def _apart(d: float, seed: int) -> Array:
    """Return real points about −d/2, then fakes about d/2 (2 · EACH, 1)."""
    rng = np.random.default_rng(seed)
    return np.concatenate([side * d / 2 + SPREAD * rng.standard_normal(EACH) for side in (-1, 1)])[:, None]


def _slope(network: MLP, out: Array) -> Array:
    """Return the slope (..., n, inputs) of the first output where it was last applied."""
    dout = np.zeros_like(out)
    dout[..., 0] = 1
    return network.pull(dout)


@once(most=32)
def dirac(rate: float, clip: float) -> Game:
    """Return the Dirac-GAN played free, with |ψ| clipped, and with R1 at every γ."""
    none, k = np.zeros_like(GAMMAS), len(GAMMAS)
    penalty, limit = np.stack([none, none, GAMMAS]), np.repeat([np.inf, clip, np.inf], k).reshape(3, k)
    told = dirac_eigenvalues(GAMMAS)
    small = dirac_gan(NEAR, 40, rate, GAMMAS)
    fitted = np.stack([fitted_eigenvalues(small[:, i], rate) for i in range(k)])
    return Game(dirac_gan(AWAY, TURNS, rate, penalty, limit), told, fitted, np.abs(1 + rate * told).max(axis=-1))


def played(gamma: float, rate: float) -> list[Row]:
    """Return the eigenvalues of the Dirac-GAN with R1 and the growth of free play, and as fitted to the game."""
    game, k = dirac(rate, 0.5), int(np.flatnonzero(gamma == GAMMAS)[0])
    told, ours, free = game.told[k], game.fitted[k], _factor(game.fitted[0], rate)
    source = "−γ/2 ± √(γ²/4 − ¼), Mescheder et al. 2018"
    return [
        Row("growth a step of free play", float(np.sqrt(1 + rate**2 / 4)), free, "√(1 + h²/4)"),
        Row("larger real part with R1", float(told[0].real), float(ours.real.max()), source),
        Row("its imaginary part, in size", float(abs(told[0].imag)), float(abs(ours[0].imag)), source),
    ]


def _factor(eigenvalues: Array, rate: float) -> float:
    return float(np.abs(1 + rate * eigenvalues).max())


def ring(
    rates: tuple[float, ...], limits: tuple[float, ...], seeds: range, steps: int = 2000, batch: int = 32
) -> Array:
    """Return how many of eight Gaussians on a ring a generator covers (rates, limits, seeds), late in its training.

    A seed's points are the same at every rate and bound. A Gaussian is covered if 2 % of the generator's points lie
    within 0.3 of its middle, six of its standard deviations; the mean over five checks in the last fifth.
    """
    shape = (len(rates), len(limits), len(seeds))
    kinds = len(rates) * len(limits)
    share = np.broadcast_to(np.array(limits)[:, None] ** (1 / 3), shape).ravel()
    rate = np.broadcast_to(np.array(rates)[:, None, None], shape).reshape(-1, 1)
    opponent = MLP((2, 32, 32, 1), spectral_bound=share, seeds=[*seeds] * kinds, dtype="float32")
    generator = MLP((2, 32, 32, 2), seeds=[seed + 1000 for seed in seeds] * kinds, dtype="float32")
    players = (opponent, generator)
    optimizers = [adam(rate, beta1=0.5) for _ in players]
    states = [o.init(p.weights) for o, p in zip(optimizers, players, strict=True)]
    draws, real = [np.random.default_rng(seed) for seed in seeds], np.repeat([1.0, 0.0], batch)[:, None]
    seen, covered = np.random.default_rng(0).standard_normal((500, 2)).astype(np.float32), []
    opponent.train()
    for step in range(1, steps + 1):
        data = np.stack([RING[g.integers(0, 8, batch)] + 0.05 * g.standard_normal((batch, 2)) for g in draws])
        noise = np.stack([g.standard_normal((batch, 2)) for g in draws])
        data, noise = (np.tile(v, (kinds, 1, 1)).astype(np.float32) for v in (data, noise))
        fakes = generator.apply(noise)
        for k, (X, label) in enumerate(((np.concatenate([data, fakes], axis=1), real), (fakes, 1.0))):
            out = opponent.apply(X)
            wrong = ((1 / (1 + np.exp(-out.clip(-80, 80))) - label) / batch).astype(np.float32)
            slope = generator.weight_gradient(opponent.pull(wrong)) if k else opponent.weight_gradient(wrong)
            change, states[k] = optimizers[k].update(slope, states[k], players[k].weights)
            players[k].weights += change
        if step > 0.8 * steps and step % (steps // 25) == 0:
            away = np.linalg.norm(generator.apply(seen)[..., None, :] - RING, axis=-1)
            covered.append(((away < 0.3).mean(axis=-2) > 0.02).sum(axis=-1))
    return np.mean(covered, axis=0).reshape(shape)


@once(most=2)
@apart
def robust(seeds: range = range(SEEDS)) -> Robust:
    """Return digits learnt at every bound: right, right for certain within ε, and right under attack."""
    limits = np.append(SLOPES, FREE)
    parts = [split(*load_digits(), N, 100, TESTED, seed=seed) for seed in seeds]
    names = [f"{v}_{part}" for part in ("train", "validation", "test") for v in "Xy"]
    stacked = {name: np.stack([getattr(part, name) for part in parts] * len(limits)) for name in names}
    bound = np.repeat(limits, len(seeds)) ** (1 / 3)
    network = MLP(SIZES, "group_sort", spectral_bound=bound, seeds=[*seeds] * len(limits), dtype="float32")
    train(
        network,
        Split(**stacked),
        learning_rate=RATE,
        epochs=EPOCHS,
        batch_size=BATCH,
        record_every=EPOCHS,
        progress=lambda done, total: tell(0.7 * done / total, "Training at every bound"),
    )
    X, y = stacked["X_test"].astype(np.float32), stacked["y_test"].astype(int)
    out, shape = network.apply(X), (len(limits), len(seeds))
    slopes = np.array([lipschitz_bound([layer[run] for layer in matrices(network)]) for run in range(len(bound))])
    margin = margins(out, y)
    sure = np.maximum(margin, 0) / (np.sqrt(2) * slopes[:, None])
    standing = []
    for i, radius in enumerate(RADII):
        tell(0.7 + 0.3 * i / len(RADII), "Attacking")
        standing.append(attack(network, X, y, float(radius)))
    standing = np.stack(standing)
    certain = sure > RADII[:, None, None]
    certain[0] = margin > 0
    return Robust(
        (margin > 0).mean(axis=-1).reshape(shape),
        certain.mean(axis=-1).reshape(-1, *shape),
        standing.mean(axis=-1).reshape(-1, *shape),
        slopes.reshape(shape),
        _local(network, X).reshape(shape),
        int((certain & ~standing).sum()),
    )


def matrices(network: MLP) -> list[Array]:
    """Return the matrices (runs, in, out) as they act."""
    return [d.effective.astype(float) if isinstance(d, SpectralDense) else d.W.astype(float) for d in network.dense]


def attack(network: MLP, X: Array, y: Array, radius: float) -> Array:
    """Return which images (runs, n) are read right after steps up the loss within `radius`; once wrong stays wrong."""
    target = one_hot(y, CLASSES).astype(X.dtype)
    moved, standing = X.copy(), margins(network.apply(X), y) > 0
    for _ in range(PUSHES if radius else 0):
        uphill = network.pull(cross_entropy_gradient(network.apply(moved), target)).astype(float)
        norm = np.linalg.norm(uphill, axis=-1, keepdims=True)
        moved = moved + 0.5 * radius * np.divide(uphill, norm, out=np.zeros_like(uphill), where=norm > 0)
        off = moved - X
        length = np.linalg.norm(off, axis=-1, keepdims=True)
        # a hair inside, so that rounding does not reach beyond the radius
        moved = (X + off * np.minimum(1, (1 - 1e-6) * radius / np.maximum(length, 1e-12))).astype(X.dtype)
        standing &= margins(network.apply(moved), y) > 0
    return standing


def _local(network: MLP, X: Array) -> Array:
    """Return the largest singular value (runs,) of the Jacobian on any of the images."""
    out = network.apply(X)
    rows = []
    for k in range(CLASSES):
        dout = np.zeros_like(out)
        dout[..., k] = 1
        rows.append(network.pull(dout))
    J = np.stack(rows, axis=-2).astype(float)
    gram = J @ J.swapaxes(-1, -2)
    return np.sqrt(np.linalg.eigvalsh(gram)[..., -1].max(axis=-1))


def held(view: str, ratio: float, k: int, target: str, d: int) -> list[Row]:
    """Return what of a view has an exact value or a formula."""
    if view == "power":
        p = powers(ratio)
        told = (float(v[k - 1]) for v in (p.told_angle, p.told_sigma))
        return [
            Row(f"angle after {k} iterations, radians", next(told), float(p.angle[k - 1]), "(σ₂/σ₁)²ᵏ⁻¹ tan 60°"),
            Row("σ̂ there", next(told), float(p.sigma[k - 1]), "from that angle"),
        ]
    if view == "fit":
        if target == "sign":
            errors, source = fits("sign", "two", "group_sort").errors.mean(axis=1), "1/(3K), the error of clip(Kx, ±1)"
            at = [(K, int(np.flatnonzero(BOUNDS == K)[0])) for K in (1, 2, 4)]
            return [Row(f"error at K = {K}, GroupSort", 1 / (3 * K), float(errors[j]), source) for K, j in at]
        f = fits("abs", "one", "relu")
        steep, told = float(f.slopes[2].mean()), "½: two sides share one norm"
        return [
            Row("steepest slope of one layer of relu at K = 1", 0.5, steep, told),
            Row("its error", 1 / 48, float(f.errors[2].mean()), "1/48, that of |x|/2 + ¼ on [−1, 1]"),
        ]
    if view == "opponent":
        o, source = opponents(d), "L σ(−Ld/2)"
        rows = zip(HELD, o.told, o.minimax[:, -1].mean(axis=-1), strict=False)
        return [Row(f"minimax gradient at L = {L:g}", float(a), float(b), source) for L, a, b in rows]
    r = robust()
    return [Row("certified images that an attack turned", 0.0, float(r.broken), "margin/(√2 L) is a proof")]
