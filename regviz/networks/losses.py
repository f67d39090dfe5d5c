"""Training losses, averaged over the cases: values (...) of one run or many, and gradients (..., n, outputs)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, below_one, finite, non_negative


def squared_loss(output: Array, target: Array) -> Array:
    """Return (1/2n) Σ‖output − target‖² over n cases; both (..., n, outputs)."""
    return np.square(output - target).sum(axis=(-2, -1)) / (2 * output.shape[-2])


def squared_gradient(output: Array, target: Array) -> Array:
    """Return (output − target)/n."""
    return (output - target) / output.shape[-2]


def softmax(logits: Array) -> Array:
    """Return exp(z_k)/Σ exp(z) over the last axis, without overflow."""
    powers = np.exp(logits - _largest(logits))
    powers /= _total(powers)
    return powers


def cross_entropy_loss(logits: Array, target: Array) -> Array:
    """Return −(1/n) Σ t·log softmax(z) over n cases, for targets (..., n, classes) whose rows sum to 1."""
    shifted = logits - _largest(logits)
    return (np.log(_total(np.exp(shifted))) - _total(shifted * target)).mean(axis=(-2, -1))


def cross_entropy_gradient(logits: Array, target: Array) -> Array:
    """Return (softmax(z) − t)/n, for targets whose rows sum to 1."""
    gradient = softmax(logits)
    gradient -= target
    gradient /= gradient.shape[-2]
    return gradient


def _largest(values: Array) -> Array:
    """Return the maximum over the last axis, kept as an axis of one; numpy's own is slow where that axis is short."""
    return np.ascontiguousarray(values.swapaxes(-1, -2)).max(axis=-2)[..., None]


def _total(values: Array) -> Array:
    """Return the sum over the last axis, kept as an axis of one; likewise."""
    return values @ np.ones((values.shape[-1], 1), values.dtype)


def one_hot(labels: ArrayLike, n_classes: int, label_smoothing: ArrayLike = 0.0) -> Array:
    """Return targets (..., n, n_classes): (1 − s) at the label, and s/n_classes more everywhere; s one, or (runs,).

    Raises ValueError for labels that are not whole numbers in [0, n_classes), and for s outside [0, 1).
    Source: Szegedy et al. 2016, section 7.

    >>> one_hot([1], 4, label_smoothing=0.2).round(2).tolist()
    [[0.05, 0.85, 0.05, 0.05]]
    """
    smoothing = below_one("label_smoothing", label_smoothing)[..., None, None]
    wanted = finite("labels", labels)
    wrong = wanted[(wanted != np.floor(wanted)) | (wanted < 0) | (wanted >= n_classes)]
    if wrong.size:
        raise ValueError(f"labels must be whole numbers in [0, {n_classes}); got {wrong.flat[0]}")
    hard = np.eye(n_classes)[wanted.astype(int)]
    return (1 - smoothing) * hard + smoothing / n_classes if smoothing.any() else hard


def distributions(y: ArrayLike, n_classes: int, label_smoothing: ArrayLike = 0.0) -> Array:
    """Return targets (..., n, n_classes) that are probabilities already.

    Raises ValueError for what is negative or does not sum to 1, and for label smoothing, which belongs to hard labels.
    """
    if np.any(label_smoothing):
        raise ValueError(f"label_smoothing must be 0 with soft labels; got {label_smoothing}")
    target = non_negative("y", y)
    off = np.abs(target.sum(axis=-1) - 1)
    if off.max() > 1e-4:
        raise ValueError(f"soft labels must sum to 1; got {target.sum(axis=-1).flat[off.argmax()]}")
    return target


def columns(y: ArrayLike, n_outputs: int, label_smoothing: ArrayLike = 0.0) -> Array:
    """Return regression targets (..., n, outputs); y may leave out a single output's axis.

    Raises ValueError for label smoothing, which regression does not know.
    """
    if np.any(label_smoothing):
        raise ValueError(f"label_smoothing must be 0 with the squared loss; got {label_smoothing}")
    target = finite("y", y)
    return target[..., None] if n_outputs == 1 and (target.ndim < 2 or target.shape[-1] != 1) else target


def accuracy(logits: Array, target: Array) -> Array:
    """Return the share of cases whose largest logit stands at the largest target."""
    return np.mean(np.argmax(logits, axis=-1) == np.argmax(target, axis=-1), axis=-1)


def no_accuracy(output: Array, target: Array) -> Array:
    """Return nan: regression has no share of right answers."""
    return np.full(output.shape[:-2], np.nan)


@dataclass(frozen=True)
class Loss:
    """A loss as training uses it: `encode` turns y into targets, `accuracy` is nan where it has no meaning."""

    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    encode: Callable[..., Array]
    accuracy: Callable[[Array, Array], Array]


LOSSES = {
    "cross_entropy": Loss(cross_entropy_loss, cross_entropy_gradient, one_hot, accuracy),
    "soft_cross_entropy": Loss(cross_entropy_loss, cross_entropy_gradient, distributions, accuracy),
    "squared": Loss(squared_loss, squared_gradient, columns, no_accuracy),
}
