"""Data augmentation: noise against ridge, digits shifted, turned and mirrored, and pairs of points mixed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.data.curves import circles, spirals, two_moons
from regviz.data.digits import load_digits
from regviz.data.splits import Split, split
from regviz.knobs import LogSlider, Slider
from regviz.memory import once
from regviz.networks import MLP, cross_entropy_loss, one_hot, softmax
from regviz.networks.augmentation import augment, mix, noise_ridge, warp_matrix
from regviz.networks.training import train
from regviz.progress import tell

SIGMA = Slider("Noise σ", 0.0, 2.0, 0.05)
PIXELS = Slider("Shift in training, pixels", 0.0, 2.0, 0.25)
DEGREES = Slider("Turn in training, degrees", 0, 180, 15)
CHANCE = Slider("Chance of a mirror image", 0.0, 0.5, 0.05)
MIX = LogSlider("Mixing α", 0.05, 6.4, 8, zero=True)
SIZE = LogSlider("Training images n", 50, 400, 4)
SIGMAS, MIXES = np.array(SIGMA.options), np.array(MIX.options)
STRENGTHS = {"shift": PIXELS, "rotate": DEGREES, "flip": CHANCE}
TAU = Slider("Shift of test images τ, pixels", 0.0, 1.5, 0.25)
TURN = Slider("Turn of test images τ, degrees", 0, 90, 15)
MOVES = {"shift": TAU.options, "rotate": TURN.options, "flip": (0.0,)}
"""by how much the test images are changed themselves"""
PROBES = {"shift": 1.0, "rotate": 45.0, "flip": 1.0}
"""the change under which an answer should stay the same"""
RAW = (50, 100, 200, 400, 800, 1200)
SIZES, CLASSES, SEEDS = (64, 64, 10), 10, 3
VERSIONS, EPOCHS, BATCH, RATE = 2000, 10, 50, 3e-3
ROWS, COLUMNS, DRAWS, MOST = 30, 4, 64, 256
COPIES = 2 ** np.arange(9)
POINTS: dict[str, tuple[Callable[..., tuple[Array, Array]], int, float]] = {
    "moons": (two_moons, 100, 0.25),
    "circles": (circles, 100, 0.15),
    "spirals": (spirals, 200, 0.05),
}
MIX_SEEDS, MIX_EPOCHS, FRESH = 8, 200, 2000
GRID = 41


@dataclass(frozen=True)
class Noisy:
    """Ridge at λ = σ² (k, p), and least squares on noisy copies: w (draws, k, copies, p) at σ and numbers of copies."""

    ridge: Array
    averaged: Array

    @property
    def distance(self) -> Array:
        """Root mean squared distance (k, copies) to ridge over the draws."""
        return np.sqrt(((self.averaged - self.ridge[:, None]) ** 2).sum(axis=-1).mean(axis=0))


@dataclass(frozen=True)
class Images:
    """Test errors (moves, k, seeds) of training at every strength, on test images that are moved themselves.

    `changed` (k, seeds) is the share of answers that the probe changes, `nines` (k,) that of sixes read as 9, `raw`
    (moves, sizes, seeds) are errors without augmentation at other numbers of images.
    """

    errors: Array
    changed: Array
    nines: Array
    raw: Array
    strengths: Array
    moves: tuple[float, ...]

    def best(self, move: int) -> int:
        """Return the index of the strength with the least mean error."""
        return int(self.errors[move].mean(axis=1).argmin())

    def worth(self, move: int, k: int) -> float:
        """Return how many images without augmentation have this error, between the sizes; NaN outside them."""
        raw, at = self.raw[move].mean(axis=1), float(self.errors[move, k].mean())
        falling = np.minimum.accumulate(raw)
        if not falling[-1] <= at <= falling[0]:
            return np.nan
        return float(np.exp(np.interp(-at, -falling, np.log(RAW))))


@dataclass(frozen=True)
class Mixed:
    """Errors and −log p (k, seeds) at every α, and of the first seed its points, labels and answers (k, grid, grid)."""

    errors: Array
    nll: Array
    X: Array
    y: Array
    across: Array
    up: Array
    answers: Array


@once(most=1)
def noisy() -> Noisy:
    """Return least squares on copies of 30 cases with noise on their four inputs, 64 draws of 256 copies."""
    rng = np.random.default_rng(2)
    X = rng.standard_normal((ROWS, COLUMNS)) @ (0.5 * np.eye(COLUMNS) + 0.5)
    y = X @ [2.0, -1.0, 0.5, 0.0] + rng.standard_normal(ROWS)
    noise = rng.standard_normal((DRAWS, MOST, ROWS, COLUMNS))
    cross = (X.T @ noise).cumsum(axis=1)[:, COPIES - 1]
    square = (noise.swapaxes(-1, -2) @ noise).cumsum(axis=1)[:, COPIES - 1]
    moment = (y @ noise).cumsum(axis=1)[:, COPIES - 1]
    many, s = COPIES[:, None, None], SIGMAS[:, None, None, None]
    gram = X.T @ X + (s * (cross + cross.swapaxes(-1, -2))[:, None] + s**2 * square[:, None]) / many
    right = X.T @ y + s[..., 0] * moment[:, None] / many[..., 0]
    return Noisy(
        np.stack([noise_ridge(X, y, sigma) for sigma in SIGMAS]), np.linalg.solve(gram, right[..., None])[..., 0]
    )


def _parts(n: int, seeds: range) -> list[Split]:
    images = load_digits()
    return [split(*images, n, 297, 300, seed=seed) for seed in seeds]


def _trained(kind: str, n: int, strengths: Array, seeds: range, share: tuple[float, float]) -> tuple[MLP, list[Split]]:
    """Return networks at every strength and seed on 2000 versions of n images; `share` is their part of the bar."""
    parts = _parts(n, seeds)
    X = np.stack([np.resize(part.X_train, (VERSIONS, 64)) for part in parts] * len(strengths)).astype(np.float32)
    y = np.stack([np.resize(part.y_train, VERSIONS) for part in parts] * len(strengths))
    draws = [np.random.default_rng([seed, 5]) for seed in [*seeds] * len(strengths)]
    X = augment(X, kind, np.repeat(strengths, len(seeds)), draws).astype(np.float32)
    network = MLP(SIZES, seeds=[*seeds] * len(strengths), dtype="float32")
    few = X[:, :2], y[:, :2]  # nothing is validated
    train(
        network,
        Split(X, y, *few, *few),
        learning_rate=RATE,
        epochs=EPOCHS,
        batch_size=BATCH,
        record_every=EPOCHS,
        progress=lambda done, total: tell(
            share[0] + (share[1] - share[0]) * done / total, "Training at every strength"
        ),
    )
    return network, parts


def _answers(network: MLP, X: Array) -> Array:
    """Return the answers (runs, n) to images X (seeds, n, 64), seed by seed."""
    times = len(network.seeds) // len(X)
    return network.apply(np.tile(X.astype(np.float32), (times, 1, 1))).argmax(axis=-1)


def _moved(kind: str, parts: list[Split], by: float) -> Array:
    """Return the test images (seeds, n, 64), each changed by up to `by`."""
    X = np.stack([part.X_test for part in parts])
    return augment(X, kind, by, [np.random.default_rng([seed, 9]) for seed in range(len(parts))])


@once(most=2)
def _raw(seeds: range) -> dict[str, Array]:
    """Return the errors (moves, sizes, seeds) without augmentation on test images moved in every way."""
    found: dict[str, list[list[Array]]] = {kind: [] for kind in MOVES}
    for i, size in enumerate(RAW):
        share = (0.7 + 0.3 * i / len(RAW), 0.7 + 0.3 * (i + 1) / len(RAW))
        network, parts = _trained("shift", size, np.zeros(1), seeds, share)
        labels = np.stack([part.y_test for part in parts])
        for kind, moves in MOVES.items():
            found[kind].append([(_answers(network, _moved(kind, parts, by)) != labels).mean(axis=-1) for by in moves])
    return {kind: np.array(rows).swapaxes(0, 1) for kind, rows in found.items()}


@once(most=12)
@apart
def images(kind: str, n: int, seeds: range = range(SEEDS)) -> Images:
    """Return training on n images at every strength, and without augmentation on other numbers of images."""
    strengths, moves = np.array(STRENGTHS[kind].options, dtype=float), MOVES[kind]
    network, parts = _trained(kind, n, strengths, seeds, (0.0, 0.7))
    shape = (len(strengths), len(seeds))
    y = np.tile(np.stack([part.y_test for part in parts]), (len(strengths), 1))
    tests = [_moved(kind, parts, by) for by in moves]
    plain = _answers(network, np.stack([part.X_test for part in parts]))
    errors = np.stack([(_answers(network, X) != y).mean(axis=-1).reshape(shape) for X in tests])
    changed = (_answers(network, _moved(kind, parts, PROBES[kind])) != plain).mean(axis=-1).reshape(shape)
    nines = ((plain == 9) & (y == 6)).sum(axis=-1) / (y == 6).sum(axis=-1)
    return Images(errors, changed, nines.reshape(shape).mean(axis=1), _raw(seeds)[kind], strengths, moves)


@once(most=6)
@apart
def mixed(points: str, seeds: range = range(MIX_SEEDS), alphas: tuple[float, ...] = MIX.options) -> Mixed:
    """Return networks on mixed pairs of points in the plane, at every α, judged on 2000 fresh points."""
    make, n, noise = POINTS[points]
    every, fresh = ([make(m, noise, seed=first + seed) for seed in seeds] for m, first in ((n, 0), (FRESH, 1000)))
    X, y, X_fresh, y_fresh = (
        np.stack([pair[i] for pair in pairs] * len(alphas)) for pairs in (every, fresh) for i in (0, 1)
    )
    T, T_fresh = one_hot(y, 2), one_hot(y_fresh, 2)
    alpha, few = np.repeat(alphas, len(seeds)), (X[:, :2], T[:, :2])
    network = MLP((2, 32, 32, 2), seeds=[*seeds] * len(alphas), dtype="float32")
    train(
        network,
        Split(X, T, *few, *few),
        loss="soft_cross_entropy",
        learning_rate=1e-2,
        epochs=MIX_EPOCHS,
        batch_size=50,
        augment=lambda X, target, draws: mix(X, target, alpha, draws),
        record_every=MIX_EPOCHS,
        progress=lambda done, total: tell(done / total, "Training at every α"),
    )
    out, shape = network.apply(X_fresh.astype(np.float32)).astype(float), (len(alphas), len(seeds))
    errors = (out.argmax(axis=-1) != y_fresh).mean(axis=-1).reshape(shape)
    low, high = X[0].min(axis=0) - 0.4, X[0].max(axis=0) + 0.4
    across, up = (np.linspace(low[i], high[i], GRID) for i in (0, 1))
    plane = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(np.float32)
    with np.errstate(under="ignore"):
        answers = softmax(network.apply(plane))[:: len(seeds), :, 1].reshape(-1, GRID, GRID).astype(float)
    return Mixed(errors, cross_entropy_loss(out, T_fresh).reshape(shape), X[0], y[0], across, up, answers)


def examples(kind: str, strength: float, move: float) -> dict[str, Array]:
    """Return the first image of every digit, two versions of each, and test images as they come, in rows."""
    part = split(*load_digits(), 100, 297, 300, seed=0)
    given, test = (
        X[[int(np.flatnonzero(y == digit)[0]) for digit in range(CLASSES)]]
        for X, y in ((part.X_train, part.y_train), (part.X_test, part.y_test))
    )
    drawn = [augment(given, kind, strength, np.random.default_rng(seed)) for seed in (3, 4)]
    return {
        "given": given,
        "learnt": drawn[0],
        "": drawn[1],
        "test": augment(test, kind, move, np.random.default_rng(5)),
    }


def mixing(alpha: float) -> tuple[float, float]:
    """Return the standard deviation of λ from Beta(α, α), exact and of 40 000 draws."""
    draws = np.random.default_rng(0).beta(alpha, alpha, 40_000)
    return float(np.sqrt(1 / (4 * (2 * alpha + 1)))), float(draws.std())


def held(view: str, sigma: float, alpha: float) -> list[Row]:
    """Return what of a view has an exact value; for σ = 0 and α = 0, where nothing is drawn, at 0.5."""
    X = load_digits()[0][:50]
    if view == "noise":
        d, k = noisy(), int(np.argmin(np.abs(SIGMAS - (sigma or 0.5))))
        slope = float(np.polyfit(np.log(COPIES), np.log(d.distance[k]), 1)[0])
        mean = d.averaged[:, k, -1].mean(axis=0)
        rows = [Row("slope of the distance from 1 to 256 copies, log-log", -0.5, slope, "the mean of draws")]
        told = "ridge, λ = σ²; ours from 64 draws of 256 copies"
        return rows + [
            Row(f"w{j + 1} at σ = {SIGMAS[k]:g}", float(d.ridge[k, j]), float(mean[j]), told) for j in (0, 1)
        ]
    if view == "mixup":
        exact, ours = mixing(alpha or 0.5)
        return [Row(f"spread of λ at α = {alpha or 0.5:g}", exact, ours, "√(1/(8α + 4)); ours 40 000 draws")]
    images = X.reshape(-1, 8, 8)
    given, exact = {
        "shift": ((1.0, 0.0, 0.0), np.pad(images, ((0, 0), (0, 0), (1, 0)))[..., :-1]),
        "rotate": ((0.0, 0.0, 90.0), np.rot90(images, -1, axes=(1, 2))),
        "flip": ((0.0, 0.0, 180.0), images[:, ::-1, ::-1]),
    }[view]
    what = f"brightness where it belongs after {given[0]:g} pixels and {given[2]:g}°"
    ours = (X @ warp_matrix(*given).T * exact.reshape(len(X), -1)).sum()
    return [(what, float((exact**2).sum()), float(ours), "pixels moved one by one; 50 images, squares")]
