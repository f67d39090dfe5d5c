"""Spectral normalization: functions fitted at a bound, power iteration, opponents, and digits under attack."""

from dataclasses import dataclass, replace
from typing import Annotated, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.experiments import spectral_normalization as runs
from regviz.experiments.spectral_normalization import Fits, Game, Opponents, Powers, Robust
from regviz.figures.kit import games, power, theme
from regviz.figures.kit.edges import followed
from regviz.figures.kit.traces import ABOVE, averaged, axis, figure, line, points, rule
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Slider, place
from regviz.wording import number, percent, plus_minus

Runs = TypeVar("Runs")
NAMES = {"fit": "Fit", "power": "Power", "opponent": "Opponent", "dirac": "Dirac-GAN", "digits": "Digits"}
FIT, POWER, OPPONENT, DIRAC, DIGITS = (("view", (name,)) for name in NAMES)
LIMITS = axis("bound K", (0.45, 18), log=True, tickvals=[0.5, 1, 2, 4, 8, 16], showgrid=False)
LEARNT = axis("steps of the opponent", (9, 1100), log=True, tickvals=[10, 100, 1000], showgrid=False)
STEEP = axis("bound L", (0.42, 76), log=True, tickvals=[0.5, 2, 8, 32], showgrid=False)
RADII = axis("length of the attack ε", (-0.03, 1.03), showgrid=False)


@dataclass(frozen=True)
class Settings:
    """The bound or count on show, the view, and what matters for it."""

    bound: Annotated[float, replace(runs.BOUND, when=FIT)] = 2.0
    k: Annotated[int, replace(runs.ITERATIONS, when=POWER)] = 3
    steps: Annotated[float, replace(runs.STEPS, when=OPPONENT)] = 1000.0
    gamma: Annotated[float, replace(runs.GAMMA, when=DIRAC)] = 0.5
    slope: Annotated[float, replace(runs.SLOPE, when=DIGITS)] = 4.0
    view: Annotated[str, Choice("View", tuple(NAMES), tuple(NAMES.values()))] = "fit"
    target: Annotated[str, Choice("Target", tuple(runs.TARGETS), ("sign(x)", "|x|"), when=FIT)] = "sign"
    layers: Annotated[str, Choice("Hidden layers", tuple(runs.LAYERS), ("One", "Two"), when=FIT)] = "two"
    activation: Annotated[str, Choice("Activation", ("relu", "group_sort"), ("relu", "GroupSort"), when=FIT)] = (
        "group_sort"
    )
    ratio: Annotated[float, replace(runs.RATIO, when=POWER)] = 0.8
    limit: Annotated[str, Choice("Bound L", ("0.5", "1", "2", "4"), when=OPPONENT)] = "1"
    d: Annotated[int, Slider("Distance d of real and fake", 1, 4, 1, when=OPPONENT, after="train")] = 2
    rate: Annotated[float, Slider("Learning rate h", 0.05, 0.5, 0.05, when=DIRAC)] = 0.2
    clip: Annotated[float, Slider("Clip of |ψ|", 0.1, 1.0, 0.1, when=DIRAC)] = 0.5
    radius: Annotated[float, replace(runs.RADIUS, when=DIGITS)] = 0.4


SCRUB = ("bound", "k", "steps", "gamma", "slope")


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """The runs, and the index of what is on show."""

    runs: Runs
    k: int


def draw_function(s: Settings, r: Result[Fits]) -> go.Figure:
    """Draw the target and the network with this bound."""
    f = r.runs
    traces = [
        line(f.x, f.target, theme.TRUTH, "target", dash="dash"),
        line(f.x, f.outputs[r.k], theme.SOLUTION, "network", width=3),
    ]
    alt = f"The network at K = {s.bound:g}: its steepest slope is {number(f.slopes[r.k, 0], 3)}."
    x, y = axis("x", (-1.02, 1.02), showgrid=False), axis("", (-1.25, 1.25))
    return figure(traces, title="What is learnt", alt=alt, x=x, y=y, legend=ABOVE)


