"""Training, one run or many at once, and what is remembered of it.

Runs are the leading axis of the network's weights. Each draws its weights, masks and batch order from its own seed, so
a run in a batch is the run that it would be alone.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regviz.checks import Array, finite, non_negative, whole
from regviz.data.splits import Split
from regviz.descent.optimizers import Optimizer, adam
from regviz.descent.sharpness import ascent
from regviz.networks import LOSSES, MLP, BatchNorm, Loss
from regviz.networks.early_stopping import EarlyStopping
from regviz.penalties.l1 import l1_penalty
from regviz.penalties.l2 import l2_penalty

Whole = NDArray[np.int_]
Augment = Callable[[Array, Array, list[np.random.Generator]], tuple[Array, Array]]

EVALUATED_ROWS = 8192
"""cases × runs evaluated at a time: their activations then fit into the processor's cache"""
UNKNOWN = np.array(np.nan)
EXPLODED = 1e200
"""a gradient or step with a larger squared norm, or none that is a number, ends its run"""


@dataclass(frozen=True)
class History:
    """What a training was like. Every curve is (..., k): runs, if there are any, and k recorded epochs.

    Losses are data losses, without penalty, label smoothing or dropout; accuracies are shares, nan for regression. The
    gradient is that of loss and penalty on a batch, before clipping, and its norm and the step's are means over the
    batches since the record before; they and the learning rate are nan at epoch 0, before any. The weight norm is that
    of what is penalised. A run that ended, stopped or diverged, has nan from then on.
    """

    epochs: Whole
    """(k,), from 0, the untrained network"""
    train_loss: Array
    validation_loss: Array
    test_loss: Array
    train_accuracy: Array
    validation_accuracy: Array
    test_accuracy: Array
    penalty: Array
    gradient_norm: Array
    weight_norm: Array
    update_norm: Array
    learning_rate: Array
    weights: dict[int, Array]
    """chosen epoch, if reached -> network.state (..., p + s) after it; a run that ended keeps what it ended with"""
    stopped_epoch: Whole
    """(...), where early stopping ended a run, or −1"""
    best_epoch: Whole
    """(...), epoch of the best validation loss as early stopping saw it, or −1 without early stopping"""
    diverged: NDArray[np.bool_]
    """(...), whether loss or gradient ceased to be finite"""


def run_grid(*axes: ArrayLike) -> tuple[Array, ...]:
    """Return every combination of the axes' values, the last axis fastest, as one array (runs,) for each axis.

    >>> seeds, rates = run_grid([0, 1], [0.1, 0.2])
    >>> seeds.tolist(), rates.tolist()
    ([0, 0, 1, 1], [0.1, 0.2, 0.1, 0.2])
    """
    return tuple(axis.ravel() for axis in np.meshgrid(*(np.ravel(axis) for axis in axes), indexing="ij"))


