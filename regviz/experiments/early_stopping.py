"""A network that overfits, twenty times over: its whole training, stopping rules replayed on it, and retraining."""

from dataclasses import dataclass

import numpy as np

from regviz.apart import apart
from regviz.checks import Array
from regviz.data.curves import wave
from regviz.data.digits import load_digits
from regviz.data.splits import Split, flip_labels, split
from regviz.memory import once
from regviz.networks import MLP
from regviz.networks.early_stopping import EarlyStopping
from regviz.networks.training import Whole, train
from regviz.progress import telling

RUNS, EPOCHS, CHECK, STRIDE = 20, 400, 4, 8  # the validation loss is looked at every CHECK epochs
GRID = np.linspace(-1, 1, 121)
NOISE, N_TRAIN, N_VALIDATION = 0.4, 16, 100
FLIPPED, N_DIGITS = 0.3, 300
CHECKS = np.arange(0, EPOCHS + 1, CHECK)
EACH = np.arange(RUNS)
PATIENCES = (5, 10, 20)


@dataclass(frozen=True)
class Training:
    """Twenty runs: losses (RUNS, checks), norms, and what is drawn at every STRIDE-th epoch of every run.

    `shown` is the fit over GRID (RUNS, frames, 121), or for digits three accuracies (RUNS, frames, 3): on training
    images with the right label, on those with a wrong one (its wrong label learnt), and on validation images.
    """

    train: Array
    validation: Array
    test: Array
    norm: Array
    moved: Array
    """(RUNS, frames), how far the weights are from where they began"""
    shown: Array
    x: Array
    y: Array
    kept: Array
    """(RUNS, state), the networks at the check of least validation loss"""


@dataclass(frozen=True)
class Stopped:
    """For every run (RUNS,) the checks at which it stops, is best as the rule saw it, and whose weights it keeps.

    `test` is the test loss of those weights, `gain` how much less that is than after all epochs.
    """

    stop: Whole
    best: Whole
    kept: Whole
    test: Array
    gain: Array


@dataclass(frozen=True)
class Retrained:
    """Test losses (RUNS,) of ways to use the validation points once they have chosen the best epoch.

    `best` are the weights at that epoch; `as_long` those trained anew on all points for as many epochs; `on` those
    trained on from `best` with all points until the validation loss is down to what the training loss was (`reached`),
    or for EPOCHS more; `to_the_end` those trained anew on all points for EPOCHS. `floor` is the loss of the truth.
    """

    best: Array
    as_long: Array
    on: Array
    reached: Array
    to_the_end: Array
    floor: float


def curve_data() -> Split:
    """Return sixteen noisy points of a curve for each run, and validation and test points that all share."""
    draws = [np.random.default_rng([run, 5]) for run in range(RUNS)]
    X = np.stack([g.uniform(-1, 1, (N_TRAIN, 1)) for g in draws])
    y = wave(X[..., 0]) + NOISE * np.stack([g.standard_normal(N_TRAIN) for g in draws])
    shared = np.random.default_rng(99)
    new = shared.uniform(-1, 1, (500, 1))
    values = wave(new[:, 0]) + NOISE * shared.standard_normal(500)
    n = N_VALIDATION
    return Split(X, y, new[:n], values[:n], new[n:], values[n:])


def digit_data() -> tuple[Split, Array]:
    """Return 300 digits for each run with 30 % of the labels wrong, clean validation and test, and the true labels."""
    X, y = load_digits()
    clean = split(X, y, N_DIGITS, 300, seed=0)
    wrong = np.stack([flip_labels(clean.y_train, FLIPPED, 10, seed=run) for run in range(RUNS)])
    rest = (clean.X_validation, clean.y_validation, clean.X_test, clean.y_test)
    return Split(np.broadcast_to(clean.X_train, (RUNS, *clean.X_train.shape)), wrong, *rest), clean.y_train


def curve_network() -> MLP:
    """Return the twenty networks for the curve, not yet trained."""
    return MLP((1, 32, 32, 1), "tanh", "xavier", seeds=range(RUNS), dtype="float32")


