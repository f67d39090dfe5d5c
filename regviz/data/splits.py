"""Data divided into a training, a validation and a test part."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, fraction, whole


@dataclass(frozen=True)
class Split:
    """X (n, p) and y (n,) of three parts; with a leading run axis where runs differ in their data."""

    X_train: Array
    y_train: Array
    X_validation: Array
    y_validation: Array
    X_test: Array
    y_test: Array


def split(
    X: ArrayLike, y: ArrayLike, n_train: int, n_validation: int, n_test: int | None = None, seed: int = 0
) -> Split:
    """Return a random division of X (n, p) and y (n,); the test part is the rest unless n_test is given.

    Raises ValueError for NaN, lengths that differ, an empty part, and parts that together exceed n.
    """
    X, y = finite("X", X), finite("y", y)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(f"X must have shape (n, p) and y (n,); got {X.shape} and {y.shape}")
    first, second = whole("n_train", n_train, 1), whole("n_validation", n_validation, 1)
    third = len(y) - first - second if n_test is None else whole("n_test", n_test, 1)
    if third < 1 or first + second + third > len(y):
        raise ValueError(f"the parts must fit into {len(y)} cases; got {first}, {second} and {third}")
    order = np.random.default_rng(whole("seed", seed, 0)).permutation(len(y))
    train, validation, test = np.split(order[: first + second + third], [first, first + second])
    return Split(X[train], y[train], X[validation], y[validation], X[test], y[test])


def flip_labels(y: ArrayLike, share: float, n_classes: int, seed: int = 0) -> Array:
    """Return y (n,) with round(share·n) of its labels, chosen at random, replaced by another class at random.

    Raises ValueError for a share outside [0, 1] and labels outside [0, n_classes).
    """
    labels, rng = finite("y", y).copy(), np.random.default_rng(whole("seed", seed, 0))
    classes = whole("n_classes", n_classes, 2)
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(f"y must lie in [0, {classes}); got {labels.min()} to {labels.max()}")
    chosen = rng.permutation(labels.size)[: round(fraction("share", share) * labels.size)]
    labels[chosen] = (labels[chosen] + rng.integers(1, classes, chosen.size)) % classes
    return labels
