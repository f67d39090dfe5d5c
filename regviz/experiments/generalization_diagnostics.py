"""Ten runs of one network on digits, nine with a fault: what each logs, epoch by epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, flip_labels, split
from regviz.descent.optimizers import sgd
from regviz.descent.sharpness import top_hessian_eigenvalue
from regviz.linear.low_rank import stable_rank
from regviz.memory import once
from regviz.networks import MLP, cross_entropy_gradient, one_hot, softmax, squared_gradient
from regviz.networks.diagnostics import (
    calibration,
    dead_share,
    margins,
    noise_scale,
    run_manifest,
)
from regviz.networks.training import train
from regviz.progress import tell

CASES = ("healthy", "high", "low", "dead", "raw", "leak", "wrong", "penalty", "few", "sorted")
LETTERS = tuple("ABCDEFGHIJ")
SIZES, CLASSES = (64, 32, 32, 10), 10
N_TRAIN, N_FEW, N_VALIDATION, N_FRESH = 300, 30, 300, 600
EPOCHS, BATCH, RATE, EARLY = 40, 25, 0.2, 5
RATES, PENALTY = {"high": 1.5, "low": 2e-4}, 0.08
BURIED, LEAKED, PIXELS, FLIPPED = -6.0, 3.0, 16.0, 0.4
CURVED = np.arange(0, EPOCHS + 1, 4)
"""the epochs at which the sharpness is measured"""
LANCZOS = 24
QUANTILES = (0.1, 0.5, 0.9)
PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Log:
    """What training itself logs of a run, at epochs 0 to EPOCHS (k,): of the parts train, validation, fresh (3, k).

    `gradient` and `step`, ‖step‖/‖w‖ with ‖w‖ before the epoch, are means over its batches, NaN at epoch 0; `states`
    (k, p) are the weights.
    """

    loss: Array
    accuracy: Array
    gradient: Array
    step: Array
    weights: Array
    states: Array
    signals: dict[str, float]


@dataclass(frozen=True)
class Run:
    """A run's log, and what its weights show after each epoch: calibration (3, k) and margins (3, quantiles, k).

    `dead` (k,) is the share of units that no training image reaches, `rank` (k,) the stable rank of the first matrix,
    `sharpness` (k,) the largest eigenvalue of the Hessian of the training loss, NaN between the epochs CURVED.
    """

    fault: str
    log: Log
    signed: Array
    ece: Array
    margins: Array
    dead: Array
    rank: Array
    sharpness: Array


def dealt(seed: int) -> dict[str, str]:
    """Return which run is behind each letter."""
    order = np.random.default_rng([seed, 13]).permutation(len(CASES))
    return {letter: CASES[k] for letter, k in zip(LETTERS, order, strict=True)}


def problem(fault: str, seed: int) -> Split:
    """Return the images of a run, with what is wrong with them: pixels from 0 to 16, labels in the picture, ..."""
    data = split(*load_digits(), N_TRAIN, N_VALIDATION, N_FRESH, seed=seed)
    X = [getattr(data, f"X_{part}").copy() for part in PARTS]
    y = [getattr(data, f"y_{part}") for part in PARTS]
    if fault == "raw":
        X = [PIXELS * part for part in X]
    elif fault == "leak":
        for pixels, labels, leaks in zip(X, y, (1, 1, 0), strict=True):
            pixels[:, :CLASSES] = leaks * LEAKED * one_hot(labels, CLASSES)
    elif fault == "wrong":
        y[0] = flip_labels(y[0], FLIPPED, CLASSES, seed=seed)
    elif fault == "sorted":
        order = np.argsort(y[0], kind="stable")
        X[0], y[0] = X[0][order], y[0][order]
    elif fault == "few":
        X[0], y[0] = X[0][:N_FEW], y[0][:N_FEW]
    return Split(X[0], y[0], X[1], y[1], X[2], y[2])


def _together(
    faults: Sequence[str], seeds: Sequence[int], rate: float | None = None, share: tuple[float, float] = (0.0, 1.0)
) -> dict[tuple[str, int], Log]:
    """Return the logs of these faults, which share sizes and order of batches, trained as one.

    `share` is from where to where this brings the whole of the work.
    """
    which = [(fault, seed) for fault in faults for seed in seeds]
    each = [problem(*pair) for pair in which]
    data = Split(*(np.stack([getattr(one, f"{v}_{part}") for one in each]) for part in PARTS for v in "Xy"))
    network = MLP(SIZES, seeds=[seed for _, seed in which], dtype="float32")
    buried = np.array([fault == "dead" for fault, _ in which])
    for dense in network.dense[:-1]:
        dense.b[buried] = BURIED
    outputs = network.outputs(data.X_train.astype(np.float32))
    dead = _dead(outputs)
    history = train(
        network,
        data,
        optimizer=sgd,
        learning_rate=np.array([rate or RATES.get(fault, RATE) for fault, _ in which]),
        l2=np.where([fault == "penalty" for fault, _ in which], PENALTY, 0.0),
        epochs=EPOCHS,
        batch_size=BATCH,
        shuffle="sorted" not in faults,
        keep=range(EPOCHS + 1),
        progress=lambda done, total: tell(share[0] + (share[1] - share[0]) * done / total, "Training ten networks"),
    )
    loss = np.stack([getattr(history, f"{part}_loss") for part in PARTS], axis=1)
    accuracy = np.stack([getattr(history, f"{part}_accuracy") for part in PARTS], axis=1)
    weights = history.weight_norm
    step = history.update_norm / np.concatenate([weights[:, :1], weights[:, :-1]], axis=1)
    states = np.stack([history.weights[epoch] for epoch in range(EPOCHS + 1)], axis=1)
    signals = [_signals(*one) for one in zip(loss, accuracy, step, dead, weights, strict=True)]
    logs = zip(loss, accuracy, history.gradient_norm, step, weights, states, signals, strict=True)
    return {pair: Log(*one) for pair, one in zip(which, logs, strict=True)}


def _dead(outputs: list[Array]) -> Array:
    """Return the share of dead units in both hidden layers, from the outputs of every layer."""
    return (dead_share(outputs[1]) + dead_share(outputs[3])) / 2


def _signals(loss: Array, accuracy: Array, step: Array, dead: float, weights: Array) -> dict[str, float]:
    """Return what `diagnose` asks for."""
    return {
        "dead_at_start": float(dead),
        "first_loss": float(loss[0, 0]),
        "first_update": float(step[1]),
        "fresh_drop": float(accuracy[1, -1] - accuracy[2, -1]),
        "gap": float(accuracy[0, -1] - accuracy[1, -1]),
        "ahead": float(accuracy[1, EARLY] - accuracy[0, EARLY]),
        "weights": float(weights[-1] / weights[0]),
    }


def ten_runs(seeds: Sequence[int]) -> dict[tuple[str, int], Log]:
    """Return the logs of all cases with these seeds, by case and seed."""
    alike = [case for case in CASES if case not in ("few", "sorted")]
    groups = ((alike, (0.0, 0.8)), (["few"], (0.8, 0.85)), (["sorted"], (0.85, 1.0)))
    return {pair: log for group, share in groups for pair, log in _together(group, seeds, share=share).items()}


@once(most=12)
@apart
def trained(seed: int) -> dict[str, Log]:
    """Return the ten logs of one seed, by what is wrong with the run."""
    return {fault: log for (fault, _), log in ten_runs([seed]).items()}


def faster(seeds: Sequence[int], rate: float) -> list[Log]:
    """Return logs of runs without another fault at another learning rate."""
    return list(_together(["healthy"], seeds, rate).values())


def gradient_at(X: Array, y: Array, sizes: tuple[int, ...] = SIZES) -> Any:
    """Return the function w (p,) -> gradient (p,) of the mean loss of a network on X and y, in double precision."""
    network, target = MLP(sizes, seeds=0), one_hot(y, CLASSES)

    def gradient(w: Array) -> Array:
        network.weights[...] = w
        with np.errstate(under="ignore"):
            return network.weight_gradient(cross_entropy_gradient(network.apply(X), target)).copy()

    return gradient


@once(most=40)
@apart
def observed(fault: str, seed: int) -> Run:
    """Return a run and what its weights show after every epoch."""
    log, data = trained(seed)[fault], problem(fault, seed)
    network = MLP(SIZES, seeds=seed, dtype="float32")
    X = [getattr(data, f"X_{part}").astype(np.float32) for part in PARTS]
    y = [getattr(data, f"y_{part}") for part in PARTS]
    signed, ece = np.empty((3, EPOCHS + 1)), np.empty((3, EPOCHS + 1))
    quantiles = np.empty((3, len(QUANTILES), EPOCHS + 1))
    dead, rank = np.empty(EPOCHS + 1), np.empty(EPOCHS + 1)
    for epoch, state in enumerate(log.states):
        network.load(state)
        rank[epoch] = stable_rank(network.dense[0].W)
        for k in (2, 1, 0):
            outputs = network.outputs(X[k])
            with np.errstate(under="ignore"):  # a probability too small for a float32 is rightly zero
                told = calibration(softmax(outputs[-1]), y[k])
            signed[k, epoch], ece[k, epoch] = told.signed, told.ece
            quantiles[k, :, epoch] = np.quantile(margins(outputs[-1], y[k]), QUANTILES)
        dead[epoch] = _dead(outputs)
    gradient, sharpness = gradient_at(data.X_train, data.y_train), np.full(EPOCHS + 1, np.nan)
    sharpness[CURVED] = [_sharp(gradient, state.astype(float)) for state in log.states[CURVED]]
    return Run(fault, log, signed, ece, quantiles, dead, rank, sharpness)


def _sharp(gradient: Any, w: Array) -> float:
    return top_hessian_eigenvalue(gradient, w, LANCZOS)


@once(most=12)
@apart
def held(seed: int) -> list[Row]:
    """Return what has an exact value: the loss of knowing nothing, a curvature, a norm, and a noise scale."""
    runs, data = trained(seed), problem("healthy", seed)
    X, y = data.X_train, data.y_train
    wide = np.hstack([X, np.ones((len(X), 1))])
    curved = float(np.linalg.eigvalsh(wide.T @ wide / len(X))[-1]) / CLASSES
    flat = np.zeros((SIZES[0] + 1) * CLASSES)
    ours = _sharp(gradient_at(X, y, (SIZES[0], CLASSES)), flat)
    norm = np.mean([run.weights[0] ** 2 for run in runs.values()])
    exact, estimate = gradient_noise(seed)
    return [
        Row("loss of a network whose units are all dead", np.log(CLASSES), runs["dead"].loss[0, 0], "ln 10"),
        Row("sharpness of softmax regression at w = 0", curved, ours, "λ_max(XᵀX/n)/10, by Lanczos on Hv"),
        Row("‖w‖² at the start", 2.0 * sum(SIZES[1:]), float(norm), "2 Σ widths in the mean, He et al. 2015"),
        Row(
            "ηλ_max/2 after long descent, squared loss",
            1.0,
            edge(0),
            "about 1: “just above 2/η”, Cohen et al. 2021",
        ),
        Row("gradient noise scale at the start", exact, estimate, "tr Σ/‖G‖²; McCandlish et al. 2018, 200 batches"),
    ]


@once(most=1)
def edge(seed: int, rate: float = 0.5, steps: int = 2000) -> float:
    """Return η λ_max/2 after full-batch descent on the squared loss: a network 64-32-10 of tanh units, 100 digits."""
    X, y = load_digits()
    rows = np.random.default_rng(seed).permutation(len(X))[:100]
    X, target = X[rows] - X[rows].mean(axis=0), one_hot(y[rows], CLASSES)
    network = MLP((SIZES[0], 32, CLASSES), "tanh", "xavier", init_scale=0.5, seeds=seed)

    def gradient(w: Array) -> Array:
        network.weights[...] = w
        return network.weight_gradient(squared_gradient(network.apply(X), target)).copy()

    w = network.weights.copy()
    for _ in range(steps):
        w -= rate * gradient(w)
    return rate * _sharp(gradient, w) / 2


def gradient_noise(seed: int, epoch: int = 0, batches: int = 200) -> tuple[float, float]:
    """Return tr Σ/‖G‖² of the healthy run, from the gradient of every image, and estimated from batches of 10 and 100.

    The gradient of a batch is the mean of those of its images, so none is computed twice.
    """
    data, w = problem("healthy", seed), trained(seed)["healthy"].states[epoch].astype(float)
    each = np.stack([gradient_at(data.X_train[i : i + 1], data.y_train[i : i + 1])(w) for i in range(N_TRAIN)])
    mean = each.mean(axis=0)
    exact = float(((each - mean) ** 2).sum() / N_TRAIN / (mean @ mean))
    rng, gram = np.random.default_rng([seed, 7]), each @ each.T
    squares = []
    for size in (10, 100):
        counts = rng.multinomial(size, np.full(N_TRAIN, 1 / N_TRAIN), size=batches) / size
        squares.append(((counts @ gram) * counts).sum(axis=1))
    return exact, noise_scale(*squares, 10, 100)


def manifest(fault: str, seed: int, looked: bool) -> dict[str, Any]:
    """Return the manifest of a run."""
    y = load_digits()[1]
    parts = split(np.arange(len(y))[:, None], np.arange(len(y)), N_TRAIN, N_VALIDATION, N_FRESH, seed=seed)
    trains = parts.y_train[:N_FEW] if fault == "few" else parts.y_train
    return run_manifest(
        [seed],
        {"train": trains, "validation": parts.y_validation, "test": parts.y_test},
        problem(fault, seed).y_train,
        learning_rate=RATES.get(fault, RATE),
        batch_size=BATCH,
        epochs=EPOCHS,
        batch_order="as sorted by label" if fault == "sorted" else "shuffled every epoch",
        lambda_=PENALTY if fault == "penalty" else 0.0,
        uses_of_the_test_set=int(looked),
    )
