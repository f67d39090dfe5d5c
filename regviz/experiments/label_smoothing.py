"""Label smoothing on digits: calibration in three settings, three classes in a plane, and teachers with students."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from regviz.against import Row
from regviz.apart import apart
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import Split, flip_labels, split
from regviz.knobs import Slider
from regviz.memory import once
from regviz.networks import MLP, one_hot, softmax
from regviz.networks.diagnostics import calibration, reliability
from regviz.networks.smoothing import (
    gap_loss,
    optimal_logit_gap,
    project_to_templates,
    smoothing_floor,
    tightness,
)
from regviz.networks.training import train
from regviz.progress import tell

ALPHA = Slider("Smoothing α", 0.0, 0.8, 0.05)
ALPHAS = np.array(ALPHA.options)
CLASSES, SEEDS, BINS = 10, 3, 15
PARTS = ("train", "validation", "test")
TAUGHT = 100
"""images that a student sees, of the 600 of its teacher"""
TRIPLES = {"0, 1, 2": (0, 1, 2), "3, 5, 8": (3, 5, 8), "4, 7, 9": (4, 7, 9)}


@dataclass(frozen=True)
class Setting:
    """Images, share of wrong labels, widths, epochs and learning rate of Adam."""

    n: int
    wrong: float
    sizes: tuple[int, ...]
    epochs: int
    rate: float


SETTINGS = {
    "memorising": Setting(200, 0.3, (64, 96, CLASSES), 100, 1e-2),
    "small": Setting(300, 0.3, (64, 32, CLASSES), 100, 3e-3),
    "clean": Setting(300, 0.0, (64, 32, CLASSES), 60, 3e-3),
}
DEEP = Setting(300, 0.0, (64, 64, 32, CLASSES), 60, 3e-3)
TEACHER = Setting(600, 0.0, (64, 64, CLASSES), 60, 3e-3)
STUDENT = (64, 16, CLASSES)


@dataclass(frozen=True)
class Smoothed:
    """By α and seed (k, seeds): calibration error, confidence less accuracy, accuracy, −log p of the label, ‖w‖.

    On the test images; `gap` (k, seeds) is the mean excess of the label's logit over the others in training.
    `diagram` (3, k, bins) are confidence, accuracy and share of the bins, all seeds together.
    """

    ece: Array
    signed: Array
    accuracy: Array
    nll: Array
    norm: Array
    gap: Array
    diagram: Array


@dataclass(frozen=True)
class Planes:
    """Points of three classes (k, n, 2) of one network, on training and test images, with their labels (n,).

    They are centred, and the mean distance of the centroids is 1. `tight` (2, k, seeds) is the mean distance from them.
    """

    points: tuple[Array, Array]
    labels: tuple[Array, Array]
    tight: Array
    kept: tuple[float, float]
    """distance of two templates with all units, and in the plane"""


@dataclass(frozen=True)
class Taught:
    """Test accuracies (k, seeds) of teachers and of students, and the teachers' gaps in training."""

    teacher: Array
    student: Array
    gap: Array


def problem(setting: Setting, seeds: range) -> Split:
    """Return training images, 300 for validation and the rest to test, by seed; labels are wrong in training alone."""
    images, parts = load_digits(), []
    for seed in seeds:
        data = split(*images, setting.n, 300, seed=seed)
        labels = flip_labels(data.y_train, setting.wrong, CLASSES, seed=seed)
        parts.append(
            {f"{v}_{part}": getattr(data, f"{v}_{part}") for part in PARTS for v in "Xy"} | {"y_train": labels}
        )
    return Split(**{name: np.stack([part[name] for part in parts]) for name in parts[0]})


def repeated(data: Split, times: int) -> Split:
    """Return the runs of a split, over and over."""
    return Split(*(np.concatenate([getattr(data, f"{v}_{part}")] * times) for part in PARTS for v in "Xy"))


def trained(setting: Setting, seeds: range, alphas: Array, share: float) -> tuple[MLP, Split, Array]:
    """Return networks at every α and seed, their data, and test accuracies (k, seeds), for `share` of a bar."""
    data = repeated(problem(setting, seeds), len(alphas))
    network = MLP(setting.sizes, seeds=[*seeds] * len(alphas), dtype="float32")
    history = train(
        network,
        data,
        learning_rate=setting.rate,
        epochs=setting.epochs,
        batch_size=50,
        label_smoothing=np.repeat(alphas, len(seeds)),
        record_every=setting.epochs,
        progress=lambda done, total: tell(share * done / total, "Training at every α"),
    )
    return network, data, history.test_accuracy[:, -1].reshape(len(alphas), -1)


def gaps(network: MLP, data: Split) -> Array:
    """Return the mean excess (runs,) of the label's logit over the mean of the others, on training images."""
    out = network.apply(data.X_train.astype(np.float32)).astype(float)
    own = np.take_along_axis(out, data.y_train.astype(int)[..., None], axis=-1)[..., 0]
    return (own - (out.sum(axis=-1) - own) / (CLASSES - 1)).mean(axis=-1)


@once(most=8)
@apart
def smoothed(name: str, seeds: range = range(SEEDS), alphas: tuple[float, ...] = ALPHA.options) -> Smoothed:
    """Return one of the SETTINGS at every α."""
    network, data, accuracy = trained(SETTINGS[name], seeds, np.array(alphas), 1.0)
    with np.errstate(under="ignore"):  # a probability too small for a float32 is rightly zero
        p = softmax(network.apply(data.X_test.astype(np.float32))).astype(float)
    told = [calibration(*pair, BINS) for pair in zip(p, data.y_test, strict=True)]
    rows = (np.array([getattr(one, name) for one in told]) for name in ("ece", "signed", "nll"))
    ece, signed, nll = (row.reshape(accuracy.shape) for row in rows)
    together = p.reshape(len(alphas), -1, CLASSES), data.y_test.reshape(len(alphas), -1)
    diagram = np.stack([np.stack(reliability(*pair, BINS)) for pair in zip(*together, strict=True)], axis=1)
    norm = np.linalg.norm(network.weights * network.penalised, axis=-1).reshape(accuracy.shape)
    return Smoothed(ece, signed, accuracy, nll, norm, gaps(network, data).reshape(accuracy.shape), diagram)


