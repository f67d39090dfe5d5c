"""L2 in the gradient against decay of the weights: for SGD the same, for Adam not; on a quadratic and on digits."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from regviz.checks import Array
from regviz.experiments.weight_decay import (
    CENTRE,
    RATES,
    STEPS,
    STRENGTHS,
    TURN_DECAYS,
    TURN_RATES,
    Grid,
    Walks,
    curvatures_of,
    grids,
    minimiser,
    turns,
    walks,
)
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import axis, broken, cells, ellipses, figure, line, points
from regviz.knobs import LogSlider, Seed, Slider
from regviz.memory import once
from regviz.wording import listed, number, pair

STRIDE = 8
LEVELS = np.array([0.05, 0.3, 1.0, 2.5, 5.0, 10.0])
FLOOR = 1e-17  # a difference of exactly 0 is drawn here
SPAN = (8.0, 32.0)  # shades of the heat maps, test error in per cent


@dataclass(frozen=True)
class Settings:
    """The iteration on show, and the quadratic with its optimizers."""

    iteration: Annotated[int, Slider("Iteration", 0, STEPS, STRIDE)] = 200
    lambda_: Annotated[float, LogSlider("Strength λ", 0.01, 3, 11)] = 0.306
    learning_rate: Annotated[float, LogSlider("Learning rate η", 0.005, 0.1, 7)] = 0.0224
    curvature: Annotated[
        int, Slider("Curvature along w₂", 1, 10, 1, help="How much the loss bends along w₂; along w₁ it bends by 1.")
    ] = 10
    noise: Annotated[
        float,
        Slider(
            "Noise of the gradients σ",
            0.0,
            1.0,
            0.1,
            help="Every gradient is that of a quadratic whose centre is off by σ, at random.",
        ),
    ] = 0.5
    seed: Annotated[int, Seed(help="Another draw of the noise.")] = 0


SCRUB = ("iteration",)


@dataclass(frozen=True)
class Result:
    """The quadratic, and the grids on digits of Adam with L2 and of AdamW."""

    walks: Walks
    curvatures: Array
    penalised: Array
    """(2,), where the loss with the penalty is least"""
    l2: Grid
    adamw: Grid


def compute(s: Settings) -> Result:
    """Return both problems at the settings."""
    found = grids(0)
    walked = walks(s.lambda_, s.learning_rate, s.curvature, s.noise, s.seed)
    least = minimiser(s.curvature, s.lambda_)
    return Result(walked, curvatures_of(s.curvature), least, found["l2"], found["step"])


def turned() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return header and rows of how far a step turns weights whose size does not matter: by the formula, measured."""
    rows, found = [], np.degrees(turns(0))
    for decay, angles in zip(TURN_DECAYS, found, strict=True):
        exact = float(np.degrees(np.sqrt(decay * (2 - decay))))
        measured = ", ".join(f"{angle:.2f}°" for angle in angles)
        rows.append((number(decay), f"{exact:.2f}°", measured, f"{100 * np.abs(angles / exact - 1).max():.1f} %"))
    rates = listed([number(rate) for rate in TURN_RATES])
    return ("decay per step ηλ", "√(ηλ(2 − ηλ))", f"measured at η = {rates}", "apart by at most"), rows


