"""Six experiments as guided sheets: what each measured, over the one number that its slider moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
import plotly.graph_objects as go

from regviz.averages import mean_error
from regviz.checks import Array
from regviz.experiments import experiment_sheets as runs
from regviz.experiments.experiment_sheets import CHECKS, RATES, STRENGTHS
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, Trace, averaged, axis, error_bars, figure, line, points, upright
from regviz.figures.kit.views import Panels, View
from regviz.knobs import Choice, grid, place
from regviz.sheets import six
from regviz.sheets.sheet import Log
from regviz.sheets.six import SHEETS
from regviz.wording import number, percent, plus_minus

NAMES = ("L1, L2", "Dropout", "Batch norm", "Optimizers", "Schedules", "Patience")
KIND_COLORS = (theme.NEUTRAL, theme.L2, theme.L1, theme.SOLUTION)
KIND_NAMES = ("none", "L2", "L1", "L1 prox.")
NORM_COLORS = (theme.NEUTRAL, theme.LOSS, theme.PENALTY)
OPTIMIZER_COLORS = (theme.NEUTRAL, theme.TRUTH, theme.PENALTY, theme.HIGHLIGHT)
SCHEDULE_COLORS = (theme.NEUTRAL, theme.PENALTY, theme.LOSS, theme.TRUTH, theme.SOLUTION, theme.SCAD)
SHARE = axis("", (0, 1.04))
MIDDLES = 10 ** ((runs.EDGES[1:] + runs.EDGES[:-1]) / 2)
HIGHEST = 0.2  # of the histogram
BESIDE = 1.45  # how far an axis goes on for the names of curves, as a share of what they span


def _in(name: str) -> tuple[str, tuple[str, ...]]:
    return "view", (name,)


@dataclass(frozen=True)
class Settings:
    """The sheet, and the one number that moves in each."""

    strength: Annotated[float, replace(runs.STRENGTH, when=_in("norms"))] = 0.00316
    drop_rate: Annotated[float, replace(runs.DROP_RATE, when=_in("dropout"))] = 0.5
    scale: Annotated[float, replace(runs.SCALE, when=_in("normalization"))] = 1.0
    rate: Annotated[float, replace(runs.RATE, when=_in("optimizers"))] = 0.01
    epoch: Annotated[int, replace(runs.EPOCH, when=_in("schedules"))] = 40
    patience: Annotated[int, replace(runs.PATIENCE, when=_in("patience"))] = 20
    view: Annotated[str, Choice("Sheet", tuple(SHEETS), NAMES)] = "norms"


SCRUB = ("strength", "drop_rate", "scale", "rate", "epoch", "patience")


@dataclass(frozen=True)
class Result:
    """What was run, its log, and the index of the option on show."""

    runs: Any
    log: Log
    k: int


def _curves(
    title: str,
    x: str,
    at: Array,
    curves: Mapping[str, tuple[Array, str]],
    k: int,
    y: dict[str, Any],
    more: Sequence[Trace] = (),
    *,
    log: bool = False,
    said: str = "new digits right",
    **ticks: Any,
) -> go.Figure:
    """Return means and standard errors of values (k, runs) over a scrubbed axis, each curve named at its end."""
    first, last = (np.log10(at[[0, -1]]) if log else at[[0, -1]]).astype(float)
    reach = last - first
    ends = first - 0.03 * reach, first + (BESIDE if any(curves) else 1.03) * reach
    across = axis(x, tuple(10**end for end in ends) if log else ends, log=log, showgrid=False, **ticks)
    low, high = y["range"]
    means = [values.mean(axis=1) for values, _ in curves.values()]
    colors = [color for _, color in curves.values()]
    heights = spread([mean[-1] for mean in means], 0.07 * (high - low), (low + 0.03 * (high - low), 0.97 * high))
    named = [f"\u2002{name}" for name in curves]
    traces = [
        *(trace for name, (values, color) in curves.items() for trace in averaged(at, values, color, said=name or said)),
        upright(at[k], (low, high), theme.SOLUTION),
        words([at[-1]] * len(named), heights, named, colors, "middle right", 12),
        *more,
        points([at[k]] * len(means), [mean[k] for mean in means], theme.SOLUTION, size=7),
    ]
    told = ", ".join(f"{name} {number(mean[k], 3)}".strip() for name, mean in zip(curves, means, strict=True))
    alt = f"{title} at {x} {number(float(at[k]), 3)}: {told}."
    return figure(traces, title=title, alt=alt, x=across, y=y)


def draw_sizes(s: Settings, r: Result) -> go.Figure:
    """Draw the histogram of the weights' sizes for every penalty."""
    sizes, zero = r.runs.sizes[:, r.k], 100 * r.runs.zero[:, r.k].mean(axis=1)
    traces = [
        line(MIDDLES, np.minimum(row, HIGHEST), color, name)
        for name, row, color in zip(KIND_NAMES, sizes, KIND_COLORS, strict=True)
    ]
    traces += [
        upright(runs.SMALL, (0, HIGHEST), said="0.01"),
        words([runs.SMALL], [0.96 * HIGHEST], ["\u2002over 0.01"], theme.NEUTRAL, "middle right", 12),
        words([1.3e-6], [0.96 * HIGHEST], [f"exactly 0: {zero[3]:.0f} %"], theme.SOLUTION, "middle right", 13),
        words([1.3e-6], [0.88 * HIGHEST], [f"with L1 in the gradient: {zero[2]:.0f} %"], theme.L1, "middle right", 12),
    ]
    alt = (
        f"Sizes of weights at λ = {number(s.strength)}: exactly 0 are {zero[3]:.0f} % by proximal steps and "
        f"{zero[2]:.0f} % with L1 in the gradient."
    )
    x = axis("size of a weight |w|", (1e-6, 10), log=True, tickvals=[1e-6, 1e-4, 0.01, 1], showgrid=False)
    return figure(traces, title="Weights", alt=alt, x=x, y=axis("share in a bin", (0, HIGHEST)), legend=ABOVE)


