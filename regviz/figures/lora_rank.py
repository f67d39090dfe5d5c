"""The rank of an update: linear regression, labels swapped, digits turned, and how to scale an adapter."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz import lora_parameter_count
from regviz.checks import Array
from regviz.experiments import lora_rank as runs
from regviz.experiments.lora_rank import ALPHA, DRAWS, LINEAR_RANKS, RANKS, SPECTRA, Linear, Scaled, Tuned
from regviz.figures.kit import theme
from regviz.figures.kit.labels import level, words
from regviz.figures.kit.traces import ABOVE, averaged, axis, figure, line, points, upright
from regviz.figures.kit.views import View
from regviz.knobs import Choice, LogSlider, Slider, place
from regviz.wording import number, percent, plus_minus

Runs = TypeVar("Runs")
NAMES = {"linear": "Linear", "relabel": "Names swapped", "rotate": "Turned", "scale": "Scaling"}
EXACT, TRAINED = ("view", ("linear", "relabel")), ("view", ("rotate", "scale"))
SAMPLED, TUNED = ("view", ("linear", "relabel", "rotate")), ("view", ("relabel", "rotate"))
LINEAR, RELABEL, SCALE = ("view", ("linear",)), ("view", ("relabel",)), ("view", ("scale",))
SPANS = {30: (-0.8, 30.8), 10: (0.5, 10.5), 64: (0.8, 80.0)}
AXES = {
    30: axis("rank r", SPANS[30], tickvals=[0, 3, 10, 20, 30], showgrid=False, zeroline=False),
    10: axis("rank r", SPANS[10], dtick=1, showgrid=False),
    64: axis("rank r", SPANS[64], log=True, tickvals=RANKS.tolist(), showgrid=False),
}
"""by the largest rank"""


@dataclass(frozen=True)
class Settings:
    """The rank on show, the problem, and what matters for it."""

    rank: Annotated[int, Slider("Rank r", 1, 10, 1, when=EXACT)] = 3
    adapter: Annotated[int, LogSlider("Rank r", 1, 64, 7, when=TRAINED)] = 4.0
    view: Annotated[str, Choice("Problem", tuple(NAMES), tuple(NAMES.values()))] = "linear"
    n: Annotated[float, LogSlider("Samples n", 30, 960, 6, when=SAMPLED, after="train", slow=TUNED)] = 120.0
    spectrum: Annotated[str, Choice("True update", tuple(SPECTRA), ("Rank 3", "Decaying"), when=LINEAR)] = "rank 3"
    pairs: Annotated[int, Slider("Pairs of names swapped", 1, 5, 1, when=RELABEL, after="train")] = 3
    optimizer: Annotated[str, Choice("Optimizer", ("adam", "sgd"), ("Adam", "SGD"), when=SCALE)] = "adam"


SCRUB = ("rank", "adapter")


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """All ranks, the one on show, and its index."""

    runs: Runs
    rank: int
    k: int

    @property
    def most(self) -> int:
        """The largest rank."""
        return int(self.runs.ranks[-1])

    @property
    def numbers(self) -> int:
        """How many numbers the adapter has."""
        return lora_parameter_count(self.runs.shapes, self.rank)

    @property
    def all_numbers(self) -> int:
        """How many numbers the matrices themselves have."""
        return sum(rows * columns for rows, columns in self.runs.shapes)


def compute_linear(s: Settings) -> Result[Linear]:
    """Return reduced-rank regression."""
    return Result(runs.linear(s.spectrum, int(s.n)), s.rank, s.rank)


def compute_relabel(s: Settings) -> Result[Tuned]:
    """Return the head adapted to swapped names."""
    return Result(runs.swapped(s.pairs, int(s.n)), s.rank, s.rank - 1)


def compute_rotate(s: Settings) -> Result[Tuned]:
    """Return the network adapted to turned digits."""
    return Result(runs.rotated(int(s.n)), int(s.adapter), place(s, "adapter"))


def compute_scale(s: Settings) -> Result[Scaled]:
    """Return adapters under two scales."""
    return Result(runs.scaled(s.optimizer), int(s.adapter), place(s, "adapter"))


def draw_error(s: Settings, r: Result[Linear]) -> go.Figure:
    """Draw the error of every rank, what it misses of the truth, and the error of the full update."""
    d = r.runs
    mean, full = d.errors.mean(axis=0), float(d.errors[:, -1].mean())
    missed = np.where(d.missed > 1e-3 * d.missed[0], d.missed, np.nan)
    low, high = 0.5 * float(min(mean.min(), np.nanmin(missed))), 1.6 * float(mean.max())
    traces = [
        *level(full, high, f"full update: {number(full, 3)}", theme.TRUTH, SPANS[30], above=True),
        line(LINEAR_RANKS, missed, theme.PENALTY, "missed by rank r", dash="dash"),
        *averaged(LINEAR_RANKS, d.errors.T, theme.LOSS, "error of rank r"),
        points([d.best], [mean[d.best]], theme.LOSS, size=11, symbol="diamond", said="best rank"),
        words([d.best], [mean[d.best]], [f" best: r = {d.best}"], theme.LOSS, "bottom right"),
        points([r.rank], [mean[r.k]], theme.SOLUTION),
    ]
    alt = f"Error against rank: {number(mean[r.k], 3)} at {r.rank}, best at {d.best}, full update {number(full, 3)}."
    y = axis("squared distance to the true update", (low, high), log=True, tickvals=[0.1, 0.3, 1, 3, 10, 30, 100])
    return figure(traces, title="Error", alt=alt, x=AXES[30], y=y, legend=ABOVE)


def _values(r: Result[Any], curves: dict[str, Array], truth: Array, note: str) -> go.Figure:
    """Draw singular values of full updates and the true ones, up to the rank and beyond it."""
    index = np.arange(1, len(truth) + 1)
    top = 1.15 * float(max(np.nanmax(list(curves.values())), np.nan_to_num(truth).max()))
    colors = (theme.LOSS, theme.SCAD, theme.PENALTY)
    room = r.rank < 0.7 * len(truth)  # for the words, which the axis would cut
    traces = [
        upright(r.rank + 0.5, (0, top), theme.SOLUTION, said="rank r"),
        words([r.rank + 0.5 if room else np.nan], [0.93 * top], [" not reached"], theme.SOLUTION, "middle right", 12),
        *(
            line(index, values, color, name, mode="lines+markers", marker={"size": 5})
            for (name, values), color in zip(curves.items(), colors, strict=False)
        ),
        points(index, truth, theme.TRUTH, note, size=8, symbol="diamond", said="truth"),
    ]
    first = ", ".join(number(values[0], 3) for values in curves.values())
    alt = f"Singular values of the full update, the largest {first}; rank {r.rank} has that many of its own."
    x, y = axis("number i", (0.5, len(truth) + 0.5), showgrid=False), axis("", (0, top))
    return figure(traces, title="Singular values", alt=alt, x=x, y=y, legend=ABOVE)


def draw_values_linear(s: Settings, r: Result[Linear]) -> go.Figure:
    """Draw the singular values of the least-squares update beside the true ones."""
    truth = np.where(r.runs.truth > 0, r.runs.truth, np.nan)
    return _values(r, {"full update": r.runs.fitted.mean(axis=0)}, truth, "truth")


def draw_values_relabel(s: Settings, r: Result[Tuned]) -> go.Figure:
    """Draw the singular values of the full update beside those of the exact one."""
    d = r.runs
    return _values(r, {"full update": d.spectra[0]}, np.where(d.exact > 1e-4, d.exact, np.nan), "exact update")


def draw_values_rotate(s: Settings, r: Result[Tuned]) -> go.Figure:
    """Draw the singular values of the full updates of three matrices."""
    curves = {f"matrix {i}": values for i, values in enumerate(r.runs.spectra, 1)}
    return _values(r, curves, np.full(r.runs.spectra.shape[1], np.nan), "")


def draw_numbers(s: Settings, r: Result[Any]) -> go.Figure:
    """Draw how many numbers an adapter has, against the matrices themselves."""
    each = r.numbers / r.rank
    even, top, ranks = r.all_numbers / each, 1.15 * max(r.most * each, r.all_numbers), np.arange(1, r.most + 1)
    traces = [
        *level(r.all_numbers, top, f"full: {r.all_numbers}", theme.TRUTH, SPANS[r.most], above=True, left=True),
        line(ranks, each * ranks, theme.LOSS, said="adapter"),
        upright(even, (0, top), said="as many as full"),
        words([even], [0.07 * top], [f"r = {even:.1f} "], theme.NEUTRAL, "middle left", 12),
        points([r.rank], [r.numbers], theme.SOLUTION),
    ]
    alt = (
        f"An adapter of rank {r.rank} has {r.numbers} numbers, the matrices {r.all_numbers}; equal at rank {even:.1f}."
    )
    return figure(traces, title="Numbers trained", alt=alt, x=AXES[r.most], y=axis("", (0, top)))


def draw_accuracy(s: Settings, r: Result[Tuned]) -> go.Figure:
    """Draw the accuracy of adapters of every rank, and of the full update cut to it."""
    d = r.runs
    full, now = float(d.full.mean()), float(d.adapted[r.k].mean())
    traces = [
        *level(full, 1.1, f"full update: {full:.3f}", theme.TRUTH, SPANS[r.most], above=True),
        *level(d.before, 1.1, f"no update: {d.before:.3f}", theme.NEUTRAL, SPANS[r.most], above=d.before < 0.1),
        *averaged(d.ranks, d.cut, theme.PENALTY, "full update cut to rank r"),
        *averaged(d.ranks, d.adapted, theme.LOSS, "adapter of rank r"),
        points([r.rank], [now], theme.SOLUTION),
    ]
    alt = f"Accuracy: {percent(d.adapted[r.k])} at rank {r.rank}, full update {percent(d.full)}, none {d.before:.3f}."
    y = axis("share of test digits right", (0, 1.08))
    return figure(traces, title="Accuracy", alt=alt, x=AXES[r.most], y=y, legend=ABOVE)


def draw_losses(s: Settings, r: Result[Scaled]) -> go.Figure:
    """Draw the loss after the last step at every rank under both scales."""
    last = r.runs.losses[..., -1]
    low, high = 0.7 * float(last.min()), 1.4 * float(last.max())
    traces = [
        *averaged(RANKS, last[0], theme.PENALTY, "scale α/r"),
        *averaged(RANKS, last[1], theme.LOSS, "scale α/√r"),
        points([r.rank] * 2, last[:, r.k].mean(axis=1), theme.SOLUTION),
    ]
    alt = (
        f"Training loss at rank {r.rank}: {plus_minus(last[0, r.k])} under α/r, {plus_minus(last[1, r.k])} under α/√r."
    )
    y = axis(f"training loss after {runs.SCALED_STEPS} steps", (low, high), log=True, tickvals=[0.1, 0.2, 0.5, 1, 2, 5])
    return figure(traces, title="Loss", alt=alt, x=AXES[64], y=y, legend=ABOVE)


def draw_training(s: Settings, r: Result[Scaled]) -> go.Figure:
    """Draw the loss by step at this rank."""
    losses, high = r.runs.losses[:, r.k], 1.1 * float(r.runs.losses.max())
    traces = [
        *averaged(r.runs.checks, losses[0].T, theme.PENALTY, said="scale α/r"),
        *averaged(r.runs.checks, losses[1].T, theme.LOSS, said="scale α/√r"),
    ]
    alt = f"Training loss by step at rank {r.rank}, from {number(losses[0, :, 0].mean(), 3)}."
    x = axis("step", (0, runs.SCALED_STEPS), showgrid=False)
    return figure(traces, title="Training", alt=alt, x=x, y=axis("", (0, high)))


def draw_scales(s: Settings, r: Result[Scaled]) -> go.Figure:
    """Draw both scales at every rank."""
    ranks, now = np.arange(1, 65), np.array([ALPHA / r.rank, ALPHA / np.sqrt(r.rank)])
    traces = [
        line(ranks, ALPHA / ranks, theme.PENALTY, said="α/r"),
        line(ranks, ALPHA / np.sqrt(ranks), theme.LOSS, said="α/√r"),
        points([r.rank] * 2, now, theme.SOLUTION),
    ]
    alt = f"The scale at rank {r.rank}: {number(now[0], 3)} under α/r and {number(now[1], 3)} under α/√r."
    y = axis("", (0.05, 5), log=True, tickvals=[0.1, 1, 4])
    return figure(traces, title=f"Scale, α = {number(ALPHA)}", alt=alt, x=AXES[64], y=y)


def caption_linear(s: Settings, r: Result[Linear]) -> str:
    """Compare the rank with the best and with the full update."""
    d = r.runs
    wins = int((d.errors.argmin(axis=1) == d.best).sum())
    return (
        f"From {s.n:g} samples an update of rank {r.rank} is off by {plus_minus(d.errors[:, r.k])} and the full one by "
        f"{plus_minus(d.errors[:, -1])}; rank {d.best} is best on average, and in {wins} of {DRAWS} draws."
    )


def caption_tuned(s: Settings, r: Result[Tuned]) -> str:
    """Compare the rank with the full update, in accuracy and in numbers."""
    d = r.runs
    return (
        f"With {s.n:g} images an adapter of rank {r.rank} has {percent(d.adapted[r.k])} of the test digits right with "
        f"{r.numbers} numbers, and the full update {percent(d.full)} with {r.all_numbers}."
    )


def caption_scaled(s: Settings, r: Result[Scaled]) -> str:
    """Compare both scales at this rank."""
    last = r.runs.losses[:, r.k, :, -1]
    return (
        f"After {runs.SCALED_STEPS} steps at rank {r.rank} the training loss is {plus_minus(last[0])} under the scale "
        f"α/r and {plus_minus(last[1])} under α/√r."
    )


def readouts_linear(s: Settings, r: Result[Linear]) -> dict[str, str]:
    """Return what the rank misses, what the rest of the error is, and the numbers trained."""
    missed = float(r.runs.missed[r.k])
    rest = float(r.runs.errors[:, r.k].mean()) - missed
    return {"Missed": number(missed, 3), "Noise": number(rest, 3), "Numbers trained": f"{r.numbers} of {r.all_numbers}"}


def readouts_tuned(s: Settings, r: Result[Tuned]) -> dict[str, str]:
    """Return the difference to the full update, paired by seed, and the full update cut to this rank."""
    d = r.runs
    return {
        "Less the full update": percent(d.adapted[r.k] - d.full).replace("-", "−"),
        "Full update, cut": percent(d.cut[r.k]),
        "No update": f"{100 * d.before:.1f} %",
    }


def readouts_scaled(s: Settings, r: Result[Scaled]) -> dict[str, str]:
    """Return both scales."""
    return {"α/r": number(ALPHA / r.rank, 3), "α/√r": number(ALPHA / np.sqrt(r.rank), 3)}


LINEARLY = {"error": draw_error, "singular_values": draw_values_linear, "numbers": draw_numbers}
RELABELLED = {"accuracy": draw_accuracy, "singular_values": draw_values_relabel, "numbers": draw_numbers}
ROTATED = {"accuracy": draw_accuracy, "singular_values": draw_values_rotate, "numbers": draw_numbers}
SCALED = {"loss": draw_losses, "training": draw_training, "scale": draw_scales}
VIEWS = {
    "linear": View(compute_linear, LINEARLY, caption_linear, readouts_linear),
    "relabel": View(compute_relabel, RELABELLED, caption_tuned, readouts_tuned),
    "rotate": View(compute_rotate, ROTATED, caption_tuned, readouts_tuned),
    "scale": View(compute_scale, SCALED, caption_scaled, readouts_scaled),
}
