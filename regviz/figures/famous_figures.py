"""Famous figures made again, each with a badge that says how far it was checked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.experiments import famous_figures as runs
from regviz.experiments.famous_figures import CARDS, Card
from regviz.figures.kit import theme
from regviz.figures.kit.agreement import agreement
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, Trace, axis, bars, broken, error_bars, figure, line, points, upright
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Seed
from regviz.wording import number, spelled

WEIGHTS = (theme.LOSS, theme.PENALTY, theme.TRUTH, theme.HIGHLIGHT, theme.SCAD)
THEIRS = (theme.TRUTH, theme.NEUTRAL)
SEEDED = tuple(name for name, about in CARDS.items() if about.knob == "seed")


@dataclass(frozen=True)
class Settings:
    """The figure, and the one number that moves in it."""

    budget: Annotated[int, replace(runs.BUDGET, when=("view", ("paths",)))] = 1000
    degree: Annotated[int, replace(runs.DEGREE, when=("view", ("polynomials",)))] = 3
    gamma: Annotated[float, replace(runs.GAMMA, when=("view", ("thresholds",)))] = 1.0
    kappa: Annotated[float, replace(runs.KAPPA, when=("view", ("rates",)))] = 100.0
    view: Annotated[str, Choice("Figure", tuple(CARDS), tuple(about.title for about in CARDS.values()))] = "paths"
    seed: Annotated[int, replace(Seed(when=("view", SEEDED)), after="compute")] = 0


SCRUB = ("budget", "degree", "gamma", "kappa")


def compute(s: Settings) -> Card:
    """Return the figure made again."""
    about = CARDS[s.view]
    return about.make(getattr(s, about.knob)) if about.knob else about.make()


def told(r: Card) -> str:
    """Return the first row and the badge in words, as the end of a sentence."""
    row = r.rows[0]
    return f"{plain(row.what)}: {number(row.printed)} in the source, {number(row.ours)} here; the badge is “{r.badge}”."


def plain(what: str) -> str:
    """Return what is held, without its standard error."""
    return what.partition(", standard error")[0]


def marked(at: tuple[Array, Array], color: str, name: str, style: str) -> Trace:
    """Return ours as points, as a line or as bars."""
    if style == "bars":
        return bars(*at, color, name, width=float(np.diff(at[0]).min()))
    return line(*at, color, name) if style == "lines" else points(*at, color, name, size=7)


def compare(
    s: Settings,
    r: Card,
    *,
    title: str,
    x: dict[str, Any],
    y: dict[str, Any],
    colors: tuple[str, ...] = (theme.SOLUTION,),
    styles: tuple[str, ...] = ("points",),
) -> go.Figure:
    """Draw what is printed or proved as lines, and ours over it."""
    styles = styles * (len(r.ours) // len(styles))
    both = [
        marked(at, color, name, style) for (name, at), color, style in zip(r.ours.items(), colors, styles, strict=True)
    ]
    lines = [line(*at, color, name) for (name, at), color in zip(r.theirs.items(), THEIRS, strict=False)]
    if r.errors.size:
        at, mean = list(r.ours.values())[-1]
        both.insert(0, error_bars(at, mean - r.errors, mean + r.errors, theme.faded(colors[-1], 0.6), width=1.5))
    traces = [*both, *lines] if "bars" in styles else [*lines, *both]
    return figure(traces, title=title, alt=f"{title}. {told(r)}", x=x, y=y, legend=ABOVE)


def draw_paths(s: Settings, r: Card) -> go.Figure:
    """Draw the ten weights over their sum, and where the budget is."""
    span, x = (
        (-900.0, 900.0),
        axis("sum ‖w‖₁, columns of length 1", (0, 3950), showgrid=False, tickvals=[0, 1000, 2000, 3000]),
    )
    colors = [WEIGHTS[k % len(WEIGHTS)] for k in range(len(r.ours))]
    now = [float(np.interp(s.budget, *at)) for at in r.ours.values()]
    ends = [at[1][-1] for at in r.ours.values()]
    traces = [line(*at, color, said=name) for (name, at), color in zip(r.ours.items(), colors, strict=True)]
    traces += [
        upright(s.budget, span),
        points(np.full(len(now), s.budget), now, theme.NEUTRAL, size=5),
        words(np.full(len(now), 3500), spread(ends, 85, span), list(r.ours), colors, "middle right", 12),
    ]
    alt = f"Ten weights over ‖w‖₁ up to 3460; at {s.budget} " + ", ".join(
        f"{name} {number(w, 3)}" for name, w in zip(r.ours, now, strict=True)
    )
    return figure(traces, title="The lasso on the diabetes table", alt=f"{alt}.", x=x, y=axis("", span))


def draw_polynomials(s: Settings, r: Card) -> go.Figure:
    """Draw the ten points, the curve behind them and the fit."""
    traces = [
        line(*r.theirs["sin 2πx"], theme.TRUTH, "sin 2πx"),
        line(*r.ours["fit"], theme.SOLUTION, "fit"),
        points(*r.theirs["ten points"], theme.LOSS, "data", size=8, symbol="circle-open"),
    ]
    alt = f"Ten points and a polynomial of degree {s.degree}. {told(r)}"
    x, y = axis("x", (-0.05, 1.05), showgrid=False), axis("", (-1.6, 1.6))
    return figure(traces, title="Degree M and ten points", alt=alt, x=x, y=y, legend=ABOVE)


def draw_averages(s: Settings, r: Card) -> go.Figure:
    """Draw each player's average early, shrunk, and at the end of the season."""
    (first, early), (last, season), (middle, shrunk) = *r.theirs.values(), r.ours["James–Stein"]
    traces = [
        line(
            broken(np.stack([first, middle], axis=1)),
            broken(np.stack([early, shrunk], axis=1)),
            theme.LOSS,
            said="shrunk",
        ),
        line(
            broken(np.stack([middle, last], axis=1)),
            broken(np.stack([shrunk, season], axis=1)),
            theme.faded(theme.NEUTRAL, 0.4),
            said="to the season",
            width=1,
        ),
        points(first, early, theme.LOSS, said="first 45 at bats"),
        points(middle, shrunk, theme.SOLUTION, said="James–Stein"),
        points(last, season, theme.TRUTH, said="whole season"),
    ]
    x = axis("", (-0.3, 2.3), showgrid=False, tickvals=[0, 1, 2], ticktext=["first 45", "James–Stein", "season"])
    return figure(
        traces, title="Batting averages", alt=f"18 batting averages. {told(r)}", x=x, y=axis("", (0.13, 0.43))
    )


