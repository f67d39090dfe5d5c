"""Label smoothing: where its loss is least, how low that is, and what it does to the last hidden layer."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, below_one, finite, real, whole


def optimal_logit_gap(n_classes: int, alpha: ArrayLike) -> Array:
    """Return log(1 + K(1 − α)/α) (...), by how much the label's logit exceeds the K − 1 others where the loss is least.

    ∞ at α = 0. Raises ValueError for fewer than two classes and α outside [0, 1).

    >>> round(float(optimal_logit_gap(10, 0.1)), 4), float(optimal_logit_gap(10, 0.0))
    (4.5109, inf)
    """
    K, alpha = whole("n_classes", n_classes, 2), below_one("alpha", alpha)
    with np.errstate(divide="ignore"):
        return np.log1p(K * np.divide(1 - alpha, alpha))


def smoothing_floor(n_classes: int, alpha: ArrayLike) -> Array:
    """Return the least loss (...) there is with smoothed labels, the entropy of the target; 0 at α = 0.

    Raises ValueError for fewer than two classes and α outside [0, 1).

    >>> round(float(smoothing_floor(10, 0.1)), 5)
    0.50029
    """
    K, alpha = whole("n_classes", n_classes, 2), below_one("alpha", alpha)
    rest = alpha / K
    label = 1 - alpha + rest
    return -label * np.log(label) - (K - 1) * rest * np.log(np.where(rest > 0, rest, 1.0))


def gap_loss(gap: ArrayLike, n_classes: int, alpha: float) -> Array:
    """Return the smoothed cross-entropy (...) of logits that are all equal but for the label's, which is `gap` higher.

    Raises ValueError for NaN, fewer than two classes and α outside [0, 1).
    """
    gap, K, alpha = finite("gap", gap), whole("n_classes", n_classes, 2), float(below_one("alpha", alpha))
    return np.logaddexp(gap, np.log(K - 1)) - (1 - alpha + alpha / K) * gap


def project_to_templates(features: ArrayLike, templates: ArrayLike, classes: ArrayLike) -> Array:
    """Return features (n, d) in the plane through three templates, as coordinates (n, 2).

    `templates` (d, K) is the last matrix, with a column for each class; three of its `classes` are named. Coordinates
    are from the first, the first axis towards the second. Raises ValueError unless three different classes are named,
    and where their templates lie on a line. Source: Müller, Kornblith and Hinton 2019, section 2.
    """
    F, W = finite("features", features), finite("templates", templates)
    names = np.array([whole("classes", name, 0) for name in real("classes", classes).tolist()])
    if F.ndim != 2 or W.ndim != 2 or F.shape[1] != len(W):
        raise ValueError(f"features (n, d) and templates (d, K) must share d; got {F.shape} and {W.shape}")
    if names.shape != (3,) or len(set(names.tolist())) < 3 or names.max() >= W.shape[1]:
        raise ValueError(f"classes must be three different ones of {W.shape[1]}; got {names.tolist()}")
    origin, *others = W[:, names].T
    along, across = others[0] - origin, others[1] - origin
    first = along / max(float(np.linalg.norm(along)), 1e-300)
    second = across - first * (first @ across)
    height = float(np.linalg.norm(second))
    if height <= 1e-12 * float(np.linalg.norm(across)):
        raise ValueError("the templates must not lie on a line")
    return (F - origin) @ np.stack([first, second / height], axis=1)


def tightness(points: ArrayLike, labels: ArrayLike) -> float:
    """Return the mean distance of points (n, 2) to their class's centroid over that between centroids.

    Raises ValueError for fewer than two classes and shapes that differ.
    """
    points, labels = finite("points", points), np.asarray(labels)
    names = np.unique(labels)
    if points.ndim != 2 or labels.shape != points.shape[:1] or len(names) < 2:
        raise ValueError(f"points (n, d) need labels (n,) of two classes; got {points.shape} and {labels.shape}")
    centroids = np.stack([points[labels == name].mean(axis=0) for name in names])
    off = np.linalg.norm(points - centroids[np.searchsorted(names, labels)], axis=1).mean()
    between = np.linalg.norm(centroids[:, None] - centroids, axis=-1)[np.triu_indices(len(names), 1)].mean()
    return float(off / between)
