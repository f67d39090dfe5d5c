"""Likelihood, prior and posterior of two weights: the penalty is the prior, and the MAP is the penalised solution."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.bayes.posteriors import Posterior
from regviz.bayes.priors import Prior, elastic_net_prior, student_prior
from regviz.checks import Array
from regviz.data.two_features import TwoFeatures, draw_data
from regviz.figures.kit import theme
from regviz.figures.kit.contours import level_curves
from regviz.figures.kit.edges import inside
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, BESIDE, INSIDE, axis, ball, ellipses, figure, handle, line, points, upright
from regviz.knobs import Choice, LogSlider, Seed, Slider, grid, place, without
from regviz.memory import once
from regviz.wording import number, pair

NAMES = {"gaussian": "Gaussian", "laplace": "Laplace", "elastic net": "Elastic net", "student": "Student-t"}
NU = 3.0  # degrees of freedom of the Student-t prior: the heaviest tails with a variance, in whole numbers
W1 = 2.0  # the first true weight; the second, which may be small, is a knob
DROPS = (2.0, 0.5)  # contours this far below the peak of a log density: two and one standard deviations of a Gaussian
LIMIT = float(np.sqrt(2 * np.log(20)))  # a Gaussian in two dimensions lies farther out with probability 1/20
DEEPEST = 60.0  # a curve is drawn down to e⁻⁶⁰ of its peak, which a 32-bit float still holds
MEAN = theme.SCAD


@dataclass(frozen=True)
class Settings:
    """The strength, the prior with its centre, and the data."""

    lambda_: Annotated[float, LogSlider("Strength λ", 0.001, 10, 49)] = 0.147
    prior: Annotated[str, Choice("Prior", tuple(NAMES), tuple(NAMES.values()))] = "laplace"
    l1_ratio: Annotated[float, Slider("l1_ratio ρ", 0.0, 1.0, 0.1, when=("prior", ("elastic net",)))] = 0.5
    centre: Annotated[float, Slider("Prior centre in w₁", -4.0, 4.0, 0.25, help="In w₂ the centre stays at 0.")] = 0.0
    w2: Annotated[float, Slider("True w₂ (w₁ is 2)", -2.0, 2.0, 0.25)] = 0.0
    correlation: Annotated[float, Slider("Correlation", -0.95, 0.95, 0.05)] = 0.5
    noise: Annotated[float, Slider("Noise σ, known", 0.25, 3.0, 0.25)] = 1.5
    n: Annotated[int, Slider("Samples n", 10, 200, 10)] = 20
    seed: Annotated[int, Seed()] = 4


SCRUB = ("lambda_",)


@dataclass(frozen=True)
class Estimates:
    """For every λ: posterior, MAP (m, 2), its mean (m, 2), distance of the fit (m,) and prior-data conflict (m,)."""

    strengths: Array
    posteriors: list[Posterior]
    modes: Array
    means: Array
    fit: Array
    conflict: Array


@dataclass(frozen=True)
class Result:
    """The posterior at one λ with its contours and marginals, and the path it lies on."""

    problem: TwoFeatures
    posterior: Posterior
    path: Estimates
    now: int
    regions: tuple[tuple[Array, Array], ...]
    beliefs: tuple[tuple[Array, Array], ...]
    heights: Array
    likelihood: Array
    prior: Array
    marginal: Array
    share: float


def prior_of(s: Settings) -> tuple[Prior, float | None]:
    """Return the prior, and the l1_ratio of the penalty that it becomes."""
    if s.prior == "student":
        return student_prior(NU), None
    rho = {"gaussian": 0.0, "laplace": 1.0}.get(s.prior, s.l1_ratio)
    return elastic_net_prior(rho), rho


def posterior_of(s: Settings) -> Posterior:
    """Return the posterior at these settings."""
    p = draw_data(s.n, s.correlation, s.noise, W1, s.w2, s.seed)
    prior, rho = prior_of(s)
    return Posterior(p.H, p.c, s.n / s.noise**2, prior, np.array([s.centre, 0.0]), s.lambda_, rho)


@once(most=16)
def whole_path(s: Settings) -> Estimates:
    """Return the posteriors, both estimates and both diagnostics for every λ of the slider."""
    strengths = np.array(grid(Settings, "lambda_"))
    posteriors = posterior_of(s).along(strengths)
    return Estimates(
        strengths,
        posteriors,
        np.array([q.mode for q in posteriors]),
        np.array([q.mean for q in posteriors]),
        np.array([q.fit_distance() for q in posteriors]),
        np.array([q.conflict() for q in posteriors]),
    )


def window(s: Settings, p: TwoFeatures) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of the plane, equally long: all points, with room for the likelihood around least squares."""
    spread = 2 * np.sqrt(np.diag(np.linalg.inv(p.H))) * s.noise / np.sqrt(s.n)
    reach = np.stack([p.free - spread, p.free + spread, p.truth, [s.centre, 0.0]])
    low, high = reach.min(axis=0), reach.max(axis=0)
    middle, half = (low + high) / 2, 0.58 * (high - low).max()
    return tuple((float(m - half), float(m + half)) for m in middle)  # type: ignore[return-value]


