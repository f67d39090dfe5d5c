"""Networks on digits without normalization, with batch and with layer normalization, over rates, scales and batches."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, split
from regviz.descent.optimizers import sgd
from regviz.memory import once
from regviz.networks import MLP, NORMS, one_hot
from regviz.networks.losses import accuracy
from regviz.networks.training import History, run_grid, train
from regviz.progress import telling

KINDS = ("none", "batch", "layer")
EPOCHS, SEEDS, BATCH = 20, 3, 64
USUAL_RATE = 0.1
RATES = (0.01, 0.0316, 0.1, 0.316, 1.0)
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
BATCHES = (2, 4, 8, 16, 32, 64, 128, 256)
SIZES = (64, 24, 24, 24, 10)
CHANCE = 0.1
BINS = 24
LOOKED_AT = 8  # batches over which train mode is compared with eval mode


@dataclass(frozen=True)
class Layers:
    """One run, its hidden layers before and after normalization at every epoch; nan where it explodes.

    `values`, `density` are (epochs, 3, 2, BINS): layer, before and after; `matrix` (epochs, 4, 6), cases × units of the
    first layer before.
    """

    values: Array
    density: Array
    deviation: Array
    """(epochs, 3, 2)"""
    matrix: Array
    norms: Array
    """(epochs, 3), of the weights of each hidden layer"""


@dataclass(frozen=True)
class Batches:
    """Accuracy (kinds, batch sizes, seeds, epochs) on new digits; and of batch normalization on training digits.

    `train_mode`, `eval_mode` are (batch sizes, seeds, epochs), on the same batches.
    """

    accuracy: Array
    train_mode: Array
    eval_mode: Array


@once(most=1)
def digits() -> Split:
    """Return 256 digits to train on and 300 new ones; nothing is chosen, so the test part is a token."""
    return split(*load_digits(), 256, 300, 2, seed=0)


def network_of(kind: str, scale: float | Array, seeds: list[int]) -> MLP:
    """Return networks 64-24-24-24-10 with one kind of normalization."""
    norm = None if kind == "none" else kind
    return MLP(SIZES, norm=norm, init_scale=scale, seeds=seeds, dtype="float32")


@once(most=1)
@apart
def over_rates_and_scales() -> Array:
    """Return accuracy (kinds, rates, scales, seeds) on new digits after all epochs; a run that diverged guesses."""
    rates, scales, seeds = run_grid(RATES, SCALES, range(SEEDS))
    rows = []
    for kind in KINDS:
        hear = telling(f"Training {len(rates)} networks, normalization: {kind}")
        network = network_of(kind, scales, seeds.tolist())
        rows.append(_trained(network, rates, record_every=EPOCHS, progress=hear).validation_accuracy[:, -1])
    return _guessing(np.stack(rows)).reshape(len(KINDS), len(RATES), len(SCALES), SEEDS)


@once(most=64)
@apart
def curves_of(rate: float, scale: float) -> tuple[Array, Array]:
    """Return accuracy on new digits and training loss, each (kinds, seeds, epochs + 1); nan from a divergence on."""
    found = [_trained(network_of(kind, scale, list(range(SEEDS))), rate) for kind in KINDS]
    return _guessing(np.stack([f.validation_accuracy for f in found])), np.stack([f.train_loss for f in found])


def _trained(network: MLP, rate: float | Array, **more: Any) -> History:
    """Train by plain gradient descent on batches of 64."""
    return train(network, digits(), optimizer=sgd, learning_rate=rate, epochs=EPOCHS, batch_size=BATCH, **more)


def _guessing(found: Array) -> Array:
    return np.where(np.isnan(found), CHANCE, found)


@once(most=64)
@apart
def layers_of(kind: str, rate: float, scale: float) -> Layers:
    """Return the first seed's run again, alone, and what its hidden layers say to 128 training digits."""
    network = network_of(kind, scale, [0])
    kept = range(EPOCHS + 1)
    history = _trained(network, rate, keep=kept, record_every=EPOCHS)
    rows, matrices, norms = [], [], []
    for epoch in kept:
        network.load(history.weights.get(epoch, history.weights[max(history.weights)]))
        row, matrix = look_into(network, kind)
        rows.append(row)
        matrices.append(matrix)
        norms.append([np.linalg.norm(dense.W[0].astype(float)) for dense in network.dense[:-1]])
    parts = (np.array([[[outline[part] for outline in pair] for pair in row] for row in rows]) for part in range(3))
    return Layers(*parts, np.array(matrices), np.array(norms))