@once(most=3)
@apart
def planes(triple: str, seeds: range = range(3), alphas: tuple[float, ...] = ALPHA.options) -> Planes:
    """Return three classes in the plane of their templates, for the last hidden layer of a network with three."""
    network, data, _ = trained(DEEP, seeds, np.array(alphas), 0.9)
    classes, matrices = TRIPLES[triple], network.dense[-1].W.astype(float)
    shown, labels, tight = [], [], []
    for part in ("train", "test"):
        X, y = getattr(data, f"X_{part}"), getattr(data, f"y_{part}")
        features = network.outputs(X.astype(np.float32))[-2].astype(float)
        own = [one[np.isin(one, classes)] for one in y]
        flat = [
            project_to_templates(F[np.isin(one, classes)], W, classes)
            for F, W, one in zip(features, matrices, y, strict=True)
        ]
        tight.append([tightness(*pair) for pair in zip(flat, own, strict=True)])
        first = zip(flat[:: len(seeds)], own[:: len(seeds)], strict=True)
        shown.append(np.stack([_scaled(*pair) for pair in first]))
        labels.append(own[0])
    return Planes(
        tuple(shown), tuple(labels), np.reshape(tight, (2, len(alphas), len(seeds))), _distances(matrices[0], classes)
    )


def _scaled(points: Array, labels: Array) -> Array:
    """Return points (n, 2) about the middle of the centroids, in units of their mean distance."""
    at = np.stack([points[labels == name].mean(axis=0) for name in np.unique(labels)])
    return (points - at.mean(axis=0)) / np.linalg.norm(at - np.roll(at, 1, axis=0), axis=1).mean()


def _distances(W: Array, classes: tuple[int, ...]) -> tuple[float, float]:
    """Return the distance of the last two templates, with all units and in the plane."""
    columns = W[:, classes].T
    flat = project_to_templates(columns, W, classes)
    return tuple(float(np.linalg.norm(at[1] - at[2])) for at in (columns, flat))


@once(most=4)
@apart
def taught(
    temperature: float,
    seeds: range = range(SEEDS),
    alphas: tuple[float, ...] = ALPHA.options,
    epochs: int = 60,
) -> Taught:
    """Return teachers on 600 images at every α, and students that see 100 of them with the teacher's answers alone.

    The student's outputs are its logits over T, so that it answers at the temperature that it is taught at.
    """
    teacher, data, accuracy = trained(TEACHER, seeds, np.array(alphas), 0.8)
    seen = data.X_train[:, :TAUGHT]
    with np.errstate(under="ignore"):
        answers = softmax(teacher.apply(seen.astype(np.float32)).astype(float) / temperature)
    hard = partial(one_hot, n_classes=CLASSES)
    lesson = Split(seen, answers, data.X_validation, hard(data.y_validation), data.X_test, hard(data.y_test))
    student = MLP(STUDENT, seeds=[100 + seed for seed in seeds] * len(alphas), dtype="float32")
    history = train(
        student,
        lesson,
        loss="soft_cross_entropy",
        learning_rate=3e-3,
        epochs=epochs,
        batch_size=25,
        record_every=epochs,
        progress=lambda done, total: tell(0.8 + 0.2 * done / total, "Teaching"),
    )
    return Taught(
        accuracy, history.test_accuracy[:, -1].reshape(accuracy.shape), gaps(teacher, data).reshape(accuracy.shape)
    )


@once(most=64)
def descended_gap(n_classes: int, alpha: float) -> tuple[float, float]:
    """Return gap and loss of free logits after descent on the smoothed cross-entropy of one case."""
    target, z = one_hot([0], n_classes, alpha), np.zeros((1, n_classes))
    for _ in range(20_000):
        z = z - 2.0 * (softmax(z) - target)
    gap = float(z[0, 0] - z[0, 1:].mean())
    return gap, float(gap_loss(gap, n_classes, alpha))


def held(view: str, preset: str, triple: str, alpha: float, n_classes: int) -> list[Row]:
    """Return what of a view has an exact value, at this α, or at 0.1 where it is 0 and the gap without bound."""
    alpha = alpha or 0.1
    exact, source = float(optimal_logit_gap(CLASSES, alpha)), "log(1 + K(1 − α)/α)"
    k = int(np.argmin(np.abs(ALPHAS - alpha)))
    if view == "loss":
        gap, loss = descended_gap(n_classes, alpha)
        return [
            Row(
                f"logit gap of free logits after descent, α = {alpha:g}",
                float(optimal_logit_gap(n_classes, alpha)),
                gap,
                source,
            ),
            Row("loss there", float(smoothing_floor(n_classes, alpha)), loss, "entropy of the target"),
        ]
    if view == "digits":
        ours = float(smoothed(preset).gap[k].mean())
        return [Row(f"mean logit gap in training, α = {alpha:g}", exact, ours, source)]
    if view == "plane":
        return [Row("distance of two templates, α = 0", *planes(triple).kept, "in 32 dimensions; ours in the plane")]
    return [Row(f"mean logit gap of the teachers, α = {alpha:g}", exact, float(taught(2.0).gap[k].mean()), source)]
