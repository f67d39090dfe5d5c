"""Six experiments for guided sheets: two of their own, four that other topics run; what each logs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, split
from regviz.descent.optimizers import Optimizer, State, adam, momentum, rmsprop, sgd
from regviz.experiments import dropout, early_stopping, lr_schedules, normalization
from regviz.knobs import LogSlider, Slider
from regviz.memory import once
from regviz.networks import MLP
from regviz.networks.training import Whole, run_grid, train
from regviz.penalties.l1 import soft_threshold
from regviz.progress import telling
from regviz.sheets import six
from regviz.sheets.sheet import Log

STRENGTH = LogSlider("Strength λ", 1e-4, 1e-2, 9)
DROP_RATE = Slider("Drop rate p", 0.0, 0.9, 0.02)
SCALE = LogSlider("Initial weights ×", 0.25, 4.0, 5)
RATE = LogSlider("One learning rate η", 1e-3, 3.1623, 8)
EPOCH = Slider("Epoch", 0, lr_schedules.EPOCHS, 1)
PATIENCE = Slider("Patience (checks)", 1, 40, 1)
STRENGTHS, RATES, CHECKS = (np.array(knob.options) for knob in (STRENGTH, RATE, PATIENCE))
NORM_RATES = normalization.RATES
KINDS = (six.NONE, six.L2, six.L1, six.PROXIMAL)
OPTIMIZERS = dict(zip(six.OPTIMIZERS, (sgd, momentum, rmsprop, adam), strict=True))
SEEDS, BATCH = 5, 50
PENALISED_EPOCHS, RACE_EPOCHS, ADAMS_RATE = 30, 20, 0.01
SMALL = 0.01
EDGES = np.linspace(-6, 1, 36)
"""of the histogram of log₁₀|w| over the weights that are not 0; smaller ones are counted in its first bin"""
CHANCE = 0.1
BETA, EPSILON = 0.999, 1e-8


@dataclass(frozen=True)
class Penalised:
    """Networks under every penalty: shares and accuracies (kinds, strengths, seeds).

    `sizes` (kinds, strengths, bins) are the shares of weights over EDGES, averaged over seeds.
    """

    small: Array
    zero: Array
    right: Array
    sizes: Array

    def log(self, k: int) -> Log:
        """Return the log at the k-th strength."""
        return Log(KINDS, {six.SMALL: self.small[:, k], six.ZERO: self.zero[:, k], six.RIGHT: self.right[:, k]})


def digits() -> Split:
    """Return 400 digits to train on, 300 to validate and 500 new ones."""
    return split(*load_digits(), 400, 300, 500, seed=0)


def proximal(strength: Array) -> Callable[..., Optimizer]:
    """Return a maker of Adam that ends every step with the prox of strength‖w‖₁, `strength` (runs, p).

    The prox is that in Adam's own metric, whose threshold is ηλ/(√v̂ + ε). Source: Duchi, Hazan and Singer 2011,
    there for the metric of AdaGrad.
    """

    def make(learning_rate: ArrayLike, weight_decay: ArrayLike) -> Optimizer:
        plain = adam(learning_rate, beta2=BETA, epsilon=EPSILON, weight_decay=weight_decay)
        there, push = strength.any(axis=1), (learning_rate * strength).astype("float32")

        def update(gradient: ArrayLike, state: State, w: ArrayLike) -> tuple[Array, State]:
            step, state = plain.update(gradient, state, w)
            root = np.sqrt(state.v[there] / (1 - BETA**state.t)) + EPSILON
            step[there] = soft_threshold(w[there] + step[there], push[there] / root) - w[there]
            return step, state

        return Optimizer(plain.init, update)

    return make


@once(most=1)
@apart
def penalised() -> Penalised:
    """Return networks under every penalty, strength and seed, trained as one batch; no penalty is trained once."""
    kind, k, seed = run_grid([1, 2, 3], range(len(STRENGTHS)), range(SEEDS))
    kind, strength = np.append(np.zeros(SEEDS), kind), np.append(np.zeros(SEEDS), STRENGTHS[k.astype(int)])
    seeds = np.append(range(SEEDS), seed).astype(int)
    network = MLP((64, 32, 10), seeds=seeds.tolist(), dtype="float32")
    history = train(
        network,
        digits(),
        optimizer=proximal(((kind == 3) * strength)[:, None] * network.penalised),
        learning_rate=ADAMS_RATE,
        l1=(kind == 2) * strength,
        l2=(kind == 1) * strength,
        epochs=PENALISED_EPOCHS,
        batch_size=BATCH,
        record_every=PENALISED_EPOCHS,
        progress=telling(f"Training {len(seeds)} networks"),
    )
    sizes = np.abs(network.weights[:, network.penalised > 0])
    found = (sizes < SMALL).mean(axis=1), (sizes == 0).mean(axis=1), history.test_accuracy[:, -1]
    shares = np.array([_histogram(row[row > 0]) for row in sizes]) / sizes.shape[1]
    return Penalised(*map(_by_kind, found), _by_kind(shares).mean(axis=2))


def _histogram(sizes: Array) -> Whole:
    """Return how many sizes lie in each bin over EDGES."""
    return np.histogram(np.log10(np.maximum(sizes, 10.0 ** EDGES[0])), EDGES)[0]


def _by_kind(values: Array) -> Array:
    """Return values (runs, ...) as (kinds, strengths, seeds, ...); without a penalty they are the same at any."""
    rest, k = values.shape[1:], len(STRENGTHS)
    plain = np.broadcast_to(values[:SEEDS], (1, k, SEEDS, *rest))
    return np.concatenate([plain, values[SEEDS:].reshape(3, k, SEEDS, *rest)])


@dataclass(frozen=True)
class Tuned:
    """Accuracies (optimizers, rates, seeds) on validation and new digits; a run that diverged guesses."""

    validation: Array
    right: Array

    @property
    def best(self) -> Whole:
        """Return where on RATES each optimizer (optimizers,) tells most validation digits."""
        return self.validation.mean(axis=2).argmax(axis=1)

    @property
    def at_best(self) -> Array:
        """Return the accuracies (optimizers, seeds) on new digits at the rate of its own."""
        return self.right[np.arange(len(OPTIMIZERS)), self.best]

    def log(self) -> Log:
        """Return the log of one rate for all, and of each at its own."""
        one = int(np.argmin(np.abs(RATES - six.ONE_RATE)))
        rows = (*map(six.one_rate, OPTIMIZERS), *map(six.tuned, OPTIMIZERS))
        rates = np.append(np.full(len(OPTIMIZERS), RATES[one]), RATES[self.best])
        right = np.concatenate([self.right[:, one], self.at_best])
        return Log(rows, {six.RIGHT: right, six.RATE: np.tile(rates[:, None], SEEDS)})


@once(most=1)
@apart
def raced() -> Tuned:
    """Return four optimizers at every rate and seed."""
    rate, seed = run_grid(RATES, range(SEEDS))
    rows = []
    for name, optimizer in OPTIMIZERS.items():
        history = train(
            MLP((64, 32, 10), seeds=seed.astype(int).tolist(), dtype="float32"),
            digits(),
            optimizer=optimizer,
            learning_rate=rate,
            epochs=RACE_EPOCHS,
            batch_size=BATCH,
            record_every=RACE_EPOCHS,
            progress=telling(f"Training {len(rate)} networks by {name}"),
        )
        rows.append([history.validation_accuracy[:, -1], history.test_accuracy[:, -1]])
    found = np.nan_to_num(np.array(rows), nan=CHANCE).reshape(len(rows), 2, len(RATES), SEEDS)
    return Tuned(found[:, 0], found[:, 1])


def dropped() -> dropout.Digits:
    """Return networks on digits with wrong labels at every drop rate."""
    return dropout.digits_trained(0.3)


def log_of_dropout(r: dropout.Digits) -> Log:
    """Return the log of a few drop rates, after the last epoch."""
    at = [int(np.argmin(np.abs(dropout.RATES - rate))) for rate in six.RATES]
    return Log(tuple(map(six.at_rate, six.RATES)), {six.RIGHT: r.test[at, :, -1], six.TRAINING: r.train[at, :, -1]})


def log_of_normalization(grid: Array) -> Log:
    """Return the log of a grid (kinds, rates, scales, seeds) of accuracies."""
    cells = grid.reshape(len(grid), -1, grid.shape[-1])
    ahead = (cells > cells[0]).sum(axis=1).astype(float)
    return Log((six.PLAIN, six.BATCH, six.LAYER), {six.CELLS: cells.mean(axis=1), six.BETTER: ahead})


def scheduled() -> tuple[lr_schedules.Training, lr_schedules.Training]:
    """Return every schedule at the low and at the high peak."""
    low, high = (lr_schedules.trained(peak, 5) for peak in six.PEAKS)
    return low, high


def log_of_schedules(both: tuple[lr_schedules.Training, lr_schedules.Training]) -> Log:
    """Return the log of both peaks after the last epoch; a run that diverged guesses."""
    rows = tuple(six.at_peak(name, peak) for peak in six.PEAKS for name in six.SCHEDULES)
    right = np.concatenate([np.nan_to_num(training.accuracy[..., -1], nan=CHANCE) for training in both])
    return Log(rows, {six.RIGHT: right})


@dataclass(frozen=True)
class Stopped:
    """Test losses and epochs trained (patiences, runs) under every patience.

    After all epochs the losses (runs,) are `end`, and those of the weights with the least validation loss `best`.
    """

    loss: Array
    epochs: Array
    end: Array
    best: Array

    def log(self) -> Log:
        """Return the log of three patiences and of no stopping, with the best weights and with the last."""
        at = [int(np.argmin(np.abs(CHECKS - checks))) for checks in six.PATIENCES]
        whole = np.full((2, len(self.end)), float(early_stopping.EPOCHS))
        rows = (*map(six.patience, six.PATIENCES), six.BEST_OF_ALL, six.TO_THE_END)
        loss, epochs = np.vstack([self.loss[at], self.best, self.end]), np.vstack([self.epochs[at], whole])
        return Log(rows, {six.LOSS: loss, six.EPOCHS: epochs})


@once(most=1)
def stopped() -> Stopped:
    """Return the rule at every patience, replayed on twenty runs on the curve."""
    how = ("curve", 0.01, 0.0)
    rules = [early_stopping.stopped(*how, int(checks), 0.0, True) for checks in CHECKS]
    epochs = np.array([early_stopping.CHECKS[rule.stop] for rule in rules], dtype=float)
    t = early_stopping.trained(*how)
    best = t.test[np.arange(len(t.test)), t.validation.argmin(axis=1)]
    return Stopped(np.array([rule.test for rule in rules]), epochs, t.test[:, -1], best)


def normalised() -> Array:
    """Return accuracies (kinds, rates, scales, seeds) with and without normalization."""
    return normalization.over_rates_and_scales()