def look_into(network: MLP, kind: str) -> tuple[list[list[tuple[Array, Array, float]]], Array]:
    """Return for each hidden layer of the first run the outlines before and after normalization, and a corner (4, 6).

    The layers see 128 training digits; batch normalization uses their moments.
    """
    X, step = digits().X_train[:128].astype(np.float32), 2 if kind == "none" else 3
    network.train()
    with np.errstate(all="ignore"):  # a run that diverges
        outputs = [out[0].astype(float) for out in network.outputs(X)[:-1]]
    pairs = [(outputs[i], outputs[i + step - 2]) for i in range(0, 3 * step, step)]
    return [[_outline(values) for values in pair] for pair in pairs], _sound(outputs[0][:4, :6])


def _sound(values: Array) -> Array:
    """Return the values, or nan where some are over 10 000 and the run is lost."""
    with np.errstate(all="ignore"):
        return values if np.abs(values).max() < 1e4 else np.full_like(values, np.nan)


def _outline(values: Array) -> tuple[Array, Array, float]:
    """Return BINS values from least to greatest, the density there as a share of its peak, and the deviation."""
    values = _sound(values)
    if np.isnan(values).any():
        return np.full(BINS, np.nan), np.full(BINS, np.nan), np.nan
    low, high = float(values.min()), max(float(values.max()), float(values.min()) + 1e-3)
    counts, edges = np.histogram(values, BINS - 2, (low, high))
    density = np.concatenate([[0], counts / counts.max(), [0]])
    middle = (edges[1:] + edges[:-1]) / 2
    return np.concatenate([[low], middle, [high]]), density, float(values.std())


@once(most=1)
@apart
def over_batches() -> Batches:
    """Return all kinds at every batch size, at learning rate 0.1 and the usual initial weights."""
    hear, total = telling("Training at eight batch sizes"), sum(256 // b for b in BATCHES) * len(KINDS)
    accuracies, train_mode, eval_mode, done = [], [], [], 0
    for kind in KINDS:
        rows = []
        for batch in BATCHES:
            network = network_of(kind, 1.0, list(range(SEEDS)))
            keep = range(EPOCHS + 1) if kind == "batch" else ()
            how = {"optimizer": sgd, "learning_rate": USUAL_RATE, "epochs": EPOCHS, "batch_size": batch}
            here, steps = done, 256 // batch

            def tell(epoch: int, epochs: int, here: int = here, steps: int = steps) -> None:
                hear(here * epochs + epoch * steps, total * epochs)

            history = train(network, digits(), progress=tell, keep=keep, **how)
            rows.append(_guessing(history.validation_accuracy))
            done += steps
            if kind == "batch":
                both = [_modes(network, history.weights[epoch], batch) for epoch in keep]
                train_mode.append(np.stack([b[0] for b in both], axis=-1))
                eval_mode.append(np.stack([b[1] for b in both], axis=-1))
        accuracies.append(np.stack(rows))
    return Batches(np.stack(accuracies), np.stack(train_mode), np.stack(eval_mode))


def _modes(network: MLP, state: Array, batch: int) -> tuple[Array, Array]:
    """Return accuracy (seeds,) on training digits in train mode, batch by batch, and in eval mode on the same."""
    count = min(256 // batch, LOOKED_AT)
    X = digits().X_train[: count * batch].astype(np.float32)
    target = one_hot(digits().y_train[: count * batch], 10)
    network.load(state)
    network.eval()
    steady = accuracy(network.apply(X), target)
    network.train()
    out = np.concatenate([network.apply(part) for part in np.split(X, count)], axis=-2)
    return accuracy(out, target), steady


def normalised(matrix: Array, kind: str) -> Array:
    """Return a small matrix (cases, units) through the core's layer in train mode, with gamma 1 and beta 0."""
    return matrix if kind == "none" else NORMS[kind](matrix.shape[1]).forward(matrix)
