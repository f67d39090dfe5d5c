"""What training chooses: three norms in the plane, the largest margin, initial scales, early stopping, low rank."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.averages import mean_error
from regviz.checks import Array
from regviz.experiments import implicit_regularization as runs
from regviz.experiments.implicit_regularization import Factors, Margin, Paths, Scales, Stopping
from regviz.figures.kit import theme
from regviz.figures.kit.edges import followed
from regviz.figures.kit.labels import level
from regviz.figures.kit.norm_balls import lengths, touching
from regviz.figures.kit.separated import separated
from regviz.figures.kit.traces import ABOVE, averaged, axis, bars, figure, line, points
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Seed, Slider, place
from regviz.wording import listed, number, pair, plus_minus

Runs = TypeVar("Runs")
NAMES = {"norms": "Norms", "margin": "Margin", "scale": "Scale", "stopping": "Stopping", "factors": "Low rank"}
NORMS, MARGIN, SCALE, STOPPING, FACTORS = (("view", (name,)) for name in NAMES)
THREE = (runs.NET, "gradient descent", "Adam")
"""in the order of L1, L2 and L∞, which they make small"""
SHADES = (theme.TRUTH, theme.LOSS, theme.PENALTY)
DECADES = axis("log₁₀ t", (-0.5, 16.5), tickvals=[0, 4, 8, 12, 16], showgrid=False)
SIZES = axis("initial size α", (5e-7, 20), log=True, showgrid=False, dtick=2)
STOPPED = axis("time t = 1/λ", (0.008, 1.3e4), log=True, showgrid=False, tickvals=[0.01, 1, 100, 1e4])
TRAINED = axis("training step", (9, 3300), log=True, showgrid=False, tickvals=[10, 100, 1000])


@dataclass(frozen=True)
class Settings:
    """The moment on show, the problem, and what matters for it."""

    step: Annotated[int, Slider("Step", 0, runs.STEPS, 2, when=NORMS)] = runs.STEPS
    time: Annotated[float, replace(runs.TIME, when=MARGIN)] = 4.0
    alpha: Annotated[float, replace(runs.ALPHA, when=("view", ("norms", "scale")))] = 0.001
    stop: Annotated[float, replace(runs.STOP, when=STOPPING)] = 6.31
    trained: Annotated[float, replace(runs.TRAINING, when=FACTORS)] = 3000.0
    view: Annotated[str, Choice("Problem", tuple(NAMES), tuple(NAMES.values()))] = "norms"
    slope: Annotated[float, Slider("Slope a₂ of the line", 0.1, 0.9, 0.1, when=NORMS)] = 0.5
    seed: Annotated[int, Seed(when=MARGIN)] = 1
    k: Annotated[int, Slider("Nonzero weights k", 5, 40, 5, when=SCALE, after="compute")] = 5
    truth: Annotated[
        str,
        Choice("Truth", ("even", "strong", "weak"), ("Even", "Strong end", "Weak end"), when=STOPPING),
    ] = "even"
    noise: Annotated[float, Slider("Noise σ", 0.1, 2.0, 0.1, when=STOPPING)] = 0.5


SCRUB = ("step", "time", "alpha", "stop", "trained")


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """The runs, and the index of what is on show."""

    runs: Runs
    k: int


def draw_plane(s: Settings, r: Result[Paths]) -> go.Figure:
    """Draw the line of solutions, the touching balls and three paths."""
    paths = {name: r.runs.paths[name] for name in THREE}
    alt = "; ".join(f"{name} at {pair(path[r.k])}" for name, path in paths.items())
    return touching(r.runs.a, r.runs.least, paths, r.k, f"Plane of two weights, step {s.step}: {alt}.")


def draw_lengths(s: Settings, r: Result[Paths]) -> go.Figure:
    """Draw each norm of each of the three."""
    return lengths({name: r.runs.paths[name][r.k] for name in THREE}, r.runs.least)


def draw_points(s: Settings, r: Result[Margin]) -> go.Figure:
    """Draw the points, the line of the flow and the line of largest margin."""
    m = r.runs
    alt = f"Thirty points of two classes; at log₁₀ t = {s.time:g} the line is {number(m.angles[r.k], 3)}° off the best."
    return separated(m.x, m.labels, m.support, m.best, m.w[r.k], alt)


def draw_angle(s: Settings, r: Result[Margin]) -> go.Figure:
    """Draw the angle to the largest margin against log t, and its expansion."""
    m = r.runs
    angles = np.maximum(m.angles, 1e-3)
    span = 0.5 * float(angles.min()), 2 * float(np.nanmax([angles.max(), 1.0]))
    told = np.where(m.predicted < span[1], m.predicted, np.nan)
    curves = [line(runs.TIMES, told, theme.TRUTH, "ŵ log t + w̃", dash="dash")]
    curves += [line(runs.TIMES, angles, theme.LOSS, "flow")]
    ticks = [0.001, 0.01, 0.1, 1, 10, 100]
    return followed(
        DECADES, runs.TIMES, r.k, curves, [angles[r.k]], "Angle, degrees", span=span, log=True, tickvals=ticks
    )


def draw_margin(s: Settings, r: Result[Margin]) -> go.Figure:
    """Draw the margin against log t."""
    m = r.runs
    low = min(1.1 * float(m.margins.min()), 0.0)
    curves = [
        *level(m.largest, 9, "largest", theme.TRUTH, (-0.5, 16.5), above=True),
        line(runs.TIMES, m.margins, theme.LOSS, said="flow"),
    ]
    return followed(DECADES, runs.TIMES, r.k, curves, [m.margins[r.k]], "Margin", span=(low, 1.35 * m.largest))


def draw_growth(s: Settings, r: Result[Margin]) -> go.Figure:
    """Draw the norm against log t."""
    m = r.runs
    curves = [line(runs.TIMES, m.norms, theme.LOSS, said="flow")]
    return followed(
        DECADES, runs.TIMES, r.k, curves, [m.norms[r.k]], "Length ‖w‖", span=(0, 1.1 * float(m.norms.max()))
    )


def draw_errors(s: Settings, r: Result[Scales]) -> go.Figure:
    """Draw the error against α, between those of least L1 and of least L2."""
    d = r.runs
    l1, l2 = (float(v) for v in d.ends.mean(axis=1))
    span, top = (5e-7, 20), 1.25 * max(float(d.errors.mean(axis=1).max()), l1, l2)
    curves = [
        *level(l1, top, "least L1", theme.L1, span, above=True),
        *level(l2, top, "least L2", theme.L2, span, above=True, left=True),
        *averaged(runs.ALPHAS, d.errors, theme.SOLUTION, said="mean error"),
    ]
    now = [float(d.errors[r.k].mean())]
    return followed(SIZES, runs.ALPHAS, r.k, curves, now, "Error ‖w − β‖²", span=(-0.05 * top, top))


def draw_weights(s: Settings, r: Result[Scales]) -> go.Figure:
    """Draw the weights of the first draw beside the true ones."""
    d, index = r.runs, np.arange(1, len(r.runs.truth) + 1)
    w = d.weights[r.k]
    reach = 1.15 * float(max(np.abs(d.weights).max(), np.abs(d.truth).max()))
    shown = np.where(d.truth != 0, d.truth, np.nan)
    traces = [
        bars(index, w, theme.SOLUTION, "w", width=0.8),
        points(index, shown, theme.TRUTH, "truth", size=7, symbol="diamond"),
    ]
    count = int((np.abs(w) > 0.01).sum())
    alt = f"Weights of the first draw at α = {number(s.alpha)}: {count} of {len(w)} beyond 0.01."
    x = axis("weight number j", (0, len(w) + 1), showgrid=False)
    return figure(traces, title="Weights, first draw", alt=alt, x=x, y=axis("", (-reach, reach)), legend=ABOVE)


def draw_both_norms(s: Settings, r: Result[Scales]) -> go.Figure:
    """Draw ‖w‖₁ and ‖w‖₂ against α, in units of the least ones."""
    d = r.runs
    one, two = d.l1[:, 0] / d.least[0], d.l2[:, 0] / d.least[1]
    curves = [line(runs.ALPHAS, one, theme.L1, "L1"), line(runs.ALPHAS, two, theme.L2, "L2")]
    top = 1.1 * float(max(one.max(), two.max()))
    return followed(SIZES, runs.ALPHAS, r.k, curves, [one[r.k], two[r.k]], "Norm/least", span=(0.9, top))


def draw_risks(s: Settings, r: Result[Stopping]) -> go.Figure:
    """Draw the risk of the flow stopped at t and of ridge at 1/t."""
    d = r.runs
    both = np.stack([d.flow, d.ridge])
    curves = [
        line(runs.STOPS, d.ridge, theme.L2, "ridge, λ = 1/t"),
        line(runs.STOPS, d.flow, theme.PENALTY, "stopped at t"),
    ]
    lowest = both.argmin(axis=1)
    curves += [
        points(
            runs.STOPS[lowest], both.min(axis=1)[[0, 1]], theme.NEUTRAL, size=10, symbol="diamond-open", said="least"
        )
    ]
    span = 0.7 * float(both.min()), min(1.4 * float(both.max()), 60 * float(both.min()))
    ticks = [0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000]
    now = [float(d.ridge[r.k]), float(d.flow[r.k])]
    return followed(STOPPED, runs.STOPS, r.k, curves, now, "Risk E‖w − β‖²", span=span, log=True, tickvals=ticks)


def draw_ratio(s: Settings, r: Result[Stopping]) -> go.Figure:
    """Draw risk over risk, and what bounds it."""
    curves = [
        *level(runs.BOUND, 9, "never above 1.69", theme.NEUTRAL, (0.008, 1.3e4), above=True, left=True),
        line(runs.STOPS, r.runs.ratio, theme.PENALTY, said="ratio"),
    ]
    return followed(STOPPED, runs.STOPS, r.k, curves, [float(r.runs.ratio[r.k])], "Stopped/ridge", span=(0, 2))


def _by_scale(r: Result[Factors], values: Array, truth: float, title: str, **y: Any) -> go.Figure:
    """Return curves (scales, checks, seeds) over the training steps, from three initial scales."""
    curves = [] if np.isnan(truth) else level(truth, 1e9, "truth", theme.NEUTRAL, (9, 3300), left=True)
    for scale, runs_, color in zip(runs.SCALES, values, SHADES, strict=True):
        name = f"init {number(scale)}"
        curves += averaged(runs.CHECKS, runs_, color, name if title == "Effective rank" else "", name)
    return followed(TRAINED, runs.CHECKS, r.k, curves, values[:, r.k].mean(axis=1).tolist(), title, **y)


def draw_ranks(s: Settings, r: Result[Factors]) -> go.Figure:
    """Draw the effective rank."""
    return _by_scale(r, r.runs.ranks, r.runs.true_rank, "Effective rank", span=(0, 22))


def draw_unseen(s: Settings, r: Result[Factors]) -> go.Figure:
    """Draw the error where nothing is seen."""
    return _by_scale(r, r.runs.unseen, np.nan, "Error on unseen entries", span=(0, 1.3))


def draw_lengths_of_w(s: Settings, r: Result[Factors]) -> go.Figure:
    """Draw the norm."""
    top = 1.2 * float(max(r.runs.norms.max(), r.runs.true_norm))
    return _by_scale(r, r.runs.norms, r.runs.true_norm, "Length ‖W‖", span=(0, top))


def caption_norms(s: Settings, r: Result[Paths]) -> str:
    """Say where the three are."""
    told = listed([f"{name} is at {pair(r.runs.paths[name][r.k])}" for name in THREE])
    return f"At step {s.step} {told}; the line is w₁ + {number(s.slope)} w₂ = 1, and α = {number(s.alpha, 3)}."


def caption_margin(s: Settings, r: Result[Margin]) -> str:
    """Say how far the flow is from the largest margin."""
    m = r.runs
    return (
        f"At log₁₀ t = {s.time:g} the line is {number(m.angles[r.k], 3)}° off that of largest margin, its margin is "
        f"{number(m.margins[r.k], 3)} of {number(m.largest, 3)}, and ‖w‖ is {number(m.norms[r.k], 3)} and growing."
    )


def caption_scale(s: Settings, r: Result[Scales]) -> str:
    """Compare the error with those of least L1 and of least L2."""
    d = r.runs
    l1, l2 = (number(round(v, 12), 3) for v in d.ends.mean(axis=1))
    here, best = (" ± ".join(number(float(v), 2) for v in mean_error(d.errors[k])) for k in (r.k, d.best))
    return (
        f"From α = {number(s.alpha, 3)} the error is {here}, against {l1} of least L1 and {l2} of least "
        f"L2; the best α here is {number(runs.ALPHAS[d.best], 3)}, with {best}."
    )


def caption_stopping(s: Settings, r: Result[Stopping]) -> str:
    """Compare the risks here and at their best."""
    d = r.runs
    here, times, stop, ridge = (number(v, 3) for v in (d.flow[r.k], d.ratio[r.k], d.flow.min(), d.ridge.min()))
    return (
        f"Stopped at t = {number(s.stop)} the risk is {here}, {times} times that of ridge at λ = 1/t; the best stop "
        f"has {stop} and the best ridge {ridge}."
    )


def caption_factors(s: Settings, r: Result[Factors]) -> str:
    """Say what rank and what error each scale has."""
    d = r.runs
    told = [
        f"{number(d.ranks[i, r.k].mean(), 3)} and {plus_minus(d.unseen[i, r.k])} from init {number(scale)}"
        for i, scale in enumerate(runs.SCALES)
    ]
    return f"After {number(np.rint(s.trained))} steps effective rank and error on unseen entries are {listed(told)}."


VIEWS = {
    "norms": View(
        lambda s: Result(runs.plane(s.slope, s.alpha), place(s, "step")),
        {"plane": draw_plane, "norms": draw_lengths},
        caption_norms,
        lambda s, r: {f"Least {name}": number(size, 3) for name, (size, _) in r.runs.least.items()},
    ),
    "margin": View(
        lambda s: Result(runs.margin(s.seed), place(s, "time")),
        {"points": draw_points, "angle": draw_angle, "margin": draw_margin, "length": draw_growth},
        caption_margin,
        lambda s, r: {
            "Support points": str(r.runs.support.sum()),
            "Growth of ‖w‖": f"{number(1 / r.runs.largest, 3)} log t",
        },
    ),
    "scale": View(
        lambda s: Result(runs.scales(s.k), place(s, "alpha")),
        {"error": draw_errors, "weights": draw_weights, "norms": draw_both_norms},
        caption_scale,
        lambda s, r: {"‖w‖₁, first draw": number(r.runs.l1[r.k, 0], 3), "‖w‖₂": number(r.runs.l2[r.k, 0], 3)},
    ),
    "stopping": View(
        lambda s: Result(runs.stopping(s.truth, s.noise), place(s, "stop")),
        {"risk": draw_risks, "ratio": draw_ratio},
        caption_stopping,
        lambda s, r: {"Largest ratio": number(r.runs.ratio.max()), "Best t": number(runs.STOPS[r.runs.flow.argmin()])},
    ),
    "factors": View(
        lambda s: Result(runs.factors(), place(s, "trained")),
        {"rank": draw_ranks, "unseen": draw_unseen, "length": draw_lengths_of_w},
        caption_factors,
        lambda s, r: {"Error on seen entries, init 0.01": number(r.runs.seen[0, r.k].mean(), 2)},
    ),
}
