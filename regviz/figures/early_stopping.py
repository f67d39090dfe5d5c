"""A network that overfits, twenty times over: where training should stop, and how much of that is luck."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.data.curves import wave
from regviz.experiments.early_stopping import (
    CHECK,
    CHECKS,
    EPOCHS,
    GRID,
    PATIENCES,
    RUNS,
    STRIDE,
    Stopped,
    Training,
    retrained,
    stopped,
    trained,
)
from regviz.figures.kit import theme
from regviz.figures.kit.edges import inside
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, axis, band, bars, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Slider, Toggle
from regviz.wording import number, plus_minus


@dataclass(frozen=True)
class Settings:
    """The epoch on show, the data, the stopping rule, and how the network is trained."""

    epoch: Annotated[int, Slider("Epoch", 0, EPOCHS, STRIDE)] = 160
    data: Annotated[str, Choice("Data", ("curve", "digits"), ("Noisy curve", "Noisy digits"))] = "curve"
    patience: Annotated[
        int, Slider("Patience (checks)", 1, 40, 1, help="The validation loss is checked every 4 epochs.")
    ] = 20
    min_delta: Annotated[float, Slider("Least improvement", 0.0, 0.05, 0.005)] = 0.0
    restore_best: Annotated[bool, Toggle("Restore the best weights")] = True
    learning_rate: Annotated[float, LogSlider("Learning rate η", 0.001, 0.1, 7, after="train")] = 0.01
    weight_decay: Annotated[float, Slider("Weight decay λ", 0.0, 2.0, 0.25, after="train")] = 0.0
    run: Annotated[int, Slider("Run", 1, RUNS, 1, help="Twenty draws of data and initial weights.")] = 1


SCRUB = ("epoch",)


@dataclass(frozen=True)
class Result:
    """The training, and what the stopping rule makes of it; `k` is the frame of the epoch on show."""

    training: Training
    rule: Stopped
    k: int


def compute(s: Settings) -> Result:
    """Return the runs under the stopping rule of the settings."""
    how = (s.data, s.learning_rate, s.weight_decay)
    return Result(trained(*how), stopped(*how, s.patience, s.min_delta, s.restore_best), s.epoch // STRIDE)


def by_patience(s: Settings) -> dict[str, Stopped]:
    """Return what the rule makes of the runs with a few patiences, the other settings as they are."""
    how = (s.data, s.learning_rate, s.weight_decay)
    return {str(patience): stopped(*how, patience, s.min_delta, s.restore_best) for patience in PATIENCES}


def with_all_points(s: Settings) -> dict[str, Array]:
    """Return the test losses (RUNS,) of the ways to use the validation points of the curve, by what they do."""
    r = retrained(s.learning_rate, s.weight_decay)
    return {
        "keep the weights of the best epoch": r.best,
        "train anew for as many epochs": r.as_long,
        f"train on from there ({r.reached.sum()} of {RUNS} reach the old training loss)": r.on,
        f"train anew for all {EPOCHS} epochs": r.to_the_end,
        "the truth itself": np.full(RUNS, r.floor),
    }


def draw_curves(s: Settings, r: Result) -> go.Figure:
    """Draw training and validation loss of the run, the band of all runs, and where it stops."""
    t, i = r.training, s.run - 1
    top = 1.08 * float(max(t.train[i].max(), np.quantile(t.validation, 0.9, axis=0).max()))
    low, high = np.quantile(t.validation, [0.1, 0.9], axis=0)
    kept, stop, now = CHECKS[r.rule.kept[i]], CHECKS[r.rule.stop[i]], s.epoch // CHECK
    least, loss = least_of(s, r)
    reached, both = "stops" if stop < EPOCHS else "end", [t.train[i, now], t.validation[i, now]]
    x, y = axis("epoch", (0, EPOCHS)), axis("½ squared error" if s.data == "curve" else "cross-entropy", (0, top))
    traces = [
        band(CHECKS, low, high, theme.TRUTH, "8 in 10 runs", share=0.18),
        line(CHECKS, t.train[i], theme.LOSS, "training"),
        line(CHECKS, t.validation[i], theme.TRUTH, "validation"),
        points([least], [loss], theme.TRUTH, "its least", symbol="diamond"),
        upright(kept, (0, top), theme.TRUTH, dash="dash", said="kept"),
        upright(stop, (0, top), theme.PENALTY, dash="dash", said="stops"),
        words([kept], [0.97 * top], ["kept " if kept > 60 else " kept"], theme.TRUTH, _side(kept > 60)),
        words([stop], [0.9 * top], [f" {reached} "], theme.PENALTY, _side(stop >= 340)),
        *inside([points([s.epoch] * 2, both, theme.SOLUTION, "now", showlegend=False)], x, y),
    ]
    alt = (
        f"Loss of run {s.run} against the epoch. {what_happens(s, r)} At epoch {s.epoch} training loss is "
        f"{number(t.train[i, now], 3)}, validation {number(t.validation[i, now], 3)}."
    )
    return figure(
        traces,
        title="Loss",
        alt=alt,
        x=x,
        y=y,
        legend=ABOVE,
    )


def _side(left: bool) -> str:
    return "middle left" if left else "middle right"


def draw_fit(s: Settings, r: Result) -> go.Figure:
    """Draw the fitted curve at the epoch, or what the network knows of the digits."""
    shown = r.training.shown[s.run - 1, r.k]
    return _draw_accuracies(s, shown) if s.data == "digits" else _draw_curve(s, r, shown)


def _draw_curve(s: Settings, r: Result, fit: Array) -> go.Figure:
    x, y = r.training.x[s.run - 1], r.training.y[s.run - 1]
    error = float(np.sqrt(np.mean((fit - wave(GRID)) ** 2)))
    return figure(
        [
            line(GRID, wave(GRID), theme.TRUTH, "truth", dash="dash"),
            points(x, y, theme.LOSS, "training data", size=7),
            line(GRID, fit, theme.SOLUTION, "fit", width=3),
        ],
        title="The fit at this epoch",
        alt=f"Fit at epoch {s.epoch}, root mean square distance from the truth {number(error, 3)}.",
        x=axis("x", (-1, 1)),
        y=axis("y", (-2.8, 2.8)),
        legend=ABOVE,
    )


def _draw_accuracies(s: Settings, shares: Array) -> go.Figure:
    text = [f"{100 * share:.0f} %" for share in shares]
    return figure(
        [
            bars([0, 1, 2], shares, theme.LOSS, said="share right", width=0.6),
            words([0, 1, 2], shares, text, theme.SOLUTION),
        ],
        title="What the network has learnt by this epoch",
        alt=f"At epoch {s.epoch}: right labels {text[0]}, wrong labels learnt {text[1]}, validation {text[2]}.",
        x=axis("", (-0.6, 2.6), tickvals=[0, 1, 2], ticktext=["right labels", "wrong labels", "new images"]),
        y=axis("share", (0, 1.15)),
    )


def draw_luck(s: Settings, r: Result) -> go.Figure:
    """Draw every run by the epoch of the weights it keeps and their test loss."""
    kept, test, i = CHECKS[r.rule.kept], r.rule.test, s.run - 1
    pad = 0.1 * max(float(np.ptp(test)), 0.01)
    return figure(
        [
            points(kept, test, theme.NEUTRAL, size=7, said="a run"),
            points([kept[i]], [test[i]], theme.HIGHLIGHT, size=11, said="this run"),
        ],
        title=f"Luck: {RUNS} runs, this one pink",
        alt=f"Test loss of the kept weights of {RUNS} runs, {number(test.min(), 3)} to {number(test.max(), 3)}.",
        x=axis("epoch kept", (-15, EPOCHS + 15)),
        y=axis("test loss", (test.min() - pad, test.max() + pad)),
    )


def draw_norm(s: Settings, r: Result) -> go.Figure:
    """Draw the norm of the weights against the epoch, and how far they are from where they began."""
    norm, moved = r.training.norm[s.run - 1], r.training.moved[s.run - 1]
    now = (norm[s.epoch // CHECK], moved[r.k])
    return figure(
        [
            line(CHECKS, norm, theme.PENALTY, "‖w‖"),
            line(CHECKS[:: STRIDE // CHECK], moved, theme.NEUTRAL, "‖w − w<sub>0</sub>‖"),
            points([s.epoch] * 2, now, theme.SOLUTION),
        ],
        title="Weights",
        alt=f"At epoch {s.epoch} the weights have norm {number(now[0], 3)} and are {number(now[1], 3)} away from where "
        "they began.",
        x=axis("epoch", (0, EPOCHS)),
        y=axis("", (0, 1.1 * max(norm.max(), moved.max()))),
        legend=ABOVE,
    )


PANELS = {"loss": draw_curves, "fit": draw_fit, "luck": draw_luck, "weights": draw_norm}


def least_of(s: Settings, r: Result) -> tuple[int, float]:
    """Return the epoch at which the run's whole validation curve is least, and that loss."""
    losses = r.training.validation[s.run - 1]
    return int(CHECKS[losses.argmin()]), float(losses.min())


