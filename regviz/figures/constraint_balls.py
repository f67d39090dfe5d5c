"""Two weights, a loss bowl and a penalty's ball: where they touch is the penalised solution."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz import penalties
from regviz.checks import Array
from regviz.data.two_features import TwoFeatures, draw_data
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import (
    ABOVE,
    BESIDE,
    axis,
    ball,
    bars,
    broken,
    ellipses,
    figure,
    handle,
    line,
    points,
    upright,
)
from regviz.knobs import Choice, LogSlider, Seed, Slider, Toggle, grid, place, without
from regviz.linear.certificates import stationarity
from regviz.linear.plane import objective, solve_budget, solve_elastic_net, solve_lq
from regviz.memory import once
from regviz.wording import number, pair

UNIT = 0.6  # the plane grows by steps, so that it stands still under most changes
SPECTRUM = np.array([0.02, 0.1, 0.25, 0.5, 0.9, 1.5, 2.4, 3.8])  # loss levels, in units of the loss at w = 0


@dataclass(frozen=True)
class Settings:
    """The penalty, its strength or budget, and the data."""

    lambda_: Annotated[float, LogSlider("Strength λ", 0.01, 10, 61, when=("constrained", (False,)))] = 1.26
    budget: Annotated[float, Slider("Budget t", 0.1, 6.0, 0.1, when=("constrained", (True,)))] = 1.5
    penalty: Annotated[str, Choice("Penalty", ("l1", "l2", "elastic net", "lq"), ("L1", "L2", "Elastic net", "Lq"))] = (
        "l1"
    )
    l1_ratio: Annotated[float, Slider("l1_ratio ρ", 0.0, 1.0, 0.05, when=("penalty", ("elastic net",)))] = 0.5
    q: Annotated[float, Slider("Exponent q", 0.3, 4.0, 0.1, when=("penalty", ("lq",)))] = 0.5
    constrained: Annotated[
        bool, Toggle("Move the budget t", help="Solve the loss under P(w) ≤ t instead of loss + λP(w).")
    ] = False
    w1: Annotated[float, Slider("True w₁", -3.0, 3.0, 0.25)] = 2.0
    w2: Annotated[float, Slider("True w₂", -3.0, 3.0, 0.25)] = 0.75
    correlation: Annotated[float, Slider("Correlation", -0.95, 0.95, 0.05)] = 0.5
    noise: Annotated[float, Slider("Noise σ", 0.0, 3.0, 0.25)] = 1.0
    n: Annotated[int, Slider("Samples n", 10, 200, 10)] = 50
    seed: Annotated[int, Seed()] = 0


SCRUB = ("lambda_", "budget")


@dataclass(frozen=True)
class Result:
    """The solution at one λ or t, and the whole path it lies on."""

    problem: TwoFeatures
    penalty: penalties.Penalty
    strengths: Array
    budgets: Array
    path: Array
    w: Array
    lambda_: float
    budget: float
    pull: Array
    residual: float
    twin: Array


def family(s: Settings) -> penalties.Penalty:
    """Return the penalty that the settings name."""
    table = {
        "l1": penalties.L1,
        "l2": penalties.L2,
        "elastic net": penalties.elastic_net(s.l1_ratio),
        "lq": penalties.lq(s.q),
    }
    return table[s.penalty]


def penalised(p: TwoFeatures, s: Settings, lambdas: Array) -> Array:
    """Return the exact minimisers (m, 2) of loss + λP(w)."""
    if s.penalty == "lq":
        return solve_lq(p.H, p.c, lambdas, s.q)
    return solve_elastic_net(p.H, p.c, lambdas, {"l1": 1.0, "l2": 0.0}.get(s.penalty, s.l1_ratio))


@once(most=64)
def whole_path(s: Settings) -> tuple[Array, Array, Array, Array]:
    """Return λ, t and w along every option of the scrubbed knob, and the penalised twin of each w."""
    p = draw_data(s.n, s.correlation, s.noise, s.w1, s.w2, s.seed)
    penalty = family(s)
    if s.constrained:
        budgets = grid(Settings, "budget")
        w, lambdas = solve_budget(p.H, p.c, budgets, penalty)
        return lambdas, budgets, w, penalised(p, s, lambdas)
    lambdas = grid(Settings, "lambda_")
    w = penalised(p, s, lambdas)
    return lambdas, penalty.value(w, 1.0).sum(axis=1), w, w


def compute(s: Settings) -> Result:
    """Return the exact solution of the penalised or the constrained problem, with its certificate."""
    p, penalty = draw_data(s.n, s.correlation, s.noise, s.w1, s.w2, s.seed), family(s)
    lambdas, budgets, path, twins = whole_path(without(s, *SCRUB))
    k = place(s, "budget" if s.constrained else "lambda_")
    w = path[k]
    pull = p.X.T @ (p.y - p.X @ w) / s.n
    residual = float(stationarity(-pull, w, lambdas[k], penalty).max())
    return Result(p, penalty, lambdas, budgets, path, w, float(lambdas[k]), float(budgets[k]), pull, residual, twins[k])


def draw_plane(s: Settings, r: Result) -> go.Figure:
    """Draw loss contours, the ball through the solution, and the path of solutions."""
    p = r.problem
    half = UNIT * np.ceil(1.2 * np.abs(np.concatenate([p.free, p.truth])).max() / UNIT - 1e-9)
    excess = objective(p.H, p.c, r.w) - objective(p.H, p.c, p.free)
    at_zero = -objective(p.H, p.c, p.free)
    span = (-max(half, UNIT), max(half, UNIT))
    traces = [
        line(*ellipses(p.H, p.free, at_zero * SPECTRUM), theme.faded(theme.LOSS, 0.35), "loss contours", width=1)
        | {"hoverinfo": "skip", "showlegend": False},
        line(*ball(r.penalty.inverse, r.budget), theme.PENALTY, "ball P(w) ≤ t", fill="toself")
        | {"fillcolor": theme.faded(theme.PENALTY, 0.18)},
        line(*ellipses(p.H, p.free, max(excess, 0.0)), theme.LOSS, "loss at the solution"),
        line(*jumps(r, r.strengths)[1:], theme.faded(theme.SOLUTION, 0.5), "path of solutions", width=1.5),
        points(*p.truth, theme.TRUTH, "truth", size=11, symbol="diamond"),
        points(*p.free, theme.LOSS, "least squares", size=11, symbol="x"),
        points(*r.w, theme.SOLUTION, "solution", size=12),
    ]
    alt = (
        f"Plane of two weights. Elliptic loss contours around least squares at {pair(p.free)}; the {name_of(s)} ball "
        f"of budget {number(r.budget, 3)} touches the contour through the solution {pair(r.w)}."
    )
    return figure(
        traces,
        title="The loss and the ball",
        alt=alt,
        x=axis("weight w₁", span, constrain="domain", constraintoward="left"),
        y=axis("weight w₂", span, constrain="domain", constraintoward="top", scaleanchor="x"),
        legend=BESIDE,
        margin={"l": 50, "r": 150, "t": 40, "b": 44},
        handles=[handle("truth", x="w1", y="w2")],
    )


def draw_path(s: Settings, r: Result) -> go.Figure:
    """Draw both weights against the scrubbed knob, with the present value marked."""
    at, x = (r.budgets, r.budget) if s.constrained else (r.strengths, r.lambda_)
    low, high = float(min(r.path.min(), 0)), float(max(r.path.max(), 0))
    pad = 0.1 * max(high - low, 0.1)
    span = (low - pad, high + 2.5 * pad)  # room for the name of a line at the top
    colors = (theme.LOSS, theme.SCAD)
    start = int(0.88 * len(at)) if s.constrained else int(0.08 * len(at))
    traces = [upright(x, span)]
    along, *weights = jumps(r, at)
    for j, color in enumerate(colors):
        traces.append(line(along, weights[j], color, f"w{'₁₂'[j]}", showlegend=False))
    traces.append(points([x, x], r.w, theme.SOLUTION, "now", size=9, showlegend=False))
    for j, color in enumerate(colors):
        traces.append(words(at[[start]], r.path[[start], j] + 0.3 * pad, [f"w{'₁₂'[j]}"], color))
    alt = f"Both weights along the path; at {scrubbed(r, s)} they are {pair(r.w)}."
    title = "Weights against the budget" if s.constrained else "Weights against λ"
    x_axis = axis("budget t", (at[0], at[-1])) if s.constrained else axis("strength λ", (at[0], at[-1]), log=True)
    return figure(traces, title=title, alt=alt, x=x_axis, y=axis("weight", span))


def draw_certificate(s: Settings, r: Result) -> go.Figure:
    """Draw, weight by weight, the pull of the loss as a bar and the most the penalty can answer as a line."""
    top = 1.4 * max(np.abs(r.problem.c).max(), 1e-3)
    reach = answer(r)
    edges = broken([[-0.4, 0.4], [0.6, 1.4]])
    verdict = [
        f"zero, for {number(abs(r.pull[j]), 3)} ≤ {number(reach[j], 3)}" if w == 0 else f"w{'₁₂'[j]} = {number(w, 3)}"
        for j, w in enumerate(r.w)
    ]
    ceiling = 0.84 * top  # the words stand above
    shown = np.minimum(reach, ceiling)
    off_scale = [" ↑" if v > ceiling else "" for v in reach]
    traces = [
        bars([0, 1], np.abs(r.pull), theme.LOSS, "pull of the loss"),
        line(edges, broken(np.stack([shown, shown], axis=1)), theme.PENALTY, "answer of the penalty", width=3),
        words([0.4, 1.4], shown, off_scale, theme.PENALTY, "middle right", 14),
        words([0, 1], [top * 0.99] * 2, verdict, theme.SOLUTION, "bottom center", 14),
    ]
    alt = (
        f"Pull of the loss {pair(np.abs(r.pull))} against the largest answer of the penalty {pair(reach)}: "
        f"{verdict[0]}; {verdict[1]}."
    )
    return figure(
        traces,
        title="The certificate: pull |xⱼᵀr|/n and answer",
        alt=alt,
        x=axis("", (-0.6, 1.6), tickvals=[0, 1], ticktext=["w₁", "w₂"], showgrid=False),
        y=axis("", (0, top)),
        legend=ABOVE,
        margin={"l": 46, "r": 14, "t": 40, "b": 30},
    )


PANELS = {"plane": draw_plane, "path": draw_path, "certificate": draw_certificate}


def jumps(r: Result, at: Array) -> tuple[Array, Array, Array]:
    """Return the path as x, w₁, w₂, broken where a nonconvex penalty lets a weight leave zero with a gap."""
    zero = r.path == 0
    gaps = np.flatnonzero(np.any(zero[1:] != zero[:-1], axis=1)) + 1 if not r.penalty.convex else []
    x, *w = (np.insert(values, gaps, np.nan) for values in (at, *r.path.T))
    return x, w[0], w[1]


def answer(r: Result) -> Array:
    """Return the pull at which the penalty holds each weight: λP'(|w|), and λP'(0+) for a weight at zero."""
    at_rest = r.lambda_ * r.penalty.slope if r.lambda_ else 0.0
    return np.where(r.w == 0, at_rest, np.abs(r.penalty.gradient(r.w, r.lambda_)))


def name_of(s: Settings) -> str:
    """Return the penalty as a sentence names it."""
    return {"elastic net": f"elastic net (ρ = {s.l1_ratio:g})", "lq": f"Lq (q = {number(s.q)})"}.get(
        s.penalty, s.penalty.upper()
    )


def scrubbed(r: Result, s: Settings) -> str:
    """Return the scrubbed knob and its value."""
    return f"t = {number(r.budget, 3)}" if s.constrained else f"λ = {number(r.lambda_, 3)}"


def caption(s: Settings, r: Result) -> str:
    """Say where the solution is and why a zero is a zero."""
    zeros = [j for j in (0, 1) if r.w[j] == 0]
    lead = f"At {scrubbed(r, s)} the {name_of(s)} solution is w = {pair(r.w)}"
    if len(zeros) == 1 and np.isfinite(r.penalty.slope):
        j = zeros[0]
        held = number(answer(r)[j], 3)
        return f"{lead}: w{'₁₂'[j]} is exactly zero, for the loss pulls it with {number(abs(r.pull[j]), 3)} ≤ {held}."
    tail = {0: "no weight is exactly zero", 1: "one weight is exactly zero", 2: "both weights are exactly zero"}
    return f"{lead}: {tail[len(zeros)]}; least squares is {pair(r.problem.free)}."


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    rows = {"Solution w": pair(r.w), "Strength λ": number(r.lambda_, 3), "Budget t = P(w)": number(r.budget, 3)}
    if s.constrained:
        rows["Distance to the λ solution"] = number(float(np.linalg.norm(r.w - r.twin)), 2)
    rows["KKT residual"] = number(r.residual, 2)
    if not r.penalty.convex:
        rows["Nonconvex"] = "global minimum, by search"
    return rows