def draw_plane(s: Settings, r: Result) -> go.Figure:
    """Draw the paths over the contours of the loss, up to the iteration."""
    d, t = r.walks, s.iteration
    x, y = ellipses(np.diag(r.curvatures), CENTRE, LEVELS)
    trails = [
        (d.sgd, theme.NEUTRAL, "SGD, L2 or decay", "dash"),
        (d.l2, theme.L2, "Adam + L2", "solid"),
        (d.adamw, theme.PENALTY, "AdamW", "solid"),
    ]
    traces = [line(x, y, theme.faded(theme.LOSS, 0.35), width=1, hoverinfo="skip", said="contours")]
    traces += [line(*w[: t + 1 : 4].T, color, name, dash=dash) for w, color, name, dash in trails]
    traces += [points(*w[t, :, None], color, size=10, said=f"{name} now") for w, color, name, _ in trails]
    traces += [
        points(*CENTRE[:, None], theme.TRUTH, "least loss", symbol="diamond"),
        points(*r.penalised[:, None], theme.SOLUTION, "least loss + L2", symbol="x"),
    ]
    return figure(
        traces,
        title="Paths on one quadratic",
        alt=f"At iteration {t} Adam with L2 is at {pair(d.l2[t])}, AdamW at {pair(d.adamw[t])}.",
        x=axis("weight w₁", (-0.4, 3.1), constrain="domain"),
        y=axis("weight w₂", (-0.4, 3.1), scaleanchor="x", constrain="domain"),
        legend={"orientation": "h", "x": 0, "y": -0.16, "xanchor": "left", "yanchor": "top"},
        margin={"l": 56, "r": 12, "t": 40, "b": 110},
    )


def draw_difference(s: Settings, r: Result) -> go.Figure:
    """Draw how far L2 and decay are apart, for SGD, for SGD with momentum and for Adam."""
    d, steps = r.walks, np.arange(STEPS + 1)
    drawn = [np.maximum(gap, FLOOR) for gap in (d.same, d.rolling, d.apart)]
    colors = (theme.NEUTRAL, theme.TRUTH, theme.HIGHLIGHT)
    names = ("SGD", "SGD with momentum", "Adam")
    traces = [line(steps[::2], gap[::2], c, said=name) for gap, c, name in zip(drawn, colors, names, strict=True)]
    traces += [
        words([STEPS], [2e-15], ["SGD (0 drawn at 10⁻¹⁷)"], colors[0], "top left"),
        words([STEPS], [3e-4], ["SGD with momentum"], colors[1], "top left"),
        words([STEPS], [3], ["Adam"], colors[2], "top left"),
        points([s.iteration] * 3, [gap[s.iteration] for gap in drawn], theme.SOLUTION),
    ]
    return figure(
        traces,
        title="Distance of L2 and decay",
        alt=f"Distance between the weights under L2 and under decay at iteration {s.iteration}: for SGD "
        f"{number(d.same[s.iteration], 2)}, with momentum {number(d.rolling[s.iteration], 2)}, for Adam "
        f"{number(d.apart[s.iteration], 2)}.",
        x=axis("iteration", (0, STEPS)),
        y=axis("", (3e-18, 3000), log=True, dtick=4),
    )


def draw_pull(s: Settings, r: Result) -> go.Figure:
    """Draw the share of ηλw by which each weight is pulled, against the scale of its gradients."""
    d, t, reach = r.walks, s.iteration, np.geomspace(0.1, 100, 50)
    scale, pull = d.scale[t], d.pull[t]
    known = np.isfinite(pull)
    both = f"{number(pull[0], 3)} and {number(pull[1], 3)}" if known.all() else "not yet known"
    return figure(
        [
            line(reach, 1 / reach, theme.faded(theme.L2, 0.5), dash="dot", said="Adam + L2: 1/√v"),
            line(reach[[0, -1]], [1, 1], theme.PENALTY, said="AdamW"),
            points(scale, pull, theme.L2, said="w₁ and w₂ now"),
            words(scale, pull, [" w₁", " w₂"], theme.L2, "top right"),
            words([0.12], [0.8], ["AdamW"], theme.PENALTY, "bottom right"),
            words([0.3], [8], ["Adam + L2: 1/√v"], theme.L2, "middle right"),
        ],
        title="Pull to zero / ηλw",
        alt=f"Pull of L2 in Adam on the two weights as a multiple of ηλw at iteration {t}: {both}; AdamW pulls by 1.",
        x=axis("gradient scale √v", (0.1, 100), log=True),
        y=axis("", (0.01, 40), log=True),
    )


