"""Six learning-rate schedules with one peak, each training the same five networks on digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import split
from regviz.descent.schedules import cosine_annealing, one_cycle, step_decay, warmup_cosine, warmup_schedule
from regviz.memory import once
from regviz.networks import MLP
from regviz.networks.training import train
from regviz.progress import telling

SCHEDULES = ("constant", "step", "cosine", "warmup", "warmup_cosine", "one_cycle")
EPOCHS, SEEDS = 40, 5
N_TRAIN, BATCH = 400, 50


@dataclass(frozen=True)
class Training:
    """Curves (schedules, seeds, epochs + 1); the rate (schedules, epochs). A run that diverged has nan from there on.

    Rates and update norms belong to the epoch that ends at their index; those at 0 are nan. `dead` (schedules, seeds,
    2, units) says which relus give 0 for every training image, after the first epoch and after the last.
    """

    rate: Array
    loss: Array
    accuracy: Array
    update: Array
    dead: NDArray[np.bool_]


def rates(epoch: Array | int, peak: float, warmup: int) -> Array:
    """Return the learning rates (schedules, ...) of the epochs, counted from 0."""
    e = np.asarray(epoch, dtype=float)
    return np.stack(
        [
            np.full_like(e, peak),
            step_decay(e, peak, drop_factor=0.5, epochs_drop=EPOCHS / 4),
            cosine_annealing(e, EPOCHS, peak, 0.0),
            warmup_schedule(e, warmup, peak),
            warmup_cosine(e, EPOCHS, warmup, peak, 0.0),
            one_cycle(e, EPOCHS, peak, warmup_fraction=warmup / EPOCHS),
        ]
    )


def networks(draw: int) -> MLP:
    """Return the networks 64-32-10 of a draw, the same ones for every schedule, not yet trained."""
    seeds = [10 * draw + seed for seed in range(SEEDS)]
    return MLP((64, 32, 10), seeds=seeds * len(SCHEDULES), dtype="float32")


@once(most=32)
@apart
def trained(peak: float, warmup: int, draw: int = 0) -> Training:
    """Return every schedule with every seed, trained as one batch by Adam.

    `draw` chooses the split and the seeds of the networks; the page shows draw 0.
    """
    network, data = networks(draw), split(*load_digits(), N_TRAIN, 50, 500, seed=draw)
    history = train(
        network,
        data,
        learning_rate=lambda epoch: np.repeat(rates(epoch, peak, warmup), SEEDS),
        epochs=EPOCHS,
        batch_size=BATCH,
        keep=(1, EPOCHS),
        progress=telling(f"Training {SEEDS * len(SCHEDULES)} networks"),
    )
    dead = []
    for state in history.weights.values():
        network.load(state)
        dead.append(network.dense[0].apply(data.X_train.astype(np.float32)).max(axis=-2) <= 0)
    shape = (len(SCHEDULES), SEEDS, -1)
    curves = [c.reshape(shape) for c in (history.train_loss, history.test_accuracy, history.update_norm)]
    return Training(rates(np.arange(EPOCHS), peak, warmup), *curves, np.stack([d.reshape(shape) for d in dead], axis=2))
