"""Many roads to one shrinkage: how far from ridge each ends, the paths in the plane, and the risk of stopping."""

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments import equivalences as runs
from regviz.experiments.equivalences import BOUND, COPIED, ELSEWHERE, LAMBDAS, NAMES, NEAR, SAME, Roads
from regviz.figures.kit import theme
from regviz.figures.kit.edges import followed
from regviz.figures.kit.labels import level, spread, words
from regviz.figures.kit.traces import axis, ellipses, figure, line, plane, points, rule, upright
from regviz.knobs import Seed, Slider, place
from regviz.linear.plane import objective
from regviz.wording import listed, number, pair, spelled

FLOOR, CEILING = 1e-14, 1e3  # of distances on show: rounding, which differs by machine, stands at the floor
LEVELS = np.array([0.02, 0.1, 0.25, 0.5, 0.9, 1.5, 2.4])  # of the loss, in units of that at w = 0
COLORS = {
    **dict.fromkeys(SAME, theme.L2),
    COPIED: theme.HIGHLIGHT,
    "SGD + decay": theme.SCAD,
    "Early stopping": theme.TRUTH,
    "Lasso": theme.L1,
    "AdamW": theme.SOLUTION,
    "SAM": theme.NEUTRAL,
}
PATHS = ("Early stopping", COPIED, "Lasso", "AdamW")
NAMED = {"Early stopping": "early stopping", COPIED: "noisy copies", "Lasso": "lasso"}  # inside a sentence
SPACE = "\u2003"  # between a mark and its number
STRENGTHS = axis("strength λ", (0.0085, 11.8), log=True, showgrid=False)


@dataclass(frozen=True)
class Settings:
    """The strength, how many noisy copies, and the problem."""

    lambda_: Annotated[float, runs.STRENGTH] = 0.501
    copies: Annotated[int, runs.COPIES] = 6
    correlation: Annotated[float, Slider("Correlation", -0.9, 0.9, 0.1, after="compute")] = 0.5
    noise: Annotated[float, Slider("Noise σ", 0.25, 2.0, 0.25, after="compute")] = 1.0
    seed: Annotated[int, replace(Seed(), after="compute")] = 0


SCRUB = ("lambda_",)


@dataclass(frozen=True)
class Result:
    """The roads, where on the grid of λ we are, and every road's distance to ridge (λ,)."""

    roads: Roads
    k: int
    distances: dict[str, Array]

    @property
    def now(self) -> dict[str, float]:
        """The distances at the present λ."""
        return {name: float(values[self.k]) for name, values in self.distances.items()}

    @property
    def exact(self) -> float:
        """The largest distance at the present λ of the roads that are ridge."""
        return max(self.now[name] for name in SAME)


def compute(s: Settings) -> Result:
    """Return where every road ends, and how far from ridge."""
    found = runs.roads(s.correlation, s.noise, s.seed)
    return Result(found, place(s, "lambda_"), found.distances(s.copies))


def shown(distance: Array | float) -> Array:
    """Return distances as a log axis shows them."""
    return np.clip(distance, FLOOR, CEILING)


def told(distance: float) -> str:
    """Return a distance in lengths of ridge."""
    if distance > 1:
        return f"{number(distance, 2)}×"
    return f"{number(100 * distance, 2)} %" if distance > 1e-4 else number(distance, 2)


def draw_list(s: Settings, r: Result) -> go.Figure:
    """Draw how far from ridge each road ends at the present λ."""
    heights = -np.arange(len(NAMES), dtype=float)
    edges = (-len(NAMES) + 0.4, 0.6)
    at = shown(np.array([r.now[name] for name in NAMES]))
    traces = []
    for first in (len(SAME), len(SAME) + len(NEAR) + 1):
        traces.append(rule([FLOOR / 2, 1e5], [0.5 - first] * 2, theme.NEUTRAL, "divider", width=1))
    for height, name, place_ in zip(heights, NAMES, at, strict=True):
        traces.append(line([FLOOR, place_], [height] * 2, theme.faded(COLORS[name], 0.35), said=name, width=2))
        traces.append(points([place_], [height], COLORS[name], said=name, size=10))
    labels = [f"{SPACE}{told(r.now[name])}" for name in NAMES]
    traces.append(words(at, heights, labels, theme.WORD, "middle right", 12))
    alt = f"Distance to ridge at λ = {number(s.lambda_, 3)}: " + ", ".join(f"{n} {told(d)}" for n, d in r.now.items())
    return figure(
        traces,
        title="How far from ridge each road ends",
        alt=f"{alt}.",
        x=axis("‖w − ridge‖ / ‖ridge‖", (FLOOR / 2, 1e5), log=True, dtick=4),
        y=axis("", edges, tickvals=heights.tolist(), ticktext=list(NAMES), showgrid=False),
        margin={"l": 118, "r": 14, "t": 40, "b": 46},
    )


