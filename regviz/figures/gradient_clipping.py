"""Descent at the foot of a wall, where one gradient is huge: unclipped, clipped by norm, clipped by value."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz import clip_by_norm, clip_by_value, sgd
from regviz.checks import Array
from regviz.descent.cliffs import CLIFF, recurrent
from regviz.descent.surfaces import Descent, Surface, descend
from regviz.figures.kit import theme
from regviz.figures.kit.contours import level_curves_of
from regviz.figures.kit.edges import inside
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, axis, figure, line, plane, points, upright
from regviz.knobs import Choice, LogSlider, Slider, grid, place
from regviz.memory import once
from regviz.wording import number, pair

STEPS, LATE = 100, 20  # a run is judged by the mean loss of its last 20 steps
FLOOR = 1e-8
STARTS = {"cliff": (3.5, 1.0), "recurrent": (5.5, -1.5)}
CONTOURS = {
    "cliff": np.geomspace(0.02, 8, 16),
    "recurrent": np.array([1e-4, 1e-3, 5e-3, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.25, 0.35, 0.4]),
}
COLORS = {"not clipped": theme.NEUTRAL, "by norm": theme.LOSS, "by value": theme.PENALTY}


@dataclass(frozen=True)
class Settings:
    """The threshold, the loss, the learning rate, and how many steps the recurrent map takes."""

    threshold: Annotated[float, LogSlider("Threshold θ", 0.01, 1000, 51)] = 0.316
    loss: Annotated[str, Choice("Loss", ("cliff", "recurrent"), ("Cliff", "Recurrent map"))] = "cliff"
    learning_rate: Annotated[float, LogSlider("Learning rate η", 0.25, 2, 7)] = 1.0
    length: Annotated[int, Slider("Steps of the map T", 10, 80, 10, when=("loss", ("recurrent",)))] = 50


SCRUB = ("threshold",)


@dataclass(frozen=True)
class Runs:
    """Every run of a page, as one batch: row 0 not clipped, then by norm and by value at each threshold.

    `probe` (2,) is the point where the unclipped run meets its longest gradient `steepest` (2,); `bent` (thresholds,)
    is the angle in degrees by which clipping by value turns it, `kept` that by which clipping by norm does.
    """

    descent: Descent
    thresholds: Array
    probe: Array
    steepest: Array
    kept: Array
    bent: Array


@dataclass(frozen=True)
class Result:
    """All runs, and the rows of the batch on show by name."""

    runs: Runs
    rows: dict[str, int]
    k: int


def surface(loss: str, length: int) -> Surface:
    """Return the loss that the settings name."""
    return CLIFF if loss == "cliff" else recurrent(length)


def angles(gradient: Array, clipped: Array) -> Array:
    """Return the angles in degrees between a gradient (2,) and clipped ones (k, 2)."""
    cross = gradient[0] * clipped[:, 1] - gradient[1] * clipped[:, 0]
    return np.degrees(np.abs(np.arctan2(cross, clipped @ gradient)))


@once(most=64)
def run_all(loss: str, learning_rate: float, length: int) -> Runs:
    """Return the runs at every threshold of the slider, together."""
    thresholds = grid(Settings, "threshold")
    limits, n = thresholds[:, None], len(thresholds)

    def clip(g: Array) -> Array:
        return np.concatenate([g[:1], clip_by_norm(g[1 : n + 1], limits, axis=-1), clip_by_value(g[n + 1 :], limits)])

    d = descend(surface(loss, length), sgd(learning_rate), np.tile(STARTS[loss], (2 * n + 1, 1)), STEPS, clip)
    worst = int(np.argmax(np.linalg.norm(d.gradient[0], axis=-1)))
    g = d.gradient[0, worst]
    copies = np.tile(g, (n, 1))
    kept, bent = angles(g, clip_by_norm(copies, limits, axis=-1)), angles(g, clip_by_value(copies, limits))
    return Runs(d, thresholds, d.w[0, worst], g, kept, bent)


def compute(s: Settings) -> Result:
    """Return all runs and where this threshold's are among them."""
    runs = run_all(s.loss, s.learning_rate, s.length if s.loss == "recurrent" else 0)
    k, n = place(s, "threshold"), len(runs.thresholds)
    return Result(runs, {"not clipped": 0, "by norm": 1 + k, "by value": 1 + n + k}, k)


