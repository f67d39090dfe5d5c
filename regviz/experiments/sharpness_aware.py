"""Sharpness-aware minimization: two minima, a valley, digits with wrong labels, and one function at many scales."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, flip_labels, split
from regviz.descent.optimizers import momentum
from regviz.descent.sharpness import ascent, sam_edge, top_eigenvalue, top_hessian_eigenvalue
from regviz.knobs import LogSlider, Slider
from regviz.memory import once
from regviz.networks import MLP, one_hot, softmax, squared_gradient
from regviz.networks.training import train
from regviz.progress import tell, telling

RHO = Slider("Radius ρ", 0.0, 1.2, 0.05)
VALLEY_RHO = LogSlider("Radius ρ", 0.02, 0.32, 13)
DIGITS_RHO = Slider("Radius ρ", 0.0, 0.6, 0.05)
ALPHA = LogSlider("Scale α", 0.125, 8.0, 13)
RHOS, VALLEY_RHOS, DIGITS_RHOS, ALPHAS = (np.array(k.options) for k in (RHO, VALLEY_RHO, DIGITS_RHO, ALPHA))
BOWL, WIDE = np.array([-1.2, 0.0]), 0.9
DENT, NARROW, DEPTH = np.array([1.2, 0.0]), 0.3, 1.5
PULL = 0.06
CURVATURES = 16.75, 1.29
"""the largest curvature at the bottom of the dent and of the bowl"""
STARTS, STEPS, PATH = 200, 400, 50
VALLEY_START, OFF, VALLEY_STEPS, EVERY = np.array([2.7, 1 / 2.7]), 1e-3, 3000, 20
SIZES, CLASSES = (64, 32, 10), 10
N, EPOCHS, BATCH, RATE, SEEDS = 300, 60, 50, 0.05, 4
LANCZOS = 24
PARTS = ("train", "validation", "test")


@np.errstate(under="ignore")
def landscape(w: Array) -> Array:
    """Return a loss of w (..., 2) with a wide bowl at (−1.2, 0) and a deeper, narrow dent at (1.2, 0)."""
    wide, narrow = _bumps(w)
    return PULL / 2 * (w**2).sum(axis=-1) - wide - DEPTH * narrow


@np.errstate(under="ignore")
def _bumps(w: Array) -> tuple[Array, Array]:
    return tuple(np.exp(-((w - at) ** 2).sum(axis=-1) / (2 * size**2)) for at, size in ((BOWL, WIDE), (DENT, NARROW)))


@np.errstate(under="ignore")
def slope(w: Array) -> Array:
    """Return the gradient (..., 2) of the landscape."""
    wide, narrow = _bumps(w)
    dent = DEPTH / NARROW**2 * narrow[..., None] * (w - DENT)
    return PULL * w + wide[..., None] / WIDE**2 * (w - BOWL) + dent


def _distance(w: Array, at: Array) -> Array:
    return np.hypot(*np.moveaxis(w - at, -1, 0))


def worst(w: Array, rho: float) -> Array:
    """Return the largest loss (...) within ρ of w (..., 2), over 64 directions and 8 distances."""
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    reach = (rho * np.linspace(0, 1, 9)[:, None, None] * ring).reshape(-1, 2)
    return landscape(w[..., None, :] + reach).max(axis=-1)


@dataclass(frozen=True)
class Basins:
    """Where 200 starts end at each ρ (k, 200, 2), and whether descent from there leads into the dent (k, 200)."""

    starts: Array
    ends: Array
    leads: Array

    @property
    def inside(self) -> tuple[Array, Array]:
        """Which ends (k, 200) lie in the dent and which in the bowl, within 1.5 and 1 of their widths."""
        return tuple(_distance(self.ends, at) < size for at, size in ((DENT, 1.5 * NARROW), (BOWL, WIDE)))

    @property
    def shares(self) -> Array:
        """Shares (3, k): in the dent, in the bowl, in neither."""
        dent, bowl = (part.mean(axis=1) for part in self.inside)
        return np.stack([dent, bowl, 1 - dent - bowl])


@dataclass(frozen=True)
class Valley:
    """D = u² − v² at every twentieth step of SAM and adaptive SAM (2, k, t), and SAM's points (2, k, t, 2)."""

    D: Array
    points: Array
    rate: float

    @property
    def steps(self) -> Array:
        """The steps (t,)."""
        return EVERY * np.arange(self.D.shape[-1])

    def theory(self, rho: float) -> Array:
        """Return D (t,) of the recursion ΔD = −8ηρ²D/(2 − ηS²)², S² = √(D² + 4)."""
        D, found = float(self.D[0, 0, 0]), []
        for step in range(VALLEY_STEPS + 1):
            if step % EVERY == 0:
                found.append(D)
            D -= 8 * self.rate * rho**2 * D / (2 - self.rate * np.sqrt(D * D + 4)) ** 2
        return np.array(found)


