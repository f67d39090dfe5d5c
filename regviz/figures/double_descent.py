"""Ever more features or samples: the error that peaks where p = n, its parts, the norm of the weights, and ridge."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.experiments import double_descent as runs
from regviz.experiments.double_descent import (
    DIMENSION,
    IMAGES,
    STRENGTH,
    TOTAL,
    ByFeatures,
    BySamples,
    Curves,
    Fits,
)
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, Trace, axis, band, error_bars, figure, line, points, upright
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Slider, place
from regviz.wording import number, plus_minus

Runs = TypeVar("Runs", bound=Fits)
NAMES = {"features": "Features", "samples": "Samples", "digits": "Digits"}
FEATURES, SAMPLES, DIGITS = (("view", (name,)) for name in NAMES)
GAUSSIAN, WIDE = ("view", ("features", "samples")), ("view", ("features", "digits"))
AXES = {
    "features": axis("features p", (1.8, 222), log=True, tickvals=[2, 5, 10, 20, 50, 100, 200], showgrid=False),
    "samples": axis("samples n", (9, 333), log=True, tickvals=[10, 20, 50, 100, 200, 300], showgrid=False),
    "digits": axis("features p", (9, 1110), log=True, tickvals=[10, 20, 50, 100, 200, 500, 1000], showgrid=False),
}
SIGNALS = {"equal": "Equal", "falling": "Strongest first", "inside": "All among the p"}
TICKS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


@dataclass(frozen=True)
class Settings:
    """The strength on show, what grows, and what matters for it."""

    lambda_: Annotated[float, replace(STRENGTH, when=WIDE)] = 0.0
    total: Annotated[float, replace(TOTAL, when=SAMPLES)] = 0.0
    view: Annotated[str, Choice("What grows", tuple(NAMES), tuple(NAMES.values()))] = "features"
    signal: Annotated[str, Choice("True weights", tuple(SIGNALS), tuple(SIGNALS.values()), when=FEATURES)] = "equal"
    noise: Annotated[float, Slider("Noise σ", 0.1, 1.0, 0.1, when=GAUSSIAN, help="‖β‖ is 1.")] = 0.2
    n: Annotated[int, Slider("Samples n", 20, 80, 20, when=FEATURES, after="compute")] = 40
    wrong: Annotated[float, Slider("Wrong labels in training", 0.0, 0.4, 0.1, when=DIGITS, after="compute")] = 0.0


SCRUB = ("lambda_", "total")


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """All fits, the index of the strength on show and how it reads, and where p = n."""

    runs: Runs
    k: int
    told: str
    square: int

    @property
    def here(self) -> int:
        """The index of the size with p = n."""
        return int(np.flatnonzero(self.runs.at == self.square)[0])

    @property
    def peak(self) -> int:
        """The index of the size with the largest error at this strength."""
        return int(self.runs.errors[self.k].argmax())


def compute_features(s: Settings) -> Result[ByFeatures]:
    """Return the fits over the number of features."""
    return Result(runs.by_features(s.n, s.signal, s.noise), place(s, "lambda_"), f"λ = {number(s.lambda_)}", s.n)


def compute_samples(s: Settings) -> Result[BySamples]:
    """Return the fits over the number of samples."""
    return Result(runs.by_samples(s.noise), place(s, "total"), f"nλ = {number(s.total)}", DIMENSION)


def compute_digits(s: Settings) -> Result[Fits]:
    """Return the fits of digits."""
    return Result(runs.digits(s.wrong), place(s, "lambda_"), f"λ = {number(s.lambda_)}", IMAGES)


def _threshold(r: Result[Any], span: tuple[float, float]) -> list[Trace]:
    """Return a line where p = n, with its name at the top."""
    return [
        upright(r.square, span, said="p = n"),
        words([r.square], [span[1] ** 0.97 * span[0] ** 0.03], [" p = n"], theme.NEUTRAL, "middle right", 12),
    ]


def _envelope(r: Result[Any], symbol: str) -> list[Trace]:
    """Return the error under the best strength at every size, with its name on the free side."""
    f, k = r.runs, r.here
    falls = f.envelope[0] > f.envelope[k]
    text, side = (f"best λ for each {symbol}", "bottom left") if falls else ("best λ", "bottom right")
    return [
        line(f.at, f.envelope, theme.TRUTH, said="best λ at each size"),
        words([r.square], [0.95 * f.envelope[k]], [f" {text} "], theme.TRUTH, side, 12),
    ]


def draw_errors(s: Settings, r: Result[Curves]) -> go.Figure:
    """Draw the test error of simulations and theory, at λ = 0 and under the best strength."""
    f, errors = r.runs, r.runs.errors[r.k]
    theory = np.where(np.isfinite(f.theory), f.theory, np.nan)
    span = 0.6 * float(min(f.envelope.min(), np.nanmin(theory))), 1.5 * float(f.errors[0].max())
    low, high = f.spread(r.k)
    traces = [
        *_threshold(r, span),
        line(f.at, f.errors[0], theme.faded(theme.NEUTRAL, 0.5), width=1.5, dash="dot", said="no penalty"),
        line(f.grid, theory[r.k], theme.LOSS, "theory"),
        *_envelope(r, "n" if s.view == "samples" else "p"),
        error_bars(f.at, low, high, theme.SOLUTION, width=1.5),
        points(f.at, np.where(f.near, np.nan, errors), theme.SOLUTION, "mean ± SE", size=6),
        points(f.at, np.where(f.near, errors, np.nan), theme.SOLUTION, "median", size=7, symbol="circle-open"),
    ]
    alt = (
        f"Test error at {r.told}: {number(errors[0], 3)} at {f.at[0]}, {number(errors[r.here], 3)} at p = n = "
        f"{r.square} as a median, {number(errors[-1], 3)} at {f.at[-1]}."
    )
    y = axis("", span, log=True, tickvals=TICKS)
    return figure(traces, title="Test error", alt=alt, x=AXES[s.view], y=y, legend=ABOVE)


def draw_wrong(s: Settings, r: Result[Fits]) -> go.Figure:
    """Draw the share of test digits that are told wrong."""
    f, errors = r.runs, r.runs.errors[r.k]
    span = 0.6 * float(f.envelope.min()), 1.0
    traces = [
        *_threshold(r, span),
        line(f.at, f.errors[0], theme.faded(theme.NEUTRAL, 0.5), width=1.5, dash="dot", said="no penalty"),
        *_envelope(r, "p"),
        band(f.at, *f.spread(r.k), theme.SOLUTION, said="spread at this λ"),
        line(f.at, errors, theme.SOLUTION, mode="lines+markers", marker={"size": 6}, said="at this λ"),
    ]
    alt = (
        f"Share of test digits wrong at {r.told}: {number(errors[0], 3)} with {f.at[0]} features, "
        f"{number(errors[r.here], 3)} with {r.square}, as many as images, {number(errors[-1], 3)} with {f.at[-1]}."
    )
    y = axis("", span, log=True, tickvals=TICKS)
    return figure(traces, title="Test digits wrong", alt=alt, x=AXES[s.view], y=y)


def draw_parts(s: Settings, r: Result[Curves]) -> go.Figure:
    """Draw noise, bias and variance, one on top of the other."""
    f = r.runs
    sums = np.concatenate([np.zeros((1, len(f.at))), np.cumsum(f.parts[:, r.k], axis=0)])
    top = 3 * (1 + s.noise**2)
    names = {
        "noise" + (" and left out" if s.view == "features" else ""): theme.NEUTRAL,
        "bias²": theme.LOSS,
        "variance": theme.PENALTY,
    }
    traces = [
        band(f.at, low, high, color, name, share=0.5)
        for low, high, (name, color) in zip(sums[:-1], sums[1:], names.items(), strict=True)
    ]
    parts = [number(part, 3) for part in f.parts[:, r.k, -1]]
    alt = f"Parts of the error at {r.told} and {f.at[-1]}: noise {parts[0]}, bias² {parts[1]}, variance {parts[2]}."
    x = AXES[s.view]
    return figure(traces, title="Parts", alt=alt, x=x, y=axis("", (0, top)), legend=ABOVE)


def draw_norm(s: Settings, r: Result[Any]) -> go.Figure:
    """Draw the length of the weights."""
    f, norms = r.runs, r.runs.middle(r.runs.norms)
    span = 0.6 * float(norms[len(norms) // 3 :].min()), 2.5 * float(norms[0].max())
    traces = [
        *_threshold(r, span),
        line(f.at, norms[0], theme.faded(theme.NEUTRAL, 0.5), width=1.5, dash="dot", said="no penalty"),
        line(f.at, norms[r.k], theme.SOLUTION, said="at this λ"),
    ]
    alt = f"Length of w at {r.told}: {number(norms[r.k, r.here], 3)} at p = n, {number(norms[r.k, -1], 3)} at the end."
    y = axis("", span, log=True, tickvals=[0.01, 0.1, 1, 10, 100, 1000])
    return figure(traces, title="Length ‖w‖", alt=alt, x=AXES[s.view], y=y)


def draw_training(s: Settings, r: Result[Any]) -> go.Figure:
    """Draw the error on the samples of the fit."""
    f, train = r.runs, r.runs.middle(r.runs.train)
    span = (0.0, 1.1 * float(train.max()))
    traces = [
        upright(r.square, span, said="p = n"),
        line(f.at, train[0], theme.faded(theme.NEUTRAL, 0.5), width=1.5, dash="dot", said="no penalty"),
        line(f.at, train[r.k], theme.SOLUTION, said="at this λ"),
    ]
    told = [number(round(float(train[r.k, i]), 12), 3) for i in (0, r.here)]
    alt = f"Training error at {r.told}: {told[0]} at {f.at[0]}, {told[1]} at p = n."
    return figure(traces, title="Training error", alt=alt, x=AXES[s.view], y=axis("", span))


def caption(s: Settings, r: Result[Any]) -> str:
    """Say where the error peaks, what it is at the end, and what the best strength makes of both."""
    f, symbol = r.runs, "n" if s.view == "samples" else "p"
    k, last = r.peak, number(f.envelope[-1], 3)
    kind = "a median of " if f.near[k] else ""
    return (
        f"At {r.told} the error is largest at {symbol} = {f.at[k]}, {kind}{number(f.errors[r.k, k], 3)}, and at "
        f"{symbol} = {f.at[-1]} it is {plus_minus(f.test[r.k, -1])}; under the best λ for each {symbol} it is "
        f"{number(f.envelope[r.here], 3)} at p = n and {last} at {symbol} = {f.at[-1]}."
    )


def readouts(s: Settings, r: Result[Any]) -> dict[str, str]:
    """Return what the fit is at p = n."""
    f, k = r.runs, r.here
    best = (runs.TOTALS if s.view == "samples" else runs.STRENGTHS)[f.best[k]]
    return {
        f"Best {r.told.split(' ')[0]} at p = n": number(best),
        "Length ‖w‖ there": number(f.middle(f.norms)[r.k, k], 3),
        "Training error there": number(round(float(f.middle(f.train)[r.k, k]), 12), 3),
    }


WITH_THEORY = {"error": draw_errors, "parts": draw_parts, "norm": draw_norm, "training": draw_training}
ON_DIGITS = {"error": draw_wrong, "norm": draw_norm, "training": draw_training}
VIEWS = {
    "features": View(compute_features, WITH_THEORY, caption, readouts),
    "samples": View(compute_samples, WITH_THEORY, caption, readouts),
    "digits": View(compute_digits, ON_DIGITS, caption, readouts),
}