def draw_small(s: Settings, r: Result) -> go.Figure:
    """Draw the share of weights below 0.01 over λ."""
    curves = dict(zip(KIND_NAMES, zip(r.runs.small, KIND_COLORS, strict=True), strict=True))
    return _curves("Share below 0.01", "strength λ", STRENGTHS, curves, r.k, SHARE, log=True, tickvals=[1e-4, 1e-3, 1e-2])


def draw_right(s: Settings, r: Result) -> go.Figure:
    """Draw the accuracy over λ."""
    curves = dict(zip(KIND_NAMES, zip(r.runs.right, KIND_COLORS, strict=True), strict=True))
    y = axis("", (0.89, 0.965))
    return _curves("New digits right", "strength λ", STRENGTHS, curves, r.k, y, log=True, tickvals=[1e-4, 1e-3, 1e-2])


def _logged(column: str, color: str, at: Sequence[float], log: Log, count: int) -> list[Trace]:
    """Return the marks of the first rows of a log, with their errors."""
    mean, error = mean_error(log.columns[column][:count])
    bars = error_bars(at, mean - error, mean + error, color)
    return [bars, points(at, mean, color, size=10, symbol="circle-open", said="in the log")]


def _draw_dropout(title: str, column: str, color: str, of: Callable[[Any], Array]) -> Callable[..., go.Figure]:
    def draw(s: Settings, r: Result) -> go.Figure:
        marks = _logged(column, color, six.RATES, r.log, len(six.RATES))
        return _curves(title, "drop rate p", grid(Settings, "drop_rate"), {"": (of(r.runs), color)}, r.k, SHARE, marks)

    return draw


def draw_rates(s: Settings, r: Result) -> go.Figure:
    """Draw accuracy over the learning rates at the scale on show."""
    x = np.array(runs.NORM_RATES)
    traces: list[Trace] = []
    for name, values, color in zip(r.log.rows, r.runs[:, :, r.k], NORM_COLORS, strict=True):
        traces += averaged(x, values, color, name)
    best = ", ".join(
        f"{name} {number(float(v.mean(axis=-1).max()), 3)}" for name, v in zip(r.log.rows, r.runs[:, :, r.k], strict=True)
    )
    alt = f"New digits right at the best of five rates with initial weights × {number(s.scale)}: {best}."
    across = axis("learning rate η", (0.008, 1.25), log=True, tickvals=[0.01, 0.1, 1], showgrid=False)
    return figure(traces, title="By rate, at this scale", alt=alt, x=across, y=SHARE, legend=ABOVE)


def draw_scales(s: Settings, r: Result) -> go.Figure:
    """Draw accuracy over the initial scales, averaged over rates."""
    pairs = zip(r.log.rows, r.runs.mean(axis=1), NORM_COLORS, strict=True)
    curves = {name: (values, color) for name, values, color in pairs}
    x, ticks = grid(Settings, "scale"), [0.25, 0.5, 1, 2, 4]
    return _curves("Mean over five rates", "initial weights ×", x, curves, r.k, SHARE, log=True, tickvals=ticks)


