"""Label smoothing: its loss, calibration of digits, three classes in a plane, and teachers with students."""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.averages import mean_error
from regviz.checks import Array
from regviz.experiments import label_smoothing as runs
from regviz.experiments.label_smoothing import ALPHA, ALPHAS, Planes, Smoothed, Taught
from regviz.figures.kit import theme
from regviz.figures.kit.edges import followed
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, averaged, axis, bars, figure, line, plane, points, reach, rule
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Slider, place
from regviz.networks.smoothing import gap_loss, optimal_logit_gap, smoothing_floor
from regviz.wording import number, percent, plus_minus

Runs = TypeVar("Runs")
NAMES = {"loss": "Loss", "digits": "Digits", "plane": "Three classes", "teach": "Teaching"}
LOSS, DIGITS, PLANE, TEACH = (("view", (name,)) for name in NAMES)
GAPS = np.linspace(-1.0, 12.0, 131)
STRENGTHS = axis("smoothing α", (-0.02, 0.82), showgrid=False)
FINE = np.linspace(0.002, 0.8, 160)
SHADES = (theme.LOSS, theme.PENALTY, theme.TRUTH)
REACH = 1.2


@dataclass(frozen=True)
class Settings:
    """The smoothing on show, the view, and what matters for it."""

    alpha: Annotated[float, ALPHA] = 0.1
    view: Annotated[str, Choice("View", tuple(NAMES), tuple(NAMES.values()))] = "loss"
    classes: Annotated[int, Slider("Classes K", 2, 50, 1, when=LOSS)] = 10
    preset: Annotated[
        str, Choice("Network", tuple(runs.SETTINGS), ("Memorising", "Small", "Clean labels"), when=DIGITS)
    ] = "memorising"
    triple: Annotated[str, Choice("Classes", tuple(runs.TRIPLES), when=PLANE)] = "4, 7, 9"
    temperature: Annotated[str, Choice("Temperature T", ("1", "2", "4"), when=TEACH)] = "2"


SCRUB = ("alpha",)


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """What was trained, if anything, and the index of α."""

    runs: Runs
    k: int


def _best_gap(s: Settings) -> float:
    """Return the gap where the loss is least, NaN where there is none."""
    return float(optimal_logit_gap(s.classes, s.alpha)) if s.alpha else np.nan


def draw_loss(s: Settings, r: Result[None]) -> go.Figure:
    """Draw the loss against the gap, with hard labels and with smooth ones, its least point and the floor."""
    best, floor = _best_gap(s), float(smoothing_floor(s.classes, s.alpha))
    smooth = gap_loss(GAPS, s.classes, s.alpha)
    top = 1.35 * float(np.log(s.classes)) + 1.2
    traces = [
        line(GAPS, gap_loss(GAPS, s.classes, 0.0), theme.NEUTRAL, "hard labels", dash="dash"),
        line(GAPS, np.where(smooth < top, smooth, np.nan), theme.LOSS, "smooth labels", width=3),
        line(GAPS[[0, -1]], [floor] * 2, theme.PENALTY, "floor", dash="dot"),
        points([best], [floor], theme.SOLUTION, size=11),
        words([best], [floor + 0.03 * top], [f"gap {number(best, 3)}" if s.alpha else ""], theme.SOLUTION),
    ]
    told = f"least at a gap of {number(best, 3)}" if s.alpha else "falling for ever"
    alt = f"Loss against the logit gap for {s.classes} classes and α = {s.alpha:g}: {told}, floor {number(floor, 3)}."
    x = axis("by how much the label’s logit is higher", (-1, 12), showgrid=False)
    return figure(traces, title="Loss", alt=alt, x=x, y=axis("", (-0.16 * top, top)), legend=ABOVE)


def draw_best(s: Settings, r: Result[None]) -> go.Figure:
    """Draw the best gap against α."""
    curves = [line(FINE, optimal_logit_gap(s.classes, FINE), theme.SOLUTION, said="best gap")]
    return followed(STRENGTHS, ALPHAS, r.k, curves, [_best_gap(s)], "Best gap", span=(0, 11))


def draw_target(s: Settings, r: Result[None]) -> go.Figure:
    """Draw the probabilities that are asked for."""
    index, rest = np.arange(1, s.classes + 1), s.alpha / s.classes
    target = np.where(index == 1, 1 - s.alpha + rest, rest)
    alt = f"Asked for: {number(target[0], 3)} for the label and {number(rest, 3)} for each other class."
    x = axis("class, the label first", (0.3, s.classes + 0.7), showgrid=False)
    return figure([bars(index, target, theme.LOSS)], title="What is asked for", alt=alt, x=x, y=axis("", (0, 1.05)))


