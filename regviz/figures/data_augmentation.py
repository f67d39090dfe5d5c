"""Data augmentation: digits shifted, turned and mirrored, mixed pairs, and noise beside ridge."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments import data_augmentation as runs
from regviz.experiments.data_augmentation import Images, Mixed, Noisy
from regviz.figures.kit import theme
from regviz.figures.kit.contours import level_curves
from regviz.figures.kit.edges import followed
from regviz.figures.kit.pictures import sheet
from regviz.figures.kit.traces import ABOVE, averaged, axis, cells, figure, line, plane, points, reach, rule
from regviz.figures.kit.views import View
from regviz.knobs import Choice, LogSlider, place
from regviz.wording import number, percent

Runs = TypeVar("Runs")
NAMES = {"shift": "Shift", "rotate": "Turn", "flip": "Mirror", "mixup": "Mixup", "noise": "Noise"}
SHIFT, ROTATE, FLIP, MIXUP, NOISE = (("view", (name,)) for name in NAMES)
PICTURES = ("view", ("shift", "rotate", "flip"))
LEARNT = {"shift": "shifts of up to {:g} pixels", "rotate": "turns of up to {:g}°", "flip": "a mirror chance of {:g}"}
TESTED = {"shift": "shifted by up to {:g} pixels", "rotate": "turned by up to {:g}°"}
STRENGTHS = {
    "shift": axis("shift in training, pixels", (-0.05, 2.05), showgrid=False),
    "rotate": axis("turn in training, degrees", (-4, 184), tickvals=[0, 45, 90, 135, 180], showgrid=False),
    "flip": axis("chance of a mirror image", (-0.013, 0.513), showgrid=False),
}
FIELDS = {"shift": "pixels", "rotate": "degrees", "flip": "chance"}
SIGMAS = axis("noise σ", (-0.05, 2.05), showgrid=False)
ALPHAS = axis("mixing α", (0.02, 8.5), log=True, tickvals=[0.025, 0.1, 0.4, 1.6, 6.4], showgrid=False)
SHOWN = np.where(runs.MIXES > 0, runs.MIXES, 0.025)
"""α = 0 has a place on the log axis"""
NOUGHT = {"ticktext": ["0", "0.1", "0.4", "1.6", "6.4"]}
SHADES = (theme.LOSS, theme.PENALTY, theme.TRUTH, theme.SCAD)


@dataclass(frozen=True)
class Settings:
    """The strength on show, what is done to the data, and what matters for it."""

    pixels: Annotated[float, replace(runs.PIXELS, when=SHIFT)] = 0.75
    degrees: Annotated[int, replace(runs.DEGREES, when=ROTATE)] = 45
    chance: Annotated[float, replace(runs.CHANCE, when=FLIP)] = 0.5
    alpha: Annotated[float, replace(runs.MIX, when=MIXUP)] = 0.1
    sigma: Annotated[float, replace(runs.SIGMA, when=NOISE)] = 0.5
    view: Annotated[str, Choice("What is done", tuple(NAMES), tuple(NAMES.values()))] = "shift"
    tau: Annotated[float, replace(runs.TAU, when=SHIFT)] = 0.75
    turn: Annotated[int, replace(runs.TURN, when=ROTATE)] = 30
    n: Annotated[float, replace(runs.SIZE, when=PICTURES, after="train")] = 100.0
    points: Annotated[str, Choice("Points", tuple(runs.POINTS), ("Moons", "Circles", "Spirals"), when=MIXUP)] = "moons"
    copies: Annotated[float, LogSlider("Noisy copies m", 1, 256, 9, when=NOISE)] = 16.0


SCRUB = ("pixels", "degrees", "chance", "alpha", "sigma")


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """The runs, the index of the strength, for images that of the test images' own move and the strength itself."""

    runs: Runs
    k: int
    move: int = 0
    strength: float = 0.0

    @property
    def errors(self) -> Array:
        """Test errors (k, seeds) in percent, of images on the test images on show."""
        return 100 * self.runs.errors[self.move]