def late(r: Result, name: str) -> float:
    """Return the mean loss of a run's last steps."""
    return float(r.runs.descent.loss[r.rows[name], -LATE:].mean())


@once(most=24)
def contours(loss: str, length: int) -> tuple[Array, Array]:
    """Return level curves of the loss as one broken line."""
    shape = surface(loss, length)
    return level_curves_of(shape.value, shape.x, shape.y, CONTOURS[loss], 201)


def draw_plane(s: Settings, r: Result) -> go.Figure:
    """Draw the three runs over the contours of the loss."""
    shape, names = surface(s.loss, s.length), ("x", "y") if s.loss == "cliff" else ("weight w", "bias b")
    w = r.runs.descent.w
    length = s.length if s.loss == "recurrent" else 0
    level = {"width": 1, "hoverinfo": "skip", "said": "contours"}
    traces = [line(*contours(s.loss, length), theme.faded(theme.NEUTRAL, 0.35), **level)]
    traces += [line(*w[row].T, COLORS[name], name, width=1.6) for name, row in r.rows.items()]
    axes = plane(names[0], shape.x, names[1], shape.y)
    traces += inside(
        [points(*w[row, -1], COLORS[name], size=10, said=f"{name}, end") for name, row in r.rows.items()], **axes
    )
    traces += [
        points(*STARTS[s.loss], theme.TRUTH, "start", size=9, symbol="circle-open"),
        points(*r.runs.probe, theme.SOLUTION, "longest gradient", size=11, symbol="x-open"),
    ]
    ends = ", ".join(f"{name} {pair(w[row, -1])}" for name, row in r.rows.items())
    return figure(
        traces,
        title="Three descents to a wall",
        alt=f"From {pair(STARTS[s.loss])} with threshold {number(s.threshold, 3)}, after {STEPS} steps: {ends}.",
        **axes,
        legend={"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top"}
        | {"entrywidth": 0.45, "entrywidthmode": "fraction"},
        margin={"l": 50, "r": 10, "t": 40, "b": 40},
    )


def draw_loss(s: Settings, r: Result) -> go.Figure:
    """Draw the loss of the three runs against the step."""
    every = np.maximum(r.runs.descent.loss, FLOOR)
    span = (0.5 * float(every.min()), 3 * float(every.max()))
    decades = float(np.log10(span[1] / span[0]))
    told = ", ".join(f"{name} {number(late(r, name), 3)}" for name in r.rows)
    return figure(
        [line(np.arange(STEPS + 1), every[row], COLORS[name], f"{name}", width=1.8) for name, row in r.rows.items()],
        title="Loss",
        alt=f"Loss against the step on a log axis; mean of the last {LATE} steps: {told}.",
        x=axis("step", (0, STEPS)),
        y=axis("", span, log=True, dtick=max(1, round(decades / 5))),
        legend=ABOVE,
    )


