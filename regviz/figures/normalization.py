"""Batch and layer normalization: what they do to activations, to the choice of rate and scale, and to small batches."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments import normalization as runs
from regviz.experiments.normalization import BATCHES, EPOCHS, KINDS, RATES, SCALES, SEEDS, USUAL_RATE, Batches, Layers
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, Trace, axis, band, broken, cells, figure, line, points, upright
from regviz.figures.kit.views import View
from regviz.knobs import Choice, LogSlider, Slider, place
from regviz.wording import number, percent, spelled

EPOCH_AXIS = np.arange(EPOCHS + 1)
NAMES = {"none": "plain", "batch": "batch norm", "layer": "layer norm"}
COLORS = {"none": theme.NEUTRAL, "batch": theme.LOSS, "layer": theme.PENALTY}
BARE = {"showgrid": False, "zeroline": False}
AVERAGED = {"none": np.zeros((4, 6)), "batch": np.eye(6)[0] * np.ones((4, 1)), "layer": np.eye(4)[:, :1] * np.ones(6)}
TRAINING = ("view", ("training",))


@dataclass(frozen=True)
class Settings:
    """The epoch on show, the view, the normalization looked into, and how the networks are trained."""

    epoch: Annotated[int, Slider("Epoch", 0, EPOCHS, 1)] = 10
    view: Annotated[str, Choice("Look at", ("training", "batches"), ("Layers", "Batches"))] = "training"
    kind: Annotated[str, Choice("Normalization", KINDS, ("Plain", "Batch", "Layer"))] = "batch"
    learning_rate: Annotated[float, LogSlider("Learning rate η", 0.01, 1.0, 5, when=TRAINING, after="train")] = 0.1
    scale: Annotated[float, LogSlider("Initial weights ×", 0.25, 4.0, 5, when=TRAINING, after="train")] = 1.0


SCRUB = ("epoch",)


@dataclass(frozen=True)
class Trained:
    """The run looked into; accuracies over rates and scales, and the curves (kinds, seeds, epochs) at these."""

    layers: Layers
    grid: Array
    accuracy: Array
    loss: Array


@dataclass(frozen=True)
class Batched:
    """The run looked into, and accuracies over batch sizes."""

    layers: Layers
    batches: Batches


def compute_training(s: Settings) -> Trained:
    """Return the training at every epoch."""
    accuracy, loss = runs.curves_of(s.learning_rate, s.scale)
    return Trained(runs.layers_of(s.kind, s.learning_rate, s.scale), runs.over_rates_and_scales(), accuracy, loss)


def compute_batches(s: Settings) -> Batched:
    """Return the training with every batch size at every epoch."""
    return Batched(runs.layers_of(s.kind, USUAL_RATE, 1.0), runs.over_batches())


def _shares(values: Array) -> str:
    """Return a share for each kind (kinds,), in words."""
    return ", ".join(f"{NAMES[kind]} {100 * v:.0f} %" for kind, v in zip(KINDS, values, strict=True))


def _each(x: Array, values: Array, named: bool) -> list[Trace]:
    """Return for each kind the band over seeds and the mean of values (kinds, x, seeds)."""
    traces = []
    for kind, rows in zip(KINDS, values, strict=True):
        traces += [
            band(x, rows.min(axis=-1), rows.max(axis=-1), COLORS[kind], share=0.18, said=f"{NAMES[kind]}, its seeds"),
            line(x, rows.mean(axis=-1), COLORS[kind], NAMES[kind] if named else "", said=NAMES[kind]),
        ]
    return traces


def draw_layers(s: Settings, r: Trained) -> go.Figure:
    """Draw the distributions in the layers before and after normalization."""
    values, share = r.layers.values, 0.42 * r.layers.density
    span = (float(np.nanmin(values)), float(np.nanmax(values)))
    pad = 0.06 * (span[1] - span[0])
    traces, at = [], r.layers.deviation[s.epoch]
    own = COLORS[s.kind] if s.kind != "none" else theme.TRUTH
    middle = np.arange(1.0, 4.0)[:, None]
    for side, sign, color, name in ((0, -1, theme.NEUTRAL, "before normalizing"), (1, 1, own, "after")):
        y = values[s.epoch, :, side]
        outline = broken(np.hstack([middle + sign * share[s.epoch, :, side], middle])), broken(np.hstack([y, y[:, :1]]))
        fill = {"fill": "toself", "fillcolor": theme.faded(color, 0.45)}
        traces.append(line(*outline, color, name, width=1.5, **fill))
    gone = bool(np.isnan(at).any())
    traces.append(words([2], [sum(span) / 2], ["over 10 000" if gone else ""], theme.SOLUTION, "middle center"))
    changes = "values are over 10 000" if gone else ", ".join(f"{number(b, 2)} to {number(a, 2)}" for b, a in at)
    return figure(
        traces,
        title="Inputs of the units",
        alt=f"Distributions in 3 hidden layers at epoch {s.epoch}; deviation before to after: {changes}.",
        x=axis("hidden layer", (0.4, 3.6), tickvals=[1, 2, 3]),
        y=axis("value", (span[0] - pad, span[1] + pad)),
        legend=ABOVE,
    )


def draw_curves(s: Settings, r: Trained) -> go.Figure:
    """Draw the training curves."""
    now = r.accuracy[..., s.epoch].mean(axis=1)
    return figure(
        [
            *_each(EPOCH_AXIS, r.accuracy.swapaxes(1, 2), True),
            upright(s.epoch, (0, 1.02), theme.SOLUTION),
            points(np.full(3, s.epoch), now, theme.SOLUTION, size=7),
        ],
        title="New digits",
        alt=f"Accuracy on new digits against the epoch; at epoch {s.epoch}: {_shares(now)}.",
        x=axis("epoch", (0, EPOCHS)),
        y=axis("new digits right", (0, 1.02)),
        legend=ABOVE,
    )


def draw_rates(s: Settings, r: Trained) -> go.Figure:
    """Draw accuracy against the learning rate."""
    values = r.grid[:, :, place(s, "scale")]
    best = _shares(values.mean(axis=-1).max(axis=1))
    return figure(
        [*_each(np.array(RATES), values, False), upright(s.learning_rate, (0, 1.02), theme.SOLUTION)],
        title=f"After {EPOCHS} epochs, by rate",
        alt=f"Accuracy after {EPOCHS} epochs at the best of {len(RATES)} learning rates: {best}.",
        x=axis("learning rate η", (0.008, 1.25), log=True, tickvals=[0.01, 0.1, 1]),
        y=axis("new digits right", (0, 1.02)),
    )


def draw_scales(s: Settings, r: Trained) -> go.Figure:
    """Draw accuracy against the initial scale."""
    values = r.grid[:, place(s, "learning_rate")]
    least = _shares(values.mean(axis=-1).min(axis=1))
    return figure(
        [*_each(np.array(SCALES), values, False), upright(s.scale, (0, 1.02), theme.SOLUTION)],
        title="…and by initial scale",
        alt=f"Accuracy after {EPOCHS} epochs at the worst of {len(SCALES)} initial scales: {least}.",
        x=axis("initial weights ×", (0.22, 4.5), log=True, tickvals=[0.25, 1, 4]),
        y=axis("", (0, 1.02)),
    )


def draw_batch_sizes(s: Settings, r: Batched) -> go.Figure:
    """Draw accuracy against the batch size."""
    now = r.batches.accuracy[..., s.epoch]
    two = _shares(now[:, 0].mean(axis=-1))
    return figure(
        _each(np.array(BATCHES), now, True),
        title="Batches",
        alt=f"Accuracy on new digits against the batch size at epoch {s.epoch}; with batches of 2: {two}.",
        x=axis("batch size", (1.7, 300), log=True, tickvals=list(BATCHES)),
        y=axis("new digits right", (0, 1.02)),
        legend=ABOVE,
    )


def draw_modes(s: Settings, r: Batched) -> go.Figure:
    """Draw train mode beside eval mode."""
    modes = (r.batches.train_mode[..., s.epoch], r.batches.eval_mode[..., s.epoch])
    x, traces = np.array(BATCHES), []
    looks = (("train", theme.LOSS, "solid"), ("eval", theme.TRUTH, "dash"))
    for values, (name, color, dash) in zip(modes, looks, strict=True):
        traces += [
            band(x, values.min(axis=1), values.max(axis=1), color, share=0.18, said=f"{name}, its seeds"),
            line(x, values.mean(axis=1), color, name, dash=dash),
        ]
    four = [f"{100 * values[1].mean():.0f} %" for values in modes]
    return figure(
        traces,
        title="Two modes",
        alt=f"Batch norm on training digits, batches of 4, epoch {s.epoch}: train mode {four[0]}, eval mode {four[1]}.",
        x=axis("batch size", (1.7, 300), log=True, tickvals=[2, 16, 128]),
        y=axis("", (0, 1.02)),
        legend=ABOVE,
    )


def _rounded(value: float, decimals: int) -> str:
    """Return the number with so many decimals, a real minus, and no minus before zero; a dash where it is unknown."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−").replace("nan", "–")