def draw_errors(s: Settings, r: Result[Fits]) -> go.Figure:
    """Draw the error against the bound, and the least that any function with such slopes has."""
    best, now = (np.where(v > 2e-5, v, np.nan) for v in (r.runs.best, r.runs.errors.mean(axis=-1)))
    curves = [
        line(runs.BOUNDS, best, theme.NEUTRAL, "best", dash="dash"),
        *averaged(runs.BOUNDS, np.maximum(r.runs.errors, 1e-5), theme.LOSS, "network"),
    ]
    ticks, span = [1e-4, 1e-3, 0.01, 0.1, 1], (0.01 if s.target == "sign" else 2e-5, 1.0)
    return followed(LIMITS, runs.BOUNDS, r.k, curves, [now[r.k]], "Squared error", span=span, log=True, tickvals=ticks)


def draw_slopes(s: Settings, r: Result[Fits]) -> go.Figure:
    """Draw the steepest slope against the bound."""
    values, y = np.maximum(r.runs.slopes, 0.1), {"span": (0.2, 20), "log": True, "tickvals": [0.25, 1, 4, 16]}
    curves = [
        line([0.45, 18], [0.45, 18], theme.NEUTRAL, "bound", dash="dash"),
        *averaged(runs.BOUNDS, values, theme.PENALTY, "network"),
    ]
    return followed(LIMITS, runs.BOUNDS, r.k, curves, [values[r.k].mean()], "Steepest slope", **y)


def draw_ellipse(s: Settings, r: Result[Powers]) -> go.Figure:
    """Draw the unit circle, its image under W, and the iterate in both."""
    off, length = number(np.degrees(r.runs.angle[r.k]), 3), number(r.runs.sigma[r.k])
    alt = f"After {s.k} iterations v is {off}° from right, and W v has length {length}."
    return power.ellipse(r.runs.W, r.runs.v[r.k], alt)


def _held_and_free(s: Settings) -> tuple[int, int]:
    """Return the indices of the bounded opponent on show and of the free one."""
    return runs.HELD.index(float(s.limit)), len(runs.HELD)


def draw_opponent(s: Settings, r: Result[Opponents]) -> go.Figure:
    """Draw the probability of being real that both opponents see, with the points."""
    o, (held, free) = r.runs, _held_and_free(s)
    p = 1 / (1 + np.exp(-o.logit[:, r.k].clip(-40, 40)))
    at = 0.5 * o.d * np.array([-1, 1])
    traces = [
        line(runs.ACROSS, p[free], theme.LOSS, "free", width=2.5),
        line(runs.ACROSS, p[held], theme.SOLUTION, f"L = {s.limit}", width=2.5),
        points([at[0]], [-0.08], theme.TRUTH, "real", size=11),
        points([at[1]], [-0.08], theme.PENALTY, "fake", size=11, symbol="square"),
    ]
    now = [float(np.interp(at[1], runs.ACROSS, p[i])) for i in (held, free)]
    told = f"{number(now[0], 3)}, the free one {number(now[1], 2)}"
    alt = f"At the fakes the bounded opponent says real with probability {told}."
    x, y = axis("x", (-4, 4), showgrid=False), axis("", (-0.15, 1.05), tickvals=[0, 0.5, 1])
    return figure(traces, title="Probability of being real", alt=alt, x=x, y=y, legend=ABOVE)


def draw_signal(s: Settings, r: Result[Opponents]) -> go.Figure:
    """Draw the minimax gradient at the fakes against the opponent's steps."""
    o, (held, free) = r.runs, _held_and_free(s)
    curves = [
        line([9, 1100], [o.told[held]] * 2, theme.NEUTRAL, "L σ(−Ld/2)", dash="dash"),
        *averaged(runs.CHECKS, o.minimax[free], theme.LOSS, said="free"),
        *averaged(runs.CHECKS, o.minimax[held], theme.SOLUTION, said=f"L = {s.limit}"),
    ]
    now = [float(o.minimax[i, r.k].mean()) for i in (free, held)]
    y = {"span": (1e-9, 3), "log": True, "dtick": 3}
    return followed(LEARNT, runs.CHECKS, r.k, curves, now, "Gradient at the fakes", **y)


