"""Six learning-rate schedules with one peak, each training the same five networks on digits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments.lr_schedules import EPOCHS, SCHEDULES, SEEDS, Training, trained
from regviz.figures.kit import theme
from regviz.figures.kit.edges import inside
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import Trace, axis, band, figure, line, points, upright
from regviz.knobs import LogSlider, Several, Slider
from regviz.wording import number, percent, plus_minus, spelled

NAMES = dict(zip(SCHEDULES, ("Constant", "Step", "Cosine", "Warmup", "Warmup + cosine", "One-cycle"), strict=True))
COLORS = dict(
    zip(NAMES, (theme.NEUTRAL, theme.PENALTY, theme.LOSS, theme.TRUTH, theme.SOLUTION, theme.SCAD), strict=True)
)
KEPT = np.arange(EPOCHS + 1)


@dataclass(frozen=True)
class Settings:
    """The epoch on show, the schedules drawn, their common peak, and how long those with a warmup climb."""

    epoch: Annotated[int, Slider("Epoch", 0, EPOCHS, 1)] = 30
    shown: Annotated[tuple[str, ...], Several("Schedules", tuple(NAMES), tuple(NAMES.values()))] = tuple(NAMES)
    peak: Annotated[float, LogSlider("Peak rate η", 0.001, 1, 7, after="train")] = 0.1
    warmup: Annotated[int, Slider("Warmup, epochs", 1, 13, 2, after="train")] = 5


SCRUB = ("epoch",)


@dataclass(frozen=True)
class Result:
    """The training, and the indices of the schedules that are drawn, by name."""

    training: Training
    rows: dict[str, int]
    k: int


def compute(s: Settings) -> Result:
    """Return all runs, and which are drawn."""
    return Result(trained(s.peak, s.warmup), {n: i for i, n in enumerate(NAMES) if n in s.shown}, s.epoch)


def bands(r: Result, curves: Array, start: int, across: dict[str, Any], up: dict[str, Any]) -> list[Trace]:
    """Return, for each schedule drawn, the band from the least to the largest of its seeds, the mean, and where it is.

    `curves` (schedules, seeds, epochs + 1) count from epoch `start`; the axes hold where it is.
    """
    x, traces = KEPT[start:], []
    for name, i in r.rows.items():
        low, high = curves[i].min(axis=0)[start:], curves[i].max(axis=0)[start:]
        traces.append(band(x, low, high, COLORS[name], share=0.15, said=f"{NAMES[name]}, its seeds"))
    traces += [
        line(x, curves[i].mean(axis=0)[start:], COLORS[name], width=2, said=NAMES[name]) for name, i in r.rows.items()
    ]
    at = max(r.k, start)
    marks = [
        points([at], [curves[i, :, at].mean()], COLORS[name], size=7, said=f"{NAMES[name]} now")
        for name, i in r.rows.items()
    ]
    return traces + (inside(marks, across, up) if marks else [])


def draw_loss(s: Settings, r: Result) -> go.Figure:
    """Draw the training loss of every schedule as a band over seeds."""
    loss = np.maximum(r.training.loss, 1e-8)
    span = (0.5 * float(loss.min()), 1.6 * float(loss.max()))
    decades = float(np.log10(span[1] / span[0]))
    ends = np.log10([loss[i, :, -1].mean() for i in r.rows.values()] or [1.0])
    room = float(np.log10(span[0])) + 0.02 * decades, float(np.log10(span[1])) - 0.02 * decades
    heights = 10 ** spread(ends, 0.056 * decades, room)
    labels, colors = [NAMES[name] for name in r.rows] or [""], [COLORS[name] for name in r.rows] or theme.NEUTRAL
    x = axis("epoch", (0, 1.62 * EPOCHS), tickvals=list(range(0, EPOCHS + 1, 10)))
    y = axis("cross-entropy", span, log=True, **ticks(decades / 6))
    return figure(
        [
            upright(r.k, span),
            *bands(r, loss, 0, x, y),
            words([EPOCHS + 0.6] * len(labels), heights, labels, colors, "middle right", 12),
        ],
        title=f"Training loss, {spelled(SEEDS)} seeds",
        alt=f"Training loss on a log axis; at epoch {r.k}: {told(r, loss, 0, plus_minus)}.",
        x=x,
        y=y,
    )


def ticks(decades: float) -> dict[str, Any]:
    """Return the ticks of a log axis with one for so many decades: powers of ten, or 1, 2 and 5 where it is short."""
    return {"dtick": max(1, round(decades))} if decades > 0.3 else {"dtick": "D2"}


def draw_rate(s: Settings, r: Result) -> go.Figure:
    """Draw the learning rate in every epoch, as a staircase."""
    top, now = 1.12 * s.peak, min(r.k, EPOCHS - 1)
    x = np.repeat(KEPT, 2)[1:-1]
    traces = [upright(r.k, (0, top))]
    for name, i in r.rows.items():
        dash = "dash" if name == "warmup" else "solid"  # from the end of its climb it lies on the constant rate
        traces.append(line(x, np.repeat(r.training.rate[i], 2), COLORS[name], width=2, dash=dash, said=NAMES[name]))
    traces += [
        points([r.k], [r.training.rate[i, now]], COLORS[name], size=7, said=f"{NAMES[name]} now")
        for name, i in r.rows.items()
    ]
    at = ", ".join(f"{NAMES[name]} {number(r.training.rate[i, now], 3)}" for name, i in r.rows.items())
    return figure(
        traces,
        title="Learning rate",
        alt=f"Learning rate of epoch {now + 1}: {at or 'none chosen'}.",
        x=axis("epoch", (0, EPOCHS)),
        y=axis("η", (0, top)),
    )


def draw_accuracy(s: Settings, r: Result) -> go.Figure:
    """Draw the test accuracy as a band over seeds."""
    accuracy = 100 * r.training.accuracy
    late = accuracy[:, :, 5:]  # the first epochs would press the rest together
    span = (max(float(late.min()) - 2, 0.0), 100.0)
    x, y = axis("epoch", (0, EPOCHS)), axis("", span)
    return figure(
        [upright(r.k, span), *bands(r, accuracy, 0, x, y)],
        title="Test accuracy, %",
        alt=f"Test accuracy at epoch {r.k}: {told(r, r.training.accuracy, 0, percent)}.",
        x=x,
        y=y,
    )


def draw_update(s: Settings, r: Result) -> go.Figure:
    """Draw the mean norm of an epoch's updates as a band over seeds."""
    norms = np.maximum(r.training.update, 1e-6)
    span = (0.6 * float(norms[:, :, 1:].min()), 1.6 * float(norms[:, :, 1:].max()))
    decades = float(np.log10(span[1] / span[0]))
    x, y = axis("epoch", (0, EPOCHS)), axis("", span, log=True, **ticks(decades / 4))
    return figure(
        [upright(r.k, span), *bands(r, norms, 1, x, y)],
        title="Norm of an update",
        alt=f"Mean norm of the updates of epoch {max(r.k, 1)}: {told(r, norms, 1, plus_minus)}.",
        x=x,
        y=y,
    )