@dataclass(frozen=True)
class Digits:
    """By ρ and seed (k, seeds): test accuracy at the end and where validation loss was least, wrong labels learnt.

    `sharpness` (k, seeds) is the largest eigenvalue of the Hessian of the training loss at the end; `weights` (k,
    seeds, p) are the networks.
    """

    accuracy: Array
    stopped: Array
    learnt: Array
    sharpness: Array
    weights: Array

    @property
    def best(self) -> int:
        """The index of the ρ with the best mean accuracy."""
        return int(self.accuracy.mean(axis=1).argmax())


@dataclass(frozen=True)
class Rescaled:
    """Of plain training and SAM (2, k): largest eigenvalue of H and of |w|H|w| at each α; (2,) change of the outputs.

    `accuracy` (2,) are those on the test images.
    """

    plain: Array
    adaptive: Array
    changed: Array
    accuracy: Array


@once(most=32)
def basins(noise: float, rate: float) -> Basins:
    """Return 200 random starts after 400 steps at every ρ, with noise of this size in the gradients."""
    rng = np.random.default_rng(0)
    starts = rng.uniform([-2.5, -1.5], [2.5, 1.5], (STARTS, 2))
    w = np.broadcast_to(starts, (len(RHOS), STARTS, 2)).copy()
    for _ in range(STEPS):
        w = _noisy_step(w, noise * rng.standard_normal((STARTS, 2)), rate)
    led = w.copy()
    for _ in range(STEPS):
        led -= 0.03 * slope(led)
    return Basins(starts, w, _distance(led, DENT) < NARROW)


def _noisy_step(w: Array, noise: Array, rate: float) -> Array:
    """Return a step of SAM at every ρ, for w (k, starts, 2); both gradients have the same noise, as in one batch."""
    g = slope(w) + noise
    return w - rate * (slope(w + ascent(g, RHOS[:, None], None)) + noise)


@once(most=256)
def path(x: float, y: float, noise: float, rate: float) -> Array:
    """Return the first 50 steps from one start at every ρ (k, 51, 2)."""
    rng, found = np.random.default_rng(1), [np.full((len(RHOS), 1, 2), [x, y])]
    for _ in range(PATH):
        found.append(_noisy_step(found[-1], noise * rng.standard_normal(2), rate))
    return np.concatenate(found, axis=1)


@once(most=16)
def valley(rate: float) -> Valley:
    """Return SAM and adaptive SAM on ½(uv − 1)² from near (2.7, 0.37), at every ρ."""
    w = np.broadcast_to(VALLEY_START + OFF, (2, len(VALLEY_RHOS), 2)).copy()
    found = []
    for step in range(VALLEY_STEPS + 1):
        if step % EVERY == 0:
            found.append(w.copy())
        g = _across(w)
        uphill = np.stack([ascent(g[0], VALLEY_RHOS, None), ascent(g[1], VALLEY_RHOS, w[1])])
        w -= rate * _across(w + uphill)
    points = np.stack(found, axis=2)
    return Valley(points[..., 0] ** 2 - points[..., 1] ** 2, points, rate)


def _across(w: Array) -> Array:
    """Return the gradient (..., 2) of ½(uv − 1)²."""
    return (w[..., 0] * w[..., 1] - 1)[..., None] * w[..., ::-1]