@once(most=48)
@apart
def trained(data: str, learning_rate: float, weight_decay: float) -> Training:
    """Return all runs, trained as one batch for every epoch, without stopping: stopping rules are replayed on them."""
    kept = range(0, EPOCHS + 1, STRIDE)
    digits = data == "digits"
    problem, truth = digit_data() if digits else (curve_data(), np.zeros(0))
    network = MLP((64, 32, 10), seeds=range(RUNS), dtype="float32") if digits else curve_network()
    history = train(
        network,
        problem,
        loss="cross_entropy" if digits else "squared",
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        epochs=EPOCHS,
        batch_size=N_DIGITS,
        record_every=CHECK,
        keep=kept,
        early_stopping=EarlyStopping(len(CHECKS), 0.0),  # which never stops, and leaves every run at its best weights
        progress=telling(f"Training {RUNS} networks"),
    )
    best, shown, moved = network.state.copy(), [], []
    with np.errstate(under="ignore"):  # weights decayed below the smallest float32 are rightly zero
        for epoch in kept:
            network.load(history.weights[epoch])
            shown.append(_shares(network, problem, truth) if digits else network.apply(GRID[:, None])[..., 0])
            way = (history.weights[epoch] - history.weights[0])[..., : network.weights.shape[-1]]
            moved.append(np.linalg.norm(way * network.penalised, axis=-1))
    return Training(
        history.train_loss,
        history.validation_loss,
        history.test_loss,
        history.weight_norm,
        np.stack(moved, axis=1),
        np.stack(shown, axis=1),
        problem.X_train[..., 0],
        problem.y_train,
        best,
    )


def _shares(network: MLP, problem: Split, truth: Array) -> Array:
    guess = network.apply(problem.X_train.astype(np.float32)).argmax(axis=-1)
    right, hit = problem.y_train == truth, guess == problem.y_train
    new = network.apply(problem.X_validation.astype(np.float32)).argmax(axis=-1) == problem.y_validation
    clean = (hit & right).sum(axis=-1) / right.sum(axis=-1)
    return np.stack([clean, (hit & ~right).sum(axis=-1) / (~right).sum(axis=-1), new.mean(axis=-1)], axis=-1)


@once(most=512)
def stopped(
    data: str, learning_rate: float, weight_decay: float, patience: int, min_delta: float, restore_best: bool
) -> Stopped:
    """Return what a stopping rule makes of every run."""
    t = trained(data, learning_rate, weight_decay)
    rule = EarlyStopping(patience, min_delta, restore_best)
    stop, best = np.array([rule.replay(losses) for losses in t.validation]).T
    kept = best if restore_best else stop
    test = t.test[EACH, kept]
    return Stopped(stop, best, kept, test, t.test[:, -1] - test)


@once(most=1)
def losses_of_truth() -> Array:
    """Return the loss (500,) of the curve itself at every test point: half its squared error."""
    p = curve_data()
    return (p.y_test - wave(p.X_test[:, 0])) ** 2 / 2


@once(most=8)
@apart
def retrained(learning_rate: float, weight_decay: float) -> Retrained:
    """Return what retraining on all points of the curve makes of every run, after the best epoch of its whole curve.

    Source: Goodfellow, Bengio and Courville 2016, algorithms 7.2 (`as_long`) and 7.3 (`on`).
    """
    t, p = trained("curve", learning_rate, weight_decay), curve_data()
    best = t.validation.argmin(axis=1)
    X = np.concatenate([p.X_train, np.broadcast_to(p.X_validation, (RUNS, *p.X_validation.shape))], axis=1)
    y = np.concatenate([p.y_train, np.broadcast_to(p.y_validation, (RUNS, N_VALIDATION))], axis=1)
    everything = Split(X, y, p.X_validation, p.y_validation, p.X_test, p.y_test)
    how = {"loss": "squared", "learning_rate": learning_rate, "weight_decay": weight_decay}
    how |= {"epochs": EPOCHS, "batch_size": N_TRAIN + N_VALIDATION, "record_every": CHECK}
    anew = train(curve_network(), everything, **how, progress=telling("Training anew on all points"))
    network = curve_network()
    network.load(t.kept)
    on = train(network, everything, **how, progress=telling("Training on with all points"))
    down = on.validation_loss <= t.train[EACH, best][:, None]
    reached = down.any(axis=1)
    end = np.where(reached, down.argmax(axis=1), len(CHECKS) - 1)
    losses = (t.test[EACH, best], anew.test_loss[EACH, best], on.test_loss[EACH, end])
    return Retrained(*losses, reached, anew.test_loss[:, -1], float(losses_of_truth().mean()))
