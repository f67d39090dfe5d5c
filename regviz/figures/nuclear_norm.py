"""Singular values thresholded: a matrix with noise, with holes, digits with holes, and the ball in the plane."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
import plotly.graph_objects as go

from regviz.experiments import nuclear_norm as runs
from regviz.experiments.nuclear_norm import (
    SHARES,
    SIZE,
    STRENGTH,
    STRENGTHS,
    Ball,
    Completed,
    Denoised,
    Pictures,
    Recovery,
)
from regviz.figures.kit import theme
from regviz.figures.kit.labels import level, words
from regviz.figures.kit.nuclear_ball import diamond, solid
from regviz.figures.kit.pictures import sheet
from regviz.figures.kit.spectra import spectrum
from regviz.figures.kit.traces import ABOVE, Trace, axis, figure, line, points, upright
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Seed, Slider, place
from regviz.wording import number, pair

Runs = TypeVar("Runs")
ENDS = (0.0075, 1.35)
ALONG = axis("strength λ/λ<sub>max</sub>", ENDS, log=True, tickvals=[0.01, 0.03, 0.1, 0.3, 1], showgrid=False)
TOLD = np.array([1, 8, 16, 24, 31])
"""the strengths at which the rank is written, by index"""
NAMES = {"denoise": "Noise", "complete": "Holes", "digits": "Digits", "ball": "Ball"}
SYNTHETIC, HOLES, BALL = ("view", ("denoise", "complete")), ("view", ("complete", "digits")), ("view", ("ball",))
DRAWN = ("view", ("denoise", "complete", "digits"))


@dataclass(frozen=True)
class Settings:
    """The strength on show, the problem, and what matters for it."""

    strength: Annotated[float, STRENGTH] = 0.1
    view: Annotated[str, Choice("Problem", tuple(NAMES), tuple(NAMES.values()))] = "denoise"
    rank: Annotated[int, Slider("True rank r", 1, 8, 1, SYNTHETIC, after="compute", slow=HOLES)] = 3
    noise: Annotated[float, Slider("Noise σ", 0.1, 1.0, 0.1, SYNTHETIC, after="compute", slow=HOLES)] = 0.3
    observed: Annotated[float, Slider("Share of entries seen p", 0.1, 0.9, 0.1, HOLES, after="compute")] = 0.5
    second: Annotated[float, Slider("Second eigenvalue of Y (the first is 2)", -2.0, 2.0, 0.25, when=BALL)] = 0.75
    seed: Annotated[int, Seed(when=DRAWN, after="compute", slow=HOLES)] = 0


SCRUB = ("strength",)


@dataclass(frozen=True)
class Result(Generic[Runs]):
    """A matrix at every strength, and the index of the strength."""

    runs: Runs
    k: int


@dataclass(frozen=True)
class Holes(Result[Completed]):
    """Beside it, what is found without noise."""

    recovery: Recovery


@dataclass(frozen=True)
class Images(Result[Completed]):
    """Beside it, some rows as pictures."""

    pictures: Pictures


def compute_noise(s: Settings) -> Result[Denoised]:
    """Return the noisy matrix."""
    return Result(runs.denoised(s.rank, s.noise, s.seed), place(s, "strength"))


def compute_holes(s: Settings) -> Holes:
    """Return the matrix with holes."""
    done = runs.completed(s.rank, s.noise, s.observed, s.seed)
    return Holes(done, place(s, "strength"), runs.recovery(s.rank))


def compute_images(s: Settings) -> Images:
    """Return the digits."""
    pictures = runs.pictures(s.observed, s.seed)
    return Images(pictures.path, place(s, "strength"), pictures)


def compute_ball(s: Settings) -> Result[Ball]:
    """Return the symmetric matrix (2, 2)."""
    return Result(runs.soft_ball(s.second), place(s, "strength"))


def draw_spectrum(s: Settings, r: Result[Any]) -> go.Figure:
    """Draw the singular values of what is given, of the solution and of the truth."""
    d, lambda_ = r.runs, float(r.runs.lambdas[r.k])
    alt = f"Singular values at λ = {number(lambda_, 3)}: {d.ranks[r.k]} of {d.given.shape[1]} are left."
    return spectrum(d.given[r.k], d.spectra[r.k], d.truth, lambda_, float(d.given.max()), alt)


def draw_errors(s: Settings, r: Result[Denoised]) -> go.Figure:
    """Draw the error and its estimate against λ, with the edge of the noise and the hard threshold."""
    d, edge, high = r.runs, r.runs.edge / r.runs.lambdas[-1], 1.4
    low = 0.7 * min(d.hard_error, float(d.errors.min()))
    traces = [
        upright(edge, (low, high), said="noise ends"),
        words([edge], [1.15], [" noise ends "], theme.NEUTRAL, "middle right" if edge < 0.2 else "middle left", 12),
        *level(d.hard_error, high, "hard threshold", theme.HIGHLIGHT, ENDS, above=True),
        line(STRENGTHS, np.maximum(d.estimates, low), theme.LOSS, "Stein’s estimate", dash="dash"),
        line(STRENGTHS, d.errors, theme.TRUTH, "error"),
        points([STRENGTHS[d.best]], [d.errors[d.best]], theme.TRUTH, size=10, symbol="diamond", said="least error"),
        points([s.strength], [d.errors[r.k]], theme.SOLUTION),
    ]
    alt = f"Error against λ: {number(d.errors[r.k], 3)} here, {number(d.errors[d.best], 3)} at best, on a log scale."
    y = axis("", (low, high), log=True, tickvals=[0.02, 0.05, 0.1, 0.2, 0.5, 1])
    return figure(traces, title="Error per entry", alt=alt, x=ALONG, y=y, legend=ABOVE)


def draw_ranks(s: Settings, r: Result[Denoised]) -> go.Figure:
    """Draw how many singular values are left at every λ."""
    d = r.runs
    at, best = STRENGTHS[d.best], d.ranks[d.best]
    side = "top right" if at < 0.15 else "bottom left"
    traces = [
        *level(s.rank, SIZE, f"true rank {s.rank}", theme.TRUTH, ENDS, above=True),
        line(STRENGTHS, d.ranks, theme.LOSS, said="rank"),
        points([at], [best], theme.TRUTH, size=10, symbol="diamond", said="least error"),
        words([at], [best], [f" least error: rank {best} "], theme.TRUTH, side, 12),
        points([s.strength], [d.ranks[r.k]], theme.SOLUTION),
    ]
    alt = f"Rank against λ: {d.ranks[r.k]} here, {best} where the error is least; the truth has {s.rank}."
    return figure(traces, title="Rank", alt=alt, x=ALONG, y=axis("", (0, SIZE + 2)))


def _errors(s: Settings, r: Result[Completed], levels: list[Trace]) -> go.Figure:
    """Draw the errors on seen and on unseen entries against λ, with the rank above the axis."""
    c, k, best = r.runs, r.k, r.runs.best
    ranks, top = [f"rank {n}" for n in c.ranks[TOLD]], 1.25 * c.reach
    traces = [
        *levels,
        line(STRENGTHS, c.seen, theme.LOSS, "seen: distance to the data"),
        line(STRENGTHS, c.unseen, theme.TRUTH, "unseen: error"),
        points(STRENGTHS[[best]], c.unseen[[best]], theme.TRUTH, size=11, symbol="diamond", said="least error"),
        points([s.strength] * 2, [c.seen[k], c.unseen[k]], theme.SOLUTION),
        words(STRENGTHS[TOLD], [0.965 * top] * len(TOLD), ranks, theme.NEUTRAL, "middle center", 12),
    ]
    alt = (
        f"Errors against λ: {number(c.unseen[k], 3)} on unseen entries here at rank {c.ranks[k]}, least "
        f"{number(c.unseen[best], 3)} at rank {c.ranks[best]}; distance to what is seen {number(c.seen[k], 3)}."
    )
    return figure(traces, title="Error per entry", alt=alt, x=ALONG, y=axis("", (0, top)), legend=ABOVE)


def draw_errors_holes(s: Settings, r: Holes) -> go.Figure:
    """Draw the errors of completion beside that of a matrix of the true rank."""
    hard = float(r.runs.hard[0])
    text = f"rank {s.rank} not shrunk: {number(hard, 3)}"
    return _errors(s, r, level(hard, 1.1 * r.runs.reach, text, theme.HIGHLIGHT, ENDS))


def draw_errors_images(s: Settings, r: Images) -> go.Figure:
    """Draw the errors of completion beside those of the mean and of the best rank."""
    c, best = r.runs, int(r.runs.hard.argmin())
    hard, mean = float(c.hard[best]), r.pictures.mean_error
    rank, pixel = f"rank {c.hard_ranks[best]} not shrunk: {number(hard, 3)}", f"mean pixel: {number(mean, 3)}"
    levels = level(mean, 1.1 * c.reach, pixel, theme.NEUTRAL, ENDS, above=True)
    return _errors(s, r, levels + level(hard, 1.1 * c.reach, rank, theme.HIGHLIGHT, ENDS, above=True, left=True))


def draw_recovery(s: Settings, r: Holes) -> go.Figure:
    """Draw how often the least nuclear norm finds the truth when there is no noise, by the share seen."""
    share, now = r.recovery.recovered.mean(axis=1), place(s, "observed")
    numbers, gaussian, span = r.recovery.numbers, r.recovery.gaussian, (-0.05, 1.1)
    traces = [
        line([numbers] * 2, span, theme.NEUTRAL, "free numbers", dash="dot"),
        line([gaussian] * 2, span, theme.HIGHLIGHT, "half, if Gaussian", dash="dot"),
        line(SHARES, share, theme.LOSS, said="share found"),
        points(SHARES, share, theme.LOSS, size=6, said="share found"),
        points([s.observed], [share[now]], theme.SOLUTION),
    ]
    alt = (
        f"Of {runs.DRAWS} matrices of rank {s.rank} without noise {100 * share[now]:.0f} % are found when a share "
        f"{number(s.observed)} is seen; of Gaussian measurements {number(gaussian, 2)} would do."
    )
    x = axis("share seen p", (0, 1), tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1], showgrid=False)
    y = axis("", span, tickvals=[0, 0.5, 1])
    return figure(traces, title="Found, no noise", alt=alt, x=x, y=y, legend=ABOVE)


def draw_images(s: Settings, r: Images) -> go.Figure:
    """Draw some digits: true, as far as they are seen, and completed."""
    p, share = r.pictures, f"{100 * s.observed:.0f} %"
    alt = f"Five digits with {share} of the pixels seen, completed with an error of {number(r.runs.unseen[r.k], 3)}."
    rows = {
        "true": p.truth,
        f"seen: {share} of the pixels": np.where(p.mask, p.truth, np.nan),
        f"completed at rank {r.runs.ranks[r.k]}": p.filled[r.k],
    }
    return sheet(rows, "Digits with holes", alt)


def draw_ball(s: Settings, r: Result[Ball]) -> go.Figure:
    """Draw the ball in the space of symmetric matrices (2, 2), with the solution on it."""
    now = r.runs.path[r.k]
    size = number(np.abs(now).sum(), 3)
    alt = f"The ball of nuclear norm {size} is a cylinder; the solution has eigenvalues {pair(now)}."
    return solid(r.runs.given, r.runs.path, now, alt)


def draw_eigenvalues(s: Settings, r: Result[Ball]) -> go.Figure:
    """Draw the ball in the plane of the eigenvalues."""
    now = r.runs.path[r.k]
    alt = f"In the plane of the eigenvalues the ball is a diamond; it touches the circle around Y at {pair(now)}."
    return diamond(r.runs.given, r.runs.path, now, alt)


def caption_noise(s: Settings, r: Result[Denoised]) -> str:
    """Compare the error here with the best, and with the hard threshold."""
    d = r.runs
    here, best, hard = (number(v, 3) for v in (d.errors[r.k], d.errors[d.best], d.hard_error))
    return (
        f"At λ = {s.strength:g} λmax {d.ranks[r.k]} singular values are left, with error {here}; the best λ leaves "
        f"{d.ranks[d.best]}, with {best}, and a hard threshold leaves {d.hard_rank}, with {hard}."
    )


def caption_completed(s: Settings, r: Result[Completed]) -> str:
    """Compare the error on unseen entries here with the best, and with a hard rank."""
    c, hard = r.runs, int(r.runs.hard.argmin())
    here, best, rival = (number(v, 3) for v in (c.unseen[r.k], c.unseen[c.best], c.hard[hard]))
    return (
        f"At λ = {s.strength:g} λmax the completion has rank {c.ranks[r.k]} and error {here} where nothing was seen; "
        f"the best λ has rank {c.ranks[c.best]} and {best}, and rank {c.hard_ranks[hard]} without shrinking {rival}."
    )


def caption_ball(s: Settings, r: Result[Ball]) -> str:
    """Say where the solution is and why its rank is what it is."""
    now, lambda_ = r.runs.path[r.k], float(r.runs.lambdas[r.k])
    rank = np.count_nonzero(now)
    on = ("at the centre", "on a rim, at a corner of the diamond", "off the rims")[rank]
    return f"At λ = {number(lambda_, 3)} the solution has eigenvalues {pair(now)}: rank {rank}, {on}."


def readouts_noise(s: Settings, r: Result[Denoised]) -> dict[str, str]:
    """Return λ in its own units and in those of the noise, and what Stein's estimate would choose."""
    d = r.runs
    return {
        "λ": number(d.lambdas[r.k], 3),
        "λ/(√n σ)": number(2 * d.lambdas[r.k] / d.edge, 3),
        "Stein chooses": f"{number(STRENGTHS[d.chosen])} λmax, error {number(d.errors[d.chosen], 3)}",
    }