def what_happens(s: Settings, r: Result) -> str:
    """Say where the run stops, what it keeps, and where its whole curve is least."""
    i, (least, loss) = s.run - 1, least_of(s, r)
    kept, stop = CHECKS[r.rule.kept[i]], CHECKS[r.rule.stop[i]]
    stops = f"stops at {stop}" if stop < EPOCHS else "does not stop"
    return (
        f"The rule {stops} and keeps epoch {kept}, with {number(r.training.validation[i, r.rule.kept[i]], 3)}; the "
        f"whole validation curve is least at {least}, with {number(loss, 3)}."
    )


def compared(rule: Stopped) -> tuple[str, str]:
    """Return what stopping gains over training to the end, run by run, and in how many runs it loses."""
    return plus_minus(rule.gain), f"{(rule.gain < 0).sum()} of {RUNS}"


def caption(s: Settings, r: Result) -> str:
    """Say where the run stops and what twenty runs gain by it."""
    now = r.training.validation[s.run - 1, s.epoch // CHECK]
    gain, loses = compared(r.rule)
    return (
        f"At epoch {s.epoch} run {s.run} has validation loss {number(now, 3)}. {what_happens(s, r)} Over {RUNS} runs "
        f"the test loss of what is kept is {plus_minus(r.rule.test)}; against {plus_minus(r.training.test[:, -1])} "
        f"after all {EPOCHS} epochs that gains {gain}, run by run, and loses in {loses}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    t, i, now = r.training, s.run - 1, s.epoch // CHECK
    gain, loses = compared(r.rule)
    return {
        "Training loss": number(t.train[i, now], 3),
        "Validation loss": number(t.validation[i, now], 3),
        "Epoch kept": str(CHECKS[r.rule.kept[i]]),
        "Test loss kept": number(r.rule.test[i], 3),
        f"Gain by stopping, {RUNS} runs": gain,
        "Loses in": loses,
    }