def draw_arrows(s: Settings, r: Result) -> go.Figure:
    """Draw the longest gradient, downhill, and what either clipping leaves of it, in units of the threshold."""
    g = -r.runs.steepest / s.threshold
    kept, bent = clip_by_norm(g, 1.0), clip_by_value(g, 1.0)
    turn, clipped = np.linspace(0, 2 * np.pi, 121), max(np.linalg.norm(g), np.abs(g).max()) > 1
    bent_by = f"bent by {number(r.runs.bent[r.k], 3)}°" if clipped else "nothing is clipped"
    return figure(
        [
            line(np.cos(turn), np.sin(turn), theme.faded(theme.LOSS, 0.6), width=1.2, said="ball ‖g‖ = θ"),
            line(
                [-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], theme.faded(theme.PENALTY, 0.7), width=1.2, said="box |gᵢ| = θ"
            ),
            line([0, g[0]], [0, g[1]], theme.NEUTRAL, width=1.5, dash="dash", said="longest gradient"),
            line([0, kept[0]], [0, kept[1]], theme.LOSS, width=3.5, said="by norm"),
            line([0, bent[0]], [0, bent[1]], theme.PENALTY, width=3.5, said="by value"),
            points([kept[0]], [kept[1]], theme.LOSS, size=9, said="by norm"),
            points([bent[0]], [bent[1]], theme.PENALTY, size=9, said="by value"),
            words([0], [-1.42], [bent_by], theme.PENALTY, "middle center"),
        ],
        title="Ball and box, in units of θ",
        alt=(
            f"Against the longest gradient, of norm {number(norm(r), 3)}: clipped by norm it keeps its direction, by "
            f"value it turns by {number(r.runs.bent[r.k], 3)} degrees."
        ),
        x=axis("", (-1.6, 1.6), constrain="domain", tickvals=[-1, 0, 1]),
        y=axis("", (-1.6, 1.6), constrain="domain", scaleanchor="x", tickvals=[-1, 0, 1]),
        margin={"l": 34, "r": 10, "t": 40, "b": 30},
    )


def draw_angle(s: Settings, r: Result) -> go.Figure:
    """Draw the angle between the longest gradient and its clipped self against the threshold."""
    x, now = r.runs.thresholds, [r.runs.kept[r.k], r.runs.bent[r.k]]
    traces = [
        upright(s.threshold, (-3, 50)),
        line(x, r.runs.kept, theme.LOSS, width=2.5, said="by norm"),
        line(x, r.runs.bent, theme.PENALTY, width=2.5, said="by value"),
        points([s.threshold] * 2, now, theme.SOLUTION, size=8),
        words([x[2]], [r.runs.kept[-1] + 1], ["by norm"], theme.LOSS, "top right", 12),
        words([x[2]], [r.runs.bent[0] + 1], ["by value"], theme.PENALTY, "top right", 12),
    ]
    return figure(
        traces,
        title="Angle to the gradient",
        alt=f"Angle in degrees at threshold {number(s.threshold, 3)}: by norm 0, by value {number(now[1], 3)}.",
        x=axis("threshold θ", (x[0], x[-1]), log=True, dtick=1),
        y=axis("", (-3, 50), ticksuffix="°", dtick=15),
    )


PANELS = {"descents": draw_plane, "loss": draw_loss, "ball_and_box": draw_arrows, "angle": draw_angle}


def norm(r: Result) -> float:
    """Return the length of the longest gradient that the unclipped run meets."""
    return float(np.linalg.norm(r.runs.steepest))


def caption(s: Settings, r: Result) -> str:
    """Say what the longest gradient is, what each clipping does to it, and how the runs end."""
    return (
        f"The unclipped run meets a gradient of norm {number(norm(r), 3)}; its last {LATE} steps have mean loss "
        f"{number(late(r, 'not clipped'), 2)}; clipped at θ = {number(s.threshold, 3)} by norm (direction kept) it is "
        f"{number(late(r, 'by norm'), 2)}, by value (bent by {number(r.runs.bent[r.k], 3)}°) "
        f"{number(late(r, 'by value'), 2)}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    return {
        "Longest gradient": number(norm(r), 3),
        "Bent by norm": f"{number(round(r.runs.kept[r.k], 6), 3)}°",
        "Bent by value": f"{number(r.runs.bent[r.k], 3)}°",
        "Late loss, by norm": number(late(r, "by norm"), 3),
        "Late loss, by value": number(late(r, "by value"), 3),
        "Late loss, not clipped": number(late(r, "not clipped"), 3),
    }