def readouts_completed(s: Settings, r: Result[Completed]) -> dict[str, str]:
    """Return λ, the distance to what is seen, and the certificate."""
    c = r.runs
    return {
        "λ": number(c.lambdas[r.k], 3),
        "Seen: distance": number(c.seen[r.k], 3),
        "Error at 0.01 λmax": number(c.unseen[0], 3),
        "Relative duality gap": number(max(c.gaps[r.k], 0.0), 2),
    }


def readouts_ball(s: Settings, r: Result[Ball]) -> dict[str, str]:
    """Return the budget, and how far the solution is from the axis and from the middle."""
    c, rho = r.runs.path[r.k].mean(), np.ptp(r.runs.path[r.k]) / 2
    return {"Nuclear norm": number(2 * max(abs(c), rho), 3), "Height c": number(c, 3), "Radius ρ": number(rho, 3)}


WITH_NOISE = {"singular_values": draw_spectrum, "error": draw_errors, "rank": draw_ranks}
WITH_HOLES = {"error": draw_errors_holes, "singular_values": draw_spectrum, "recovery": draw_recovery}
AS_IMAGES = {"images": draw_images, "error": draw_errors_images}
IN_THE_PLANE = {"ball": draw_ball, "eigenvalues": draw_eigenvalues}
VIEWS = {
    "denoise": View(compute_noise, WITH_NOISE, caption_noise, readouts_noise),
    "complete": View(compute_holes, WITH_HOLES, caption_completed, readouts_completed),
    "digits": View(compute_images, AS_IMAGES, caption_completed, readouts_completed),
    "ball": View(compute_ball, IN_THE_PLANE, caption_ball, readouts_ball),
}