def draw_grouping(s: Settings, r: Card) -> go.Figure:
    """Draw the weights of the three copies along λ."""
    colors = {"lasso": theme.L1, "elastic net": theme.ELASTIC_NET}
    traces, top = [], max(float(y.max()) for _, y in r.ours.values())
    for name, at in r.ours.items():
        kind, _, copy = name.partition(", ")
        traces.append(line(*at, colors[kind], kind if copy == "copy 1" else "", said=name))
    x, y = (
        axis("strength λ", (0.018, 9), log=True, showgrid=False),
        axis("", (min(-0.05 * top, 1.1 * lowest(r)), 1.1 * top)),
    )
    return figure(traces, title="Weights of three copies", alt=f"Three copies. {told(r)}", x=x, y=y, legend=ABOVE)


def draw_agreement(s: Settings, r: Card) -> go.Figure:
    """Draw how near each value comes."""
    return agreement([plain(row.what) for row in r.rows], [row.share for row in r.rows])


def lowest(r: Card) -> float:
    """Return the lowest of ours."""
    return min(float(y.min()) for _, y in r.ours.values())


def nonzero(s: Settings, r: Card) -> str:
    """Say how many weights the budget allows."""
    count = sum(abs(float(np.interp(s.budget, *at))) > 1e-9 for at in r.ours.values())
    return f"At ‖w‖₁ = {number(s.budget)} the lasso has {spelled(count)} of ten weights in"


def errors_of(s: Settings, r: Card) -> str:
    """Compare the errors of both sets of averages."""
    early, season = (at[1] for at in r.theirs.values())
    sums = [((guess - season) ** 2).sum() for guess in (early, r.ours["James–Stein"][1])]
    return f"The squared errors add up to {number(sums[0], 3)} early and {number(sums[1], 3)} after shrinking"


def view(draw: Callable[..., go.Figure], lead: Callable[[Settings, Card], str]) -> View:
    """Return a card as a view: the figure, how near it comes, a caption that ends with the badge, and two readouts."""
    return View(
        compute,
        {"figure": draw, "agreement": draw_agreement},
        lambda s, r: f"{lead(s, r)}. Held: {told(r)}",
        lambda s, r: {"Badge": r.badge, "Values that agree": f"{r.agreeing} of {len(r.rows)}"},
    )