def _grid_of(matrix: Array, kind: str, size: float) -> list[Trace]:
    """Return cells (4, 6) with their numbers, the first case on top; those averaged with the first are darker."""
    x, y = np.arange(1, 7), np.array([4, 3, 2, 1])
    text = [_rounded(v, 1) for v in matrix.ravel()]
    across, up = (v.ravel() for v in np.meshgrid(x, y))
    color = COLORS[kind] if kind != "none" else theme.NEUTRAL
    shaded = cells(x, y, AVERAGED[kind], color, (0, 1 / 0.35), "averaged with the first")
    return [*shaded, words(across, up, text, theme.NEUTRAL, "middle center", size)]


def draw_matrix(s: Settings, r: Batched) -> go.Figure:
    """Draw a small matrix with the means that are taken away."""
    Z = r.layers.matrix[s.epoch]
    units, cases = Z.mean(axis=0), Z.mean(axis=1)
    tints = [COLORS[s.kind] if s.kind == kind else theme.NEUTRAL for kind in ("batch", "layer")]
    below, beside = ([_rounded(v, 2) for v in means] for means in (units, cases))
    over = {"none": "nothing averaged", "batch": "mean of each unit", "layer": "mean of each case"}[s.kind]
    first = {"none": Z[0, 0], "batch": units[0], "layer": cases[0]}[s.kind]
    return figure(
        [
            *_grid_of(Z, s.kind, 12),
            words(np.arange(1, 7), np.full(6, -0.1), below, tints[0], "middle center", 12),
            words(np.full(4, 7.2), [4, 3, 2, 1], beside, tints[1], "middle center", 12),
        ],
        title=f"Before: {over}",
        alt=f"A matrix of 4 cases and 6 units at epoch {s.epoch}: {over}; first mean {number(first, 2)}.",
        x=axis("unit", (0.4, 7.9), tickvals=[*range(1, 7), 7.2], ticktext=[*"123456", "mean"], **BARE),
        y=axis("case", (-0.7, 4.6), tickvals=[-0.1, 1, 2, 3, 4], ticktext=["mean", *"4321"], **BARE),
    )


