"""Twins: noisy copies of one hidden factor. The lasso picks one by chance, the elastic net keeps them together."""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.data.grouped_copies import GROUPS, SIGNS, Twins, twins
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, Trace, axis, broken, figure, line, points, upright
from regviz.knobs import LogSlider, Seed, Slider, grid, place
from regviz.linear.certificates import kkt_residual
from regviz.linear.paths import Path, elastic_net_path, lasso_path
from regviz.memory import once
from regviz.wording import number

REDRAWS = 8
FIRST_REDRAW = 1000  # seeds of the redraws, out of the reach of the seed knob
PAIRS = np.stack(np.triu_indices(6, 1), axis=1)
TWINS = np.array([GROUPS[i] == GROUPS[j] == 0 for i, j in PAIRS])  # the pairs within the first group
FLOOR = 1e-5  # the least difference of two weights that is drawn
NAMES = ("w₁", "−w₂", "w₃")  # of the twins, signs turned
LEGEND = {**ABOVE, "traceorder": "reversed"}


@dataclass(frozen=True)
class Settings:
    """The strength and its L1 share, and the data."""

    lambda_: Annotated[float, LogSlider("Strength λ", 0.01, 31.6, 36)] = 1.0
    l1_ratio: Annotated[float, Slider("l1_ratio ρ", 0.0, 1.0, 0.1)] = 0.5
    copy_noise: Annotated[float, Slider("Noise of the copies", 0.05, 2.0, 0.05)] = 0.05
    noise: Annotated[float, Slider("Noise σ of y", 0.0, 5.0, 0.25)] = 1.0
    n: Annotated[int, Slider("Samples n", 20, 200, 10)] = 100
    seed: Annotated[int, Seed()] = 0


SCRUB = ("lambda_", "l1_ratio")


@dataclass(frozen=True)
class Result:
    """Both paths, both solutions at one λ (6,), the solutions of the redraws (REDRAWS, 6), and the grouping bound."""

    data: Twins
    strengths: Array
    net: Array
    lasso: Array
    w_net: Array
    w_lasso: Array
    redrawn_net: Array
    redrawn_lasso: Array
    correlation: Array
    gaps: Array
    reach: float
    redraw_heights: tuple[float, float]
    residual: float


@once(most=256)
def draw_data(n: int, copy_noise: float, noise: float, seed: int) -> Twins:
    """Return one draw of the example."""
    return twins(n, copy_noise, noise, seed)


@once(most=256)
def lasso_knots(n: int, copy_noise: float, noise: float, seed: int) -> Path:
    """Return the whole lasso path of one draw."""
    data = draw_data(n, copy_noise, noise, seed)
    return lasso_path(data.X, data.y)


@once(most=512)
def net_path(n: int, copy_noise: float, noise: float, seed: int, l1_ratio: float) -> Array:
    """Return the elastic net's weights (m, 6) for every λ of the slider."""
    data = draw_data(n, copy_noise, noise, seed)
    return elastic_net_path(data.X, data.y, l1_ratio, grid(Settings, "lambda_")).coefs


def compute(s: Settings) -> Result:
    """Return both solutions at this λ on the data and on the redraws, with the grouping bound."""
    kind, strengths = (s.n, s.copy_noise, s.noise), grid(Settings, "lambda_")
    data, now = draw_data(*kind, s.seed), place(s, "lambda_")
    net, lasso = net_path(*kind, s.seed, s.l1_ratio), lasso_knots(*kind, s.seed).at(strengths).coefs
    w = net[now]
    seeds = [FIRST_REDRAW + REDRAWS * s.seed + k for k in range(REDRAWS)]
    cosines = (data.X.T @ data.X / s.n)[PAIRS[:, 0], PAIRS[:, 1]] * SIGNS[PAIRS].prod(axis=1)
    turned = w * SIGNS
    ridge = s.lambda_ * (1 - s.l1_ratio)
    return Result(
        data=data,
        strengths=strengths,
        net=net,
        lasso=lasso,
        w_net=w,
        w_lasso=lasso[now],
        redrawn_net=np.array([net_path(*kind, seed, s.l1_ratio)[now] for seed in seeds]),
        redrawn_lasso=np.array([lasso_knots(*kind, seed).at(s.lambda_).coefs[0] for seed in seeds]),
        correlation=cosines,
        gaps=np.abs(turned[PAIRS[:, 0]] - turned[PAIRS[:, 1]]),
        reach=float(np.sqrt(data.y @ data.y / s.n) / ridge) if ridge else np.inf,
        redraw_heights=heights(np.concatenate([lasso_knots(*kind, seed).at(strengths).coefs[:, :3] for seed in seeds])),
        residual=kkt_residual(data.X, data.y, w, s.lambda_, s.l1_ratio),
    )