def between(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return the line through points (m,), broken around each, where a number stands."""
    corners = np.stack([x, y], axis=1).astype(float)
    middle, half = (corners[1:] + corners[:-1]) / 2, (corners[1:] - corners[:-1]) / 2
    ends = np.stack([middle - 0.45 * half, middle + 0.45 * half], axis=1)
    return broken(ends[..., 0]), broken(ends[..., 1])


@once(most=2)  # a scrub asks for it at every value, and it stays the same
def _heat(kind: str, title: str, name: str) -> go.Figure:
    grid, across, up = grids(0)[kind], np.arange(len(RATES)), np.arange(STRENGTHS)
    (i, j), (error, se), mean = grid.chosen, grid.reached, grid.mean
    share = (mean - SPAN[0]) / (SPAN[1] - SPAN[0])
    cases = ((share < 2 / 3, theme.ON_PALE), (share >= 2 / 3, theme.ON_DEEP))
    inked = [(*np.nonzero(here), [f"{v:.0f}" for v in mean[here]], ink) for here, ink in cases]
    ticks = {"showgrid": False, "zeroline": False}
    return figure(
        [
            *cells(across, up, mean, theme.LOSS, SPAN, "test error, %"),
            line(*between(across, grid.valley), theme.SOLUTION, width=1.5, said="best of each rate, by validation"),
            points([j], [i], theme.SOLUTION, symbol="square-open", size=25, said="best of all, by validation"),
            *(words(columns, rows, shares, ink, "middle center", 11) for rows, columns, shares, ink in inked),
        ],
        title=title,
        alt=f"Test error over learning rate and {name}; where the validation error is least, at {number(RATES[j], 2)} "
        f"and {number(grid.decays[i], 2)}, it is {error:.1f} ± {se:.1f} %. For the rates in turn the validation error "
        f"is least at {', '.join(number(v, 2) for v in grid.decays[grid.valley])}.",
        x=axis(
            "learning rate", (-0.5, len(RATES) - 0.5), tickvals=across, ticktext=[number(v, 2) for v in RATES], **ticks
        ),
        y=axis(name, (-0.5, up[-1] + 0.5), tickvals=up, ticktext=[number(v, 2) for v in grid.decays], **ticks),
        margin={"l": 60, "r": 12, "t": 36, "b": 42},
    )


def draw_l2_grid(s: Settings, r: Result) -> go.Figure:
    """Draw the test error of Adam with L2."""
    return _heat("l2", "Test error, %: Adam + L2", "λ")


def draw_adamw_grid(s: Settings, r: Result) -> go.Figure:
    """Draw the test error of AdamW."""
    return _heat("step", "Test error, %: AdamW", "decay per step")


PANELS = {
    "paths": draw_plane,
    "distance": draw_difference,
    "pull": draw_pull,
    "digits_adam_l2": draw_l2_grid,
    "digits_adamw": draw_adamw_grid,
}


def caption(s: Settings, r: Result) -> str:
    """Say how far the two are apart and which test error each reaches."""
    d, t = r.walks, s.iteration
    l2, decoupled = (f"{error:.1f} ± {se:.1f} %" for error, se in (r.l2.reached, r.adamw.reached))
    return (
        f"At iteration {t} L2 and decay differ by {number(d.same[t], 2)} under SGD, by {number(d.rolling[t], 2)} with "
        f"momentum and by {number(d.apart[t], 2)} under Adam; on digits, chosen by validation, the test error is {l2} "
        f"for Adam with L2 and {decoupled} for AdamW, over three seeds."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    d, t = r.walks, s.iteration
    pull = " and ".join(number(p, 3) if np.isfinite(p) else "—" for p in d.pull[t])
    return {
        "Adam + L2": pair(d.l2[t]),
        "AdamW": pair(d.adamw[t]),
        "Pull on w₁, w₂ / ηλw": f"{pull}, AdamW 1",
        "Loss + L2 is least at": pair(r.penalised),
        "SGD with momentum + L2": pair(d.rolled[0][t]),
        "SGD with momentum, decay": pair(d.rolled[1][t]),
    }
