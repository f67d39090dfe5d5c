"""Units dropped at every rate: digits with wrong labels, a curve with its spread, and the ridge it is when linear."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz import Dropout
from regviz.checks import Array
from regviz.data.curves import wave
from regviz.experiments.dropout import (
    CHECK,
    COUNTS,
    EPOCHS,
    GRID,
    NETWORKS,
    PASSES,
    RATES,
    Curve,
    Digits,
    Linear,
    Spread,
    curve_trained,
    digits_trained,
    linear_solved,
    masks_of_passes,
    spread_of,
)
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, Trace, axis, band, cells, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Slider
from regviz.wording import listed, number, percent

NAMED = (0.0, 0.1, 0.3, 0.5, 0.7)
CHECKS = np.arange(0, EPOCHS + 1, CHECK)
DIGITS, CURVE, LINEAR = ("view", ("digits",)), ("view", ("curve",)), ("view", ("linear",))


@dataclass(frozen=True)
class Settings:
    """The rate on show, the problem, and what matters for it."""

    rate: Annotated[float, Slider("Drop rate p", 0.0, 0.9, 0.02)] = 0.3
    view: Annotated[str, Choice("Problem", ("digits", "curve", "linear"), ("Digits", "Curve", "Linear"))] = "digits"
    wrong: Annotated[float, Slider("Wrong labels in training", 0.0, 0.4, 0.1, when=DIGITS)] = 0.3
    network: Annotated[
        int, Slider("Network", 1, NETWORKS, 1, when=CURVE, help="Three draws of weights and noise, at every rate.")
    ] = 1
    passes: Annotated[int, Slider("Passes T", 10, PASSES, 10, when=CURVE)] = PASSES
    correlation: Annotated[float, Slider("Correlation of columns", 0.0, 0.9, 0.1, when=LINEAR)] = 0.6
    weight: Annotated[int, Slider("Weight followed", 1, 6, 1, when=LINEAR)] = 1
    masks: Annotated[float, LogSlider("Masks averaged m", 8, 256, 6, when=LINEAR)] = 64.0


SCRUB = ("rate",)


@dataclass(frozen=True)
class Result:
    """What the view needs; the others are None. `k` is the index of the rate, `kept` the masks drawn (rows, units)."""

    k: int
    kept: Array
    digits: Digits | None = None
    curve: Curve | None = None
    spread: Spread | None = None
    linear: Linear | None = None


def compute(s: Settings) -> Result:
    """Return what the view shows at every rate, and the masks at this one."""
    k = int(np.argmin(np.abs(RATES - s.rate)))
    if s.view == "digits":
        return Result(k, Dropout(s.rate, seed=1).forward(np.ones((12, 48))) > 0, digits=digits_trained(s.wrong))
    if s.view == "curve":
        kept = masks_of_passes(s.rate)[0][:12] > 0
        return Result(k, kept, curve=curve_trained(), spread=spread_of(s.network, s.passes))
    kept = Dropout(s.rate, seed=0).forward(np.ones((12, 6))) > 0
    return Result(k, kept, linear=linear_solved(s.correlation))


def mean_error(values: Array) -> tuple[Array, Array]:
    """Return mean and standard error (rates,) over seeds (rates, seeds)."""
    return values.mean(axis=1), values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])


def _against_rate(values: Array, color: str, name: str) -> list[Trace]:
    """Return band, line and marks at the rates that everyone tries, of values (rates, seeds)."""
    mean, error = mean_error(values)
    named = [int(np.argmin(np.abs(RATES - rate))) for rate in NAMED]
    return [
        band(RATES, mean - error, mean + error, color),
        line(RATES, mean, color, name),
        points(RATES[named], mean[named], color, size=6),
    ]


def draw_main(s: Settings, r: Result) -> go.Figure:
    """Draw against the rate: accuracy, error or weights."""
    return {"digits": _draw_accuracy, "curve": _draw_errors, "linear": _draw_weights}[s.view](s, r)


def draw_detail(s: Settings, r: Result) -> go.Figure:
    """Draw the training at this rate, the curve with its passes, or one weight as masks are added."""
    return {"digits": _draw_training, "curve": _draw_curve, "linear": _draw_convergence}[s.view](s, r)


def draw_check(s: Settings, r: Result) -> go.Figure:
    """Draw the expected activation, the spread along x, or the distance to the closed form."""
    return {"digits": _draw_activation, "curve": _draw_spread, "linear": _draw_distance}[s.view](s, r)


def draw_masks(s: Settings, r: Result) -> go.Figure:
    """Draw who is kept: a row for each case or pass, a column for each unit or input."""
    rows, columns = r.kept.shape
    kinds = {"digits": ("image", "hidden unit"), "curve": ("pass", "unit of layer 1"), "linear": ("case", "input")}
    row, column = kinds[s.view]
    shown = np.where(r.kept, 1.0, np.nan)
    share = f"{r.kept.sum()} of {r.kept.size}"
    every = {"tickvals": [1, 12, 24, 36, 48]} if columns > 6 else {"tickvals": list(range(1, 7))}
    return figure(
        cells(np.arange(1, columns + 1), np.arange(1, rows + 1), shown, theme.LOSS, (0, 1), shades=2),
        title="Masks of one batch: kept is blue" if s.view == "digits" else "Masks: kept is blue",
        alt=f"Masks at rate {s.rate:g}: {share} kept.",
        x=axis(column, (0.4, columns + 0.6), showgrid=False, **every),
        y=axis(row, (0.4, rows + 0.6), showgrid=False, tickvals=[1, 6, 12]),
    )


def _draw_accuracy(s: Settings, r: Result) -> go.Figure:
    d = r.digits
    final, validation = d.train[..., -1], d.validation[..., -1]
    best, now = RATES[d.best], [final[r.k].mean(), validation[r.k].mean()]
    low = float(validation.min()) - 0.1
    traces = [
        *_against_rate(final, theme.LOSS, "training"),
        *_against_rate(validation, theme.TRUTH, "validation"),
        upright(best, (low, 1.04), theme.TRUTH, dash="dash"),
        words(
            [best], [low + 0.02], [f" best p = {best:g} "], theme.TRUTH, "middle left" if best > 0.4 else "middle right"
        ),
        points([s.rate] * 2, now, theme.SOLUTION, size=10),
    ]
    alt = (
        f"Accuracy against the drop rate. Validation is best, {percent(validation[d.best])}, at {best:g}; at "
        f"{s.rate:g} training has {percent(final[r.k])} and validation {percent(validation[r.k])}."
    )
    return figure(
        traces,
        title="Accuracy",
        alt=alt,
        x=axis("drop rate p", (-0.02, 0.92), tickvals=[*NAMED, 0.9]),
        y=axis(f"share right after {EPOCHS} epochs", (low, 1.04)),
        legend=ABOVE,
    )


def _draw_training(s: Settings, r: Result) -> go.Figure:
    d, traces = r.digits, []
    for values, color, name in ((d.train, theme.LOSS, "training"), (d.validation, theme.TRUTH, "validation")):
        low, high = values[r.k].min(axis=0), values[r.k].max(axis=0)
        traces += [band(CHECKS, low, high, color), line(CHECKS, values[r.k].mean(axis=0), color, name)]
    without = d.validation[0].mean(axis=0)
    return figure(
        [*traces, line(CHECKS, without, theme.NEUTRAL, "same at p = 0", dash="dot")],
        title="Training",
        alt=f"Accuracy against the epoch at rate {s.rate:g}: validation ends at {percent(d.validation[r.k, :, -1])}.",
        x=axis("epoch", (0, EPOCHS)),
        y=axis("share right", (0, 1.04)),
        legend=ABOVE,
    )


def _draw_activation(s: Settings, r: Result) -> go.Figure:
    d = r.digits
    top = 1.4 * d.eval_mode
    traces = [
        band(RATES, d.train_mode - 2 * d.train_error, d.train_mode + 2 * d.train_error, theme.LOSS),
        line(RATES, d.train_mode, theme.LOSS),
        line([0, 0.9], [d.eval_mode] * 2, theme.TRUTH, dash="dash"),
        line(RATES, d.undivided, theme.NEUTRAL, dash="dot"),
        words([0.03], [1.18 * d.eval_mode], ["train and eval mode"], theme.TRUTH, "middle right"),
        words([0.45], [0.68 * d.eval_mode], ["not divided"], theme.NEUTRAL, "middle right"),
        points([s.rate] * 2, [d.train_mode[r.k], d.undivided[r.k]], theme.SOLUTION, size=7),
    ]
    return figure(
        traces,
        title="Mean activation",
        alt=(
            f"Mean hidden activation at rate {s.rate:g}: {number(d.train_mode[r.k], 3)} in train mode, "
            f"{number(d.eval_mode, 3)} in eval mode, {number(d.undivided[r.k], 3)} if not divided by 1 − p."
        ),
        x=axis("drop rate p", (0, 0.9), tickvals=[0, 0.3, 0.6, 0.9]),
        y=axis("", (0, top)),
    )


def _draw_curve(s: Settings, r: Result) -> go.Figure:
    c, spread_, i = r.curve, r.spread, s.network - 1
    mean, deviation = spread_.mean, spread_.deviation
    few = c.passes[:, i, :4]
    low = min((mean - deviation).min(), few.min(), c.y.min())
    high = max((mean + deviation).max(), few.max(), c.y.max())
    gap = np.full((4, 1), np.nan)
    x = np.tile(np.append(GRID, np.nan), 4)
    traces = [
        band(GRID, (mean - deviation)[r.k], (mean + deviation)[r.k], theme.PENALTY, "passes ± sd"),
        line(x, np.hstack([few[r.k], gap]).ravel(), theme.NEUTRAL, "four passes", width=0.8),
        line(GRID, wave(GRID), theme.TRUTH, "truth", dash="dash"),
        points(c.x, c.y[i], theme.LOSS, size=7),
        line(GRID, c.eval_mode[r.k, i], theme.SOLUTION, "eval mode", width=3),
    ]
    at_data, in_gap, beyond = (number(v, 2) for v in r.spread.by_place(r.k))
    return figure(
        traces,
        title="Prediction",
        alt=f"Prediction at rate {s.rate:g}: passes spread by {at_data} at the data, {in_gap} in the gap and {beyond} "
        "beyond.",
        x=axis("x", (GRID[0], GRID[-1])),
        y=axis("y", (low - 0.1, high + 0.1)),
        legend=ABOVE,
    )


def _draw_spread(s: Settings, r: Result) -> go.Figure:
    deviation = r.spread.deviation
    top = 1.05 * float(deviation.max())
    at_data, in_gap, beyond = (number(v, 2) for v in r.spread.by_place(r.k))
    return figure(
        [
            line(GRID, deviation[r.k], theme.PENALTY, width=3),
            points(r.curve.x, np.zeros(len(r.curve.x)), theme.LOSS, size=7, symbol="line-ns-open"),
        ],
        title="Spread of the passes",
        alt=f"Deviation of the passes at rate {s.rate:g}: {at_data} at the data, {in_gap} in the gap, {beyond} beyond.",
        x=axis("x", (GRID[0], GRID[-1])),
        y=axis("", (-0.05 * top, top)),
    )


def _draw_errors(s: Settings, r: Result) -> go.Figure:
    both = (r.spread.eval_error, r.spread.mean_error)
    top = 1.15 * float(max(values.max() for values in both))
    now = [values[r.k].mean() for values in both]
    traces = [
        *_against_rate(both[0], theme.SOLUTION, "eval mode"),
        *_against_rate(both[1], theme.PENALTY, "mean of passes"),
        points([s.rate] * 2, now, theme.HIGHLIGHT),
    ]
    return figure(
        traces,
        title="Error",
        alt=f"Root mean square error at rate {s.rate:g}: eval mode {number(now[0], 3)}, passes {number(now[1], 3)}.",
        x=axis("drop rate p", (-0.02, 0.92), tickvals=[*NAMED, 0.9]),
        y=axis("root mean square distance from the truth", (0, top)),
        legend=ABOVE,
    )


def _draw_weights(s: Settings, r: Result) -> go.Figure:
    exact = r.linear.exact
    excess, error = r.linear.found(r.k, s.masks)
    found = exact[r.k] + excess
    low, high = exact.min() - 0.15, exact.max() + 0.15
    at = spread(exact[0], (high - low) / 18, (low, high))
    bars = np.stack([found - 2 * error, found + 2 * error, np.full(6, np.nan)], axis=1).ravel()
    traces = [line(RATES, w, theme.HIGHLIGHT if j == s.weight - 1 else theme.LOSS) for j, w in enumerate(exact.T)]
    names = [f"w<sub>{j + 1}</sub> " for j in range(6)]
    traces += [
        words(np.full(6, -0.015), at, names, theme.NEUTRAL, "middle left"),
        upright(s.rate, (low, high), theme.NEUTRAL),
        line(np.repeat(s.rate, 18), bars, theme.SOLUTION),
        points(np.repeat(s.rate, 6), found, theme.SOLUTION, f"from {s.masks:g} masks, ± 2 se", size=8),
    ]
    return figure(
        traces,
        title="Weights kw",
        alt=(
            f"Weights at rate {s.rate:g}: closed form {', '.join(number(v, 2) for v in exact[r.k])}; from masks "
            f"{', '.join(number(v, 2) for v in found)}."
        ),
        x=axis("drop rate p", (-0.07, 0.92), tickvals=[*NAMED, 0.9]),
        y=axis("weight times keep probability", (low, high)),
        legend=ABOVE,
    )


def _draw_convergence(s: Settings, r: Result) -> go.Figure:
    v, j = r.linear, s.weight - 1
    reach = 1.05 * float(max(np.abs(v.excess[..., j]).max(), 2 * v.error[:, j].max() / np.sqrt(COUNTS[0])))
    error = v.error[r.k, j] / np.sqrt(COUNTS)
    paths = np.hstack([v.excess[r.k, 1:, :, j], np.full((len(v.excess[0]) - 1, 1), np.nan)]).ravel()
    excess, one = r.linear.found(r.k, s.masks)
    traces = [
        band(COUNTS, -2 * error, 2 * error, theme.PENALTY, "± 2 se"),
        line(np.tile(np.append(COUNTS, np.nan), len(v.excess[0]) - 1), paths, theme.NEUTRAL, width=0.8),
        line(COUNTS, 0 * COUNTS, theme.LOSS),
        line(COUNTS, v.excess[r.k, 0, :, j], theme.SOLUTION, "Monte Carlo"),
        points([s.masks], [excess[j]], theme.SOLUTION),
    ]
    return figure(
        traces,
        title=f"Error of weight {s.weight}",
        alt=f"At rate {s.rate:g} {s.masks:g} masks miss by {number(excess[j], 2)}, standard error {number(one[j], 2)}.",
        x=axis("masks m", (COUNTS[0], COUNTS[-1]), log=True, tickvals=[8, 16, 32, 64, 128, 256]),
        y=axis("", (-reach, reach)),
        legend=ABOVE,
    )


def _draw_distance(s: Settings, r: Result) -> go.Figure:
    distance, expected = r.linear.distances()
    noisy = slice(1, None)
    low, high = expected[noisy].min() / 1.6, max(expected.max(), distance.max()) * 1.6
    random = r.k > 0
    traces = [
        line(COUNTS, expected[r.k] if random else np.full_like(COUNTS, np.nan), theme.PENALTY, "1/√m", dash="dash"),
        points(COUNTS, distance[r.k] if random else np.full_like(COUNTS, np.nan), theme.SOLUTION, "found", size=6),
        words([45], [np.sqrt(low * high)], ["" if random else "no masks"], theme.NEUTRAL, "middle center"),
    ]
    return figure(
        traces,
        title="Distance",
        alt=f"Distance to the closed form at rate {s.rate:g}: {number(distance[r.k, -1], 2)} after 256 masks.",
        x=axis("masks m", (COUNTS[0] / 1.2, COUNTS[-1] * 1.2), log=True, tickvals=[8, 32, 128]),
        y=axis("", (low, high), log=True, tickvals=[0.003, 0.01, 0.03, 0.1, 0.3, 1]),
        legend=ABOVE,
    )


PANELS = {"main": draw_main, "detail": draw_detail, "masks": draw_masks, "check": draw_check}


def caption(s: Settings, r: Result) -> str:
    """Say what the rate does on the problem."""
    if s.view == "digits":
        validation = r.digits.validation[..., -1]
        best = r.digits.best
        others = [f"{percent(validation[0])} without dropout"] if r.k else []
        others += [f"{percent(validation[best])} at the best rate, {RATES[best]:g}"] if r.k != best else []
        others += [f"{percent(validation[-1])} at 0.9"] if r.k < len(RATES) - 1 else []
        return (
            f"At drop rate {s.rate:g} the networks have {percent(validation[r.k])} of new digits right over three "
            f"seeds, against {listed(others)}."
        )
    if s.view == "curve":
        at_data, in_gap, beyond = (number(v, 2) for v in r.spread.by_place(r.k))
        mean, error = mean_error(r.spread.eval_error)
        return (
            f"At drop rate {s.rate:g}, {s.passes} passes of network {s.network} spread by {at_data} at the data, "
            f"{in_gap} in the gap and {beyond} beyond; over three networks eval mode is off by "
            f"{number(mean[r.k], 3)} ± {number(error[r.k], 2)}, against {number(mean[0], 3)} ± "
            f"{number(error[0], 2)} without dropout."
        )
    excess, error = r.linear.found(r.k, s.masks)
    j = s.weight - 1
    return (
        f"At drop rate {s.rate:g} weight {s.weight} times k is {number(r.linear.exact[r.k, j], 3)} in closed form, and "
        f"{number(r.linear.exact[r.k, j] + excess[j], 3)} ± {number(error[j], 2)} from {s.masks:g} masks."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    if s.view == "digits":
        d = r.digits
        return {
            "Training": percent(d.train[r.k, :, -1]),
            "Validation": percent(d.validation[r.k, :, -1]),
            "Test": percent(d.test[r.k, :, -1]),
            "Test at the best rate": percent(d.test[d.best, :, -1]),
        }
    if s.view == "curve":
        at_data, in_gap, beyond = (number(v, 2) for v in r.spread.by_place(r.k))
        return {
            "Spread at the data": at_data,
            "in the gap": in_gap,
            "beyond": beyond,
            "Error, eval mode": number(r.spread.eval_error[r.k].mean(), 3),
            "Error, mean of passes": number(r.spread.mean_error[r.k].mean(), 3),
        }
    distance, expected = r.linear.distances()
    return {
        "Keep probability k": number(1 - s.rate, 2),
        "Ridge strength (1−k)/k": number(s.rate / (1 - s.rate), 3),
        "Distance, 256 masks": number(distance[r.k, -1], 2),
        "Expected": number(expected[r.k, -1], 2),
    }