def draw_steepness(s: Settings, r: Result[Opponents]) -> go.Figure:
    """Draw the steepest slope of the logit against the opponent's steps."""
    o, (held, free) = r.runs, _held_and_free(s)
    curves = [
        *averaged(runs.CHECKS, o.slope[free], theme.LOSS, said="free"),
        *averaged(runs.CHECKS, o.slope[held], theme.SOLUTION, said=f"L = {s.limit}"),
    ]
    now = [float(o.slope[i, r.k].mean()) for i in (free, held)]
    y = {"span": (0.2, 80), "log": True, "tickvals": [0.5, 1, 2, 5, 10, 20, 50]}
    return followed(LEARNT, runs.CHECKS, r.k, curves, now, "Steepest slope", **y)


def draw_shares(s: Settings, r: Result[Robust]) -> go.Figure:
    """Draw against the bound what is right, right under attack, and certified, with the free network's as levels."""
    d, j, curves, now = r.runs, place(s, "radius"), [], []
    kinds = (
        (d.accuracy, theme.TRUTH, "right"),
        (d.attacked[j], theme.LOSS, "under attack"),
        (d.certified[j], theme.SOLUTION, "certified"),
    )
    for values, color, name in kinds:
        curves.append(rule([0.42, 76], [100 * values[-1].mean()] * 2, color, f"{name}, free"))
        curves += averaged(runs.SLOPES, 100 * values[:-1], color, name)
        now.append(100 * float(values[r.k].mean()))
    title = f"Digits, %; ε = {s.radius:g}; dotted: free"
    return followed(STEEP, runs.SLOPES, r.k, curves, now, title, span=(-3, 103))


def draw_radii(s: Settings, r: Result[Robust]) -> go.Figure:
    """Draw what stands against the length of the attack."""
    d = r.runs
    curves = [
        line(runs.RADII, 100 * d.attacked[:, -1].mean(axis=-1), theme.NEUTRAL, "free, attacked", dash="dot"),
        line(runs.RADII, 100 * d.attacked[:, r.k].mean(axis=-1), theme.LOSS, "attacked"),
        line(runs.RADII, 100 * d.certified[:, r.k].mean(axis=-1), theme.SOLUTION, "certified"),
    ]
    j = place(s, "radius")
    now = [100 * float(v[j, r.k].mean()) for v in (d.attacked, d.certified)]
    told = f"{number(now[0], 3)} % stand the attack, {number(now[1], 3)} % for certain"
    alt = f"At L = {s.slope:g} and ε = {s.radius:g} {told}."
    traces = [*curves, points([s.radius] * 2, now, theme.SOLUTION, size=8)]
    return figure(traces, title="Against ε, %", alt=alt, x=RADII, y=axis("", (-3, 103)), legend=ABOVE)


def draw_bounds(s: Settings, r: Result[Robust]) -> go.Figure:
    """Draw the true product of largest singular values, and the steepest slope found, against the bound asked for."""
    product, local = (v[:-1].mean(axis=1) for v in (r.runs.bound, r.runs.local))
    curves = [
        line([0.42, 76], [0.42, 76], theme.NEUTRAL, "asked for", dash="dash"),
        line(runs.SLOPES, product, theme.PENALTY, "product"),
        line(runs.SLOPES, local, theme.LOSS, "found"),
    ]
    now = [float(v[r.k]) for v in (product, local)]
    y = {"span": (0.4, 90), "log": True, "tickvals": [0.5, 2, 8, 32]}
    return followed(STEEP, runs.SLOPES, r.k, curves, now, "Slope", **y)


def caption_fit(s: Settings, r: Result[Fits]) -> str:
    """Compare the error with the best there is."""
    f = r.runs
    return (
        f"With K = {s.bound:g} the squared error is {plus_minus(f.errors[r.k])}, the least of any function with such "
        f"slopes {number(f.best[r.k], 3)}; the steepest slope is {plus_minus(f.slopes[r.k])}, over {runs.DRAWS} starts."
    )


