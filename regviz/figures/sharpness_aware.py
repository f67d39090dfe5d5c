"""Sharpness-aware minimization: two minima, a valley, digits with wrong labels, and one function at many scales."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments import sharpness_aware as runs
from regviz.experiments.sharpness_aware import Basins, Digits, Rescaled, Valley
from regviz.figures.kit import theme
from regviz.figures.kit.contours import level_curves_of
from regviz.figures.kit.edges import followed
from regviz.figures.kit.traces import ABOVE, averaged, axis, figure, handle, line, plane, points, reach
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Slider, place
from regviz.wording import number, percent

Runs = TypeVar("Runs")
NAMES = {"basins": "Minima", "valley": "Valley", "digits": "Digits", "rescale": "Scales"}
BASINS, VALLEY, DIGITS, RESCALE = (("view", (name,)) for name in NAMES)
X, Y = (-2.6, 2.6), (-1.7, 1.7)
LEVELS = (-1.3, -1.0, -0.8, -0.6, -0.4, -0.2, 0.0, 0.1, 0.2)
SHOWN = 50
"""of the ends; the shares are of all"""
CUT = np.linspace(*X, 105)
KINDS = (("dent", theme.PENALTY), ("bowl", theme.TRUTH), ("neither", theme.NEUTRAL))
RADII = axis("radius ρ", (-0.03, 1.23), showgrid=False)
DIGIT_RADII = axis("radius ρ", (-0.015, 0.615), showgrid=False)
SCALES = axis("scale α", (0.11, 9.1), log=True, showgrid=False, tickvals=[0.125, 0.5, 1, 2, 8])
TRAINED = (("plain", theme.LOSS), ("SAM", theme.SOLUTION))


@dataclass(frozen=True)
class Settings:
    """The radius or scale on show, the problem, and what matters for it."""

    rho: Annotated[float, replace(runs.RHO, when=BASINS)] = 0.3
    radius: Annotated[float, replace(runs.VALLEY_RHO, when=VALLEY)] = 0.0504
    reach: Annotated[float, replace(runs.DIGITS_RHO, when=DIGITS)] = 0.4
    alpha: Annotated[float, replace(runs.ALPHA, when=RESCALE)] = 1.0
    view: Annotated[str, Choice("Problem", tuple(NAMES), tuple(NAMES.values()))] = "basins"
    start_x: Annotated[float, Slider("Start w₁", -2.4, 2.4, 0.1, when=BASINS)] = 1.9
    start_y: Annotated[float, Slider("Start w₂", -1.5, 1.5, 0.1, when=BASINS)] = 0.9
    noise: Annotated[float, Slider("Noise in gradients", 0.0, 1.0, 0.2, when=BASINS, after="compute")] = 0.0
    eta: Annotated[
        float,
        Slider("Learning rate η", 0.05, 0.25, 0.05, when=("view", ("basins", "valley")), after="compute", slow=BASINS),
    ] = 0.1
    wrong: Annotated[
        float, Slider("Wrong labels", 0.0, 0.5, 0.1, when=("view", ("digits", "rescale")), after="train")
    ] = 0.3
    m: Annotated[str, Choice("Images per perturbation m", ("50", "25", "10"), when=DIGITS)] = "50"


SCRUB = ("rho", "radius", "reach", "alpha")


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """The runs, the index of what is on show, and for two minima the path from the start (51, 2), plain and of SAM."""

    runs: Runs
    k: int
    paths: tuple[Array, ...] = ()


def compute_basins(s: Settings) -> Result[Basins]:
    """Return where the starts end, and two paths."""
    k, every = place(s, "rho"), runs.path(s.start_x, s.start_y, s.noise, s.eta)
    return Result(runs.basins(s.noise, s.eta), k, (every[0], every[k]))


@cache
def _contours() -> tuple[Array, Array]:
    return level_curves_of(runs.landscape, X, Y, LEVELS, 121)


def draw_plane(s: Settings, r: Result[Basins]) -> go.Figure:
    """Draw level curves, where the starts end, two paths from one start, and how far uphill SAM looks there."""
    dent, bowl = (part[r.k, :SHOWN] for part in r.runs.inside)
    ends, start = r.runs.ends[r.k, :SHOWN].round(4), np.array([s.start_x, s.start_y])
    g = runs.slope(start)
    ahead = np.stack([start, start + s.rho * g / np.hypot(*g)])
    traces = [line(*_contours(), theme.NEUTRAL, width=0.7, hoverinfo="skip", said="contours")]
    for (name, color), part in zip(KINDS, (dent, bowl, ~(dent | bowl)), strict=True):
        traces.append(points(*np.where(part[:, None], ends, np.nan).T, color, name, size=5))
    traces += [
        line(*r.paths[0].round(4).T, theme.LOSS, "descent", width=2),
        line(*r.paths[1].round(4).T, theme.SOLUTION, "SAM", width=2),
        line(*ahead.T, theme.HIGHLIGHT, "uphill by ρ", width=4),
        points([start[0]], [start[1]], theme.SOLUTION, "start", size=11) | {"showlegend": False},
    ]
    share = r.runs.shares[:, r.k]
    told = ", ".join(f"{100 * value:.0f} % {name}" for value, (name, _) in zip(share, KINDS, strict=True))
    alt = f"Two minima and the ends of 200 starts at ρ = {s.rho:g}: {told}."
    handles = [handle("start", x="start_x", y="start_y")]
    axes = plane("w₁", X, "w₂", Y)
    return figure(traces, title="Where SAM ends", alt=alt, legend=ABOVE, handles=handles, **axes)


def draw_shares(s: Settings, r: Result[Basins]) -> go.Figure:
    """Draw the share of starts in each minimum against ρ, and from where descent leads into the dent."""
    curves = [
        line(runs.RHOS, share, color, said=name) for share, (name, color) in zip(r.runs.shares, KINDS, strict=True)
    ]
    leads = r.runs.leads.mean(axis=1)
    curves.append(line(runs.RHOS, leads, theme.PENALTY, "dent, after descent", dash="dot"))
    now = [*r.runs.shares[:, r.k], leads[r.k]]
    return followed(RADII, runs.RHOS, r.k, curves, now, "Share of starts", span=(-0.04, 1.04))


def draw_profile(s: Settings, r: Result[Basins]) -> go.Figure:
    """Draw the loss along the line through both minima, and the worst within ρ."""
    cut = np.stack([CUT, 0 * CUT], axis=1)
    loss, worst = runs.landscape(cut), runs.worst(cut, s.rho)
    lowest = int(worst.argmin())
    traces = [
        line(CUT, loss, theme.LOSS, "loss"),
        line(CUT, worst, theme.SOLUTION, "worst within ρ"),
        points([CUT[lowest]], [worst[lowest]], theme.SOLUTION),
    ]
    alt = f"Loss along w₂ = 0, and the worst within {s.rho:g}: lowest at w₁ = {number(CUT[lowest], 3)}."
    x = axis("w₁, at w₂ = 0", X, showgrid=False)
    return figure(traces, title="What SAM makes small", alt=alt, x=x, y=axis("", (-1.6, 0.5)), legend=ABOVE)


def draw_valley(s: Settings, r: Result[Valley]) -> go.Figure:
    """Draw the valley uv = 1 and the paths of SAM and adaptive SAM along it."""
    u = np.geomspace(0.3, 3.1, 80)
    sam, adaptive = r.runs.points[:, r.k]
    traces = [
        line(u, 1 / u, theme.TRUTH, "uv = 1", width=6) | {"opacity": 0.35},
        line(*sam.T, theme.SOLUTION, "SAM"),
        points(*sam[[-1]].T, theme.SOLUTION, size=9),
        points(*adaptive[[-1]].T, theme.PENALTY, "adaptive", size=9, symbol="diamond"),
        points([1], [1], theme.TRUTH, "flattest", size=11, symbol="circle-open"),
    ]
    told = " and ".join(f"({number(v[-1, 0], 3)}, {number(v[-1, 1], 3)})" for v in (sam, adaptive))
    alt = f"After {runs.VALLEY_STEPS} steps with ρ = {s.radius:g} SAM and adaptive SAM are at {told}."
    return figure(traces, title="The valley", alt=alt, legend=ABOVE, **plane("u", (0, 3.2), "v", (0, 2.0)))


def draw_drift(s: Settings, r: Result[Valley]) -> go.Figure:
    """Draw D against the step, with both theories."""
    sam, adaptive = r.runs.D[:, r.k]
    steps, told = r.runs.steps, r.runs.theory(s.radius)
    limit = sam[0] * np.exp(-2 * s.radius**2 * s.eta * steps)
    traces = [
        line(steps, _shown(limit), theme.NEUTRAL, "η → 0", dash="dot"),
        line(steps, _shown(sam), theme.SOLUTION, "SAM", width=4),
        line(steps, _shown(told), theme.TRUTH, "theory", dash="dash"),
        line(steps, adaptive, theme.PENALTY, "adaptive"),
    ]
    alt = (
        f"D from {number(sam[0], 3)} to {number(sam[-1], 3)} with ρ = {s.radius:g}; theory says {number(told[-1], 3)}."
    )
    x, y = axis("step", (0, runs.VALLEY_STEPS), showgrid=False), axis("", (1e-3, 15), log=True)
    return figure(traces, title="Distance from flat, D = u² − v²", alt=alt, x=x, y=y, legend=ABOVE)


def _shown(values: Array) -> Array:
    """Return values that a log axis has room for, the others NaN."""
    return np.where(values > 5e-4, values, np.nan)


def draw_accuracy(s: Settings, r: Result[Digits]) -> go.Figure:
    """Draw test accuracy against ρ, at the end and stopped early."""
    d = r.runs
    curves = [
        *averaged(runs.DIGITS_RHOS, 100 * d.stopped, theme.TRUTH, "stopped early"),
        *averaged(runs.DIGITS_RHOS, 100 * d.accuracy, theme.SOLUTION, "at the end"),
    ]
    now = [100 * float(part[r.k].mean()) for part in (d.stopped, d.accuracy)]
    low, high = reach(100 * d.accuracy, 100 * d.stopped)
    return followed(
        DIGIT_RADII, runs.DIGITS_RHOS, r.k, curves, now, "Test digits right, %", span=(low - 5, max(high, 100))
    )


def draw_learnt(s: Settings, r: Result[Digits]) -> go.Figure:
    """Draw the share of wrong labels that were learnt."""
    curves, now = averaged(runs.DIGITS_RHOS, 100 * r.runs.learnt, theme.PENALTY), 100 * float(r.runs.learnt[r.k].mean())
    top = 1.15 * 100 * max(float(r.runs.learnt.max()), 0.1)
    return followed(
        DIGIT_RADII, runs.DIGITS_RHOS, r.k, curves, [now], "Wrong labels learnt, %", span=(-0.03 * top, top)
    )


def draw_sharpness(s: Settings, r: Result[Digits]) -> go.Figure:
    """Draw the largest eigenvalue of the Hessian."""
    values = r.runs.sharpness
    curves, now = averaged(runs.DIGITS_RHOS, values, theme.LOSS), [float(values[r.k].mean())]
    top = 1.1 * float(values.max())
    return followed(DIGIT_RADII, runs.DIGITS_RHOS, r.k, curves, now, "Largest eigenvalue", span=(0, top))


def _scaled(r: Result[Rescaled], values: Array, title: str) -> go.Figure:
    """Return a curve over α for each of both networks."""
    curves = [line(runs.ALPHAS, row, color, name) for row, (name, color) in zip(values, TRAINED, strict=True)]
    y = {"span": (0.5 * float(values.min()), 2 * float(values.max())), "log": True, "dtick": "D2"}
    return followed(SCALES, runs.ALPHAS, r.k, curves, values[:, r.k].tolist(), title, **y)


def draw_plain(s: Settings, r: Result[Rescaled]) -> go.Figure:
    """Draw the largest eigenvalue against α."""
    return _scaled(r, r.runs.plain, "Largest eigenvalue of H")


def draw_adaptive(s: Settings, r: Result[Rescaled]) -> go.Figure:
    """Draw the largest eigenvalue in units of the weights against α."""
    return _scaled(r, r.runs.adaptive, "Largest eigenvalue of |w|H|w|")


def caption_basins(s: Settings, r: Result[Basins]) -> str:
    """Say where the starts end."""
    dent, bowl, neither = (f"{100 * share:.0f} %" for share in r.runs.shares[:, r.k])
    return (
        f"With ρ = {s.rho:g}, {dent} of 200 starts end in the narrow dent, {bowl} in the wide bowl and {neither} in "
        f"neither; from {100 * r.runs.leads[r.k].mean():.0f} % descent would still lead into the dent."
    )


def caption_valley(s: Settings, r: Result[Valley]) -> str:
    """Compare the drift with its theory."""
    D, told = r.runs.D[:, r.k], r.runs.theory(s.radius)
    return (
        f"In {runs.VALLEY_STEPS} steps with ρ = {s.radius:g} SAM takes D from {number(D[0, 0], 3)} to "
        f"{number(D[0, -1], 3)}, theory says {number(told[-1], 3)}; adaptive SAM ends at {number(D[1, -1], 3)}."
    )


def caption_digits(s: Settings, r: Result[Digits]) -> str:
    """Compare SAM with plain training, paired by seed."""
    d = r.runs
    return (
        f"With ρ = {s.reach:g} test accuracy at the end is {percent(d.accuracy[r.k])}, "
        f"{_points(d.accuracy[r.k] - d.accuracy[0])} against plain training; stopped early, "
        f"{_points(d.stopped[r.k] - d.stopped[0])}."
    )


def _points(values: Array) -> str:
    """Return the mean of differences (runs,) in points, with its error."""
    return percent(values).replace("-", "−").replace("%", "points")


def caption_rescale(s: Settings, r: Result[Rescaled]) -> str:
    """Say how sharp the same function is at this scale."""
    plain, sam = (number(v, 3) for v in r.runs.plain[:, r.k])
    here, there = (number(v, 3) for v in r.runs.adaptive[:, r.k])
    return (
        f"With α = {s.alpha:g} the largest eigenvalue is {plain} after plain training and {sam} after SAM, in units of "
        f"the weights {here} and {there}; no output has changed by more than {number(r.runs.changed.max(), 1)}."
    )


VIEWS = {
    "basins": View(
        compute_basins,
        {"plane": draw_plane, "shares": draw_shares, "profile": draw_profile},
        caption_basins,
        lambda s, r: {
            "Gradients a step": "2, not 1",
            "Curvature of dent and bowl": " and ".join(number(v, 3) for v in runs.CURVATURES),
        },
    ),
    "valley": View(
        lambda s: Result(runs.valley(s.eta), place(s, "radius")),
        {"valley": draw_valley, "drift": draw_drift},
        caption_valley,
        lambda s, r: {"S² = curvature, end": number(np.hypot(r.runs.D[0, r.k, -1], 2), 3), "At the flattest": "2"},
    ),
    "digits": View(
        lambda s: Result(runs.digits(s.wrong, int(s.m)), place(s, "reach")),
        {"accuracy": draw_accuracy, "learnt": draw_learnt, "sharpness": draw_sharpness},
        caption_digits,
        lambda s, r: {
            "Wrong labels learnt": percent(r.runs.learnt[r.k]),
            "Best ρ at the end": f"{runs.DIGITS_RHOS[r.runs.best]:g}",
            "Gradients a step": str(2 * runs.BATCH // int(s.m)),
        },
    ),
    "rescale": View(
        lambda s: Result(runs.rescaled(s.wrong), place(s, "alpha")),
        {"plain": draw_plain, "adaptive": draw_adaptive},
        caption_rescale,
        lambda s, r: {"Test digits right": f"{100 * r.runs.accuracy[0]:.1f} and {100 * r.runs.accuracy[1]:.1f} %"},
    ),
}
