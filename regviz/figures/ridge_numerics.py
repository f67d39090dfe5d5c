"""Ridge on one problem of known conditioning: its filter, its condition number, its rounding, and descent on it."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, INSIDE, axis, figure, line, points, rule, upright
from regviz.knobs import LogSlider, Seed, Slider, grid, place
from regviz.linear.spectrum import (
    Problem,
    closed_form_error,
    conditioned_problem,
    flow_risk,
    matched_steps,
    predicted_descent,
    ridge_descent,
    ridge_filter,
    ridge_risk,
    ridge_weights,
    stopping_filter,
)
from regviz.memory import once
from regviz.wording import number

N = 60
STEPS = 200
CAUGHT = 1e3  # a run whose excess is a thousand times that of the start is stopped
FLOOR = 1e-10  # the least excess that the panel shows
SMALLEST = 1e-17  # rounding errors of exactly 0 are drawn here
DESCENT = theme.SCAD
SINGLE, DOUBLE = (float(np.finfo(kind).eps) / 2 for kind in (np.float32, np.float64))


@dataclass(frozen=True)
class Settings:
    """The strength, the learning rate, and the problem."""

    lambda_: Annotated[float, LogSlider("Strength λ", 1e-8, 1, 41)] = 0.01
    learning_rate: Annotated[float, Slider("Learning rate η", 0.1, 2.5, 0.1)] = 1.0
    condition: Annotated[float, LogSlider("Condition number of XᵀX/n", 1, 1e8, 17)] = 1e4
    p: Annotated[int, Slider("Features p", 2, 20, 1)] = 10
    noise: Annotated[float, Slider("Noise σ", 0.0, 2.0, 0.1)] = 0.5
    seed: Annotated[int, Seed()] = 0


SCRUB = ("lambda_", "learning_rate")


@dataclass(frozen=True)
class Arithmetic:
    """For every λ: condition numbers, predicted and measured, rounding errors, degrees of freedom, error of w."""

    strengths: Array
    predicted: Array
    measured: Array
    single: Array
    double: Array
    df: Array
    error: Array


@dataclass(frozen=True)
class Result:
    """The problem, its path, the filters at one λ and learning rate, and the run of gradient descent.

    `risks` are those of ridge at λ and of the gradient flow without penalty, stopped at 1/λ.
    """

    problem: Problem
    path: Arithmetic
    now: int
    curve: Array
    ridge: Array
    stopped: Array
    matched: int
    gap: float
    share: Array
    expected: Array
    limit: float
    caught: int | None
    risks: tuple[float, float]


@once(most=32)
def problem_of(condition: float, p: int, noise: float, seed: int) -> Problem:
    """Return the problem that the settings name."""
    return conditioned_problem(N, p, condition, noise, seed)


@once(most=32)
def whole_path(condition: float, p: int, noise: float, seed: int) -> Arithmetic:
    """Return what the arithmetic does for every λ of the slider."""
    problem = problem_of(condition, p, noise, seed)
    strengths = grid(Settings, "lambda_")
    e = problem.eigenvalues
    A = problem.X.T @ problem.X / N + strengths[:, None, None] * np.eye(p)
    weights = ridge_weights(problem, strengths)
    return Arithmetic(
        strengths,
        (e[0] + strengths) / (e[-1] + strengths),
        np.asarray(np.linalg.cond(A)),
        closed_form_error(problem, strengths, np.float32),
        closed_form_error(problem, strengths, np.float64),
        ridge_filter(e, strengths[:, None]).sum(axis=1),
        np.asarray(np.linalg.norm(weights - problem.truth, axis=1)),
    )


@once(most=8)
def all_runs(condition: float, p: int, noise: float, seed: int) -> Array:
    """Return gradient descent (STEPS + 1, λ, η) for every pair of the two sliders, run together."""
    lambdas, rates = (grid(Settings, name) for name in SCRUB)
    pairs = np.stack(np.meshgrid(lambdas, rates, indexing="ij")).reshape(2, -1)
    shares = ridge_descent(problem_of(condition, p, noise, seed), pairs[0], pairs[1], STEPS, CAUGHT)
    return shares.reshape(-1, lambdas.size, rates.size)


def compute(s: Settings) -> Result:
    """Return filters, conditioning and the run at these settings."""
    data = (s.condition, s.p, s.noise, s.seed)
    problem, path = problem_of(*data), whole_path(*data)
    now, rate = place(s, "lambda_"), place(s, "learning_rate")
    risky = problem.eigenvalues, problem.V.T @ problem.truth, s.noise**2 / N
    share = all_runs(*data)[:, now, rate]
    ends = np.flatnonzero(share > CAUGHT)
    curve, t = np.geomspace(*span(s), 81), matched_steps(s.learning_rate, s.lambda_)
    seen, stopped = curve[s.learning_rate * curve < 2], np.full(curve.size + s.p, np.nan)
    if s.learning_rate * problem.eigenvalues[0] < 2:  # else it diverges
        stopped[: seen.size] = stopping_filter(seen, s.learning_rate, t)
        stopped[curve.size :] = stopping_filter(problem.eigenvalues, s.learning_rate, t)
    ridge = ridge_filter(np.concatenate([curve, problem.eigenvalues]), s.lambda_)
    return Result(
        problem=problem,
        path=path,
        now=now,
        curve=curve,
        ridge=ridge,
        stopped=stopped,
        matched=t,
        gap=float(np.abs(ridge - stopped)[curve.size :].max()),
        share=np.where(np.isnan(share), np.nan, np.maximum(share, FLOOR / 10)),
        expected=np.clip(
            predicted_descent(problem, s.lambda_, s.learning_rate, np.arange(0.0, STEPS + 1, 5)), FLOOR / 10, 1e5
        ),
        limit=float(2 / (problem.eigenvalues[0] + s.lambda_)),
        caught=int(ends[0]) if ends.size else None,
        risks=(ridge_risk(*risky, s.lambda_), flow_risk(*risky, 1 / s.lambda_)),
    )


def span(s: Settings) -> tuple[float, float]:
    """Return the range of the eigenvalue axis."""
    return min(0.3 / s.condition, 1e-3), 2.0


def draw_filter(s: Settings, r: Result) -> go.Figure:
    """Draw the share of each direction that ridge keeps, and that early stopping keeps at the matched step."""
    e, m = r.problem.eigenvalues, r.curve.size
    low, high = span(s)
    traces = [
        upright(s.lambda_ if s.lambda_ >= low else np.nan, (-0.1, 1.08), theme.NEUTRAL),
        words([max(s.lambda_, low)], [-0.05], [" λ" if s.lambda_ >= low else " ← λ"], theme.NEUTRAL, "middle right"),
        line(r.curve, r.stopped[:m], DESCENT, "descent stopped at t = 1/(ηλ)", dash="dash"),
        line(r.curve, r.ridge[:m], theme.L2, "ridge e/(e + λ)", width=3),
        points(e, r.stopped[m:], DESCENT, symbol="square", size=8, said="a direction, stopped"),
        points(e, r.ridge[m:], theme.L2, size=9, said="a direction, ridge"),
    ]
    alt = (
        f"Share of each direction kept: ridge with λ = {number(s.lambda_, 3)} keeps "
        f"{number(r.path.df[r.now], 3)} of {s.p} in sum, from {number(r.ridge[m], 3)} of the strongest to "
        f"{number(r.ridge[-1], 3)} of the weakest; {stopping(s, r)}."
    )
    return figure(
        traces,
        title="The filter: how much of each direction is kept",
        alt=alt,
        x=axis("eigenvalue e = d²/n of XᵀX/n", (low, high), log=True, dtick=1 if s.condition <= 1e5 else 2),
        y=axis("share kept", (-0.1, 1.34)),
        legend=INSIDE,
    )


def draw_descent(s: Settings, r: Result) -> go.Figure:
    """Draw the objective of gradient descent against the iteration, and where a diverging run was caught."""
    t, coarse = np.arange(STEPS + 1), np.arange(0, STEPS + 1, 5)
    end = ([np.nan], [np.nan]) if r.caught is None else ([r.caught], [r.share[r.caught]])
    traces = [
        rule(t[[0, -1]], [1, 1], theme.NEUTRAL, "start", width=1, dash="dot"),
        line(t, r.share, DESCENT, "as run", width=3),
        line(coarse, r.expected, theme.NEUTRAL, "from the spectrum", width=1.5, dash="dash"),
        points(*end, theme.SOLUTION, symbol="x", size=12, said="stopped"),
        words([STEPS], [20.0], [verdict(s, r)], theme.SOLUTION, "top left", 14),
    ]
    alt = f"Excess of the objective over {STEPS} steps: {verdict(s, r)}."
    return figure(
        traces,
        title="Gradient descent",
        alt=alt,
        x=axis("iteration", (0, STEPS)),
        y=axis("excess / start", (FLOOR, 10 * CAUGHT), log=True, dtick=3),
        legend=ABOVE,
    )


def draw_condition(s: Settings, r: Result) -> go.Figure:
    """Draw the condition number of XᵀX/n + λI against λ: as predicted and as measured."""
    path = r.path
    top = 3 * max(path.predicted.max(), 3.0)
    alt = (
        f"Condition number against λ; at λ = {number(s.lambda_, 3)} it is predicted as "
        f"{number(path.predicted[r.now], 4)} and measured as {number(path.measured[r.now], 4)}."
    )
    return figure(
        [
            upright(s.lambda_, (0.7, top)),
            line(path.strengths, path.predicted, theme.L2, "predicted"),
            points(path.strengths[::4], path.measured[::4], theme.NEUTRAL, "measured", size=5),
            points([s.lambda_], [path.measured[r.now]], theme.SOLUTION, size=10),
        ],
        title="Condition number",
        alt=alt,
        x=axis("strength λ", (path.strengths[0], path.strengths[-1]), log=True, dtick=2),
        y=axis("", (0.7, top), log=True, dtick=max(1, round(np.log10(top) / 4))),
        legend=ABOVE,
    )


def draw_rounding(s: Settings, r: Result) -> go.Figure:
    """Draw the relative rounding error of the closed form in single and double precision, beside κ times the unit."""
    path, traces = r.path, [upright(s.lambda_, (SMALLEST, 100))]
    for values, unit, color, name in (
        (path.single, SINGLE, theme.PENALTY, "32 bits"),
        (path.double, DOUBLE, theme.TRUTH, "64 bits"),
    ):
        traces.append(line(path.strengths, unit * path.predicted, color, width=1, dash="dash", said=f"κu, {name}"))
        traces.append(line(path.strengths, np.maximum(values, SMALLEST), color, name))
        traces.append(points([s.lambda_], [max(values[r.now], SMALLEST)], color, size=8, said=f"{name} now"))
    alt = (
        f"Relative rounding error of the closed form at λ = {number(s.lambda_, 3)}: {number(path.single[r.now], 2)} in "
        f"32 bits, {number(path.double[r.now], 2)} in 64 bits."
    )
    return figure(
        traces,
        title="Rounding error",
        alt=alt,
        x=axis("strength λ", (path.strengths[0], path.strengths[-1]), log=True, dtick=2),
        y=axis("", (SMALLEST, 100), log=True, dtick=4),
        legend=ABOVE,
    )


PANELS = {"filter": draw_filter, "descent": draw_descent, "condition": draw_condition, "rounding": draw_rounding}


def verdict(s: Settings, r: Result) -> str:
    """Say where the learning rate stands to the limit 2/L and what came of it."""
    limit = number(r.limit, 4)
    if r.caught is not None:
        return f"η > 2/L = {limit}: diverges, stopped at step {r.caught}"
    if np.isclose(s.learning_rate, r.limit, rtol=1e-6):
        return f"η = 2/L = {limit}: the strongest direction stays as far off as it was"
    if s.learning_rate > r.limit:
        return f"η > 2/L = {limit}: grows too slowly to be caught"
    return f"η < 2/L = {limit}: {number(r.share[-1], 2)} of the start left"


def stopping(s: Settings, r: Result) -> str:
    """Say what early stopping does at the matched step."""
    if np.isnan(r.gap):
        return f"descent without a penalty diverges at η = {number(s.learning_rate)}, so there is no step to stop at"
    return f"descent stopped at t = {number(r.matched)} differs by at most {number(r.gap, 2)}"


def caption(s: Settings, r: Result) -> str:
    """Say what λ does to the filter, to the conditioning, to the rounding error and to descent."""
    path, k = r.path, r.now
    return (
        f"λ = {number(s.lambda_, 3)} keeps {number(path.df[k], 3)} effective degrees of freedom of {s.p} and takes the "
        f"condition number from {number(s.condition, 3)} to {number(path.predicted[k], 3)}; the rounding error of "
        f"the closed form in 32 bits is {number(path.single[k], 2)}; {stopping(s, r)}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    path, k, least = r.path, r.now, int(np.argmin(r.path.error))
    return {
        "Stability limit 2/L": number(r.limit, 4),
        "Rounding, 64 bits": number(path.double[k], 2),
        "‖w − truth‖": number(path.error[k], 3),
        "least along λ": f"{number(path.error[least], 3)} at {number(path.strengths[least], 3)}",
        "Risk of stopping / of ridge": f"{number(r.risks[1] / r.risks[0], 3)}, below 1.69",
        "Matched step t": "none" if np.isnan(r.gap) else number(r.matched),
    }