def compute(s: Settings) -> Result:
    """Return MAP, posterior mean, contours and diagnostics at this λ."""
    p, path = draw_data(s.n, s.correlation, s.noise, W1, s.w2, s.seed), whole_path(without(s, "lambda_"))
    q = path.posteriors[place(s, "lambda_")]
    low, high = window(s, p)[1]
    near = np.geomspace(1e-3, 1, 12) * (high - low)  # finer toward the prior's centre, where a tight prior is a spike
    heights = np.unique(np.clip(np.concatenate([np.linspace(low, high, 56), near, -near, [0.0]]), low, high))
    return Result(
        problem=p,
        posterior=q,
        path=path,
        now=place(s, "lambda_"),
        regions=tuple(level_curves(*q.around(drop), -drop) for drop in DROPS),
        beliefs=tuple(prior_contour(q, drop) for drop in DROPS),
        heights=heights,
        likelihood=np.exp(np.maximum(-((heights - q.free[1]) ** 2) / (2 * q.spread[1, 1]), -DEEPEST)),
        prior=np.exp(-np.minimum(q.prior.energy(heights, q.theta), DEEPEST)),
        marginal=q.marginal(heights),
        share=q.conflict_share(),
    )


def prior_contour(q: Posterior, drop: float) -> tuple[Array, Array]:
    """Return the closed curve where the log prior is `drop` below its peak."""
    x, y = ball(lambda energy: q.prior.radius(energy, q.theta), drop, 15)
    return q.centre[0] + x, q.centre[1] + y


def draw_plane(s: Settings, r: Result) -> go.Figure:
    """Draw contours of likelihood, prior and posterior, with MAP, posterior mean, least squares and truth."""
    p, q, (across, up) = r.problem, r.posterior, window(s, r.problem)
    likelihood = ellipses(p.H, p.free, np.array(DROPS) / q.precision)
    traces = [
        line(*likelihood, theme.faded(theme.LOSS, 0.8), "likelihood", width=1.5),
        line(*r.beliefs[0], theme.PENALTY, "prior", width=1.5),
        line(*r.beliefs[1], theme.PENALTY, width=1.5, said="prior"),
        line(*r.regions[0], theme.SOLUTION, "posterior", width=2.5, fill="toself")
        | {"fillcolor": theme.faded(theme.SOLUTION, 0.1)},
        line(*r.regions[1], theme.SOLUTION, width=1.5, said="posterior"),
        line(*r.path.modes.T, theme.faded(theme.SOLUTION, 0.5), width=1, dash="dot", said="MAP along λ"),
        line(*r.path.means.T, theme.faded(MEAN, 0.5), width=1, dash="dot", said="mean along λ"),
        points(*p.truth, theme.TRUTH, "truth", size=11, symbol="diamond"),
        points(*p.free, theme.LOSS, "least squares", size=11, symbol="x"),
        points(*q.mean, MEAN, "posterior mean", size=11, symbol="square"),
        points(*q.mode, theme.SOLUTION, "MAP", size=12),
    ]
    alt = (
        f"Plane of two weights with contours of likelihood, {NAMES[s.prior]} prior and posterior; least squares "
        f"{pair(p.free)}, MAP {pair(q.mode)}, posterior mean {pair(q.mean)}."
    )
    return figure(
        traces,
        title="Likelihood × prior = posterior",
        alt=alt,
        x=axis("weight w₁", across, constrain="domain", constraintoward="left"),
        y=axis("weight w₂", up, constrain="domain", constraintoward="top", scaleanchor="x"),
        legend=BESIDE,
        margin={"l": 50, "r": 140, "t": 40, "b": 44},
        handles=[handle("truth", y="w2")],
    )


def draw_path(s: Settings, r: Result) -> go.Figure:
    """Draw MAP and posterior mean of both weights against λ."""
    x, both = r.path.strengths, np.concatenate([r.path.modes, r.path.means])
    low, high = min(both.min(), 0.0), max(both.max(), 0.0)
    span = (low - 0.1 * (high - low), high + 0.2 * (high - low))
    traces = [upright(s.lambda_, span)]
    for values, color, name, dash in (
        (r.path.modes, theme.SOLUTION, "MAP", "solid"),
        (r.path.means, MEAN, "posterior mean", "dash"),
    ):
        traces.append(line(x, values[:, 0], color, name, dash=dash))
        traces.append(line(x, values[:, 1], color, dash=dash, said=f"{name}, w₂"))
    traces += [
        points([s.lambda_] * 2, r.path.means[r.now], MEAN, symbol="square", size=8, said="posterior mean now"),
        points([s.lambda_] * 2, r.path.modes[r.now], theme.SOLUTION, size=8, said="MAP now"),
        words([x[1]] * 2, r.path.modes[1] + 0.03 * (high - low), ["w₁", "w₂"], theme.NEUTRAL, "top right"),
    ]
    alt = (
        f"MAP and posterior mean against λ; at λ = {number(s.lambda_, 3)} the MAP is {pair(r.path.modes[r.now])}, "
        f"the mean {pair(r.path.means[r.now])}."
    )
    return figure(
        traces,
        title="Both estimates against λ",
        alt=alt,
        x=axis("strength λ", (x[0], x[-1]), log=True),
        y=axis("weight", span),
        legend=ABOVE,
    )