PANELS = {"loss": draw_loss, "rate": draw_rate, "accuracy": draw_accuracy, "update": draw_update}


def told(r: Result, curves: Array, first: int, words_for: Callable[[Array], str]) -> str:
    """Return mean ± standard error of every schedule drawn, at the epoch or at the first that has one."""
    at = max(r.k, first)
    return ", ".join(f"{NAMES[name]} {words_for(curves[i, :, at])}" for name, i in r.rows.items()) or "none chosen"


def ranking(r: Result) -> list[str]:
    """Return the schedules drawn, the best mean test accuracy at the epoch first."""
    return sorted(r.rows, key=lambda name: -r.training.accuracy[r.rows[name], :, r.k].mean())


def caption(s: Settings, r: Result) -> str:
    """Say which schedule does best at the epoch and which worst, with the standard errors over seeds."""
    lead, order = f"At epoch {s.epoch} with peak rate {number(s.peak, 3)}", ranking(r)
    if not order:
        return f"{lead} there is nothing to compare: choose a schedule."
    best, worst = ((NAMES[name], percent(r.training.accuracy[r.rows[name], :, r.k])) for name in (order[0], order[-1]))
    if len(order) == 1:
        return f"{lead} the schedule {best[0]} has test accuracy {best[1]} over {spelled(SEEDS)} seeds."
    if r.k == 0:
        return f"{lead} no network has been trained yet: all have test accuracy {best[1]} over {spelled(SEEDS)} seeds."
    return (
        f"{lead} the test accuracy is best with {best[0]}, {best[1]}, and least with {worst[0]}, {worst[1]}, over "
        f"{spelled(SEEDS)} seeds."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the test accuracy of every schedule drawn."""
    return {NAMES[name]: percent(r.training.accuracy[i, :, r.k]) for name, i in r.rows.items()} or {"Epoch": str(r.k)}
