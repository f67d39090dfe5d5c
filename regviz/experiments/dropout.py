"""What dropout does at every rate at once: digits with wrong labels, a noisy curve, and linear regression."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.apart import apart
from regviz.averages import mean_error
from regviz.checks import Array
from regviz.data.curves import wave
from regviz.data.digits import load_digits
from regviz.data.splits import Split, flip_labels, split
from regviz.data.tables import linear_design
from regviz.memory import once
from regviz.networks import MLP, Dropout
from regviz.networks.dropout_ridge import averaged_over_masks, dropout_ridge
from regviz.networks.training import run_grid, train
from regviz.progress import telling

RATES = np.round(np.arange(46) * 0.02, 2)
"""0 to 0.9"""
SEEDS, EPOCHS, CHECK = 3, 40, 5
CHECKS = np.arange(0, EPOCHS + 1, CHECK)
NETWORKS, CURVE_EPOCHS, PASSES, WIDTH = 3, 300, 100, 48
GRID = np.linspace(-1.2, 1.2, 81)
THERE = (np.abs(GRID) >= 0.3) & (np.abs(GRID) <= 1)
"""where there are data"""
GAP, BEYOND = np.abs(GRID) < 0.2, np.abs(GRID) > 1.1
SIZES = (0.1, 1.0, 10.0)
SEQUENCES, COUNTS = 8, np.unique(np.geomspace(8, 256, 21).round())


@dataclass(frozen=True)
class Digits:
    """Accuracies (rates, seeds, checks), and the mean hidden activation of a network trained at rate 0.

    In eval mode it is one number; in train mode, and under the same masks without the division, one for each rate.
    """

    train: Array
    validation: Array
    test: Array
    best: int
    eval_mode: float
    train_mode: Array
    train_error: Array
    undivided: Array


@dataclass(frozen=True)
class Curve:
    """Predictions over GRID of every network: in eval mode (rates, networks, 81), and of each pass in train mode."""

    x: Array
    y: Array
    eval_mode: Array
    passes: Array
    """(rates, networks, PASSES, 81)"""


@dataclass(frozen=True)
class Spread:
    """Over so many passes at every rate: mean, deviation (rates, 81) of one network, errors (rates, networks) of all.

    The errors are root mean squares of eval mode and of the mean of the passes, where there are data.
    """

    curve: Curve
    mean: Array
    deviation: Array
    eval_error: Array
    mean_error: Array

    def reach(self, network: int) -> tuple[float, float]:
        """Return the least and the greatest of what is drawn of a network: bands, four passes and data."""
        edges = (self.mean - self.deviation, self.mean + self.deviation)
        shown = [*edges, self.curve.passes[:, network, :4], self.curve.y]
        return min(float(v.min()) for v in shown), max(float(v.max()) for v in shown)

    def by_place(self, k: int) -> tuple[float, float, float]:
        """Return the mean deviation of the passes at rate k: at the data, in the gap between them, and beyond them."""
        at_data, in_gap, beyond = (float(self.deviation[k, place].mean()) for place in (THERE, GAP, BEYOND))
        return at_data, in_gap, beyond


@dataclass(frozen=True)
class Linear:
    """Weights times k: closed form (rates, 6), Monte Carlo less it (rates, sequences, counts, 6), error of one mask.

    `penalties` (2, SIZES, rates) are what dropout adds to the logistic loss at multiples of the weights of least
    squares: exactly, and by its quadratic form.
    """

    exact: Array
    excess: Array
    error: Array
    penalties: Array

    def found(self, k: int, masks: float) -> tuple[Array, Array]:
        """Return Monte Carlo less the closed form (6,) of the first sequence at rate k, and its standard error (6,)."""
        at = int(np.argmin(np.abs(COUNTS - masks)))
        return self.excess[k, 0, at], self.error[k] / np.sqrt(COUNTS[at])

    def distances(self) -> tuple[Array, Array]:
        """Return root mean square distances over sequences (rates, counts) to the closed form, and those expected."""
        distance = np.sqrt((self.excess**2).sum(axis=-1).mean(axis=1))
        return distance, np.linalg.norm(self.error, axis=-1)[:, None] / np.sqrt(COUNTS)


@once(most=8)
@apart
def digits_trained(wrong: float) -> Digits:
    """Return networks 64-48-10 at every rate and seed, trained as one batch on 200 digits, some labelled wrong."""
    X, y = load_digits()
    clean = split(X, y, 200, 300, 400, seed=0)
    labels = flip_labels(clean.y_train, wrong, 10, seed=0)
    problem = Split(clean.X_train, labels, clean.X_validation, clean.y_validation, clean.X_test, clean.y_test)
    rates, seeds = run_grid(RATES, range(SEEDS))
    network = MLP((64, 48, 10), seeds=seeds.tolist(), drop_rate=rates, dtype="float32")
    history = train(
        network,
        problem,
        learning_rate=0.02,
        epochs=EPOCHS,
        batch_size=100,
        record_every=CHECK,
        progress=telling(f"Training {len(rates)} networks"),
    )
    parts = (history.train_accuracy, history.validation_accuracy, history.test_accuracy)
    accuracies = [part.reshape(len(RATES), SEEDS, -1) for part in parts]
    hidden = network.outputs(clean.X_train[:64].astype(np.float32))[1][0].astype(float)  # trained at rate 0
    divided, undivided = np.moveaxis([mean_activations(hidden, rate) for rate in RATES], 1, 0)
    activation, errors = mean_error(divided)
    best = int(accuracies[1][..., -1].mean(axis=1).argmax())
    return Digits(*accuracies, best, float(hidden.mean()), activation, errors, undivided.mean(axis=1))


def mean_activations(hidden: Array, rate: float, masks: int = 10) -> tuple[Array, Array]:
    """Return the mean activation (masks,) under each of several masks in train mode, and without its division."""
    layer = Dropout(rate, seed=1)
    dropped = np.array([layer.forward(hidden) for _ in range(masks)])
    return dropped.mean(axis=(1, 2)), np.where(dropped == 0, 0.0, hidden).mean(axis=(1, 2))


def inputs(x: ArrayLike) -> Array:
    """Return (n, 2): 3x, and a constant that lets the bends of the units lie anywhere."""
    return np.stack([3 * np.asarray(x), np.ones_like(x)], axis=-1)


def curve_data(draw: int = 3) -> tuple[Array, Array]:
    """Return x (24,) with a gap in the middle, and y (networks, 24), noisy values of a curve; the page shows draw 3."""
    draws = np.random.default_rng(draw)
    x = np.concatenate([draws.uniform(-1, -0.3, 12), draws.uniform(0.3, 1, 12)])
    return x, wave(x) + 0.2 * draws.standard_normal((NETWORKS, 24))


def fit_curves(rates: Array, seeds: Array, x: Array, y: Array) -> MLP:
    """Return networks 2-48-48-1, one for each rate and seed (runs,), trained on points x and y (runs, 24)."""
    network = MLP((2, WIDTH, WIDTH, 1), seeds=seeds.astype(int).tolist(), drop_rate=rates, dtype="float32")
    X = inputs(x)
    train(
        network,
        Split(X, y, X, y, X, y),
        loss="squared",
        learning_rate=0.01,
        epochs=CURVE_EPOCHS,
        batch_size=24,
        record_every=CURVE_EPOCHS,
        progress=telling(f"Training {len(rates)} networks"),
    )
    return network


@once(most=1)
@apart
def curve_trained() -> Curve:
    """Return networks at every rate, and their predictions under PASSES masks."""
    x, y = curve_data()
    rates, seeds = run_grid(RATES, range(NETWORKS))
    network = fit_curves(rates, seeds, np.tile(x, (len(rates), 1)), np.tile(y, (len(RATES), 1)))
    hear, shape = telling(f"Drawing {PASSES} passes of each"), (len(RATES), NETWORKS)
    single, passes = network.apply(inputs(GRID).astype(np.float32))[..., 0], []
    for i, rate in enumerate(rates):
        passes.append(passes_of([(d.W[i], d.b[i]) for d in network.dense], rate))
        hear(i + 1, len(rates))
    return Curve(x, y, single.reshape(*shape, -1).astype(float), np.stack(passes).reshape(*shape, PASSES, -1))


def passes_of(layers: list[tuple[Array, Array]], rate: float) -> Array:
    """Return predictions (PASSES, 81) in train mode; a pass has one mask for all of GRID, so that it is a curve."""
    h, masks = inputs(GRID), masks_of_passes(rate)
    for (W, b), mask in zip(layers[:-1], masks, strict=True):
        h = np.maximum(h @ W + b, 0) * mask.astype(np.float32)[:, None]
    W, b = layers[-1]
    return (h @ W + b)[..., 0].astype(float)


def masks(rate: float, cases: int, units: int, seed: int) -> Array:
    """Return which of the units (cases, units) dropout keeps."""
    return Dropout(rate, seed).forward(np.ones((cases, units))) > 0


def masks_of_passes(rate: float) -> tuple[Array, Array]:
    """Return the factors (PASSES, WIDTH) on both hidden layers."""
    layer, ones = Dropout(rate, seed=2), np.ones((PASSES, WIDTH))
    return layer.forward(ones), layer.forward(ones)


@once(most=128)
def spread_of(network: int, passes: int) -> Spread:
    """Return what so many passes say of a network, and how far eval mode and their mean are from the truth."""
    c = curve_trained()
    drawn = c.passes[:, :, :passes]
    errors = [
        np.sqrt(np.mean((guess - wave(GRID))[..., THERE] ** 2, axis=-1)) for guess in (c.eval_mode, drawn.mean(axis=2))
    ]
    own = drawn[:, network - 1]
    return Spread(c, own.mean(axis=1), own.std(axis=1, ddof=1), *errors)


@once(most=16)
@apart
def linear_solved(correlation: float) -> Linear:
    """Return weights times keep probability at every rate, in closed form and averaged over masks."""
    X, y = linear_problem(correlation)
    hear, rows = telling("Averaging over masks"), []
    for i, rate in enumerate(RATES):
        exact = dropout_ridge(X, y, 1 - rate)
        found = averaged_over_masks(X, y, rate, COUNTS, SEQUENCES, seed=0)
        rows.append([(1 - rate) * v for v in (exact, _exact_zero(found.solutions - exact), _exact_zero(found.error))])
        hear(i + 1, len(RATES))
    w = dropout_ridge(X, y, 1.0)
    penalties = np.array([[logistic_penalty(X, size * w, rate) for rate in RATES] for size in SIZES])
    return Linear(*(np.stack(column) for column in zip(*rows, strict=True)), np.moveaxis(penalties, -1, 0))


def logistic_penalty(X: Array, w: Array, rate: float) -> tuple[float, float]:
    """Return what dropout of the inputs adds to the logistic loss, exactly over all 2^p masks, and its quadratic form.

    Entries of X (n, p) that are kept are divided by k = 1 − rate. The addition is R(w) = Σ E A(x̃ᵀw) − A(xᵀw) with
    A(z) = log(1 + eᶻ), whatever the labels are; to second order (1 − k)/(2k) wᵀdiag(XᵀVX)w with V = π(1 − π).
    Source: Wager, Wang and Liang 2013, section 2.
    """
    keep, p = 1 - rate, len(w)
    masks = (np.arange(2**p)[:, None] >> np.arange(p)) & 1
    kept = masks.sum(axis=1)
    chance = keep**kept * rate ** (p - kept)
    margin = X @ w
    with np.errstate(under="ignore"):  # the loss of a case that is certain is rightly zero
        exact = chance @ np.logaddexp(0, masks / keep @ (X * w).T) - np.logaddexp(0, margin)
    share = (1 + np.tanh(margin / 2)) / 2
    quadratic = rate / (2 * keep) * (share * (1 - share)) @ (X**2) @ w**2
    return float(exact.sum()), float(quadratic)


def _exact_zero(values: Array) -> Array:
    """Return the values without rounding errors, which are all there is at rate 0."""
    return np.where(np.abs(values) < 1e-9, 0.0, values)


def linear_problem(correlation: float) -> tuple[Array, Array]:
    """Return X (30, 6) and y (30,), centred."""
    design = linear_design(30, 6, correlation, 0.0, 1.0, seed=0)
    return design.X - design.X.mean(axis=0), design.y - design.y.mean()
