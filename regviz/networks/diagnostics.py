"""What a run tells about itself: margins, calibration, dead units, gradient noise, and its manifest."""

import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative, one, positive, strength, whole

THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def margins(logits: ArrayLike, labels: ArrayLike) -> Array:
    """Return z_label − the largest other logit (..., n) of logits (..., n, classes); negative where the case is wrong.

    Raises ValueError for fewer than two classes and labels (..., n) outside them.

    >>> margins([[3.0, 1.0, 0.0], [3.0, 1.0, 0.0]], [0, 2]).tolist()
    [2.0, -3.0]
    """
    logits = finite("logits", logits)
    place = _labels(labels, logits, "logits")[..., None]
    rest = logits.copy()
    np.put_along_axis(rest, place, -np.inf, axis=-1)
    return np.take_along_axis(logits, place, axis=-1)[..., 0] - rest.max(axis=-1)


@dataclass(frozen=True)
class Calibration:
    """`signed`: mean confidence − accuracy; `ece`: the expected calibration error; `nll`: mean −log p of the label."""

    signed: float
    ece: float
    nll: float


def calibration(probabilities: ArrayLike, labels: ArrayLike, bins: int = 15) -> Calibration:
    """Return how confidence, the largest of the probabilities (n, classes), agrees with being right.

    Signed: positive where the network is too sure. The expected calibration error weighs |confidence − accuracy| in
    `bins` equal bins (0, 1/bins], …; it is at least |signed|. Raises ValueError for rows that are no probabilities.
    Source: Guo et al. 2017.

    >>> calibration([[0.75, 0.25], [0.75, 0.25]], [0, 1]).signed
    0.25
    """
    confidence, right, which, bins = _binned(probabilities, labels, bins)
    p, place = np.asarray(probabilities, dtype=float), np.asarray(labels).astype(int)
    excess = np.bincount(which, confidence - right, minlength=bins) / len(p)
    with np.errstate(divide="ignore"):
        nll = -np.log(p[np.arange(len(p)), place]).mean()
    return Calibration(float(excess.sum()), float(np.abs(excess).sum()), float(nll))


def expected_calibration_error(probabilities: ArrayLike, labels: ArrayLike, n_bins: int = 15) -> float:
    """Return Σ share |mean confidence − accuracy| over equal bins of confidence, as `calibration` has it.

    >>> expected_calibration_error([[0.75, 0.25], [0.75, 0.25]], [0, 1])
    0.25
    """
    return calibration(probabilities, labels, n_bins).ece


def reliability(probabilities: ArrayLike, labels: ArrayLike, n_bins: int = 15) -> tuple[Array, Array, Array]:
    """Return mean confidence, accuracy and share of the cases in each of the equal bins (n_bins,); NaN where empty.

    Raises ValueError for rows that are no probabilities. Source: Guo et al. 2017, section 2.
    """
    confidence, right, which, bins = _binned(probabilities, labels, n_bins)
    count = np.bincount(which, minlength=bins)
    many = np.where(count, count, np.nan)
    sums = (np.bincount(which, values, minlength=bins) for values in (confidence, right))
    return *(total / many for total in sums), count / count.sum()


def _binned(probabilities: ArrayLike, labels: ArrayLike, bins: int) -> tuple[Array, Array, Array, int]:
    """Return confidence, whether it is right, its bin (n,) each, and the number of bins."""
    p = non_negative("probabilities", probabilities)
    place, bins = _labels(labels, p, "probabilities"), whole("bins", bins, 1)
    if p.ndim != 2 or not len(p):
        raise ValueError(f"probabilities must have shape (n, classes) with n >= 1; got {p.shape}")
    off = np.abs(p.sum(axis=1) - 1)
    if off.max() > 1e-4:
        raise ValueError(f"probabilities must sum to 1 in every row; got {p[off.argmax()].sum()}")
    confidence, right = p.max(axis=1), p.argmax(axis=1) == place
    return confidence, right, np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1), bins


def dead_share(outputs: ArrayLike) -> Array:
    """Return the share (...) of units of outputs (..., n, units) that are at most 0 on every one of the n cases.

    >>> float(dead_share([[0.0, 1.0], [0.0, 0.0]]))
    0.5
    """
    outputs = finite("outputs", outputs)
    if outputs.ndim < 2 or 0 in outputs.shape[-2:]:
        raise ValueError(f"outputs must have shape (..., n, units) with n, units >= 1; got {outputs.shape}")
    return (outputs <= 0).all(axis=-2).mean(axis=-1)


def noise_scale(small_squares: ArrayLike, large_squares: ArrayLike, small: int, large: int) -> float:
    """Return tr Σ/‖G‖² in cases, from squared norms of gradients on batches of two sizes, drawn with replacement.

    E‖G_b‖² = ‖G‖² + tr Σ/b: both are solved for from the means, and divided only then, for the mean of single ratios
    is meaningless. Infinite where the estimate of ‖G‖² is not positive. Raises ValueError unless small < large.
    Source: McCandlish, Kaplan, Amodei et al. 2018, appendix A.1.

    >>> noise_scale([3.0], [1.2], 1, 10)
    2.0
    """
    first, second = non_negative("small_squares", small_squares), non_negative("large_squares", large_squares)
    b, B = whole("small", small, 1), whole("large", large, 1)
    if b >= B or not first.size or not second.size:
        raise ValueError(f"small must be < large and both need squares; got {b}, {B}, {first.size} and {second.size}")
    gradient = (B * second.mean() - b * first.mean()) / (B - b)
    spread = (first.mean() - second.mean()) / (1 / b - 1 / B)
    return float(spread / gradient) if gradient > 0 else float("inf")