def bound(r: Result, correlation: Array) -> Array:
    """Return the most by which two weights can differ at this correlation; NaN without a ridge part.

    Columns of length √n with correlation c differ by √(2n(1−c)), and the residual is no longer than y.
    Source: Zou and Hastie 2005, theorem 1, in the units of this site.
    """
    room = np.sqrt(2 * np.maximum(1 - correlation, 0.0))
    return np.full_like(room, np.nan) if np.isinf(r.reach) else r.reach * room


def heights(weights: Array) -> tuple[float, float]:
    """Return the range of a chart of weights in which the lasso's, signs turned, fit at every λ."""
    turned = weights * SIGNS[: weights.shape[1]]
    low, high = min(float(turned.min()), 0.0), max(float(turned.max()), 1.0)
    return low - 0.15 * (high - low), high + 0.15 * (high - low)


def paths_of(s: Settings, r: Result, coefs: Array, w: Array, color: str) -> list[Trace]:
    """Return the lines of six weights against λ, signs turned and the first group in `color`; present values too."""
    traces = [upright(s.lambda_, heights(r.lasso))]
    for j in range(5, -1, -1):
        twin = GROUPS[j] == 0
        shade, dash = (color, ("solid", "dash", "dot")[j % 3]) if twin else (theme.NEUTRAL, "solid")
        name = NAMES[j] if twin else ("others" if j == 3 else "")
        traces.append(
            line(r.strengths, coefs[:, j] * SIGNS[j], shade, name, width=2.5 if twin else 1, dash=dash, said="others")
        )
    traces.append(points([s.lambda_] * 6, w * SIGNS, color, size=7))
    return traces


def draw_net(s: Settings, r: Result) -> go.Figure:
    """Draw the elastic net's weights against λ."""
    alt = (
        f"Weights of the elastic net with ρ = {number(s.l1_ratio)} against λ; at λ = {number(s.lambda_, 3)} the twins "
        f"have {triple(r.w_net)}."
    )
    return figure(
        paths_of(s, r, r.net, r.w_net, theme.ELASTIC_NET),
        title="Elastic net",
        alt=alt,
        x=axis("strength λ", (r.strengths[0], r.strengths[-1]), log=True),
        y=axis("weight, sign turned", heights(r.lasso)),
        legend=LEGEND,
    )


def draw_lasso(s: Settings, r: Result) -> go.Figure:
    """Draw the lasso's weights against λ on the same data."""
    alt = f"Weights of the lasso on the same data; at λ = {number(s.lambda_, 3)} the twins have {triple(r.w_lasso)}."
    return figure(
        paths_of(s, r, r.lasso, r.w_lasso, theme.L1),
        title="Lasso, on the same data",
        alt=alt,
        x=axis("strength λ", (r.strengths[0], r.strengths[-1]), log=True),
        y=axis("weight, sign turned", heights(r.lasso)),
    )