def draw_one_rate(s: Settings, r: Result) -> go.Figure:
    """Draw accuracy over the learning rates."""
    curves = dict(zip(six.OPTIMIZERS, zip(r.runs.right, OPTIMIZER_COLORS, strict=True), strict=True))
    ticks = [0.001, 0.01, 0.1, 1]
    return _curves("One rate for all", "learning rate η", RATES, curves, r.k, SHARE, log=True, tickvals=ticks)


def draw_tuned(s: Settings, r: Result) -> go.Figure:
    """Draw all optimizers at the rate on show and at their own."""
    x, traces = np.arange(len(six.OPTIMIZERS)), []
    kinds = (
        (r.runs.right[:, r.k], theme.LOSS, f"at {number(s.rate)}", "circle-open"),
        (r.runs.at_best, theme.SOLUTION, "tuned", "circle"),
    )
    for values, color, name, symbol in kinds:
        mean, error = mean_error(values)
        traces += [
            error_bars(x, mean - error, mean + error, color),
            points(x, mean, color, "at this rate" if symbol != "circle" else name, size=10, symbol=symbol),
        ]
    best = [f"η = {number(RATES[k], 3)}" for k in r.runs.best]
    traces.append(words(x, np.full(len(x), 0.04), best, theme.SOLUTION, "top center", 12))
    told = [f"{name} {plus_minus(v)}" for name, v in zip(six.OPTIMIZERS, r.runs.at_best, strict=True)]
    across = axis("", (-0.6, len(x) - 0.4), tickvals=x.tolist(), ticktext=list(six.OPTIMIZERS), showgrid=False)
    alt = f"New digits right at the rate of its own: {', '.join(told)}."
    return figure(traces, title="Each at its own", alt=alt, x=across, y=SHARE, legend=ABOVE)


def _draw_peak(which: int) -> Callable[..., go.Figure]:
    def draw(s: Settings, r: Result) -> go.Figure:
        right = np.nan_to_num(r.runs[which].accuracy, nan=runs.CHANCE).transpose(0, 2, 1)
        curves = dict(zip(six.SCHEDULES, zip(right, SCHEDULE_COLORS, strict=True), strict=True))
        title = f"Peak rate {number(six.PEAKS[which])}"
        ticks = [0, 10, 20, 30, 40]
        return _curves(title, "epoch", np.arange(right.shape[1]), curves, r.k, SHARE, tickvals=ticks)

    return draw


def draw_loss(s: Settings, r: Result) -> go.Figure:
    """Draw the test loss over the patience, and that of training to the end."""
    end = float(r.runs.end.mean())
    more = [
        line(CHECKS[[0, -1]], [end] * 2, theme.NEUTRAL, dash="dash", said=six.TO_THE_END),
        words([CHECKS[-1]], [end], [six.TO_THE_END], theme.NEUTRAL, "top left", 12),
        *_logged(six.LOSS, theme.TRUTH, six.PATIENCES, r.log, len(six.PATIENCES)),
    ]
    y = axis("", (0.1, 0.34))
    return _curves("Test loss", "patience, checks", CHECKS, {"": (r.runs.loss, theme.TRUTH)}, r.k, y, more, said="loss")


def draw_epochs(s: Settings, r: Result) -> go.Figure:
    """Draw the epochs trained over the patience."""
    more = _logged(six.EPOCHS, theme.LOSS, six.PATIENCES, r.log, len(six.PATIENCES))
    curves, y = {"": (r.runs.epochs, theme.LOSS)}, axis("", (0, 410))
    return _curves("Epochs trained", "patience, checks", CHECKS, curves, r.k, y, more, said="epochs")


def caption_dropout(s: Settings, r: Result) -> str:
    """State both accuracies at the rate on show."""
    d = r.runs
    return (
        f"At p = {number(s.drop_rate)} the networks have learnt {percent(d.train[r.k, :, -1])} of the training labels, "
        f"three in ten of them wrong, and tell {percent(d.test[r.k, :, -1])} of new digits."
    )


def caption_normalization(s: Settings, r: Result) -> str:
    """State the means over rates at the scale on show."""
    told = [percent(values) for values in r.runs[:, :, r.k].mean(axis=1)]
    return (
        f"With initial weights × {number(s.scale)} and averaged over five rates, {told[1]} of new digits are right with "
        f"batch norm, {told[2]} with layer norm and {told[0]} without."
    )


def caption_optimizers(s: Settings, r: Result) -> str:
    """State how far apart the optimizers are at the rate on show and tuned."""
    apart = [100 * float(np.ptp(values.mean(axis=1))) for values in (r.runs.right[:, r.k], r.runs.at_best)]
    return (
        f"At rate {number(s.rate)} the best of four optimizers tells {number(apart[0], 3)} points more of new digits "
        f"than the worst; with a rate of its own for each it is {number(apart[1], 2)} points."
    )


