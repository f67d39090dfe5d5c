"""Mistakes in training, each beside its repair: what was run and the option on show in, a figure out."""

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments import common_mistakes as runs
from regviz.figures.kit import theme
from regviz.figures.kit.edges import followed
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import averaged, axis, figure, line, points, upright
from regviz.wording import number

EPOCHS = axis("epoch", (-1, 61), showgrid=False)
SAVES = axis("epoch of the weights", (-1, 31), showgrid=False)
STEPS = axis("step", (-4, 204), showgrid=False)
TICKS = axis("step", (-20, 1020), showgrid=False)


def _loss(values: Array, k: int, color: str, title: str) -> go.Figure:
    mean = values.mean(axis=0)
    best = int(mean.argmin())
    curves = [
        *averaged(runs.EPOCHS, values.T, color, said="mean loss"),
        points([runs.EPOCHS[best]], mean[[best]], color, said="least", size=12, symbol="diamond-open"),
    ]
    return followed(EPOCHS, runs.EPOCHS, k, curves, [mean[k]], title, span=(0, 2.9))


def on_training(r: runs.Overfit, k: int) -> go.Figure:
    """Draw the training loss."""
    return _loss(r.train, k, theme.LOSS, "Mistake: training loss")


def on_validation(r: runs.Overfit, k: int) -> go.Figure:
    """Draw the validation loss."""
    return _loss(r.validation, k, theme.TRUTH, "Fix: loss on new digits")


def _curve(r: runs.Smoothed, k: int, raw: bool) -> go.Figure:
    steps = np.arange(runs.STEPS)
    told = runs.HEIGHT if raw else r.seen(k)
    title = "Fix: every step behind it" if raw else "Mistake: the smoothed loss"
    traces = [line(steps, r.loss, theme.faded(theme.LOSS, 0.45), said="loss", width=1)] if raw else []
    traces += [
        line(steps, r.averages[k], theme.PENALTY, said="average"),
        upright(runs.SPIKE, (0, 0.2), said="spike"),
        words([runs.SPIKE + 3], [0.1], ["spike"], theme.NEUTRAL, "middle right", 12),
    ]
    alt = f"{title}: the spike of {runs.HEIGHT} shows as {number(told, 3)} at β = {number(runs.BETAS[k])}."
    return figure(traces, title=title, alt=alt, x=STEPS, y=axis("loss", (0, 1.75)))


def smoothed_only(r: runs.Smoothed, k: int) -> go.Figure:
    """Draw the exponential average alone."""
    return _curve(r, k, raw=False)


def with_raw(r: runs.Smoothed, k: int) -> go.Figure:
    """Draw the average over the loss of every step."""
    return _curve(r, k, raw=True)


def _accuracy(values: Array, k: int, color: str, title: str) -> go.Figure:
    curves = averaged(runs.SAVES, values, color, said="accuracy")
    return followed(SAVES, runs.SAVES, k, curves, [float(values[k].mean())], title, span=(0, 1.05))


def last_statistics(r: runs.Resumed, k: int) -> go.Figure:
    """Draw the accuracy of saved weights under the statistics of the end."""
    return _accuracy(r.last, k, theme.SOLUTION, "Mistake: last statistics")


def own_statistics(r: runs.Resumed, k: int) -> go.Figure:
    """Draw the accuracy of saved weights under their own statistics."""
    return _accuracy(r.own, k, theme.TRUTH, "Fix: the statistics of its epoch")


def adam_resumed(r: runs.Resumed, k: int) -> go.Figure:
    """Draw the loss of Adam that goes on, with its moments and without."""
    steps = np.arange(runs.AFTER + 1)
    lost, kept = (scaled.T for scaled in (r.losses / r.losses[..., :1])[::-1])
    traces = [
        *averaged(steps, lost, theme.SOLUTION, said="moments lost"),
        *averaged(steps, kept, theme.TRUTH, said="moments kept"),
        words([20, 20], [0.1, 1.1], ["moments lost", "moments kept"], [theme.SOLUTION, theme.TRUTH], "middle left", 12),
    ]
    top = float(lost.mean(axis=1).max())
    alt = f"Loss of Adam after it resumes, as a multiple of that before: without its moments up to {number(top, 3)}."
    x = axis("steps after resuming", (-0.5, runs.AFTER + 0.5), showgrid=False)
    y = axis("loss / loss before", (0, 1.3 * top))
    return figure(traces, title="Adam, resumed", alt=alt, x=x, y=y)


def _weight(values: Array, k: int, color: str, title: str) -> go.Figure:
    steps = np.arange(runs.TICKS + 1)
    exact, end = np.exp(steps * np.log1p(-runs.DECAYS[k])), number(float(values[k, -1]), 3)
    traces = [
        line(steps, exact, theme.NEUTRAL, said="exact", dash="dash", width=1.5),
        line(steps, values[k], color, said="weight"),
    ]
    alt = f"{title}: after 1000 steps the weight is {end}, exactly {number(float(exact[-1]), 3)}."
    return figure(traces, title=title, alt=alt, x=TICKS, y=axis("weight", (0, 1.65)))


def kept_short(r: runs.Rounded, k: int) -> go.Figure:
    """Draw the weight that is kept in bfloat16."""
    return _weight(r.rounded, k, theme.SOLUTION, "Mistake: keep bfloat16")


def kept_long(r: runs.Rounded, k: int) -> go.Figure:
    """Draw the weight that is rounded for use alone."""
    return _weight(r.master, k, theme.TRUTH, "Fix: keep a longer copy")


def ones(r: runs.Rounded, k: int) -> go.Figure:
    """Draw the sums of ones."""
    count = np.arange(runs.SUMMED + 1)
    traces = [
        line(count, count, theme.NEUTRAL, said="exact", dash="dash", width=1.5),
        line(count, r.sums[1], theme.PENALTY, said="float16"),
        line(count, r.sums[0], theme.SOLUTION, said="bfloat16"),
        words([3000, 3000], [520, 1780], ["bfloat16: 256", "float16: 2048"], theme.WORD, "middle left", 12),
    ]
    alt = "Ones added up to 3000: the sum stays at 256 in bfloat16 and at 2048 in float16."
    x = axis("ones added", (-60, 3100), showgrid=False)
    return figure(traces, title="A sum of ones", alt=alt, x=x, y=axis("", (0, 3200)))
