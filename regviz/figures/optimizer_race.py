"""Seven optimizers from one start on one loss, each at a rate of its own: their trails, losses and moments."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.descent.races import ADAPTIVE, STEPS, Run, race
from regviz.descent.surfaces import SURFACES
from regviz.figures.kit import theme
from regviz.figures.kit.contours import level_curves_of
from regviz.figures.kit.edges import inside
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, Trace, axis, figure, handle, line, plane, points, upright
from regviz.knobs import Choice, LogSlider, Several, Slider, grid
from regviz.memory import once
from regviz.wording import listed, number, pair

FLOOR = 1e-16  # a smaller loss is rounding, and is drawn here
LEVELS = 10.0 ** np.arange(-3, 5, 0.5)


@dataclass(frozen=True)
class Racer:
    """An optimizer: its name, its look, and its learning rate on each surface."""

    title: str
    color: str
    dash: str
    rates: tuple[float, float, float, float]


# For each surface: of the rates 1, 2, 5 × 10^k with which the loss from the default start never rises above where it
# began, the one with the least mean log loss over the run. A test makes this table anew.
RACERS = {
    "sgd": Racer("SGD", theme.NEUTRAL, "solid", (0.001, 0.01, 0.02, 1.0)),
    "momentum": Racer("Momentum", theme.LOSS, "solid", (0.0005, 0.005, 0.01, 0.5)),
    "nesterov": Racer("Nesterov", theme.SCAD, "dash", (0.0005, 0.01, 0.01, 1.0)),
    "adagrad": Racer("AdaGrad", theme.PENALTY, "solid", (0.1, 2.0, 1.0, 1.0)),
    "rmsprop": Racer("RMSProp", theme.TRUTH, "solid", (0.02, 0.05, 0.2, 0.02)),
    "adam": Racer("Adam", theme.SOLUTION, "solid", (0.1, 0.5, 0.5, 0.5)),
    "adamw": Racer("AdamW", theme.HIGHLIGHT, "dot", (0.1, 1.0, 0.5, 0.2)),
}
TITLES = tuple(racer.title for racer in RACERS.values())
NAMES = {"rosenbrock": "Rosenbrock", "quadratic": "Quadratic", "beale": "Beale", "saddle": "Saddle"}
BELOW = {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top", "entrywidth": 0.5, "entrywidthmode": "fraction"}


def _start(label: str, low: float, high: float, surface: str, step: float = 0.1) -> Slider:
    return Slider(label, low, high, step, when=("surface", (surface,)))


@dataclass(frozen=True)
class Settings:
    """The iteration on show, the surface, who races, how fast, from where; and whose moments are drawn."""

    iteration: Annotated[int, Slider("Iteration", 0, STEPS, 5)] = 200
    surface: Annotated[str, Choice("Loss", tuple(NAMES), tuple(NAMES.values()))] = "rosenbrock"
    racers: Annotated[tuple[str, ...], Several("Optimizers", tuple(RACERS), TITLES)] = tuple(RACERS)
    speed: Annotated[
        float, LogSlider("All rates times", 0.1, 10, 9, help="Each optimizer has its own rate; this multiplies all.")
    ] = 1.0
    moments: Annotated[str, Choice("Moments of", ADAPTIVE, tuple(RACERS[name].title for name in ADAPTIVE))] = "adam"
    rosenbrock_x: Annotated[float, _start("Start x", -2.0, 2.0, "rosenbrock")] = -1.5
    rosenbrock_y: Annotated[float, _start("Start y", -1.0, 3.0, "rosenbrock")] = 2.0
    quadratic_x: Annotated[float, _start("Start x", -2.0, 2.0, "quadratic")] = -1.8
    quadratic_y: Annotated[float, _start("Start y", -2.0, 2.0, "quadratic")] = 1.0
    beale_x: Annotated[float, _start("Start x", -0.5, 4.5, "beale")] = 0.5
    beale_y: Annotated[float, _start("Start y", -2.0, 2.0, "beale")] = 1.5
    saddle_x: Annotated[float, _start("Start x", -2.0, 2.0, "saddle")] = -1.5
    saddle_y: Annotated[float, _start("Start y", -0.5, 0.5, "saddle", 0.05)] = 0.05


SCRUB = ("iteration",)


@dataclass(frozen=True)
class Result:
    """All runs, and the iteration."""

    runs: dict[str, Run]
    start: tuple[float, float]
    k: int


def rate_of(s: Settings, name: str) -> float:
    """Return the learning rate at which an optimizer races."""
    return RACERS[name].rates[list(NAMES).index(s.surface)] * s.speed


def start_of(s: Settings) -> tuple[float, float]:
    """Return where the race begins."""
    return getattr(s, f"{s.surface}_x"), getattr(s, f"{s.surface}_y")


def compute(s: Settings) -> Result:
    """Return the runs of the chosen optimizers, and of the one whose moments are shown."""
    names = [name for name in RACERS if name in s.racers or name == s.moments]
    axes = [grid(Settings, f"{s.surface}_{axis}") for axis in "xy"]
    runs = race(s.surface, start_of(s), {name: rate_of(s, name) for name in names}, axes)
    return Result(runs, start_of(s), s.iteration)


@once(most=8)
def contours(surface: str) -> tuple[Array, Array]:
    """Return the level curves of a surface, two to a decade of the loss, as one broken line."""
    shape = SURFACES[surface]
    return level_curves_of(shape.value, shape.x, shape.y, LEVELS, 121)


def draw_plane(s: Settings, r: Result) -> go.Figure:
    """Draw the trails so far over the contours of the loss."""
    shape = SURFACES[s.surface]
    traces: list[Trace] = [
        line(*contours(s.surface), theme.faded(theme.NEUTRAL, 0.35), width=1, hoverinfo="skip", said="contours"),
        points(*np.transpose(shape.minima), theme.NEUTRAL, size=13, symbol="star", said="minimum"),
    ]
    for name in s.racers:
        racer, trail = RACERS[name], r.runs[name].w[: r.k + 1]
        label = f"{racer.title}, η {number(r.runs[name].rate, 3)}"
        traces.append(line(*trail.T, racer.color, label, dash=racer.dash, width=1.8))
    ends, axes = [r.runs[name].w[: r.k + 1][-1] for name in s.racers], plane("x", shape.x, "y", shape.y)
    marks = [
        points(*end, RACERS[name].color, size=10, said=f"{RACERS[name].title} now")
        for name, end in zip(s.racers, ends, strict=True)
    ]
    traces += inside(marks, **axes) if marks else []
    traces.append(points(*r.start, theme.NEUTRAL, "start", size=9, symbol="circle-open", showlegend=False))
    places = ", ".join(f"{RACERS[n].title} at {pair(_now(r, n))}" for n in s.racers) or "nobody races"
    return figure(
        traces,
        title="Trails over the loss",
        alt=f"Iteration {r.k} from {pair(r.start)}: {places}.",
        **axes,
        legend=BELOW,
        margin={"l": 44, "r": 10, "t": 40, "b": 40},
        handles=[handle("start", x=f"{s.surface}_x", y=f"{s.surface}_y")],
    )


def draw_loss(s: Settings, r: Result) -> go.Figure:
    """Draw the loss of every run against the iteration, and where it stands now."""
    runs = {name: r.runs[name] for name in s.racers}
    shown = {name: np.maximum(one.loss, FLOOR) for name, one in runs.items()}
    all_losses = np.concatenate([*shown.values(), [1e-2, 1.0]])
    low, high = 0.3 * float(all_losses.min()), 5 * float(all_losses.max())
    decades = float(np.log10(high / low))
    traces: list[Trace] = [upright(r.k, (low, high))]
    for name, loss in shown.items():
        traces.append(
            line(
                np.arange(len(loss)),
                loss,
                RACERS[name].color,
                dash=RACERS[name].dash,
                width=1.8,
                said=RACERS[name].title,
            )
        )
    for name, loss in shown.items():
        at = min(r.k, len(loss) - 1)
        traces.append(points([at], [loss[at]], RACERS[name].color, size=8, said=f"{RACERS[name].title} now"))
    ended = [(len(loss) - 1, loss[-1]) for name, loss in shown.items() if runs[name].diverged] or [(np.nan, np.nan)]
    traces.append(points(*np.transpose(ended), theme.NEUTRAL, symbol="x", said="diverged"))
    ends = np.log10([loss[-1] for loss in shown.values()] or [1.0])
    heights = 10 ** spread(ends, 0.085 * decades, (np.log10(low) + 0.04 * decades, np.log10(high) - 0.04 * decades))
    labels = [f"{RACERS[n].title}{' ×' if runs[n].diverged else ''}" for n in shown] or [""]  # as its mark
    colors = [RACERS[name].color for name in shown] or theme.NEUTRAL
    traces.append(words([STEPS + 6] * len(labels), heights, labels, colors, "middle right", 12))
    return figure(
        traces,
        title="Loss against iteration",
        alt=f"Loss on a log axis. At iteration {r.k}: {told(s, r)}.",
        x=axis("iteration", (0, 1.42 * STEPS), tickvals=list(range(0, STEPS + 1, 100))),
        y=axis("", (low, high), log=True, dtick=max(1, round(decades / 5))),
    )


def draw_moments(s: Settings, r: Result, j: int) -> go.Figure:
    """Draw both moments of one optimizer in coordinate j: the gap between them is how far each step goes."""
    one, racer = r.runs[s.moments], RACERS[s.moments]
    above, below = np.where(np.abs(one.first) > FLOOR, np.abs(one.first), np.nan), one.second  # no 0 on a log axis
    kept = np.concatenate([above[np.isfinite(above)], below.ravel()])
    span = (0.3 * float(kept.min()), 8 * float(kept.max()))
    at, k = min(r.k, len(one.loss) - 1), np.arange(len(one.loss))
    numerator = "|g|" if s.moments in ("adagrad", "rmsprop") else "|m̂|"
    ratio = number(float(np.abs(one.first[at, j]) / below[at, j]), 2)
    return figure(
        [
            upright(r.k, span),
            line(k, above[:, j], theme.LOSS, numerator, width=1.8),
            line(k, below[:, j], theme.PENALTY, "√v̂" if numerator == "|m̂|" else "√v", width=1.8),
            points([at] * 2, [above[at, j], below[at, j]], theme.SOLUTION, size=7),
        ],
        title=f"{racer.title} in {'xy'[j]}",
        alt=f"At iteration {at} the step of {racer.title} in {'xy'[j]} is {ratio} of its rate {number(one.rate, 3)}.",
        x=axis("iteration", (0, STEPS)),
        y=axis("", span, log=True, dtick=max(1, round(np.log10(span[1] / span[0]) / 4))),
        legend=ABOVE,
    )


def draw_x(s: Settings, r: Result) -> go.Figure:
    """Draw the moments in x."""
    return draw_moments(s, r, 0)


def draw_y(s: Settings, r: Result) -> go.Figure:
    """Draw the moments in y."""
    return draw_moments(s, r, 1)


PANELS = {"trails": draw_plane, "loss": draw_loss, "moments_x": draw_x, "moments_y": draw_y}


def _now(r: Result, name: str) -> Array:
    """Return where a runner is, or was last before it diverged, to four decimals."""
    w = r.runs[name].w
    return np.round(w[min(r.k, len(w) - 1)], 4)


def size(loss: float) -> str:
    """Return a loss in words, down to where it is rounding."""
    return number(loss, 2) if loss > FLOOR else f"below {number(FLOOR)}"


def gone(r: Result, name: str) -> bool:
    """Return whether a runner has diverged by now."""
    return r.runs[name].diverged and r.k >= len(r.runs[name].loss)


def standing(s: Settings, r: Result) -> list[tuple[str, float]]:
    """Return (name, loss) of those who have not diverged, the least loss first; below FLOOR all are level."""
    racing = [(name, float(r.runs[name].loss[r.k])) for name in s.racers if not gone(r, name)]
    return sorted(((name, max(loss, FLOOR)) for name, loss in racing), key=lambda runner: runner[1])


def told(s: Settings, r: Result) -> str:
    """Return who is where, in words."""
    places = [f"{RACERS[name].title} {size(loss)}" for name, loss in standing(s, r)]
    ended = [f"{RACERS[n].title} diverged at {len(r.runs[n].loss)}" for n in s.racers if gone(r, n)]
    return ", ".join([*places, *ended]) or "nobody races"


def caption(s: Settings, r: Result) -> str:
    """Say who leads or has arrived, who is last and who has diverged."""
    lead = f"After {r.k} iterations from {pair(r.start)} on {NAMES[s.surface]}"
    order, ended = standing(s, r), [name for name in s.racers if gone(r, name)]
    if not s.racers:
        return f"{lead} nobody races: choose an optimizer."
    parts = []
    if order:
        (_, least), (_, most) = order[0], order[-1]
        front, back = ([RACERS[name].title for name, loss in order if loss == at] for at in (least, most))
        if len(front) == 1:
            parts.append(f"{front[0]} leads with loss {size(least)} at {pair(_now(r, order[0][0]))}")
        elif least == FLOOR:
            parts.append(f"{listed(front)} have arrived, with loss {size(least)}")
        else:
            parts.append(f"{listed(front)} are level with loss {size(least)}")
        if most > least:
            parts.append(f"{listed(back)} {'is' if len(back) == 1 else 'are'} last with {size(most)}")
    if ended:
        where = ", ".join(f"{RACERS[n].title} at iteration {len(r.runs[n].loss)}" for n in ended)
        parts.append(f"diverged: {where}")
    return f"{lead} {'; '.join(parts)}."


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    one = r.runs[s.moments]
    at, order = min(r.k, len(one.loss) - 1), standing(s, r)
    return {
        "Least loss": size(order[0][1]) if order else "no one left",
        "Diverged": f"{sum(gone(r, name) for name in s.racers)} of {len(s.racers)}",
        f"{RACERS[s.moments].title} step/η in x": number(float(abs(one.first[at, 0]) / one.second[at, 0]), 3),
        "in y": number(float(abs(one.first[at, 1]) / one.second[at, 1]), 3),
    }