def problems(seeds: range, wrong: float) -> tuple[Split, Array]:
    """Return 300 training images with a share of wrong labels, 300 and 600 others, and which labels are wrong."""
    parts, images = [], load_digits()
    for seed in seeds:
        data = split(*images, N, 300, 600, seed=seed)
        parts.append((data, flip_labels(data.y_train, wrong, CLASSES, seed=seed)))
    stacked = {f"{v}_{part}": np.stack([getattr(d, f"{v}_{part}") for d, _ in parts]) for part in PARTS for v in "Xy"}
    flipped = np.stack([labels for _, labels in parts])
    return Split(**stacked | {"y_train": flipped}), flipped != stacked["y_train"]


@once(most=12)
@apart
def digits(
    wrong: float,
    m: int,
    seeds: range = range(SEEDS),
    radii: tuple[float, ...] = DIGITS_RHO.options,
    epochs: int = EPOCHS,
) -> Digits:
    """Return networks trained at every ρ and seed, each m images of a batch of 50 with their own perturbation."""
    one, flipped = problems(seeds, wrong)
    data = Split(*(np.concatenate([getattr(one, f"{v}_{part}")] * len(radii)) for part in PARTS for v in "Xy"))
    shape, runs = (len(radii), len(seeds)), np.arange(len(radii) * len(seeds))
    network = MLP(SIZES, seeds=[*seeds] * len(radii), dtype="float32")
    history = train(
        network,
        data,
        optimizer=partial(momentum, momentum=0.9),
        learning_rate=RATE,
        epochs=epochs,
        batch_size=BATCH,
        rho=np.repeat(radii, len(seeds)),
        sam_batch=m if m < BATCH else None,
        record_every=2,
        progress=lambda done, total: tell(0.8 * done / total, "Training at every ρ"),
    )
    told = network.apply(data.X_train.astype(np.float32)).argmax(axis=-1) == data.y_train
    flips = np.concatenate([flipped] * len(radii))
    learnt = (told & flips).sum(axis=-1) / np.maximum(flips.sum(axis=-1), 1)
    stopped = history.test_accuracy[runs, np.nanargmin(history.validation_loss, axis=-1)]
    sharp = np.empty(len(runs))
    for run in runs:
        tell(0.8 + 0.2 * run / len(runs), "Measuring sharpness")
        sharp[run] = sharpness(network.weights[run].astype(float), data.X_train[run], data.y_train[run])
    columns = (history.test_accuracy[:, -1], stopped, learnt, sharp)
    return Digits(*(values.reshape(shape) for values in columns), network.weights.reshape(*shape, -1).astype(float))


def curvature(w: Array, X: Array, y: Array) -> Callable[[Array], Array]:
    """Return the function v -> Hv of the cross-entropy of a network with one relu layer, exact where no unit is at 0.

    Differences of gradients would now and then step over a kink of relu. Source: Pearlmutter 1994.
    """
    network = MLP(SIZES, seeds=0)
    network.weights[...] = w
    hidden, last = network.dense
    p = softmax(network.apply(X))
    dout = (p - one_hot(y, CLASSES)) / len(X)
    A, on, shapes = last.X, last.X > 0, [hidden.W.shape, hidden.b.shape, last.W.shape, last.b.shape]
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]

    def product(v: Array) -> Array:
        V, c, U, d = (part.reshape(shape) for part, shape in zip(np.split(v, cuts), shapes, strict=True))
        turned = (X @ V + c) * on
        out = turned @ last.W + A @ U + d
        change = p * (out - (p * out).sum(axis=1, keepdims=True)) / len(X)
        back = (change @ last.W.T + dout @ U.T) * on
        parts = (X.T @ back, back.sum(axis=0), turned.T @ dout + A.T @ change, change.sum(axis=0))
        return np.concatenate([part.ravel() for part in parts])

    return product


def sharpness(w: Array, X: Array, y: Array, sizes: Array | None = None) -> float:
    """Return the largest eigenvalue of the Hessian H at w (p,), or of |w|H|w| with |w| = sizes (p,)."""
    product = curvature(w, X, y)
    return top_eigenvalue(product if sizes is None else lambda v: sizes * product(sizes * v), w.size, steps=LANCZOS)