def train(
    network: MLP,
    data: Split,
    *,
    loss: str = "cross_entropy",
    optimizer: Callable[..., Optimizer] = adam,
    learning_rate: ArrayLike | Callable[[int], ArrayLike] = 1e-3,
    epochs: int = 50,
    batch_size: int = 32,
    shuffle: bool = True,
    l1: ArrayLike = 0.0,
    l2: ArrayLike = 0.0,
    weight_decay: ArrayLike = 0.0,
    label_smoothing: ArrayLike = 0.0,
    rho: ArrayLike = 0.0,
    adaptive: bool = False,
    sam_batch: int | None = None,
    augment: Augment | None = None,
    clip: Callable[[Array], Array] | None = None,
    early_stopping: EarlyStopping | None = None,
    record_every: int = 1,
    keep: Sequence[int] = (),
    progress: Callable[[int, int], object] | None = None,
) -> History:
    """Train the network's runs together, in place, and return their History; the network is left in eval mode.

    `optimizer` is called as optimizer(rate, weight_decay=…) at the start of every epoch: adam, or
    partial(momentum, momentum=0.8). `learning_rate` is a number, or one for each run, or a schedule: a function of the
    epoch, from 0, that returns either. l1, l2 (in the gradient: λ‖w‖₁, (λ/2)‖w‖²) and weight_decay (decoupled) act on
    the dense layers' matrices alone and may be given run by run. `clip` maps the gradient (..., p) to the one used:
    partial(clip_by_norm, max_norm=1.0, axis=-1). The last batch of an epoch is what is left. `label_smoothing` may
    also be given run by run.

    `rho`, one or one for each run, is the radius of sharpness-aware minimization: the gradient is taken at w + ρg/‖g‖,
    for two gradients a step; `adaptive` measures in units of the weights. With `sam_batch` every so many cases of a
    batch have a perturbation of their own, and the gradients are averaged. Running statistics are those of the first.

    `augment(X, target, generators)` maps a batch (..., batch, features) with its targets to the one that is learnt
    from, drawing each run's part from its own generator.

    Losses are recorded at epoch 0, at every `record_every`-th and at the last; early stopping looks at those, run by
    run, and with restore_best leaves every run at its best weights. `keep` names epochs whose weights to keep.
    `progress(done, epochs)` is called after every epoch; what it raises ends the training.

    Raises ValueError for NaN in the data or settings, shapes that do not match, negative numbers, and where batch
    normalization would meet a batch of one case. Whatever is raised, the network is in eval mode afterwards.
    """
    task = _Task(network, data, LOSSES[_named("loss", loss, LOSSES)], label_smoothing, l1, l2, augment)
    gradient_on = _sharpness_aware(task, rho, adaptive, sam_batch)
    epochs, every = whole("epochs", epochs, 1), whole("record_every", record_every, 1)
    wanted = {whole("keep", epoch, 0) for epoch in keep}
    batch_size = whole("batch_size", batch_size, 1)
    if min(batch_size, task.n % batch_size or batch_size) == 1 and any(
        isinstance(x, BatchNorm) for x in network.layers
    ):
        raise ValueError(
            "batch normalization needs at least 2 cases in every batch, also in the last of an epoch; got "
            f"n = {task.n} training cases and batch_size = {batch_size}"
        )
    decay = _per_run("weight_decay", weight_decay, network.runs)[..., None] * network.penalised
    decay = decay.astype(network.dtype)
    orders, state = network.generators(2), optimizer(0.0, weight_decay=0.0).init(network.weights)
    record = _Record(task, early_stopping, wanted)

    with np.errstate(all="ignore"), ExitStack() as stack:  # a diverging run is noticed by its gradient
        stack.callback(network.eval)
        record.keep(0)
        record.take(0)
        for epoch in range(1, epochs + 1):
            value = learning_rate(epoch - 1) if callable(learning_rate) else learning_rate
            rate = _per_run("learning_rate", value, network.runs)
            update = optimizer(rate[..., None].astype(network.dtype), weight_decay=decay).update
            order = _orders(orders, task.n, network.runs, shuffle)
            network.train()
            for start in range(0, task.n, batch_size):
                gradient = record.watch(gradient_on(order[..., start : start + batch_size]))
                if clip is not None:
                    gradient = clip(gradient).astype(network.dtype, copy=False)
                step, state = update(gradient, state, network.weights)
                network.weights += record.admit(step)
            record.keep(epoch)
            if epoch % every == 0 or epoch == epochs:
                record.take(epoch, rate)
            if progress is not None:
                progress(epoch, epochs)
            if record.ended.all():
                break
        record.restore()
    return record.history()