def draw_ece(s: Settings, r: Result[Smoothed]) -> go.Figure:
    """Draw the calibration error against α, and confidence less accuracy."""
    d = r.runs
    curves = [
        rule([-0.02, 0.82], [0, 0], theme.NEUTRAL, "zero", dash="dash", width=1),
        *averaged(ALPHAS, d.ece, theme.SOLUTION, "calibration error"),
        *averaged(ALPHAS, d.signed, theme.LOSS, "confidence − accuracy"),
    ]
    now = [float(part[r.k].mean()) for part in (d.ece, d.signed)]
    reach = 1.15 * float(d.ece.max())
    return followed(STRENGTHS, ALPHAS, r.k, curves, now, "Calibration", span=(-reach, reach))


def draw_diagram(s: Settings, r: Result[Smoothed]) -> go.Figure:
    """Draw accuracy against confidence in bins, and how many cases there are in each."""
    confidence, right, share = r.runs.diagram[:, r.k]
    width = 1 / runs.BINS
    traces = [
        bars(width * (np.arange(runs.BINS) + 0.5), share, theme.NEUTRAL, "share", width=0.9 * width) | {"opacity": 0.4},
        rule([0, 1], [0, 1], theme.TRUTH, "calibrated", dash="dash"),
        line(confidence, right, theme.SOLUTION, "right", mode="lines+markers", marker={"size": 7}),
    ]
    full = np.nanargmax(share)
    alt = (
        f"Confidence and accuracy in bins at α = {s.alpha:g}: in the fullest, {number(confidence[full], 2)} "
        f"and {number(right[full], 2)}."
    )
    x = axis("confidence", (0, 1.01), showgrid=False)
    return figure(traces, title="Reliability", alt=alt, x=x, y=axis("", (0, 1.01)), legend=ABOVE)


def draw_accuracy(s: Settings, r: Result[Smoothed]) -> go.Figure:
    """Draw accuracy against α."""
    values = 100 * r.runs.accuracy
    curves, now = averaged(ALPHAS, values, theme.TRUTH), [float(values[r.k].mean())]
    low, high = reach(values)
    return followed(STRENGTHS, ALPHAS, r.k, curves, now, "Test digits right, %", span=(low - 1, high + 1))


def draw_gap(s: Settings, r: Result[Smoothed]) -> go.Figure:
    """Draw the logit gap in training against α, and where the loss is least."""
    curves = [
        line(FINE, optimal_logit_gap(runs.CLASSES, FINE), theme.NEUTRAL, "best", dash="dash"),
        *averaged(ALPHAS, r.runs.gap, theme.LOSS, "trained"),
    ]
    top = 1.1 * float(r.runs.gap.max())
    return followed(STRENGTHS, ALPHAS, r.k, curves, [float(r.runs.gap[r.k].mean())], "Training gap", span=(0, top))


def _points(s: Settings, r: Result[Planes], part: int) -> go.Figure:
    """Return the points of three classes in the plane of their templates."""
    at, labels = r.runs.points[part][r.k], r.runs.labels[part]
    inside = np.where(np.abs(at).max(axis=1, keepdims=True) < REACH, at, np.nan).round(3)
    traces = [
        points(*inside[labels == name].T, color, str(name), size=6, opacity=0.7)
        for name, color in zip(runs.TRIPLES[s.triple], SHADES, strict=True)
    ]
    title, tight = ("Training", "Test")[part], float(r.runs.tight[part, r.k].mean())
    alt = f"{title} images of {s.triple} at α = {s.alpha:g}: spread over distance {number(tight, 3)}."
    span = (-REACH, REACH)
    axes = plane("", span, "", span)
    bare = {name: made | {"tickvals": []} for name, made in axes.items()}
    return figure(traces, title=title, alt=alt, legend=ABOVE, **bare)


def draw_training(s: Settings, r: Result[Planes]) -> go.Figure:
    """Draw the training images of three classes."""
    return _points(s, r, 0)


def draw_test(s: Settings, r: Result[Planes]) -> go.Figure:
    """Draw the test images of three classes."""
    return _points(s, r, 1)


def draw_tight(s: Settings, r: Result[Planes]) -> go.Figure:
    """Draw spread over distance against α."""
    train, test = r.runs.tight
    curves = [*averaged(ALPHAS, train, theme.LOSS, "training"), *averaged(ALPHAS, test, theme.TRUTH, "test")]
    now = [float(part[r.k].mean()) for part in (train, test)]
    span = (0, 1.2 * float(r.runs.tight.max()))
    return followed(STRENGTHS, ALPHAS, r.k, curves, now, "Spread/distance", span=span)