def compute_images(s: Settings) -> Result[Images]:
    """Return digits learnt at every strength."""
    found = runs.images(s.view, int(s.n))
    strength, move = {"shift": (s.pixels, s.tau), "rotate": (s.degrees, s.turn), "flip": (s.chance, 0.0)}[s.view]
    k, at = (
        int(np.argmin(np.abs(np.array(grid) - v))) for grid, v in ((found.strengths, strength), (found.moves, move))
    )
    return Result(found, k, at, float(strength))


def _test(s: Settings, r: Result[Images]) -> str:
    """Return what is done to the test images."""
    by = r.runs.moves[r.move]
    return TESTED[s.view].format(by) if by else "not moved"


def draw_error(s: Settings, r: Result[Images]) -> go.Figure:
    """Draw the test error against the strength, the best marked."""
    mean, best = r.errors.mean(axis=1), r.runs.best(r.move)
    at = r.runs.strengths
    curves = [
        *averaged(at, r.errors, theme.TRUTH),
        line(STRENGTHS[s.view]["range"], [mean[0]] * 2, theme.NEUTRAL, "no augmentation", dash="dash", width=1.5),
        points([at[best]], [mean[best]], theme.TRUTH, "best", size=12, symbol="diamond"),
    ]
    title, top = f"Error, images {_test(s, r)}, %", 1.1 * reach(r.errors)[1]
    return followed(STRENGTHS[s.view], at, r.k, curves, [mean[r.k]], title, span=(0, top))


def draw_examples(s: Settings, r: Result[Images]) -> go.Figure:
    """Draw images as given, two versions of each, and test images."""
    alt = f"Ten images as given, two versions of each, {LEARNT[s.view].format(r.strength)}, and ten test images."
    return sheet(runs.examples(s.view, r.strength, r.runs.moves[r.move]), "Examples", alt)


def draw_worth(s: Settings, r: Result[Images]) -> go.Figure:
    """Draw the error without augmentation against the number of images, and where augmentation brings n of them."""
    raw, now = 100 * r.runs.raw[r.move], float(r.errors[r.k].mean())
    traces = [
        *averaged(runs.RAW, raw, theme.NEUTRAL, "without"),
        rule([45, 1400], [now, now], theme.SOLUTION, "with, at n images"),
        points([s.n], [now], theme.SOLUTION, "with"),
    ]
    few, many = (number(float(raw[i].mean()), 3) for i in (0, -1))
    alt = (
        f"With {s.n:g} images and augmentation {number(now, 3)} % are wrong, without {few} with {runs.RAW[0]} images "
        f"and {many} with {runs.RAW[-1]}."
    )
    x = axis("training images", (45, 1400), log=True, tickvals=[50, 100, 200, 400, 800], showgrid=False)
    top = 1.1 * reach(raw, r.errors)[1]
    return figure(traces, title="Worth in images", alt=alt, x=x, y=axis("", (0, top)), legend=ABOVE)


def draw_changed(s: Settings, r: Result[Images]) -> go.Figure:
    """Draw the share of answers that a change of the image changes."""
    values = 100 * r.runs.changed
    what = {"shift": "a shift to 1 pixel", "rotate": "a turn to 45°", "flip": "a mirror"}[s.view]
    curves, now = averaged(r.runs.strengths, values, theme.PENALTY), [float(values[r.k].mean())]
    top = 1.1 * reach(values)[1]
    title = f"Changed by {what}, %"
    return followed(STRENGTHS[s.view], r.runs.strengths, r.k, curves, now, title, span=(0, top))


def _around(grid: Array) -> tuple[float, float]:
    """Return the outer edges of cells around a grid (k,)."""
    half = (grid[1] - grid[0]) / 2
    return grid[0] - half, grid[-1] + half


