"""L2 in the gradient against decay of the weights: three optimizers on a quadratic, and networks on digits."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from regviz.apart import apart
from regviz.averages import mean_error
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, flip_labels, split
from regviz.descent.moments import averaged, first, second
from regviz.descent.optimizers import Optimizer, adam, momentum, sgd
from regviz.memory import once
from regviz.networks import LOSSES, MLP
from regviz.networks.training import Whole, run_grid, train
from regviz.progress import telling

STEPS = 400
CENTRE = np.array([2.0, 2.0])
NEAR_ZERO = 1e-3  # a smaller weight is no measure of its pull

SEEDS, EPOCHS, FLIPPED, HIDDEN, BATCH = 3, 40, 0.3, 12, 50
RECORDED = 10  # an error is the mean of those after epochs 30 and 40
RATES = 0.003 * 2.0 ** np.arange(5)
DECAYS = {"l2": 0.004 * 10 ** (0.4 * np.arange(6)), "step": 0.0016 * 10 ** (0.4 * np.arange(6))}
STRENGTHS = len(DECAYS["l2"])

TURN_DECAYS, TURN_RATES = np.array([0.005, 0.01, 0.02, 0.04]), np.array([0.05, 0.2, 0.8])
TURN_STEPS, TURN_LATE = 720, 180


@dataclass(frozen=True)
class Walks:
    """Walks on one quadratic under the same noise, each w (STEPS + 1, 2), and how Adam pulls on each weight.

    `sgd` is that with decay; that with L2 differs from it by rounding, by `same`. `pull` (STEPS + 1, 2) is what L2
    contributes to Adam's step, as a multiple of ηλw, `scale` (STEPS + 1, 2) the gradient scale √v̂. Both are nan at 0,
    before the first step. `same`, `rolling` and `apart` (STEPS + 1,) are the distances between L2 and decay for SGD,
    for SGD with momentum and for Adam.
    """

    sgd: Array
    l2: Array
    adamw: Array
    rolled: tuple[Array, Array]
    """SGD with momentum 0.9, under L2 and under decay"""
    same: Array
    rolling: Array
    apart: Array
    pull: Array
    scale: Array


@dataclass(frozen=True)
class Grid:
    """Networks trained over decays and rates: errors in per cent (decays, rates, seeds), and the strengths (decays,).

    `step` and `size` (decays, rates, seeds) are the norms of a step in the last epochs and of the weights after them.
    """

    validation: Array
    test: Array
    step: Array
    size: Array
    decays: Array

    @property
    def mean(self) -> Array:
        """Return the mean test error over seeds (decays, rates)."""
        return self.test.mean(axis=-1)

    @property
    def valley(self) -> Whole:
        """Return, for every rate, the decay with the least validation error (rates,)."""
        return np.argmin(self.validation.mean(axis=-1), axis=0)

    @property
    def chosen(self) -> tuple[int, int]:
        """Return where the validation error is least: (decay, rate)."""
        error = self.validation.mean(axis=-1)
        i, j = np.unravel_index(np.argmin(error), error.shape)
        return int(i), int(j)

    @property
    def reached(self) -> tuple[float, float]:
        """Return the mean test error at the chosen cell, and its standard error over seeds."""
        mean, error = mean_error(self.test[self.chosen])
        return float(mean), float(error)

    @property
    def slope(self) -> float:
        """Return the slope of the valley: of log decay against log rate, by least squares.

        For each rate it takes the mean log of all decays whose validation error is within one standard error of the
        least, the standard error being that over all cells.
        """
        error = self.validation.mean(axis=-1)
        se = np.sqrt(self.validation.var(axis=-1, ddof=1).mean() / self.validation.shape[-1])
        good = error <= error.min(axis=0) + se
        centre = (good * np.log(self.decays)[:, None]).sum(axis=0) / good.sum(axis=0)
        return float(np.polyfit(np.log(RATES), centre, 1)[0])

    @property
    def cost(self) -> float:
        """Return by how much one decay for all rates raises the test error over a decay of its own for each rate.

        Both are chosen by validation error; the mean over the rates.
        """
        one = np.argmin(self.validation.mean(axis=(1, 2)))
        return float((self.mean[one] - self.mean[self.valley, np.arange(len(RATES))]).mean())


def walk(
    make: Callable[..., Optimizer], lambda_: ArrayLike, rate: ArrayLike, curvatures: Array, shocks: Array
) -> tuple[Array, Array]:
    """Return weights w (STEPS + 1, 2, ..., 2) from the origin under L2 and under decay, and second moments v.

    Each gradient is that of ½ Σ h (w − c − shock)²: a batch whose own centre lies off by `shocks` (STEPS, ..., 2).
    Strength and rate may be given for each of the walks (...).
    """
    strength = np.asarray(lambda_, dtype=float)[..., None]
    none = np.zeros_like(strength)
    rule = make(np.asarray(rate)[..., None], l2=np.stack([strength, none]), weight_decay=np.stack([none, strength]))
    w = np.zeros((STEPS + 1, 2, *shocks.shape[1:]))
    v, state = np.zeros_like(w), rule.init(w[0])
    for t in range(STEPS):
        step, state = rule.update(curvatures * (w[t] - CENTRE - shocks[t]), state, w[t])
        w[t + 1], v[t + 1] = w[t] + step, state.v
    return w, v


def curvatures_of(curvature: ArrayLike) -> Array:
    """Return the curvatures (..., 2) of the quadratic: 1 along w₁."""
    steep = np.asarray(curvature, dtype=float)
    return np.stack([np.ones_like(steep), steep], axis=-1)


def minimiser(curvature: ArrayLike, lambda_: ArrayLike) -> Array:
    """Return the minimiser (..., 2) of the loss with the penalty (λ/2)‖w‖², hc/(h + λ)."""
    h = curvatures_of(curvature)
    return h * CENTRE / (h + np.asarray(lambda_)[..., None])


@once(most=256)
def walks(lambda_: float, learning_rate: float, curvature: int, noise: float, seed: int) -> Walks:
    """Return the walks of SGD, SGD with momentum and Adam, each under L2 and under decay, under the same noise."""
    h = curvatures_of(curvature)
    shocks = noise * np.random.default_rng(seed).standard_normal((STEPS, 2))
    found = [walk(make, lambda_, learning_rate, h, shocks) for make in (sgd, momentum, adam)]
    same, rolling, apart = (np.linalg.norm(w[:, 0] - w[:, 1], axis=-1) for w, _ in found)
    (plain, _), (rolled, _), (w, v) = found
    l2, t = w[:, 0], np.arange(1, STEPS + 1)[:, None]
    scale, pull = np.full_like(l2, np.nan), np.full_like(l2, np.nan)
    scale[1:] = second(v[1:, 0], t)
    pulled = first(averaged(lambda_ * l2[:-1]), t) / scale[1:]
    moved = np.abs(l2[:-1]) > NEAR_ZERO
    pull[1:] = np.where(moved, pulled / (lambda_ * np.where(moved, l2[:-1], 1.0)), np.nan)
    return Walks(plain[:, 1], l2, w[:, 1], (rolled[:, 0], rolled[:, 1]), same, rolling, apart, pull, scale)


def noisy_digits(draw: int) -> Split:
    """Return 900 digits to train on, 30 % of them with a wrong label, 400 to validate and the rest to test."""
    data = split(*load_digits(), 900, 400, seed=draw)
    return replace(data, y_train=flip_labels(data.y_train, FLIPPED, 10, seed=draw + 1))


@once(most=2)
@apart
def grids(draw: int) -> dict[str, Grid]:
    """Return the errors on digits over learning rate and decay of Adam with L2 and of AdamW, trained as one batch.

    `draw` chooses the split, the wrong labels and the seeds of the networks; the page shows draw 0.
    """
    kind, k, rate, seed = run_grid(range(len(DECAYS)), range(STRENGTHS), RATES, 10 * draw + np.arange(SEEDS))
    strength = np.array(list(DECAYS.values()))[kind.astype(int), k.astype(int)]
    network = MLP((64, HIDDEN, 10), norm="batch", seeds=seed.astype(int).tolist(), dtype="float32")
    history = train(
        network,
        noisy_digits(draw),
        learning_rate=rate,
        l2=np.where(kind == 0, strength, 0.0),
        weight_decay=np.where(kind == 1, strength / rate, 0.0),
        epochs=EPOCHS,
        batch_size=BATCH,
        record_every=RECORDED,
        progress=telling(f"Training {len(rate)} networks on digits"),
    )
    errors = [100 * (1 - a[:, -2:].mean(axis=-1)) for a in (history.validation_accuracy, history.test_accuracy)]
    norms = [history.update_norm[:, -1], history.weight_norm[:, -1]]
    parts = [part.reshape(len(DECAYS), STRENGTHS, len(RATES), SEEDS) for part in (*errors, *norms)]
    return {name: Grid(*(part[i] for part in parts), DECAYS[name]) for i, name in enumerate(DECAYS)}


@once(most=2)
@apart
def turns(draw: int) -> Array:
    """Return the angle (decays, rates) by which a step of SGD with decay turns the hidden weights, in radians.

    The decays are per step, ηλ. The network is batch-normalized; the angle is the root mean square over the last
    TURN_LATE of TURN_STEPS steps.
    """
    data, loss, rng = noisy_digits(draw), LOSSES["cross_entropy"], np.random.default_rng(draw)
    decay, rate = run_grid(TURN_DECAYS, TURN_RATES)
    network = MLP((64, HIDDEN, 10), norm="batch", seeds=[draw] * len(rate), dtype="float32")
    X, target = data.X_train.astype(np.float32), loss.encode(data.y_train, 10).astype(np.float32)
    pull = (decay / rate)[:, None] * network.penalised
    rule = sgd(rate[:, None].astype(np.float32), weight_decay=pull.astype(np.float32))
    state, angles = rule.init(network.weights), []
    network.train()
    for _ in range(TURN_STEPS):
        rows = rng.permutation(len(X))[:BATCH]
        gradient = network.weight_gradient(loss.gradient(network.apply(X[rows]), target[rows]))
        before = network.dense[0].W.reshape(len(rate), -1).astype(float)
        step, state = rule.update(gradient, state, network.weights)
        network.weights += step
        after = network.dense[0].W.reshape(len(rate), -1).astype(float)
        cosine = np.vecdot(before, after) / np.linalg.norm(before, axis=-1) / np.linalg.norm(after, axis=-1)
        angles.append(np.arccos(np.clip(cosine, -1, 1)))
    late = np.array(angles[-TURN_LATE:])
    return np.sqrt((late**2).mean(axis=0)).reshape(len(TURN_DECAYS), len(TURN_RATES))
