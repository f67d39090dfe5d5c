"""Charts of six experiments: what was run, its log and the option on show in, a figure out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from regviz.averages import mean_error
from regviz.checks import Array
from regviz.experiments import experiment_sheets as runs
from regviz.experiments.experiment_sheets import CHECKS, RATES, STRENGTHS
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, Trace, averaged, axis, error_bars, figure, line, points, upright
from regviz.sheets import six
from regviz.sheets.sheet import Log
from regviz.wording import number, plus_minus

Draw = Callable[[Any, Log, int], go.Figure]
DROPS, SCALES = (np.array(knob.options) for knob in (runs.DROP_RATE, runs.SCALE))
KIND_COLORS = (theme.NEUTRAL, theme.L2, theme.L1, theme.SOLUTION)
KIND_NAMES = ("none", "L2", "L1", "L1 prox.")
NORM_COLORS = (theme.NEUTRAL, theme.LOSS, theme.PENALTY)
OPTIMIZER_COLORS = (theme.NEUTRAL, theme.TRUTH, theme.PENALTY, theme.HIGHLIGHT)
SCHEDULE_COLORS = (theme.NEUTRAL, theme.PENALTY, theme.LOSS, theme.TRUTH, theme.SOLUTION, theme.SCAD)
SHARE = axis("", (0, 1.04))
MIDDLES = 10 ** ((runs.EDGES[1:] + runs.EDGES[:-1]) / 2)
HIGHEST = 0.25  # of the histogram
BESIDE = 1.62  # how far an axis goes on for the names of curves, as a share of what they span


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
    tall = high - low
    gap, room = tall * min(0.1, 0.45 / len(means)), (low + 0.03 * tall, high - 0.03 * tall)
    heights = spread([mean[-1] for mean in means], gap, room)
    named = [f"\u2002{name}" for name in curves]
    traces = [
        *(
            trace
            for name, (values, color) in curves.items()
            for trace in averaged(at, values, color, said=name or said)
        ),
        upright(at[k], (low, high), theme.SOLUTION),
        words([at[-1]] * len(named), heights, named, colors, "middle right", 12),
        *more,
        points([at[k]] * len(means), [mean[k] for mean in means], theme.SOLUTION, size=7),
    ]
    told = ", ".join(f"{name} {number(mean[k], 3)}".strip() for name, mean in zip(curves, means, strict=True))
    alt = f"{title} at {x} {number(float(at[k]), 3)}: {told}."
    return figure(traces, title=title, alt=alt, x=across, y=y)


def draw_sizes(r: Any, log: Log, k: int) -> go.Figure:
    """Draw the histogram of the weights' sizes for every penalty."""
    sizes, zero = r.sizes[:, k], 100 * r.zero[:, k].mean(axis=1)
    traces = [
        line(MIDDLES, np.minimum(row, HIGHEST), color, name)
        for name, row, color in zip(KIND_NAMES, sizes, KIND_COLORS, strict=True)
    ]
    traces += [
        upright(runs.SMALL, (0, HIGHEST), said="0.01"),
        words([runs.SMALL], [0.96 * HIGHEST], ["\u2002over 0.01"], theme.NEUTRAL, "middle right", 12),
        words([4e-6], [0.96 * HIGHEST], [f"L1 prox. exactly 0: {zero[3]:.0f} %"], theme.SOLUTION, "middle right", 12),
        words([4e-6], [0.9 * HIGHEST], [f"L1 exactly 0: {zero[2]:.0f} %"], theme.L1, "middle right", 12),
    ]
    alt = (
        f"Sizes of weights at λ = {number(STRENGTHS[k])}: exactly 0 are {zero[3]:.0f} % by proximal steps and "
        f"{zero[2]:.0f} % with L1 in the gradient."
    )
    x = axis(
        "size of a weight |w|",
        (1e-6, 10),
        log=True,
        tickvals=[1e-6, 1e-4, 0.01, 1],
        ticktext=["≤ 10⁻⁶", "10⁻⁴", "0.01", "1"],
        showgrid=False,
    )
    return figure(traces, title="Weights", alt=alt, x=x, y=axis("share in a bin", (0, HIGHEST)), legend=ABOVE)


def _over_strengths(title: str, values: Array, k: int, y: dict[str, Any]) -> go.Figure:
    curves = dict(zip(KIND_NAMES, zip(values, KIND_COLORS, strict=True), strict=True))
    return _curves(title, "strength λ", STRENGTHS, curves, k, y, log=True, tickvals=[1e-4, 1e-3, 1e-2])


def draw_small(r: Any, log: Log, k: int) -> go.Figure:
    """Draw the share of weights below 0.01 over λ."""
    return _over_strengths("Share below 0.01", r.small, k, SHARE)


def draw_right(r: Any, log: Log, k: int) -> go.Figure:
    """Draw the accuracy over λ."""
    return _over_strengths("New digits right", r.right, k, axis("", (0.89, 0.965)))


def _logged(column: str, color: str, at: Sequence[float], log: Log, count: int) -> list[Trace]:
    """Return the marks of the first rows of a log, with their errors."""
    mean, error = mean_error(log.columns[column][:count])
    bars = error_bars(at, mean - error, mean + error, color)
    return [bars, points(at, mean, color, size=10, symbol="circle-open", said="in the log")]