class _Task:
    """The objective of a training: what is evaluated, and its gradient on a batch."""

    def __init__(
        self,
        network: MLP,
        data: Split,
        loss: Loss,
        smoothing: ArrayLike,
        l1: ArrayLike,
        l2: ArrayLike,
        augment: Augment | None,
    ) -> None:
        self.network, self.loss = network, loss
        self.augment, self.draws = augment, network.generators(3)
        width = network.sizes[-1]
        self.parts = []
        for part in ("train", "validation", "test"):
            X, y = finite("X_" + part, getattr(data, "X_" + part)), getattr(data, "y_" + part)
            if X.ndim < 2 or X.shape[:-2] not in ((), network.runs) or X.shape[-1] != network.sizes[0] or not X.size:
                raise ValueError(f"X_{part} must be (n, {network.sizes[0]}), n >= 1, or that per run; got {X.shape}")
            target = loss.encode(y, width)
            if target.shape[-2:] != (X.shape[-2], width) or target.shape[:-2] not in ((), network.runs):
                raise ValueError(f"y_{part} must match X_{part}, {X.shape}, and {width} outputs; got {np.shape(y)}")
            self.parts.append((X.astype(network.dtype), target.astype(network.dtype)))
        X, target = self.parts[0]
        self.n = X.shape[-2]
        # runs with their own data lie one below the other, so that a batch is one gather in either case
        self.X, self.X_rows = X.reshape(-1, X.shape[-1]), _first_rows(X, self.n)
        _per_run("label_smoothing", smoothing, network.runs)
        smooth = loss.encode(data.y_train, width, smoothing).astype(network.dtype)
        self.target, self.target_rows = smooth.reshape(-1, width), _first_rows(smooth, self.n)
        self.l1, self.l2 = _per_run("l1", l1, network.runs)[..., None], _per_run("l2", l2, network.runs)[..., None]
        self.pull_l1 = (self.l1 * network.penalised).astype(network.dtype) if self.l1.any() else None
        self.pull_l2 = (self.l2 * network.penalised).astype(network.dtype) if self.l2.any() else None

    def gradient(self, rows: Whole) -> Array:
        """Return the objective's gradient (..., p) on the cases `rows` (..., batch)."""
        network = self.network
        X, target = self.X.take(rows + self.X_rows, axis=0), self.target.take(rows + self.target_rows, axis=0)
        if self.augment is not None:
            X, target = (part.astype(network.dtype, copy=False) for part in self.augment(X, target, self.draws))
        out = network.apply(X)
        gradient = network.weight_gradient(self.loss.gradient(out, target))
        if self.pull_l1 is not None:
            gradient += self.pull_l1 * np.sign(network.weights)
        if self.pull_l2 is not None:
            gradient += self.pull_l2 * network.weights
        return gradient

    def evaluate(self, X: Array, target: Array) -> tuple[Array, Array]:
        """Return data loss and accuracy, each (...), a slice of the cases at a time."""
        n, size = X.shape[-2], max(EVALUATED_ROWS // len(self.network.seeds), 1)
        loss, right = np.zeros(self.network.runs), np.zeros(self.network.runs)
        for start in range(0, n, size):
            out, t = self.network.apply(X[..., start : start + size, :]), target[..., start : start + size, :]
            share = out.shape[-2] / n
            loss += share * self.loss.value(out, t)
            right += share * self.loss.accuracy(out, t)
        return loss, right

    def penalty(self) -> Array:
        """Return λ₁‖w‖₁ + (λ₂/2)‖w‖² (...)."""
        w = self.network.weights * self.network.penalised
        return self.l1[..., 0] * l1_penalty(w, 1.0, axis=-1) + self.l2[..., 0] * l2_penalty(w, 1.0, axis=-1)


def _sharpness_aware(task: _Task, rho: ArrayLike, adaptive: bool, sam_batch: int | None) -> Callable[[Whole], Array]:
    """Return the function from the cases of a batch to the gradient (..., p): where every ρ is 0, the task's own."""
    network, reach = task.network, _per_run("rho", rho, task.network.runs).astype(task.network.dtype)
    size = task.n if sam_batch is None else whole("sam_batch", sam_batch, 1)

    def uphill(rows: Whole) -> Array:
        """Return the gradient at w + ε, and leave the network as the first pass left it."""
        gradient = task.gradient(rows)
        kept = network.state.copy()
        network.weights += ascent(gradient, reach, network.weights if adaptive else None)
        task.gradient(rows)
        network.state[...] = kept
        return gradient

    def averaged(rows: Whole) -> Array:
        n = rows.shape[-1]
        total = np.zeros_like(network.gradient)
        for start in range(0, n, size):
            part = rows[..., start : start + size]
            total += part.shape[-1] / n * uphill(part)
        return total

    return averaged if reach.any() else task.gradient


class _Record:
    """The growing history; and, run by run, who has ended and why."""

    def __init__(self, task: _Task, early_stopping: EarlyStopping | None, wanted: set[int]) -> None:
        self.task, self.wanted = task, wanted
        runs = task.network.runs
        self.stoppers = {run: replace(early_stopping) for run in np.ndindex(runs)} if early_stopping else {}
        self.ended, self.diverged = np.zeros(runs, dtype=bool), np.zeros(runs, dtype=bool)
        self.stopped_epoch = np.full(runs, -1)
        self.epochs: list[int] = []
        self.rows: list[dict[str, Array]] = []
        self.kept: dict[int, Array] = {}
        self.statistics = task.network.statistics.copy()
        self._reset()

    def _reset(self) -> None:
        runs = self.task.network.runs
        self.steps, self.gradient_norms, self.step_norms = 0, np.zeros(runs), np.zeros(runs)

    def watch(self, gradient: Array) -> Array:
        """Return the gradient (..., p), 0 for runs that have ended, and add its norm; hold their statistics too."""
        self.gradient_norms += self._norm(gradient)
        self.steps += 1
        statistics = self.task.network.statistics
        statistics[...] = self._hold(statistics, self.statistics)
        self.statistics = statistics.copy()
        return self._hold(gradient, 0.0)

    def admit(self, step: Array) -> Array:
        """Return the step (..., p), 0 for runs that have ended, and add its norm."""
        self.step_norms += self._norm(step)
        return self._hold(step, 0.0)

    def _norm(self, change: Array) -> Array:
        """Return the norms (...) of gradient or step, and end the runs that they show to diverge."""
        squares = np.vecdot(change, change)
        self.diverged |= ~self.ended & ~(squares < EXPLODED)
        self.ended |= self.diverged
        return np.sqrt(squares)

    def _hold(self, now: Array, before: Array | float) -> Array:
        """Return `now`, and `before` for the runs that have ended."""
        return np.where(self.ended[..., None], before, now) if self.ended.any() else now

    def keep(self, epoch: int) -> None:
        """Keep the weights, if this epoch's are wanted."""
        if epoch in self.wanted:
            self.kept[epoch] = self.task.network.state.copy()

    def take(self, epoch: int, rate: Array = UNKNOWN) -> None:
        """Record the epoch, and let early stopping see its validation loss."""
        network = self.task.network
        network.eval()
        parts = [self.task.evaluate(*part) for part in self.task.parts]
        self.diverged |= ~self.ended & ~np.isfinite(parts[0][0] + parts[1][0])
        gone = self.ended | self.diverged
        self.ended |= self.diverged
        weight_norm = np.linalg.norm(network.weights * network.penalised, axis=-1)
        count = self.steps or np.nan
        row = {
            "train_loss": parts[0][0],
            "validation_loss": parts[1][0],
            "test_loss": parts[2][0],
            "train_accuracy": parts[0][1],
            "validation_accuracy": parts[1][1],
            "test_accuracy": parts[2][1],
            "penalty": self.task.penalty(),
            "gradient_norm": self.gradient_norms / count,
            "weight_norm": weight_norm,
            "update_norm": self.step_norms / count,
            "learning_rate": rate,
        }
        self.rows.append({name: np.where(gone, np.nan, value).astype(float) for name, value in row.items()})
        self.epochs.append(epoch)
        self._reset()
        for run, stopper in self.stoppers.items():
            if not gone[run] and stopper(float(parts[1][0][run]), network.state[run]):
                self.ended[run], self.stopped_epoch[run] = True, epoch

    def restore(self) -> None:
        """Give every run its best weights, where early stopping kept them."""
        for run, stopper in self.stoppers.items():
            if stopper.best_weights is not None:
                self.task.network.state[run] = stopper.best_weights

    def history(self) -> History:
        """Return what was recorded."""
        best = np.full(self.task.network.runs, -1)
        for run, stopper in self.stoppers.items():
            best[run] = self.epochs[stopper.best_epoch] if stopper.best_epoch >= 0 else -1
        curves: dict[str, Any] = {name: np.stack([row[name] for row in self.rows], axis=-1) for name in self.rows[0]}
        return History(
            epochs=np.array(self.epochs),
            weights=self.kept,
            stopped_epoch=self.stopped_epoch,
            best_epoch=best,
            diverged=self.diverged,
            **curves,
        )


def _orders(generators: list[np.random.Generator], n: int, runs: tuple[int, ...], shuffle: bool) -> Whole:
    """Return the order (..., n) in which each run sees the cases this epoch."""
    orders = [generator.permutation(n) if shuffle else np.arange(n) for generator in generators]
    return np.stack(orders).reshape(*runs, n)


def _first_rows(values: Array, n: int) -> Whole:
    """Return the row (runs, 1) at which each run's own block of n begins; 0 where all share one block."""
    return n * np.arange(len(values))[:, None] if values.ndim == 3 else np.zeros(1, dtype=int)


def _per_run(name: str, value: ArrayLike, runs: tuple[int, ...]) -> Array:
    """Return non-negative `value`, one number or one for each run, as an array of shape `runs`."""
    number = non_negative(name, value)
    if number.shape not in ((), runs):
        raise ValueError(f"{name} must be one number or one for each of the runs {runs}; got shape {number.shape}")
    return np.broadcast_to(number, runs)


def _named(name: str, value: str, allowed: dict[str, Any]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")
    return value