RISK = {"x": axis("γ = p/n", (0, 5.4), showgrid=False), "y": axis("", (0, 10.5))}
BEST = (theme.L2, theme.L1)
VIEWS = {
    "paths": view(draw_paths, nonzero),
    "polynomials": view(draw_polynomials, lambda s, r: f"A polynomial of degree {s.degree} and ten points"),
    "averages": view(draw_averages, errors_of),
    "thresholds": view(
        partial(
            compare,
            title="Weight against least squares b",
            x=axis("b", (-3.2, 3.2)),
            y=axis("", (-3.2, 3.2)),
            colors=BEST,
        ),
        lambda s, r: f"At γ = {number(s.gamma)} the lasso sets {spelled(zeros(r))} of 13 weights to zero",
    ),
    "rates": view(
        partial(
            compare, title="Error kept a step", x=axis("momentum β", (0, 1), showgrid=False), y=axis("", (0.4, 1.05))
        ),
        lambda s, r: f"At κ = {number(s.kappa)} the best β is {number(r.rows[0].printed ** 2, 3)}",
    ),
    "stopping": view(
        partial(
            compare,
            title="Risk: stopped over ridge",
            x=axis("time t = 1/λ", (0.009, 110), log=True, showgrid=False),
            y=axis("", (0, 2)),
            colors=(theme.SOLUTION, theme.LOSS, theme.PENALTY),
            styles=("lines",),
        ),
        lambda s, r: f"With no signal at all stopping costs up to {number(r.rows[0].ours, 3)} times what ridge does",
    ),
    "directions": view(
        partial(
            compare,
            title="Angle to the largest margin, degrees",
            x=axis("log₁₀ t", (0.5, 16.5), showgrid=False, tickvals=[1, 4, 8, 12, 16]),
            y=axis("", (0.1, 20), log=True),
        ),
        lambda s, r: (
            f"The flow is {number(angle(r, 8), 3)}° off at t = 10⁸ and {number(angle(r, 16), 3)}° at its square"
        ),
    ),
    "ridgeless": view(
        partial(compare, title="Risk of the least norm", **RISK),
        lambda s, r: f"Each point is the mean of {runs.DRAWS} draws with n = {runs.ROWS}",
    ),
    "spectrum": view(
        partial(
            compare,
            title="Eigenvalues of XᵀX/n",
            x=axis("eigenvalue", (0, 2.5), showgrid=False),
            y=axis("", (0, 1.15)),
            colors=(theme.LOSS,),
            styles=("bars",),
        ),
        lambda s, r: f"The eigenvalues of {runs.MATRICES} matrices, {runs.TALL} by {runs.WIDE}",
    ),
    "transition": view(
        partial(
            compare,
            title="Share of problems recovered",
            x=axis("nonzero weights over equations, k/n", (0.22, 0.58), showgrid=False),
            y=axis("", (-0.08, 1.12)),
        ),
        lambda s, r: (
            f"Least L1 from {runs.EQUATIONS} equations in {runs.UNKNOWNS} unknowns, {runs.TRIES} problems a point"
        ),
    ),
    "unbiased": view(
        partial(
            compare,
            title="Error per coefficient",
            x=axis("threshold t", (-0.1, 4.1), showgrid=False),
            y=axis("", (0, 1.5)),
            colors=(theme.faded(theme.NEUTRAL, 0.6), theme.SOLUTION),
            styles=("lines", "points"),
        ),
        lambda s, r: f"Stein's estimate does not know the means; over {runs.SAMPLES} draws it averages to the error",
    ),
    "grouping": view(draw_grouping, lambda s, r: f"Three copies of one factor, a noise of 1/4 on each, draw {s.seed}"),
    "digits": view(
        partial(
            compare,
            title="Test digits wrong",
            x=axis("random features p", (9, 1100), log=True, showgrid=False),
            y=axis("", (0, 1)),
        ),
        lambda s, r: f"The error at p = n = 100 is {number(float(r.ours['digits'][1].max()), 3)}",
    ),
}


def zeros(r: Card) -> int:
    """Return how many of the lasso's weights are zero."""
    return int((np.abs(r.ours["lasso"][1]) < 1e-9).sum())


def angle(r: Card, log_time: float) -> float:
    """Return the angle of the flow at 10 to this power."""
    at, angles = r.ours["flow"]
    return float(angles[at == log_time][0])