def draw_normalised(s: Settings, r: Batched) -> go.Figure:
    """Draw the matrix after normalization."""
    Z = runs.normalised(r.layers.matrix[s.epoch], s.kind)
    return figure(
        _grid_of(Z, s.kind, 10),
        title="After",
        alt=f"The matrix after normalization at epoch {s.epoch}; its first number is {number(Z[0, 0], 2)}.",
        x=axis("unit", (0.4, 6.6), tickvals=[*range(1, 7)], **BARE),
        y=axis("case", (0.4, 4.6), tickvals=[1, 2, 3, 4], ticktext=[*"4321"], **BARE),
    )


def caption_training(s: Settings, r: Trained) -> str:
    """Compare the three at the epoch on show."""
    none, batch, layer = (percent(rows[:, s.epoch]) for rows in r.accuracy)
    return (
        f"At epoch {s.epoch}, with learning rate {s.learning_rate:g} and initial weights × {s.scale:g}, {none} of "
        f"new digits are right without normalization, {batch} with batch norm and {layer} with layer norm "
        f"({spelled(SEEDS)} seeds)."
    )


def caption_batches(s: Settings, r: Batched) -> str:
    """Compare small batches with large ones at the epoch on show, and the two modes."""
    b = r.batches
    two, large = (percent(b.accuracy[1, BATCHES.index(size), :, s.epoch]) for size in (2, 64))
    four = BATCHES.index(4)
    return (
        f"At epoch {s.epoch} batch norm has {two} of new digits right with batches of 2 and {large} with 64, layer "
        f"norm {percent(b.accuracy[2, 0, :, s.epoch])} with 2; with batches of 4 batch norm has "
        f"{percent(b.train_mode[four, :, s.epoch])} of the training digits right in train mode and "
        f"{percent(b.eval_mode[four, :, s.epoch])} in eval mode."
    )


def readouts_training(s: Settings, r: Trained) -> dict[str, str]:
    """Return the losses, what the last hidden layer sees, and how fast the weights of the first can turn."""
    loss = r.loss[:, :, s.epoch].mean(axis=1)
    losses = {
        f"Loss, {NAMES[kind]}": "diverged" if np.isnan(v) else number(v, 3) for kind, v in zip(KINDS, loss, strict=True)
    }
    deviation = r.layers.deviation[s.epoch, -1]
    before, after = ("exploded" if np.isnan(v) else number(v, 3) for v in deviation)
    norm = float(r.layers.norms[s.epoch, 0])
    return losses | {
        "Deviation in layer 3, before": before,
        "after": after,
        "Norm ‖w‖ in layer 1": number(norm, 3),
        "Rate / ‖w‖²": number(s.learning_rate / norm**2, 2),
    }


def readouts_batches(s: Settings, r: Batched) -> dict[str, str]:
    """Return the best batch sizes."""
    rows = r.batches.accuracy[:, :, :, s.epoch].mean(axis=-1)
    return {
        f"Best batch size, {NAMES[kind]}": str(BATCHES[row.argmax()]) for kind, row in zip(KINDS, rows, strict=True)
    }


VIEWS = {
    "training": View(
        compute_training,
        {"layers": draw_layers, "accuracy": draw_curves, "by_rate": draw_rates, "by_scale": draw_scales},
        caption_training,
        readouts_training,
    ),
    "batches": View(
        compute_batches,
        {"batch_sizes": draw_batch_sizes, "before": draw_matrix, "after": draw_normalised, "modes": draw_modes},
        caption_batches,
        readouts_batches,
    ),
}