def draw_redraws(s: Settings, r: Result) -> go.Figure:
    """Draw the weights of the three twins on redrawn data, each draw a line."""
    traces, places = [], broken(np.tile([0.0, 1.0, 2.0], (REDRAWS, 1)))
    for weights, color, name in (
        (r.redrawn_lasso, theme.L1, "lasso"),
        (r.redrawn_net, theme.ELASTIC_NET, "elastic net"),
    ):
        marks: dict[str, Any] = {"mode": "lines+markers", "marker": {"color": color, "size": 6}}
        y = broken((weights * SIGNS)[:, :3])
        traces.append(line(places, y, theme.faded(color, 0.7), name, width=1, **marks))
    alt = (
        f"Weights of the three twins on {REDRAWS} redrawn data sets: the lasso keeps all three in "
        f"{whole(r.redrawn_lasso)}, the elastic net in {whole(r.redrawn_net)}."
    )
    return figure(
        traces,
        title=f"The twins in {REDRAWS} redraws",
        alt=alt,
        x=axis("", (-0.3, 2.3), tickvals=[0, 1, 2], ticktext=list(NAMES)),
        y=axis("weight, sign turned", r.redraw_heights),
        legend=LEGEND,
    )


def draw_bound(s: Settings, r: Result) -> go.Figure:
    """Draw the difference of the weights of every pair against their correlation, with the bound."""
    apart = 1 - r.correlation
    span = (min(0.3 * apart.min(), 1e-3), 4.0)
    across = np.geomspace(*span, 21)
    drawn = np.where(r.gaps > FLOOR, r.gaps, np.nan)
    worst = int(np.argmax(np.where(TWINS, r.gaps, -1.0)))
    allowed = bound(r, r.correlation)[worst]
    text = "no bound: ρ = 1" if np.isnan(allowed) else f"twins {number(r.gaps[worst], 2)} ≤ {number(allowed, 2)}"
    traces = [
        line(across, bound(r, 1 - across), theme.PENALTY, "bound", width=2.5),
        points(apart[~TWINS], drawn[~TWINS], theme.NEUTRAL, size=6, said="other pairs"),
        points(apart[TWINS], drawn[TWINS], theme.ELASTIC_NET, "twins", size=9),
        words([span[0]], [3e4], [f" {text}"], theme.ELASTIC_NET, "bottom right", 13),
    ]
    alt = f"Difference of two weights against one minus their correlation, which is {number(apart[worst], 2)}: {text}."
    return figure(
        traces,
        title="The grouping bound",
        alt=alt,
        x=axis("1 − correlation", span, log=True, dtick=1),
        y=axis("|wᵢ − wⱼ|", (FLOOR, 1e5), log=True, dtick=2),
        legend=LEGEND,
    )


PANELS = {"elastic_net": draw_net, "lasso": draw_lasso, "redraws": draw_redraws, "bound": draw_bound}


def triple(w: Array) -> str:
    """Return the weights of the twins with three digits."""
    return f"({', '.join(number(v, 3) for v in w[:3])})"


def whole(weights: Array) -> str:
    """Return in how many redraws all three twins are in."""
    return f"{int(np.all(weights[:, :3] != 0, axis=1).sum())} of {len(weights)}"


def caption(s: Settings, r: Result) -> str:
    """Say how many twins each keeps, how far they differ, and how well each predicts."""
    kept, alone = (int(np.count_nonzero(w[:3])) for w in (r.w_net, r.w_lasso))
    total, few = (int(np.count_nonzero(w)) for w in (r.w_net, r.w_lasso))
    better, worse = (number(float(r.data.excess_error(w)), 3) for w in (r.w_net, r.w_lasso))
    return (
        f"At λ = {number(s.lambda_, 3)} the elastic net with ρ = {number(s.l1_ratio)} keeps {kept} of 3 twins "
        f"{triple(r.w_net)} and {total} of 6 weights in all, with error {better} beyond the noise; the lasso keeps "
        f"{alone} of 3 twins {triple(r.w_lasso)} and {few} of 6 weights, with error {worse}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    worst = int(np.argmax(np.where(TWINS, r.gaps, -1.0)))
    allowed = bound(r, r.correlation)[worst]
    return {
        "Largest difference of twins": number(r.gaps[worst], 3),
        "Bound": "none" if np.isnan(allowed) else number(allowed, 3),
        "Their correlation": number(r.correlation[worst], 5),
        "Redraws with all twins, elastic net": whole(r.redrawn_net),
        "Redraws with all twins, lasso": whole(r.redrawn_lasso),
        "KKT residual": number(r.residual, 2),
    }