def rescale(w: Array, alpha: float) -> Array:
    """Return the weights (p,) of the same function: into the relu units times α, out of them over α."""
    network = MLP(SIZES, seeds=0)
    network.weights[...] = w
    hidden, last = network.dense
    hidden.W *= alpha
    hidden.b *= alpha
    last.W /= alpha
    return network.weights.copy()


@once(most=6)
@apart
def rescaled(wrong: float) -> Rescaled:
    """Return one network of plain training and one of SAM at its best ρ, at every scale."""
    trained, (data, _), hear = digits(wrong, BATCH), problems(range(1), wrong), telling("Measuring sharpness")
    X, y, test = data.X_train[0], data.y_train[0], data.X_test[0]
    plain, adaptive, changed = np.empty((2, len(ALPHAS))), np.empty((2, len(ALPHAS))), np.zeros(2)
    network, rows = MLP(SIZES, seeds=0), (0, trained.best)
    for i, row in enumerate(rows):
        w = trained.weights[row, 0]
        network.weights[...] = w
        before = network.apply(test)
        for k, alpha in enumerate(ALPHAS):
            hear(i * len(ALPHAS) + k, 2 * len(ALPHAS))
            other = rescale(w, float(alpha))
            network.weights[...] = other
            changed[i] = max(changed[i], np.abs(network.apply(test) - before).max())
            plain[i, k], adaptive[i, k] = sharpness(other, X, y), sharpness(other, X, y, np.abs(other))
    return Rescaled(plain, adaptive, changed, trained.accuracy[list(rows), 0])


@once(most=4)
def edge(seed: int, rho: float, rate: float = 0.4, steps: int = 1500) -> float:
    """Return curvature over SAM's edge of stability after long full-batch training: 64-32-10, tanh, 100 digits."""
    X, y = load_digits()
    rows = np.random.default_rng(seed).permutation(len(X))[:100]
    X, target = X[rows] - X[rows].mean(axis=0), one_hot(y[rows], CLASSES)
    network = MLP(SIZES, "tanh", "xavier", init_scale=0.5, seeds=seed)

    def gradient(w: Array) -> Array:
        network.weights[...] = w
        return network.weight_gradient(squared_gradient(network.apply(X), target)).copy()

    w = network.weights.copy()
    for _ in range(steps):
        w -= rate * gradient(w + ascent(gradient(w), np.array(rho), None))
    norm = float(np.linalg.norm(gradient(w)))
    return top_hessian_eigenvalue(gradient, w, LANCZOS) / float(sam_edge(norm, rate, rho))


def cycle(curvature: float, rate: float, rho: float) -> float:
    """Return |w| of SAM on ½aw² after 2000 steps from 1: it ends in a cycle of two."""
    w = np.ones(1)
    for _ in range(2000):
        g = curvature * w
        w = w - rate * curvature * (w + ascent(g, np.array(rho), None))
    return float(abs(w[0]))


def held(view: str, rate: float, wrong: float) -> list[Row]:
    """Return what of a view has an exact or printed value."""
    if view == "basins":
        source = "ηaρ/(2 − ηa), Bartlett, Long and Bousquet 2023"
        return [
            Row(
                f"|w| of the cycle on ½aw², a = {a:g}, ρ = 0.5",
                rate * a * 0.5 / (2 - rate * a),
                cycle(a, rate, 0.5),
                source,
            )
            for a in (1.0, 4.0)
        ]
    if view == "valley":
        run, told = valley(rate), "the recursion of the maths"
        return [
            Row(
                f"D after 1000 steps, ρ = {VALLEY_RHOS[k]:g}",
                float(run.theory(VALLEY_RHOS[k])[50]),
                float(run.D[0, k, 50]),
                told,
            )
            for k in (0, 4)
        ]
    if view == "digits":
        source = "SAM’s edge, Long and Bartlett 2023; tanh, 100 digits, ρ = 0.05"
        return [Row("curvature over edge after 1500 steps", 1.0, edge(0, 0.05), source)]
    both, told = rescaled(wrong).adaptive, "the same at α = 1/8"
    rows = zip(("plain training", "SAM"), both[:, 0], both[:, -1], strict=True)
    return [Row(f"top eigenvalue of |w|H|w| at α = 8, {name}", float(a), float(b), told) for name, a, b in rows]