def draw_second(s: Settings, r: Result) -> go.Figure:
    """Draw what prior, likelihood and posterior say about the second weight alone, each with its peak at 1."""
    mode, mean = r.posterior.mode[1], r.posterior.mean[1]
    traces = [
        line(r.heights, r.likelihood, theme.LOSS, width=1.5, said="likelihood"),
        line(r.heights, r.prior, theme.PENALTY, width=1.5, said="prior"),
        line(r.heights, r.marginal, theme.SOLUTION, width=2.5, said="posterior"),
        line([mean, mean], [0, 1.0], MEAN, dash="dash", width=1.5, said="posterior mean"),
        points([mean], [0.0], MEAN, symbol="square", size=9, said="posterior mean"),
        points([mode], [0.0], theme.SOLUTION, size=9, said="MAP"),
    ]
    alt = f"Prior, likelihood and posterior of w₂; MAP at {number(mode, 3)}, posterior mean at {number(mean, 3)}."
    return figure(
        traces,
        title="The second weight",
        alt=alt,
        x=axis("weight w₂", window(s, r.problem)[1]),
        y=axis("density / peak", (-0.06, 1.1)),
    )


def draw_conflict(s: Settings, r: Result) -> go.Figure:
    """Draw both diagnostics against λ, with the distance that a Gaussian exceeds once in twenty."""
    x, path = r.path.strengths, r.path
    span = (0.1, 4 * max(path.conflict.max(), path.fit.max(), 2 * LIMIT))
    shown = {"data − prior": (path.conflict, theme.HIGHLIGHT), "MAP − data": (path.fit, theme.LOSS)}
    traces = [
        line(x[[0, -1]], [LIMIT] * 2, theme.NEUTRAL, width=1.5, hoverinfo="skip", said="95 %", dash="dash"),
        words([x[0]], [LIMIT], [" 95 %"], theme.NEUTRAL, "top right", 12),
    ]
    traces += [line(x, values, color, name) for name, (values, color) in shown.items()]
    across, up = axis("strength λ", (x[0], x[-1]), log=True), axis("distance in sd", span, log=True)
    traces += inside(
        [points([s.lambda_], [v[r.now]], color, size=9, said=f"{name} now") for name, (v, color) in shown.items()],
        across,
        up,
    )
    alt = (
        f"At λ = {number(s.lambda_, 3)} least squares lies {number(path.conflict[r.now], 3)} predicted standard "
        f"deviations from the prior's centre, and the MAP {number(path.fit[r.now], 3)} from least squares; the 95 % "
        f"limit of a Gaussian is {number(LIMIT, 3)}."
    )
    return figure(traces, title="Conflict", alt=alt, x=across, y=up, legend=INSIDE)


PANELS = {"plane": draw_plane, "path": draw_path, "second_weight": draw_second, "conflict": draw_conflict}


def scale(s: Settings) -> str:
    """Return the prior's scale in the units of the weights, with its symbol."""
    theta = s.n * s.lambda_ / s.noise**2
    symbol, value = {"laplace": ("b", 1 / theta), "elastic net": ("1/θ", 1 / theta)}.get(s.prior, ("τ", theta**-0.5))
    return f"{symbol} = {number(value, 3)}"


def share(r: Result) -> str:
    """Return the share of prior draws that lie at least as far out as the data."""
    return "under 0.1 %" if r.share < 0.001 else f"{number(100 * r.share, 3)} %"


def error(s: Settings, w: Array) -> float:
    """Return the distance from w to the true weights."""
    return float(np.hypot(w[0] - W1, w[1] - s.w2))


def caption(s: Settings, r: Result) -> str:
    """Say which prior λ stands for, how many weights each estimate keeps, their errors, and whether data object."""
    q = r.posterior
    kept = [int(np.count_nonzero(w)) for w in (q.mode, q.mean)]
    verdict = f"{share(r)} of prior draws lie as far out as these data"
    verdict += ", under 5 %: they contradict the prior" if r.share < 0.05 else ": they do not contradict it"
    return (
        f"λ = {number(s.lambda_, 3)} says: {NAMES[s.prior]} prior, {scale(s)}. The MAP {pair(q.mode)} has "
        f"{kept[0]} of 2 weights nonzero and lies {number(error(s, q.mode), 3)} from the truth; the posterior mean "
        f"{pair(q.mean)} has {kept[1]} and lies {number(error(s, q.mean), 3)} from it; {verdict}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    q = r.posterior
    return {
        "Prior scale": scale(s),
        "MAP": pair(q.mode),
        "Posterior mean": pair(q.mean),
        "Prior draws at least as far out": share(r),
        "MAP to least squares": f"{number(q.fit_distance(), 3)} sd",
        "Slope at the MAP": number(float(q.slope().max()), 2),
        "Error of the mean, at most": number(q.mean_error, 1),
    }