def draw_boundary(s: Settings, r: Result[Mixed]) -> go.Figure:
    """Draw the points of the first seed and what the network says of the plane."""
    d = r.runs
    answers = d.answers[r.k]
    first, second = np.where(answers <= 0.5, 1 - answers, np.nan), np.where(answers > 0.5, answers, np.nan)
    traces = [
        *cells(d.across, d.up, second, theme.PENALTY, (0.4, 1.3), "probability of the second class", shades=6),
        *cells(d.across, d.up, first, theme.LOSS, (0.4, 1.3), "probability of the first class", shades=6),
        line(*level_curves(d.across, d.up, answers, 0.5), theme.SOLUTION, width=2.5, said="boundary"),
        points(*d.X[d.y == 0].T, theme.LOSS, size=6, said="first class"),
        points(*d.X[d.y == 1].T, theme.PENALTY, size=6, symbol="square", said="second class"),
    ]
    sure = float(np.maximum(answers, 1 - answers).mean())
    alt = f"{s.points}, the boundary learnt at α = {s.alpha:g}, and a mean confidence of {number(sure, 3)}."
    axes = plane("x₁", _around(d.across), "x₂", _around(d.up))
    return figure(traces, title="What is learnt, first seed", alt=alt, **axes)


def _against(r: Result[Mixed], values: Array, title: str, color: str, **y: Any) -> go.Figure:
    """Return values (k, seeds) against α, with the level at α = 0."""
    mean = values.mean(axis=1)
    without = line([0.02, 8.5], [mean[0]] * 2, theme.NEUTRAL, dash="dash", width=1.5, said="no mixing")
    curves = [without, *averaged(SHOWN, values, color)]
    return followed(ALPHAS | NOUGHT, SHOWN, r.k, curves, [mean[r.k]], title, **y)


def draw_mixed(s: Settings, r: Result[Mixed]) -> go.Figure:
    """Draw the error on fresh points against α."""
    values = 100 * r.runs.errors
    return _against(r, values, "Error on fresh points, %", theme.TRUTH, span=(0, 1.1 * reach(values)[1]))


def draw_nll(s: Settings, r: Result[Mixed]) -> go.Figure:
    """Draw −log p of the label on fresh points against α."""
    values = r.runs.nll
    return _against(r, values, "−log p of the label", theme.LOSS, span=(0, 1.1 * reach(values)[1]))


def draw_weights(s: Settings, r: Result[Noisy]) -> go.Figure:
    """Draw the weights of ridge against σ, and those of m noisy copies."""
    d, m = r.runs, place(s, "copies")
    traces = []
    for j, color in enumerate(SHADES):
        traces.append(line(runs.SIGMAS, d.ridge[:, j], color, f"w{'₁₂₃₄'[j]}"))
        traces.append(
            points(runs.SIGMAS[::4], d.averaged[0, ::4, m, j], color, size=6, symbol="circle-open", said="noisy copies")
        )
    traces.append(points([s.sigma] * 4, d.ridge[r.k], theme.SOLUTION, size=8))
    told = ", ".join(number(v, 3) for v in d.ridge[r.k])
    alt = f"Weights of ridge at σ = {s.sigma:g}: {told}; rings are those of {s.copies:g} noisy copies."
    y = axis("", (-2.2, 3.2))
    return figure(traces, title="Ridge, and noisy copies (rings)", alt=alt, x=SIGMAS, y=y, legend=ABOVE)