def dropout_panel(title: str, column: str, color: str, of: Callable[[Any], Array]) -> Draw:
    """Return what draws a share of the networks over the drop rate, with the marks of the log."""

    def draw(r: Any, log: Log, k: int) -> go.Figure:
        marks = _logged(column, color, six.RATES, log, len(six.RATES))
        return _curves(title, "drop rate p", DROPS, {"": (of(r), color)}, k, SHARE, marks)

    return draw


def draw_rates(r: Any, log: Log, k: int) -> go.Figure:
    """Draw accuracy over the learning rates at the scale on show."""
    x = np.array(runs.NORM_RATES)
    traces: list[Trace] = []
    for name, values, color in zip(log.rows, r[:, :, k], NORM_COLORS, strict=True):
        traces += averaged(x, values, color, name)
    best = ", ".join(
        f"{name} {number(float(v.mean(axis=-1).max()), 3)}" for name, v in zip(log.rows, r[:, :, k], strict=True)
    )
    alt = f"New digits right at the best of five rates with initial weights × {number(SCALES[k])}: {best}."
    across = axis("learning rate η", (0.008, 1.25), log=True, tickvals=[0.01, 0.1, 1], showgrid=False)
    return figure(traces, title="By rate, at this scale", alt=alt, x=across, y=SHARE, legend=ABOVE)


def draw_scales(r: Any, log: Log, k: int) -> go.Figure:
    """Draw accuracy over the initial scales, averaged over rates."""
    pairs = zip(log.rows, r.mean(axis=1), NORM_COLORS, strict=True)
    curves = {name: (values, color) for name, values, color in pairs}
    x, ticks = SCALES, [0.25, 0.5, 1, 2, 4]
    return _curves("Mean over five rates", "initial weights ×", x, curves, k, SHARE, log=True, tickvals=ticks)


def draw_one_rate(r: Any, log: Log, k: int) -> go.Figure:
    """Draw accuracy over the learning rates."""
    curves = dict(zip(six.OPTIMIZERS, zip(r.right, OPTIMIZER_COLORS, strict=True), strict=True))
    ticks = [0.001, 0.01, 0.1, 1]
    return _curves("One rate for all", "learning rate η", RATES, curves, k, SHARE, log=True, tickvals=ticks)


def draw_tuned(r: Any, log: Log, k: int) -> go.Figure:
    """Draw all optimizers at the rate on show and at their own."""
    x, traces = np.arange(len(six.OPTIMIZERS)), []
    kinds = (
        (r.right[:, k], theme.LOSS, f"at {number(RATES[k])}", "circle-open"),
        (r.at_best, theme.SOLUTION, "tuned", "circle"),
    )
    for values, color, name, symbol in kinds:
        mean, error = mean_error(values)
        traces += [
            error_bars(x, mean - error, mean + error, color),
            points(x, mean, color, "at this rate" if symbol != "circle" else name, size=10, symbol=symbol),
        ]
    best = [f"η = {number(RATES[k], 3)}" for k in r.best]
    traces.append(words(x, r.at_best.mean(axis=1) + 0.01, best, theme.SOLUTION, "top center", 12))
    told = [f"{name} {plus_minus(v)}" for name, v in zip(six.OPTIMIZERS, r.at_best, strict=True)]
    across = axis("", (-0.6, len(x) - 0.4), tickvals=x.tolist(), ticktext=list(six.OPTIMIZERS), showgrid=False)
    alt = f"New digits right at the rate of its own: {', '.join(told)}."
    return figure(traces, title="Each at its own", alt=alt, x=across, y=SHARE, legend=ABOVE)


def peak_panel(which: int) -> Draw:
    """Return what draws every schedule over the epochs at one of the peaks."""

    def draw(r: Any, log: Log, k: int) -> go.Figure:
        right = np.nan_to_num(r[which].accuracy, nan=runs.CHANCE).transpose(0, 2, 1)
        curves = dict(zip(six.SCHEDULES, zip(right, SCHEDULE_COLORS, strict=True), strict=True))
        title = f"Peak rate {number(six.PEAKS[which])}"
        ticks = [0, 10, 20, 30, 40]
        return _curves(title, "epoch", np.arange(right.shape[1]), curves, k, SHARE, tickvals=ticks)

    return draw


def draw_loss(r: Any, log: Log, k: int) -> go.Figure:
    """Draw the test loss over the patience, and that of training to the end."""
    ends = {six.TO_THE_END: float(r.end.mean()), six.BEST_OF_ALL: float(r.best.mean())}
    more = [
        *(line(CHECKS[[0, -1]], [end] * 2, theme.NEUTRAL, dash="dash", said=name) for name, end in ends.items()),
        words(CHECKS[[-1, 0]], list(ends.values()), list(ends), theme.NEUTRAL, ["top left", "bottom right"], 12),
        *_logged(six.LOSS, theme.TRUTH, six.PATIENCES, log, len(six.PATIENCES)),
    ]
    y = axis("", (0.1, 0.34))
    return _curves("Test loss", "patience, checks", CHECKS, {"": (r.loss, theme.TRUTH)}, k, y, more, said="loss")


def draw_epochs(r: Any, log: Log, k: int) -> go.Figure:
    """Draw the epochs trained over the patience."""
    more = _logged(six.EPOCHS, theme.LOSS, six.PATIENCES, log, len(six.PATIENCES))
    curves, y = {"": (r.epochs, theme.LOSS)}, axis("", (0, 410))
    return _curves("Epochs trained", "patience, checks", CHECKS, curves, k, y, more, said="epochs")