def draw_pupils(s: Settings, r: Result[Taught]) -> go.Figure:
    """Draw the accuracies of teachers and students."""
    d = r.runs
    curves = [
        *averaged(ALPHAS, 100 * d.teacher, theme.TRUTH, "teacher"),
        *averaged(ALPHAS, 100 * d.student, theme.SOLUTION, "student"),
    ]
    now = [100 * float(part[r.k].mean()) for part in (d.teacher, d.student)]
    low, high = reach(100 * d.teacher, 100 * d.student)
    return followed(STRENGTHS, ALPHAS, r.k, curves, now, "Test digits right, %", span=(low - 2, max(high, 100)))


def draw_change(s: Settings, r: Result[Taught]) -> go.Figure:
    """Draw what smoothing the teacher does to both, paired by seed."""
    both = [100 * (part - part[0]) for part in (r.runs.teacher, r.runs.student)]
    curves = [rule([-0.02, 0.82], [0, 0], theme.NEUTRAL, "zero", dash="dash", width=1)]
    for part, color, name in zip(both, (theme.TRUTH, theme.SOLUTION), ("teacher", "student"), strict=True):
        curves += averaged(ALPHAS, part, color, said=name)
    now, (low, high) = [float(part[r.k].mean()) for part in both], reach(*both)
    return followed(STRENGTHS, ALPHAS, r.k, curves, now, "Points against α = 0", span=(low - 2, high + 2))


def _signed(values: Array) -> str:
    """Return the mean of points (runs,) with its error."""
    return percent(values).replace("-", "−").replace("%", "points")


def caption_loss(s: Settings, r: Result[None]) -> str:
    """State the best gap and the floor."""
    floor = number(float(smoothing_floor(s.classes, s.alpha)), 3)
    if not s.alpha:
        return f"With hard labels, α = 0, the loss of {s.classes} classes falls for ever towards {floor}."
    return (
        f"With α = {s.alpha:g} and {s.classes} classes the loss is least where the label’s logit is "
        f"{number(_best_gap(s), 3)} higher than the others, and never below {floor}."
    )


def caption_digits(s: Settings, r: Result[Smoothed]) -> str:
    """Compare calibration and accuracy with those of hard labels."""
    d = r.runs
    return (
        f"With α = {s.alpha:g} the calibration error is {plus_minus(d.ece[r.k])}, with hard labels "
        f"{plus_minus(d.ece[0])}; {percent(d.accuracy[r.k])} are right, {_signed(d.accuracy[r.k] - d.accuracy[0])} "
        "against hard labels."
    )


def caption_plane(s: Settings, r: Result[Planes]) -> str:
    """State the spread."""
    train, test = (plus_minus(part[r.k]) for part in r.runs.tight)
    return (
        f"With α = {s.alpha:g} images of {s.triple} lie {train} from the middle of their class in training and {test} "
        "in the test, in units of the distance between classes."
    )


def caption_teach(s: Settings, r: Result[Taught]) -> str:
    """Compare teachers and students with those without smoothing."""
    d = r.runs
    teacher, student = (_signed(part[r.k] - part[0]) for part in (d.teacher, d.student))
    return (
        f"Smoothing the teacher by α = {s.alpha:g} changes its own accuracy by {teacher} and that of the student it "
        f"teaches at T = {s.temperature} by {student}."
    )


VIEWS = {
    "loss": View(
        lambda s: Result(None, place(s, "alpha")),
        {"loss": draw_loss, "gap": draw_best, "target": draw_target},
        caption_loss,
        lambda s, r: {
            "Best probability of the label": number(1 - s.alpha + s.alpha / s.classes, 3),
            "Loss of knowing nothing": number(float(np.log(s.classes)), 3),
        },
    ),
    "digits": View(
        lambda s: Result(runs.smoothed(s.preset), place(s, "alpha")),
        {"calibration": draw_ece, "reliability": draw_diagram, "accuracy": draw_accuracy, "gap": draw_gap},
        caption_digits,
        lambda s, r: {
            "−log p of the label": plus_minus(r.runs.nll[r.k]),
            "Length ‖w‖": number(float(mean_error(r.runs.norm[r.k])[0]), 3),
        },
    ),
    "plane": View(
        lambda s: Result(runs.planes(s.triple), place(s, "alpha")),
        {"training": draw_training, "test": draw_test, "spread": draw_tight},
        caption_plane,
        lambda s, r: {"Hard labels": " and ".join(number(float(part[0].mean()), 3) for part in r.runs.tight)},
    ),
    "teach": View(
        lambda s: Result(runs.taught(float(s.temperature)), place(s, "alpha")),
        {"accuracy": draw_pupils, "change": draw_change},
        caption_teach,
        lambda s, r: {"Teacher": percent(r.runs.teacher[r.k]), "Student": percent(r.runs.student[r.k])},
    ),
}
