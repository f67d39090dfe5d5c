"""The dashboard of one run of ten, nine of which have a fault: the reader says which."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments.generalization_diagnostics import (
    CASES,
    CURVED,
    EPOCHS,
    LETTERS,
    Log,
    Run,
    dealt,
    manifest,
    observed,
)
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, Trace, axis, band, figure, line, points, rule, upright
from regviz.knobs import Choice, Seed, Slider, Toggle
from regviz.networks.diagnostics import RULES, Rule, diagnose
from regviz.wording import number

NAMES = {
    "healthy": "Nothing",
    "high": "Rate too high",
    "low": "Rate too low",
    "dead": "Dead units",
    "raw": "Raw pixels",
    "leak": "Labels leak",
    "wrong": "Wrong labels",
    "penalty": "Penalty too strong",
    "few": "Too few images",
    "sorted": "Images in order",
}
SIGNS = {
    "dead_at_start": "share of dead units before training",
    "first_loss": "training loss before training",
    "first_update": "step over weights in the first epoch",
    "fresh_drop": "validation less fresh accuracy at the end",
    "gap": "training less validation accuracy at the end",
    "ahead": "validation less training accuracy at epoch 5",
    "weights": "‖w‖ at the end over that at the start",
}
UNTOLD = "untold"
TELLING = ("split", "learning_rate", "batch_order", "lambda")
SIGN_OF = {rule.fault: rule for rule in RULES}
TIME = axis("epoch", (-0.5, EPOCHS + 0.5), showgrid=False)
NAMED = axis("epoch", (-0.5, 68), tickvals=[0, 20, 40], showgrid=False)
"""with room for the names of curves at their ends"""
SPAN = (-0.5, EPOCHS + 0.5)
NOTHING = float(np.log(10))
"""what ten equal chances cost"""
LOSSES = {**{number(v): v for v in (1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 30.0)}, "ln 10": NOTHING}
SHADES = (theme.LOSS, theme.TRUTH, theme.HIGHLIGHT)
PARTS = ("training", "validation", "fresh")


@dataclass(frozen=True)
class Settings:
    """The epoch on show, the run, what the reader says, and what may be seen."""

    epoch: Annotated[int, Slider("Epoch", 0, EPOCHS, 1)] = EPOCHS
    run: Annotated[str, Choice("Run", LETTERS)] = "A"
    diagnosis: Annotated[
        str, Choice("What is wrong?", (UNTOLD, *CASES), ("Not said yet", *(NAMES[case] for case in CASES)))
    ] = UNTOLD
    fresh: Annotated[bool, Toggle("Look at fresh data", help="A use of the test set: the manifest counts it.")] = False
    reveal: Annotated[bool, Toggle("Reveal")] = False
    seed: Annotated[int, Seed(after="train", help="Other images and initial weights, and the letters dealt anew.")] = 0


SCRUB = ("epoch",)


@dataclass(frozen=True)
class Result:
    """The run behind the letter."""

    run: Run

    @property
    def log(self) -> Log:
        """What training logged of it."""
        return self.run.log

    @property
    def said(self) -> str:
        """What the signs say, asked in their order."""
        return diagnose(self.log.signals)


def compute(s: Settings) -> Result:
    """Return the run of the letter."""
    return Result(observed(dealt(s.seed)[s.run], s.seed))


def logged(s: Settings) -> dict[str, object]:
    """Return the manifest of the run; what would tell is hidden until the run is revealed."""
    whole = manifest(dealt(s.seed)[s.run], s.seed, s.fresh or s.reveal)
    return whole if s.reveal else {**whole, **dict.fromkeys(TELLING, "hidden until revealed")}


def _shown(s: Settings) -> range:
    """Return which parts may be seen."""
    return range(3 if s.fresh else 2)


def draw_loss(s: Settings, r: Result) -> go.Figure:
    """Draw the losses, what knowing nothing costs, and the gap at this epoch."""
    loss, now = r.log.loss, r.log.loss[:, s.epoch]
    span, epochs = (min(0.5 * float(loss.min()), 0.9), 2.2 * max(float(loss.max()), NOTHING)), np.arange(EPOCHS + 1)
    traces = [
        rule(SPAN, [NOTHING] * 2, theme.NEUTRAL, "knowing nothing", dash="dash"),
        *(line(epochs, loss[k], SHADES[k], PARTS[k], width=2.5) for k in _shown(s)),
        upright(s.epoch, (now[0], now[1]), theme.SOLUTION, dash="solid", said="gap"),
        points([s.epoch] * 2, now[:2], theme.SOLUTION, size=7),
    ]
    alt = f"Loss of run {s.run} at epoch {s.epoch}: {number(now[0], 3)} in training, {number(now[1], 3)} in validation."
    y = axis("cross-entropy", span, log=True, tickvals=list(LOSSES.values()), ticktext=list(LOSSES))
    return figure(traces, title="Loss", alt=alt, x=TIME, y=y, legend=ABOVE)


def draw_steps(s: Settings, r: Result) -> go.Figure:
    """Draw gradient norm, step over weights, and sharpness."""
    epochs, log = np.arange(EPOCHS + 1), r.log
    kinds = (
        ("gradient", epochs[1:], log.gradient[1:], theme.LOSS),
        ("step/‖w‖", epochs[1:], log.step[1:], theme.PENALTY),
        ("sharpness", CURVED, r.run.sharpness[CURVED], theme.SCAD),
    )
    every = np.concatenate([values for _, _, values, _ in kinds])
    span = 0.4 * max(float(every.min()), 1e-9), 3 * float(every.max())
    traces = [line(x, np.maximum(values, 1e-9), color, said=name) for name, x, values, color in kinds]
    decades = np.log10(span)
    ends = np.log10([max(values[-1], 1e-9) for _, _, values, _ in kinds])
    heights = 10 ** spread(ends, 0.14 * float(np.ptp(decades)), tuple(decades))
    traces.append(_ends(heights, [name for name, *_ in kinds], [color for *_, color in kinds]))
    traces.append(upright(s.epoch, span, theme.SOLUTION))
    at = max(s.epoch, 1)
    alt = (
        f"At epoch {at} the gradient has norm {number(log.gradient[at], 3)} and a step is {number(log.step[at], 3)} of "
        f"the weights; the sharpness ends at {number(r.run.sharpness[-1], 3)}."
    )
    y = axis("", span, log=True, dtick=2)
    return figure(traces, title="Steps", alt=alt, x=NAMED, y=y)


def _ends(heights: Array, names: list[str], colors: list[str]) -> Trace:
    """Return the names of curves behind their ends."""
    return words([EPOCHS] * len(names), heights, [f"\u2002{name}" for name in names], colors, "middle right", 12)


def draw_margins(s: Settings, r: Result) -> go.Figure:
    """Draw the margins of eight in ten training images, and the medians."""
    low, middle, high = r.run.margins[0]
    epochs, new = np.arange(EPOCHS + 1), r.run.margins[1, 1]
    now = (middle[s.epoch], new[s.epoch])
    traces = [
        band(epochs, low, high, theme.LOSS, said="training, 8 in 10 images"),
        rule(SPAN, [0, 0], theme.NEUTRAL, "zero", dash="dash", width=1),
        line(epochs, middle, theme.LOSS, said="training, median"),
        line(epochs, new, theme.TRUTH, said="validation, median"),
        points([s.epoch] * 2, now, theme.SOLUTION, size=7),
    ]
    alt = f"Median margin at epoch {s.epoch}: {number(now[0], 3)} in training, {number(now[1], 3)} in validation."
    return figure(traces, title="Margins", alt=alt, x=TIME, y=axis("", _roomy(low, high, new)))


def draw_units(s: Settings, r: Result) -> go.Figure:
    """Draw the share of dead units, and weights and stable rank as shares of what they were at the start."""
    run, log = r.run, r.log
    curves = {
        "dead": (run.dead, theme.NEUTRAL),
        "rank": (run.rank / run.rank[0], theme.LOSS),
        "weights": (log.weights / log.weights[0], theme.PENALTY),
    }
    top = max(1.2, min(1.1 * max(float(values.max()) for values, _ in curves.values()), 3.3))
    now = [float(values[s.epoch]) for values, _ in curves.values()]
    epochs = np.arange(EPOCHS + 1)
    traces = [line(epochs, np.minimum(values, 3), color, said=name) for name, (values, color) in curves.items()]
    heights = spread([min(values[-1], 3) for values, _ in curves.values()], 0.14 * top, (0, top))
    traces.append(_ends(heights, list(curves), [color for _, color in curves.values()]))
    traces.append(points([s.epoch] * 3, np.minimum(now, 3), theme.SOLUTION, size=7))
    alt = (
        f"At epoch {s.epoch} {number(now[0], 3)} of the units are dead, the stable rank is {number(now[1], 3)} and the "
        f"weights are {number(now[2], 3)} of what they were."
    )
    y = axis("", (-0.04 * top, top), tickvals=[0, 0.5, 1, 2, 3], ticktext=["0", "0.5", "1", "2", "≥ 3"])
    return figure(traces, title="Units", alt=alt, x=NAMED, y=y)


def draw_calibration(s: Settings, r: Result) -> go.Figure:
    """Draw mean confidence less accuracy."""
    signed, epochs = r.run.signed, np.arange(EPOCHS + 1)
    shown = [signed[k] for k in _shown(s)]
    now = signed[:2, s.epoch]
    low, high = _roomy(*shown, np.array([-0.12, 0.12]))
    traces = [
        rule(SPAN, [0, 0], theme.NEUTRAL, "zero", dash="dash", width=1),
        *(line(epochs, signed[k], SHADES[k], said=PARTS[k]) for k in _shown(s)),
        points([s.epoch] * 2, now, theme.SOLUTION, size=7),
    ]
    told = f"{number(now[0], 3)} in training, {number(now[1], 3)} in validation"
    alt = f"Confidence less accuracy at epoch {s.epoch}: {told}."
    return figure(traces, title="Confidence − accuracy", alt=alt, x=TIME, y=axis("", (low, high)))


def _roomy(*curves: Array) -> tuple[float, float]:
    """Return a range around curves with some room."""
    low, high = min(float(c.min()) for c in curves), max(float(c.max()) for c in curves)
    pad = 0.08 * max(high - low, 0.1)
    return low - pad, high + pad


PANELS = {
    "loss": draw_loss,
    "steps": draw_steps,
    "margins": draw_margins,
    "units": draw_units,
    "calibration": draw_calibration,
}


def caption(s: Settings, r: Result) -> str:
    """State losses and accuracies, judge what the reader says, and name the fault once it is revealed."""
    loss, right = r.log.loss[:, s.epoch], r.log.accuracy[:, s.epoch]
    told = (
        f"At epoch {s.epoch} run {s.run} has a loss of {number(loss[0], 3)} in training and {number(loss[1], 3)} in "
        f"validation, and {100 * right[0]:.0f} and {100 * right[1]:.0f} % right"
    )
    fresh = f"; on fresh data {100 * right[2]:.0f} %." if s.fresh else "."
    return " ".join((told + fresh, *_judged(s, r), *_revealed(s, r)))


def _judged(s: Settings, r: Result) -> list[str]:
    """Return what there is to say to the reader's diagnosis."""
    if s.diagnosis == UNTOLD:
        return []
    if s.diagnosis == "leak" and not s.fresh:
        return ["A leak shows in fresh data alone: look at them."]
    right = s.diagnosis == r.run.fault
    verdict = f"“{NAMES[s.diagnosis]}” is {'right' if right else 'not it'}"
    if s.diagnosis == "healthy":
        return [f"{verdict}: {'no sign' if r.said == 'healthy' else 'a sign'} is past its bound."]
    rule = SIGN_OF[s.diagnosis]
    but = "" if right or not rule.holds(r.log.signals) else ", but another sign comes first"
    return [f"{verdict}: the {evidence(rule, r.log.signals)}{but}."]