def caption_power(s: Settings, r: Result[Powers]) -> str:
    """State angle and error."""
    p = r.runs
    off, error = number(np.degrees(p.angle[r.k]), 2), number(100 * max(1 - float(p.sigma[r.k]), 0.0), 2)
    return f"After {s.k} iterations at σ₂/σ₁ = {s.ratio:g} the vector is {off}° off, and σ̂ is {error} % below σ₁."


def caption_opponent(s: Settings, r: Result[Opponents]) -> str:
    """Compare the gradients that both leave."""
    o, (held, free) = r.runs, _held_and_free(s)
    return (
        f"After {runs.CHECKS[r.k]} steps the opponent with L = {s.limit} leaves the fakes a gradient of "
        f"{plus_minus(o.minimax[held, r.k])}, by formula {number(o.told[held], 3)}; the free one leaves "
        f"{plus_minus(o.minimax[free, r.k])} and is {plus_minus(o.slope[free, r.k])} steep, over {runs.DRAWS} draws."
    )


def caption_dirac(s: Settings, r: Result[Game]) -> str:
    """State how far each game is from rest."""
    free, clipped, held = (number(v, 3) for v in np.linalg.norm(r.runs.paths[-1, :, r.k], axis=-1))
    return (
        f"After {runs.TURNS} steps with h = {s.rate:g} the game is {free} from rest if free, {clipped} with |ψ| ≤ "
        f"{s.clip:g}, and {held} with γ = {s.gamma:g}, where a step multiplies it by {number(r.runs.factor[r.k])}."
    )


def caption_digits(s: Settings, r: Result[Robust]) -> str:
    """State what is right, under attack and certified."""
    d, j = r.runs, place(s, "radius")
    return (
        f"With L = {s.slope:g}, {percent(d.accuracy[r.k])} are right, {percent(d.attacked[j, r.k])} under attacks of "
        f"length {s.radius:g} and {percent(d.certified[j, r.k])} for certain; free, {percent(d.accuracy[-1])}, "
        f"{percent(d.attacked[j, -1])} and {percent(d.certified[j, -1])}."
    )


VIEWS = {
    "fit": View(
        lambda s: Result(runs.fits(s.target, s.layers, s.activation), place(s, "bound")),
        {"function": draw_function, "error": draw_errors, "slope": draw_slopes},
        caption_fit,
        lambda s, r: {"Slope over bound": plus_minus(r.runs.slopes[r.k] / s.bound)},
    ),
    "power": View(
        lambda s: Result(runs.powers(s.ratio), place(s, "k")),
        {"ellipse": draw_ellipse, "rates": lambda s, r: power.rates(runs.COUNTS, r.runs.ours, r.runs.told, r.k)},
        caption_power,
        lambda s, r: {
            "tan of the angle, each time": f"× {number(s.ratio**2, 3)}",
            "Error of σ̂, each time": f"× {number(s.ratio**4, 3)}",
        },
    ),
    "opponent": View(
        lambda s: Result(runs.opponents(s.d), place(s, "steps")),
        {"opponent": draw_opponent, "signal": draw_signal, "slope": draw_steepness},
        caption_opponent,
        lambda s, r: {"Best L": f"{number(2.557 / s.d, 3)}"},
    ),
    "dirac": View(
        lambda s: Result(runs.dirac(s.rate, s.clip), place(s, "gamma")),
        {
            "game": lambda s, r: games.play(r.runs.paths[:, :, r.k]),
            "distance": lambda s, r: games.distances(r.runs.paths[:, :, r.k], r.runs.factor[[0, r.k]], s.clip),
            "eigenvalues": lambda s, r: games.eigenvalues(r.runs.told, r.runs.told[r.k], r.runs.fitted[r.k], s.rate),
        },
        caption_dirac,
        lambda s, r: {"A step, free": f"× {number(r.runs.factor[0])}", "A step, R1": f"× {number(r.runs.factor[r.k])}"},
    ),
    "digits": View(
        lambda s: Result(runs.robust(), place(s, "slope")),
        {"shares": draw_shares, "attack": draw_radii, "slope": draw_bounds},
        caption_digits,
        lambda s, r: {"Certified and turned": str(r.runs.broken)},
    ),
}