def draw_copies(s: Settings, r: Result[Noisy]) -> go.Figure:
    """Draw the distance to ridge against the number of copies."""
    values = np.maximum(r.runs.distance[r.k], 1e-6)
    shown = np.where(values > 2e-6, values, np.nan)
    m = place(s, "copies")
    half = values[-1] * np.sqrt(runs.COPIES[-1] / runs.COPIES)
    traces = [
        line(runs.COPIES, half if s.sigma else np.nan * half, theme.NEUTRAL, "m<sup>−½</sup>", dash="dash"),
        line(runs.COPIES, shown, theme.LOSS, "distance", mode="lines+markers", marker={"size": 6}),
        points([s.copies], [shown[m]], theme.SOLUTION, size=10),
    ]
    alt = f"Distance of {s.copies:g} copies from ridge at σ = {s.sigma:g}: {number(r.runs.distance[r.k, m], 3)}."
    x = axis("noisy copies m", (0.8, 320), log=True, tickvals=[1, 4, 16, 64, 256], showgrid=False)
    y = axis("", (1e-3, 10), log=True)
    return figure(traces, title="Distance to ridge", alt=alt, x=x, y=y, legend=ABOVE)


def caption_images(s: Settings, r: Result[Images]) -> str:
    """Compare with training without augmentation, paired by seed, and say what it is worth."""
    gain, worth = (r.errors[0] - r.errors[r.k]) / 100, r.runs.worth(r.move, r.k)
    better = gain.mean() >= 0
    change = (
        percent(gain if better else -gain).replace("-", "−").replace("%", f"points {'fewer' if better else 'more'}")
    )
    outside = f"more than {runs.RAW[-1]}" if better else f"fewer than {runs.RAW[0]}"
    told = f"about {number(worth, 2)}" if np.isfinite(worth) else outside
    return (
        f"With {LEARNT[s.view].format(r.strength)}, {percent(r.errors[r.k] / 100)} of test images {_test(s, r)} are "
        f"wrong, {change} than without; {s.n:g} images are then worth {told} without."
    )


def caption_mixed(s: Settings, r: Result[Mixed]) -> str:
    """Compare with no mixing, paired by seed."""
    d = r.runs
    change = percent(d.errors[r.k] - d.errors[0]).replace("-", "−").replace("%", "points")
    better = int((d.nll[r.k] < d.nll[0]).sum())
    return (
        f"With α = {s.alpha:g}, {percent(d.errors[r.k])} of fresh points are wrong, {change} against no mixing; "
        f"−log p is lower in {better} of {runs.MIX_SEEDS} seeds."
    )


def caption_noise(s: Settings, r: Result[Noisy]) -> str:
    """Say how far from ridge the copies are."""
    off = number(r.runs.distance[r.k, place(s, "copies")], 3)
    return (
        f"Noise with σ = {s.sigma:g} on the inputs is ridge with λ = {number(s.sigma**2, 3)}; least squares on "
        f"{s.copies:g} noisy copies is {off} away from it."
    )


def readouts_images(s: Settings, r: Result[Images]) -> dict[str, str]:
    """Return the best strength, and how many sixes are read as 9."""
    best = r.runs.best(r.move)
    return {
        "Best": f"{r.runs.strengths[best]:g}, with {number(float(r.errors[best].mean()), 3)} % wrong",
        "Sixes read as 9": f"{100 * r.runs.nines[r.k]:.0f} %",
    }


IMAGES = View(
    compute_images,
    {"error": draw_error, "examples": draw_examples, "worth": draw_worth, "changed": draw_changed},
    caption_images,
    readouts_images,
)
VIEWS = {
    "shift": IMAGES,
    "rotate": IMAGES,
    "flip": IMAGES,
    "mixup": View(
        lambda s: Result(runs.mixed(s.points), place(s, "alpha")),
        {"boundary": draw_boundary, "error": draw_mixed, "likelihood": draw_nll},
        caption_mixed,
        lambda s, r: {"−log p": number(float(r.runs.nll[r.k].mean()), 3)},
    ),
    "noise": View(
        lambda s: Result(runs.noisy(), place(s, "sigma")),
        {"weights": draw_weights, "copies": draw_copies},
        caption_noise,
        lambda s, r: {"λ = σ²": number(s.sigma**2, 3)},
    ),
}