def _revealed(s: Settings, r: Result) -> list[str]:
    """Return what is wrong and what told it."""
    if not s.reveal:
        return []
    what = f"What is wrong with run {s.run}: {NAMES[r.run.fault].lower()}"
    if r.said != r.run.fault:
        return [f"{what}. The signs say “{NAMES[r.said].lower()}”, and miss it."]
    if r.said == "healthy":
        return [f"{what}. No sign is past its bound."]
    return [f"{what}. What told it: the {evidence(SIGN_OF[r.said], r.log.signals)}."]


def evidence(rule: Rule, signals: dict[str, float]) -> str:
    """Return a sign with its value, and on which side of its bound that is."""
    side = "above" if rule.above else "below"
    bound = f"{'' if rule.holds(signals) else 'not '}{side} {number(rule.bound)}"
    return f"{SIGNS[rule.signal]} is {number(signals[rule.signal], 3)}, {bound}"


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the gap, the first step, the signed and unsigned calibration, and the sharpness at the end."""
    at, log = s.epoch, r.log
    return {
        "Gap": number(log.loss[1, at] - log.loss[0, at], 3),
        "First step/weights": number(log.step[1], 3),
        "Sharpness, end": number(r.run.sharpness[-1], 3),
        "Confidence − accuracy": number(r.run.signed[1, at], 3),
        "ECE": number(r.run.ece[1, at], 3),
    }