@dataclass(frozen=True)
class Rule:
    """A fault, the signal that tells it, the bound, and whether the signal is above it or below."""

    fault: str
    signal: str
    bound: float
    above: bool = True

    def holds(self, signals: Mapping[str, float]) -> bool:
        """Return whether the signal is past the bound."""
        return bool(signals[self.signal] > self.bound) == self.above


RULES = (
    Rule("dead", "dead_at_start", 0.9),
    Rule("raw", "first_loss", 4.0),
    Rule("high", "first_update", 0.09),
    Rule("low", "first_update", 5e-4, above=False),
    Rule("leak", "fresh_drop", 0.25),
    Rule("penalty", "weights", 0.7, above=False),
    Rule("few", "gap", 0.165),
    Rule("sorted", "first_update", 0.031),
    Rule("wrong", "ahead", 0.045),
)
"""in the order in which to ask; bounds between what was measured on digits, no laws of nature"""


def diagnose(signals: Mapping[str, float]) -> str:
    """Return the first fault of RULES whose signal is past its bound, or "healthy".

    `signals`: `dead_at_start`, share of dead units before training; `first_loss`, training loss then; `first_update`,
    mean ‖step‖ in the first epoch over ‖w‖ before; `fresh_drop`, accuracy in validation less that on fresh data, at the
    end; `gap`, training accuracy less validation, at the end; `ahead`, validation accuracy less training, at epoch 5;
    `weights`, ‖w‖ at the end over that at the start. Raises ValueError for NaN and for a signal that is missing.
    """
    known = {}
    for rule in RULES:
        if rule.signal not in signals:
            raise ValueError(f"signals must have {rule.signal!r}; got {', '.join(signals) or 'none'}")
        known[rule.signal] = one(rule.signal, signals[rule.signal])
    return next((rule.fault for rule in RULES if rule.holds(known)), "healthy")


def run_manifest(
    seeds: Sequence[int],
    indices: Mapping[str, ArrayLike],
    labels: ArrayLike,
    *,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    dtype: str = "float32",
    schedule: str = "constant",
    batch_order: str = "shuffled every epoch",
    optimizer: str = "sgd",
    lambda_: float = 0.0,
    lambda_convention: str = "loss + (λ/2)‖w‖², biases left out",
    stopping_rule: str = "none: all epochs",
    uses_of_the_test_set: int = 0,
) -> dict[str, Any]:
    """Return what a run has to log to be repeated and judged, ready for JSON.

    `indices` names the cases of each part of the split; they and the labels enter as SHA-256 of their little-endian
    int64. Raises ValueError for what is no whole number or negative, and for parts that share a case.
    """
    parts = {name: _integers(name, values) for name, values in indices.items()}
    together = np.concatenate([np.zeros(0, dtype=int), *parts.values()])
    cases, times = np.unique(together, return_counts=True)
    if (times > 1).any():
        raise ValueError(f"indices must name each case once; got case {cases[times > 1][0]} more than once")
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "seeds": [whole("seeds", seed, 0) for seed in np.ravel(seeds).tolist()],
        "split": {name: {"cases": len(part), "sha256": _digest(part)} for name, part in parts.items()},
        "labels_sha256": _digest(_integers("labels", labels)),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "blas": {
            "name": blas.get("name", "unknown"),
            "version": blas.get("version", "unknown"),
            "threads": {name: os.environ.get(name, "not set") for name in THREADS},
        },
        "dtype": np.dtype(dtype).name,
        "optimizer": optimizer,
        "learning_rate": float(positive("learning_rate", one("learning_rate", learning_rate))),
        "schedule": schedule,
        "batch_order": batch_order,
        "batch_size": whole("batch_size", batch_size, 1),
        "epochs": whole("epochs", epochs, 1),
        "lambda": strength("lambda_", lambda_),
        "lambda_convention": lambda_convention,
        "stopping_rule": stopping_rule,
        "uses_of_the_test_set": whole("uses_of_the_test_set", uses_of_the_test_set, 0),
    }


def _labels(labels: ArrayLike, scores: Array, name: str) -> np.ndarray:
    """Return labels (..., n) as indices into the last axis of scores (..., n, classes)."""
    if scores.ndim < 2 or scores.shape[-1] < 2:
        raise ValueError(f"{name} must have shape (..., n, classes) with classes >= 2; got {scores.shape}")
    place = _integers("labels", labels)
    if place.shape != scores.shape[:-1]:
        raise ValueError(f"labels must have shape {scores.shape[:-1]} to match {name}; got {place.shape}")
    if place.size and place.max() >= scores.shape[-1]:
        raise ValueError(f"labels must be below {scores.shape[-1]}; got {place.max()}")
    return place


def _integers(name: str, values: ArrayLike) -> np.ndarray:
    """Return whole numbers >= 0 as an int64 array."""
    numbers = non_negative(name, values)
    wrong = numbers[numbers != np.floor(numbers)]
    if wrong.size:
        raise ValueError(f"{name} must be whole numbers; got {wrong.flat[0]}")
    return numbers.astype(np.int64)


def _digest(values: np.ndarray) -> str:
    return hashlib.sha256(values.astype("<i8").tobytes()).hexdigest()