def caption_schedules(s: Settings, r: Result) -> str:
    """State both schedules at both peaks at the epoch on show."""
    right = [np.nan_to_num(training.accuracy[..., r.k], nan=runs.CHANCE) for training in r.runs]
    low, high = ((percent(rows[4]), percent(rows[0])) for rows in right)
    return (
        f"At epoch {s.epoch} warmup + cosine tells {low[0]} of new digits at the low peak, a constant rate {low[1]}; "
        f"at the high peak they tell {high[0]} and {high[1]}."
    )


def caption_patience(s: Settings, r: Result) -> str:
    """State the loss and the epochs at the patience on show."""
    d = r.runs
    return (
        f"Patience {s.patience} trains for {plus_minus(d.epochs[r.k])} epochs and has a test loss of "
        f"{plus_minus(d.loss[r.k])}; training to the end has {plus_minus(d.end)}."
    )


def readouts_norms(s: Settings, r: Result) -> dict[str, str]:
    """Return the two counts."""
    return {"Below 0.01, L1": percent(r.runs.small[2, r.k]), "Exactly 0, proximal": percent(r.runs.zero[3, r.k])}


def readouts_schedules(s: Settings, r: Result) -> dict[str, str]:
    """Return how far warmup + cosine is ahead of a constant rate, seed by seed."""
    right = [np.nan_to_num(training.accuracy[..., r.k], nan=runs.CHANCE) for training in r.runs]
    return {f"Ahead at {number(peak)}": percent(rows[4] - rows[0]) for peak, rows in zip(six.PEAKS, right, strict=True)}


def readouts_optimizers(s: Settings, r: Result) -> dict[str, str]:
    """Return how far best and worst are apart."""
    pairs = (("Apart at this rate", r.runs.right[:, r.k]), ("Apart, tuned", r.runs.at_best))
    return {what: f"{number(100 * float(np.ptp(v.mean(axis=1))), 3)} points" for what, v in pairs}


def _view(
    run: Callable[[], Any],
    log: Callable[[Any, int], Log],
    knob: str,
    panels: Panels,
    caption: Callable[[Settings, Result], str],
    readouts: Callable[[Settings, Result], dict[str, str]],
) -> View:
    """Return the view of one sheet: `run` once, its log, and its panels at the option of its knob."""

    def compute(s: Settings) -> Result:
        found, k = run(), place(s, knob)
        return Result(found, log(found, k), k)

    return View(compute, panels, caption, readouts)


VIEWS = {
    "norms": _view(
        runs.penalised,
        lambda r, k: r.log(k),
        "strength",
        {"weights": draw_sizes, "small": draw_small, "right": draw_right},
        lambda s, r: f"At λ = {number(s.strength)}: {SHEETS['norms'].evidence(r.log)[0].lower()}"
        f"{SHEETS['norms'].evidence(r.log)[1:]}",
        readouts_norms,
    ),
    "dropout": _view(
        runs.dropped,
        lambda r, k: runs.log_of_dropout(r),
        "drop_rate",
        {
            "right": _draw_dropout("New digits right", six.RIGHT, theme.TRUTH, lambda d: d.test[..., -1]),
            "learnt": _draw_dropout("Training labels learnt", six.TRAINING, theme.LOSS, lambda d: d.train[..., -1]),
        },
        caption_dropout,
        lambda s, r: {"Ahead of p = 0": percent(r.runs.test[r.k, :, -1] - r.runs.test[0, :, -1])},
    ),
    "normalization": _view(
        runs.normalised,
        lambda r, k: runs.log_of_normalization(r),
        "scale",
        {"rates": draw_rates, "scales": draw_scales},
        caption_normalization,
        lambda s, r: {"Cells ahead of plain": f"{r.log.told(six.BATCH, six.BETTER)} of 25"},
    ),
    "optimizers": _view(
        runs.raced,
        lambda r, k: r.log(),
        "rate",
        {"rates": draw_one_rate, "tuned": draw_tuned},
        caption_optimizers,
        readouts_optimizers,
    ),
    "schedules": _view(
        runs.scheduled,
        lambda r, k: runs.log_of_schedules(r),
        "epoch",
        {"low": _draw_peak(0), "high": _draw_peak(1)},
        caption_schedules,
        readouts_schedules,
    ),
    "patience": _view(
        runs.stopped,
        lambda r, k: r.log(),
        "patience",
        {"loss": draw_loss, "epochs": draw_epochs},
        caption_patience,
        lambda s, r: {"Ahead of the end": plus_minus(r.runs.end - r.runs.loss[r.k])},
    ),
}