def draw_plane(s: Settings, r: Result) -> go.Figure:
    """Draw the paths of weights along λ over the contours of the loss, and where each road is now."""
    p, ends = r.roads.problem, r.roads.at(s.copies)
    corners = np.concatenate([p.free[None], p.ridge, *(ends[name] for name in PATHS)])
    low, high = corners.min(axis=0), corners.max(axis=0)
    half = 0.55 * float(max(high - low)) + 0.25
    middle = (low + high) / 2
    at_zero = -objective(p.H, p.c, p.free)
    contours = line(*ellipses(p.H, p.free, at_zero * LEVELS), theme.faded(theme.LOSS, 0.25), said="contours", width=1)
    traces = [contours | {"hoverinfo": "skip"}]
    traces += [line(*ends[name].T, COLORS[name], said=name, width=1.5) for name in PATHS]
    traces.append(line(*p.ridge.T, theme.L2, said="ridge and the six like it", width=3))
    traces += [points(*ends[name][r.k], COLORS[name], said=f"{name} now", size=8) for name in (*PATHS, "SAM")]
    x, y = p.ridge[r.k]
    traces += [
        points(x, y, theme.L2, said="ridge now", size=12),
        words(min(x, middle[0] + 0.55 * half), y - 0.06 * half, [f"{SPACE}ridge"], theme.L2, "bottom right"),
        points(*p.free, theme.NEUTRAL, said="least squares", size=10, symbol="x"),
        words([p.free[0]], [p.free[1] + 0.3 * half], ["least squares"], theme.NEUTRAL, "middle left", 12),
    ]
    spots = listed([f"{name} at {pair(ends[name][r.k])}" for name in PATHS])
    return figure(
        traces,
        title="Weights from least squares to 0",
        alt=f"Plane of two weights with loss contours; ridge at {pair(p.ridge[r.k])}, {spots}.",
        **plane("weight w₁", (middle[0] - half, middle[0] + half), "weight w₂", (middle[1] - half, middle[1] + half)),
        margin={"l": 50, "r": 14, "t": 40, "b": 44},
    )


def draw_distances(s: Settings, r: Result) -> go.Figure:
    """Draw the distance to ridge of every road against λ."""
    others = [name for name in NAMES if name not in SAME]
    curves = {name: shown(r.distances[name]) for name in NAMES}
    traces = [upright(s.lambda_, (FLOOR, CEILING))]
    traces += [line(LAMBDAS, curves[name], theme.faded(theme.L2, 0.6), said=name, width=1) for name in SAME]
    traces += [line(LAMBDAS, curves[name], COLORS[name], said=name) for name in others]
    heights = 10 ** spread([float(np.log10(curves[name][-1])) for name in others], 1.55, (-8.0, 2.0))
    ends = np.full(len(others), LAMBDAS[-1] * 1.08)
    traces += [
        points([s.lambda_] * len(NAMES), [curves[name][r.k] for name in NAMES], theme.NEUTRAL, size=5),
        words(ends, heights, others, [COLORS[name] for name in others], "middle right", 12),
        words(ends[:1], [1e-12], ["seven roads"], theme.L2, "middle right", 12),
    ]
    lines = [f"{name} {told(r.now[name])}" for name in others]
    return figure(
        traces,
        title="Distance to ridge",
        alt=f"Distance to ridge against λ; at λ = {number(s.lambda_, 3)}: seven roads within {told(r.exact)}, "
        f"{listed(lines)}.",
        x=axis("strength λ", (0.0085, 170), log=True, showgrid=False, tickvals=[0.01, 0.1, 1, 10]),
        y=axis("", (FLOOR / 2, CEILING), log=True, dtick=4),
    )


def draw_risk(s: Settings, r: Result) -> go.Figure:
    """Draw the risk of the stopped flow over that of ridge, and what bounds it."""
    ratio = r.roads.flow_risk / r.roads.ridge_risk
    curves = [
        *level(BOUND, 9, "never above 1.69", theme.NEUTRAL, (0.0085, 11.8), above=True, left=True),
        line(LAMBDAS, ratio, theme.TRUTH, said="stopped over ridge"),
    ]
    return followed(STRENGTHS, LAMBDAS, r.k, curves, [float(ratio[r.k])], "Risk: stopped/ridge", span=(0, 2))


PANELS = {"roads": draw_list, "distance": draw_distances, "plane": draw_plane, "risk": draw_risk}


def caption(s: Settings, r: Result) -> str:
    """Say what ends where ridge ends, and how far off the others are."""
    rest = listed([f"{NAMED.get(name, name)} {told(r.now[name])}" for name in ELSEWHERE])
    return (
        f"At λ = {number(s.lambda_, 3)} {spelled(len(SAME))} roads end within {told(r.exact)} of ridge; "
        f"{number(2**s.copies)} noisy copies are {told(r.now[COPIED])} away and early stopping "
        f"{told(r.now['Early stopping'])}; elsewhere are {rest}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return what each road must be set to for this λ."""
    return {
        "Ridge w": pair(r.roads.problem.ridge[r.k]),
        "Prior spread τ": number(s.noise / np.sqrt(runs.ROWS * s.lambda_), 3),
        "Matched budget ‖w‖": number(float(np.linalg.norm(r.roads.problem.ridge[r.k])), 3),
        "Matched drop rate": number(s.lambda_ / (1 + s.lambda_), 3),
        "Matched stopping time": number(1 / s.lambda_, 3),
        "Box of AdamW |wⱼ| ≤": number(1 / s.lambda_, 3),
    }
