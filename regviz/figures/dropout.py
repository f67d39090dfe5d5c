"""Units dropped at every rate: digits with wrong labels, a curve with its spread, and the ridge it is when linear."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.data.curves import wave
from regviz.experiments import dropout as runs
from regviz.experiments.dropout import COUNTS, GRID, NETWORKS, PASSES, RATES, Digits, Linear, Spread
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import (
    ABOVE,
    averaged,
    axis,
    band,
    broken,
    cells,
    error_bars,
    figure,
    line,
    points,
    upright,
)
from regviz.figures.kit.views import View
from regviz.knobs import Choice, LogSlider, Slider, place
from regviz.wording import listed, number, percent, plus_minus, spelled

Runs = TypeVar("Runs")
RATE = axis("drop rate p", (-0.07, 0.92), tickvals=[0, 0.1, 0.3, 0.5, 0.7, 0.9])
MASKS = axis("masks m", (COUNTS[0] / 1.2, COUNTS[-1] * 1.2), log=True, tickvals=[8, 32, 128])
SHADES = (theme.LOSS, theme.HIGHLIGHT)  # of other weights, and of the one followed
DIGITS, CURVE, LINEAR = (("view", (name,)) for name in ("digits", "curve", "linear"))


@dataclass(frozen=True)
class Settings:
    """The rate on show, the problem, and what matters for it."""

    rate: Annotated[float, Slider("Drop rate p", 0.0, 0.9, 0.02)] = 0.3
    view: Annotated[str, Choice("Problem", ("digits", "curve", "linear"), ("Digits", "Curve", "Linear"))] = "digits"
    wrong: Annotated[float, Slider("Wrong labels in training", 0.0, 0.4, 0.1, when=DIGITS, after="train")] = 0.3
    network: Annotated[
        int, Slider("Network", 1, NETWORKS, 1, when=CURVE, help="Three draws of weights and noise, at every rate.")
    ] = 1
    passes: Annotated[int, Slider("Passes T", 10, PASSES, 10, when=CURVE)] = PASSES
    correlation: Annotated[float, Slider("Correlation of columns", 0.0, 0.9, 0.1, when=LINEAR)] = 0.6
    weight: Annotated[int, Slider("Weight followed", 1, 6, 1, when=LINEAR)] = 1
    masks: Annotated[float, LogSlider("Masks averaged m", 8, 256, 6, when=LINEAR)] = 64.0


SCRUB = ("rate",)


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """What a view shows at every rate, the index of the rate, and the masks drawn: `kept` (rows, columns), its axes."""

    runs: Runs
    k: int
    kept: Array
    axes: tuple[str, str]


def compute_digits(s: Settings) -> Result[Digits]:
    """Return the networks on digits, and the masks of twelve images."""
    return Result(runs.digits_trained(s.wrong), place(s, "rate"), runs.masks(s.rate, 12, 48, 1), ("image", "unit"))


def compute_curve(s: Settings) -> Result[Spread]:
    """Return the networks on the curve, and the masks of the first twelve passes."""
    kept = runs.masks_of_passes(s.rate)[0][:12] > 0
    return Result(runs.spread_of(s.network, s.passes), place(s, "rate"), kept, ("pass", "unit of layer 1"))


def compute_linear(s: Settings) -> Result[Linear]:
    """Return the weights of linear regression, and the masks of twelve cases."""
    return Result(runs.linear_solved(s.correlation), place(s, "rate"), runs.masks(s.rate, 12, 6, 0), ("case", "input"))


def draw_masks(s: Settings, r: Result[Any]) -> go.Figure:
    """Draw who is kept: a row for each case or pass, a column for each unit or input."""
    up, across = (np.arange(1, n + 1) for n in r.kept.shape)
    shown = cells(across, up, np.where(r.kept, 1.0, np.nan), theme.LOSS, (0, 1), "kept", shades=2)
    x = axis(r.axes[1], (0.4, len(across) + 0.6), showgrid=False, tickvals=across[:: len(across) // 6])
    y = axis(r.axes[0], (0.4, len(up) + 0.6), showgrid=False, tickvals=[1, 6, 12])
    alt = f"Masks at rate {number(s.rate)}: {r.kept.sum()} of {r.kept.size} kept."
    return figure(shown, title="Masks: kept is blue", alt=alt, x=x, y=y)


def draw_accuracy(s: Settings, r: Result[Digits]) -> go.Figure:
    """Draw training and validation accuracy against the rate."""
    final, validation = r.runs.train[..., -1], r.runs.validation[..., -1]
    best, low = RATES[r.runs.best], float(validation.min()) - 0.1
    side = "middle left" if best > 0.4 else "middle right"
    traces = [
        *averaged(RATES, final, theme.LOSS, "training"),
        *averaged(RATES, validation, theme.TRUTH, "validation"),
        upright(best, (low, 1.04), theme.TRUTH, dash="dash", said="best p"),
        words([best], [low + 0.02], [f" best p = {number(best)} "], theme.TRUTH, side),
        points([s.rate] * 2, [final[r.k].mean(), validation[r.k].mean()], theme.SOLUTION, size=10),
    ]
    alt = f"Accuracy against the rate: at {s.rate:g} {percent(validation[r.k])} in validation, best at {best:g}."
    y = axis(f"share right after {runs.EPOCHS} epochs", (low, 1.04))
    return figure(traces, title="Accuracy", alt=alt, x=RATE, y=y, legend=ABOVE)


def draw_training(s: Settings, r: Result[Digits]) -> go.Figure:
    """Draw the training at this rate."""
    traces = []
    for values, color, name in ((r.runs.train, theme.LOSS, "training"), (r.runs.validation, theme.TRUTH, "validation")):
        seeds = band(runs.CHECKS, *np.quantile(values[r.k], (0, 1), axis=0), color, said=f"{name}, its seeds")
        traces += [seeds, line(runs.CHECKS, values[r.k].mean(axis=0), color, name)]
    traces.append(line(runs.CHECKS, r.runs.validation[0].mean(axis=0), theme.NEUTRAL, "same at p = 0", dash="dot"))
    alt = f"Accuracy by epoch at rate {number(s.rate)}: validation ends at {percent(r.runs.validation[r.k, :, -1])}."
    x, y = axis("epoch", (0, runs.EPOCHS)), axis("share right", (0, 1.04))
    return figure(traces, title="Training", alt=alt, x=x, y=y, legend=ABOVE)


def draw_activation(s: Settings, r: Result[Digits]) -> go.Figure:
    """Draw the mean hidden activation in train and in eval mode."""
    d, mean, two = r.runs, r.runs.train_mode, 2 * r.runs.train_error
    traces = [
        band(RATES, mean - two, mean + two, theme.LOSS, said="train mode ± 2 se"),
        line(RATES, mean, theme.LOSS, said="train mode"),
        line([0, 0.9], [d.eval_mode] * 2, theme.TRUTH, "train, eval", dash="dash"),
        line(RATES, d.undivided, theme.NEUTRAL, "not divided", dash="dot"),
        points([s.rate] * 2, [mean[r.k], d.undivided[r.k]], theme.SOLUTION, size=7),
    ]
    train, eval_, bare = (number(v, 3) for v in (mean[r.k], d.eval_mode, d.undivided[r.k]))
    alt = f"Mean activation at rate {number(s.rate)}: train mode {train}, eval mode {eval_}, not divided {bare}."
    x, y = axis("drop rate p", (0, 0.9), tickvals=[0, 0.3, 0.6, 0.9]), axis("", (0, 1.4 * d.eval_mode))
    return figure(traces, title="Mean activation", alt=alt, x=x, y=y, legend=ABOVE)


def _places(r: Result[Spread]) -> str:
    """Return how far the passes spread, in words."""
    at_data, in_gap, beyond = (number(v, 2) for v in r.runs.by_place(r.k))
    return f"{at_data} at the data, {in_gap} in the gap and {beyond} beyond"


def draw_passes(s: Settings, r: Result[Spread]) -> go.Figure:
    """Draw the curve with its passes."""
    c, i, mean, deviation = r.runs.curve, s.network - 1, r.runs.mean, r.runs.deviation
    low, high = r.runs.reach(i)
    traces = [
        band(GRID, (mean - deviation)[r.k], (mean + deviation)[r.k], theme.PENALTY, "passes ± sd"),
        line(broken([GRID] * 4), broken(c.passes[r.k, i, :4]), theme.NEUTRAL, "four passes", width=0.8),
        line(GRID, wave(GRID), theme.TRUTH, "truth", dash="dash"),
        points(c.x, c.y[i], theme.LOSS, size=7, said="training data"),
        line(GRID, c.eval_mode[r.k, i], theme.SOLUTION, "eval mode", width=3),
    ]
    alt = f"Prediction at rate {number(s.rate)}: passes spread by {_places(r)}."
    x, y = axis("x", (GRID[0], GRID[-1])), axis("y", (low - 0.1, high + 0.1))
    return figure(traces, title="Prediction", alt=alt, x=x, y=y, legend=ABOVE)


def draw_spread(s: Settings, r: Result[Spread]) -> go.Figure:
    """Draw how far the passes spread along x."""
    deviation, places = r.runs.deviation, r.runs.curve.x
    top = 1.05 * float(deviation.max())
    traces = [
        line(GRID, deviation[r.k], theme.PENALTY, width=3, said="spread"),
        points(places, np.zeros(len(places)), theme.LOSS, size=7, symbol="line-ns-open", said="training data"),
    ]
    alt = f"Deviation of the passes at rate {number(s.rate)}: {_places(r)}."
    x, y = axis("x", (GRID[0], GRID[-1])), axis("", (-0.05 * top, top))
    return figure(traces, title="Spread of the passes", alt=alt, x=x, y=y)


def draw_errors(s: Settings, r: Result[Spread]) -> go.Figure:
    """Draw the error against the rate."""
    both = (r.runs.eval_error, r.runs.mean_error)
    now = [values[r.k].mean() for values in both]
    traces = [
        *averaged(RATES, both[0], theme.SOLUTION, "eval mode"),
        *averaged(RATES, both[1], theme.PENALTY, "mean of passes"),
        points([s.rate] * 2, now, theme.HIGHLIGHT),
    ]
    alt = f"Root mean square error at rate {number(s.rate)}: eval mode {number(now[0], 3)}, passes {number(now[1], 3)}."
    y = axis("root mean square distance from the truth", (0, 1.15 * float(max(values.max() for values in both))))
    return figure(traces, title="Error", alt=alt, x=RATE, y=y, legend=ABOVE)


def draw_weights(s: Settings, r: Result[Linear]) -> go.Figure:
    """Draw the weights against the rate."""
    exact, (excess, error) = r.runs.exact, r.runs.found(r.k, s.masks)
    found, many = exact[r.k] + excess, np.repeat(s.rate, len(excess))
    low, high = exact.min() - 0.15, exact.max() + 0.15
    at = spread(exact[0], (high - low) / 18, (low, high))
    traces = [line(RATES, w, SHADES[j == s.weight], said=f"w<sub>{j}</sub>") for j, w in enumerate(exact.T, 1)]
    traces += [
        words(0 * at - 0.015, at, [f"w<sub>{j + 1}</sub> " for j in range(len(at))], theme.NEUTRAL, "middle left"),
        upright(s.rate, (low, high), theme.NEUTRAL),
        error_bars(many, found - 2 * error, found + 2 * error, theme.SOLUTION),
        points(many, found, theme.SOLUTION, f"from {number(s.masks)} masks, ± 2 se", size=8),
    ]
    y = axis("weight times keep probability", (low, high))
    return figure(traces, title="Weights kw", alt=caption_linear(s, r), x=RATE, y=y, legend=ABOVE)


def draw_one_weight(s: Settings, r: Result[Linear]) -> go.Figure:
    """Draw one weight less its closed form as masks are added."""
    v, j = r.runs, s.weight - 1
    reach = 1.05 * float(max(np.abs(v.excess[..., j]).max(), 2 * v.error[:, j].max() / np.sqrt(COUNTS[0])))
    error, others, (excess, one) = v.error[r.k, j] / np.sqrt(COUNTS), v.excess[r.k, 1:, :, j], v.found(r.k, s.masks)
    traces = [
        band(COUNTS, -2 * error, 2 * error, theme.PENALTY, "± 2 se"),
        line(broken([COUNTS] * len(others)), broken(others), theme.NEUTRAL, width=0.8, said="other sequences"),
        line(COUNTS, 0 * COUNTS, theme.LOSS, said="closed form"),
        line(COUNTS, v.excess[r.k, 0, :, j], theme.SOLUTION, "Monte Carlo"),
        points([s.masks], [excess[j]], theme.SOLUTION),
    ]
    alt = f"At rate {s.rate:g} {s.masks:g} masks miss by {number(excess[j], 2)}, standard error {number(one[j], 2)}."
    y = axis("", (-reach, reach))
    return figure(traces, title=f"Error of weight {s.weight}", alt=alt, x=MASKS, y=y, legend=ABOVE)


def draw_distance(s: Settings, r: Result[Linear]) -> go.Figure:
    """Draw the distance of all weights to the closed form as masks are added."""
    distance, expected = r.runs.distances()
    low, high = expected[1:].min() / 1.6, max(expected.max(), distance.max()) * 1.6
    random, nothing = r.k > 0, np.full_like(COUNTS, np.nan)
    traces = [
        line(COUNTS, expected[r.k] if random else nothing, theme.PENALTY, "1/√m", dash="dash"),
        points(COUNTS, distance[r.k] if random else nothing, theme.SOLUTION, "found", size=6),
        words([45], [np.sqrt(low * high)], ["" if random else "no masks"], theme.NEUTRAL, "middle center"),
    ]
    alt = f"Distance to the closed form at rate {number(s.rate)}: {number(distance[r.k, -1], 2)} after 256 masks."
    y = axis("", (low, high), log=True, tickvals=[0.003, 0.01, 0.03, 0.1, 0.3, 1])
    return figure(traces, title="Distance", alt=alt, x=MASKS, y=y, legend=ABOVE)


def caption_digits(s: Settings, r: Result[Digits]) -> str:
    """Compare the rate with others on images that chose none of them."""
    test, best = r.runs.test[..., -1], r.runs.best
    others = [f"{percent(test[0])} without dropout"] if r.k else []
    others += [f"{percent(test[best])} at {number(RATES[best])} (best in validation)"] if r.k != best else []
    others += [f"{percent(test[-1])} at 0.9"] if r.k < len(RATES) - 1 else []
    return (
        f"At drop rate {number(s.rate)} the networks have {percent(test[r.k])} of the test digits right over "
        f"{spelled(runs.SEEDS)} seeds, against {listed(others)}."
    )


def caption_curve(s: Settings, r: Result[Spread]) -> str:
    """Say how far the passes spread and how far eval mode is off."""
    error = r.runs.eval_error
    return (
        f"At drop rate {number(s.rate)}, {s.passes} passes of network {s.network} spread by {_places(r)}; over "
        f"{spelled(NETWORKS)} networks eval mode is off by {plus_minus(error[r.k])}, against {plus_minus(error[0])} "
        "without dropout."
    )


def caption_linear(s: Settings, r: Result[Linear]) -> str:
    """Compare one weight with its closed form."""
    (excess, error), exact, j = r.runs.found(r.k, s.masks), r.runs.exact[r.k, s.weight - 1], s.weight - 1
    return (
        f"At drop rate {number(s.rate)} weight {s.weight} times k is {number(exact, 3)} in closed form, and "
        f"{number(exact + excess[j], 3)} ± {number(error[j], 2)} from {number(s.masks)} masks."
    )


def readouts_digits(s: Settings, r: Result[Digits]) -> dict[str, str]:
    """Return the accuracies."""
    parts = {"Training": r.runs.train, "Validation": r.runs.validation, "Test": r.runs.test}
    now = {name: percent(part[r.k, :, -1]) for name, part in parts.items()}
    return now | {"Test at the best rate": percent(r.runs.test[r.runs.best, :, -1])}


def readouts_curve(s: Settings, r: Result[Spread]) -> dict[str, str]:
    """Return the spreads and errors."""
    spreads = zip(("Spread at the data", "in the gap", "beyond"), r.runs.by_place(r.k), strict=True)
    errors = (("Error, eval mode", r.runs.eval_error), ("Error, mean of passes", r.runs.mean_error))
    return {name: number(v, 2) for name, v in spreads} | {name: number(v[r.k].mean(), 3) for name, v in errors}


def readouts_linear(s: Settings, r: Result[Linear]) -> dict[str, str]:
    """Return the strength of the ridge, the distance to it, and what dropout adds to the logistic loss."""
    (distance, expected), (exact, quadratic) = r.runs.distances(), r.runs.penalties[:, 1, r.k]
    return {
        "Ridge strength (1−k)/k": number(s.rate / (1 - s.rate), 3),
        "Distance, 256 masks": f"{number(distance[r.k, -1], 2)}, expected {number(expected[r.k, -1], 2)}",
        "Logistic loss: dropout adds": number(exact, 3),
        "its ridge form": number(quadratic, 3),
    }


ON_DIGITS = {"accuracy": draw_accuracy, "training": draw_training, "masks": draw_masks, "activation": draw_activation}
ON_CURVE = {"error": draw_errors, "passes": draw_passes, "masks": draw_masks, "spread_of_passes": draw_spread}
LINEARLY = {"weights": draw_weights, "one_weight": draw_one_weight, "masks": draw_masks, "distance": draw_distance}
VIEWS = {
    "digits": View(compute_digits, ON_DIGITS, caption_digits, readouts_digits),
    "curve": View(compute_curve, ON_CURVE, caption_curve, readouts_curve),
    "linear": View(compute_linear, LINEARLY, caption_linear, readouts_linear),
}
