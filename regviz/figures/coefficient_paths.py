"""Every weight of a linear model along λ: ridge, lasso and elastic net, exact, on one table."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.data.tables import Table, diabetes, kept_design
from regviz.experiments.coefficient_paths import Solved, histogram, largest, solve, steps_in_words
from regviz.figures.kit import theme
from regviz.figures.kit.labels import short, spread, words
from regviz.figures.kit.traces import axis, bars, broken, figure, line, points, rule, upright
from regviz.knobs import Choice, LogSlider, Seed, Slider, Toggle, grid, place
from regviz.linear.methods import method_name, share_of_l1
from regviz.wording import number

COLORS = {"l1": theme.L1, "l2": theme.L2, "elastic net": theme.ELASTIC_NET}
AXES = {
    "lambda": "strength λ",
    "norm": "size of the weights ‖w‖₁",
    "deviance": "share of deviance explained",
    "df": "effective degrees of freedom",
}
UNIT = {True: "weight", False: "weight × standard deviation of the feature"}
CYCLE = (theme.LOSS, theme.PENALTY, theme.SCAD, theme.TRUTH, theme.HIGHLIGHT, theme.SOLUTION)
DRAWN, NAMED, BARRED = 40, 14, 16  # lines drawn, names at their ends, bars of present weights
LEAST = 1e-4
BELOW = {"y": 0, "yanchor": "bottom"}
SLOTS = 7  # bins of the histogram on either side of zero
SYNTHETIC = ("data", ("synthetic",))


@dataclass(frozen=True)
class Settings:
    """The penalty, its strength, how the path is drawn, and the data."""

    lambda_: Annotated[float, LogSlider("Strength λ", LEAST, 10, 61)] = 0.0383
    penalty: Annotated[str, Choice("Penalty", ("l1", "l2", "elastic net"), ("Lasso", "Ridge", "Elastic net"))] = "l1"
    l1_ratio: Annotated[float, Slider("l1_ratio ρ", 0.0, 1.0, 0.05, when=("penalty", ("elastic net",)))] = 0.5
    axis: Annotated[str, Choice("Horizontal axis", tuple(AXES), ("log λ", "‖w‖₁", "R²", "df"))] = "lambda"
    standardise: Annotated[
        bool, Toggle("Standardise features", help="Bring every feature to standard deviation 1 before fitting.")
    ] = True
    data: Annotated[str, Choice("Data", ("diabetes", "synthetic", "own"), ("Diabetes", "Synthetic", "CSV"))] = (
        "diabetes"
    )
    n: Annotated[int, Slider("Samples n", 20, 200, 20, when=SYNTHETIC)] = 100
    p: Annotated[int, Slider("Features p", 5, 100, 5, when=SYNTHETIC)] = 40
    correlation: Annotated[float, Slider("Correlation of neighbours", 0.0, 0.95, 0.05, when=SYNTHETIC)] = 0.5
    sparsity: Annotated[float, Slider("Share of zero weights", 0.0, 0.9, 0.1, when=SYNTHETIC)] = 0.8
    noise: Annotated[float, Slider("Noise σ", 0.0, 4.0, 0.25, when=SYNTHETIC)] = 1.0
    seed: Annotated[int, Seed(when=SYNTHETIC)] = 0


SCRUB = ("lambda_",)


@dataclass(frozen=True)
class Result:
    """The table, its path, and the place k of the present λ among the options."""

    table: Table
    path: Solved
    k: int

    @property
    def i(self) -> int:
        """The place of the present λ along the whole path."""
        return int(self.path.now[self.k])

    @property
    def effects(self) -> Array:
        """The present weights, each times the standard deviation of its feature (p,)."""
        return self.path.effects[self.i]


def source(s: Settings) -> Table:
    """Return the built-in table of these settings; the diabetes table while a reader's own is awaited."""
    if s.data == "synthetic":
        return kept_design(s.n, s.p, s.correlation, s.sparsity, s.noise, s.seed)
    return diabetes()


def compute(s: Settings, table: Table | None = None) -> Result:
    """Return the path on `table`, or on the built-in table of the settings."""
    table = source(s) if table is None else table
    path = solve(table, s.standardise, share_of_l1(s.penalty, s.l1_ratio), grid(Settings, "lambda_"))
    return Result(table, path, place(s, "lambda_"))


def step_table(table: Table, most: int) -> dict[str, list]:
    """Return the first steps of the lasso, column by column."""
    return steps_in_words(table, LEAST, most)


def across(s: Settings, path: Solved) -> Array:
    """Return where the points of the path stand on the chosen axis (m,)."""
    return {
        "lambda": path.lambdas,
        "norm": np.abs(path.coefs).sum(axis=1),
        "deviance": path.explained,
        "df": path.df,
    }[s.axis]


def colours(r: Result, features: np.ndarray, ends: Array) -> list[str]:
    """Return a colour for each feature, neighbours at the line ends apart; grey where the true weight is zero."""
    truth = getattr(r.table, "w", np.ones(len(r.table.names)))[features] != 0
    rank = np.cumsum(truth[np.argsort(ends)])[np.argsort(np.argsort(ends))]
    grey = theme.faded(theme.NEUTRAL, 0.5)
    return [CYCLE[i % len(CYCLE)] if real else grey for i, real in zip(rank, truth, strict=True)]


def draw_paths(s: Settings, r: Result) -> go.Figure:
    """Draw every weight along the chosen axis, names at the ends, nonzeros along the top, knots and the present λ."""
    path, x, kept = r.path, across(s, r.path), largest(r.path, DRAWN)
    log = s.axis == "lambda"
    low, high = min(float(path.effects[:, kept].min()), 0.0), max(float(path.effects[:, kept].max()), 0.0)
    tall = max(high - low, 1e-6)
    span = (low - 0.05 * tall, high + 0.13 * tall)
    end, top, width = 0 if log else int(np.argmax(x)), int(np.argmax(np.abs(r.effects))), max(float(x.max()), 1e-6)
    shades = colours(r, kept, path.effects[end, kept])
    names, letters = _names(s, r, kept, shades, (span[0] + 0.02 * tall, high + 0.02 * tall), 0.056 * tall)
    room = (x[0] / 10 ** (0.3 + 0.13 * letters), x[-1]) if log else (-0.01 * width, (1.06 + 0.022 * letters) * width)
    traces = [
        upright(x[r.i], (span[0], high + 0.05 * tall)),
        *_lines(x, path.effects[:, kept], shades, [short(r.table.names[j]) for j in kept]),
        *[_marks(r, x, enters) for enters in (True, False)],
        *_dots(r, x[r.i], kept, shades),
        *names,
        _counts(s, path, x, high + 0.09 * tall),
    ]
    alt = (
        f"Paths of {len(kept)} of {path.effects.shape[1]} weights of {name_of(s)} against {AXES[s.axis]}; at "
        f"λ = {number(s.lambda_, 3)} {path.counts[r.i]} are not zero, the largest is {r.table.names[top]} with "
        f"{number(r.effects[top], 3)}."
    )
    more = f"; the {len(kept)} largest of {path.effects.shape[1]}" if len(kept) < path.effects.shape[1] else ""
    return figure(
        traces,
        title=f"Weights of {name_of(s)}, their nonzero count on top{more}",
        alt=alt,
        x=axis(AXES[s.axis], room, log=log, showgrid=False),
        y=axis(UNIT[s.standardise], span),
        legend=({"x": 1, "xanchor": "right"} if log else {"x": 0.01}) | BELOW if path.knots else None,
    )


def draw_weights(s: Settings, r: Result) -> go.Figure:
    """Draw the present weights as bars, and a 0 where one is exactly zero."""
    kept = largest(r.path, BARRED)
    w, place = r.effects[kept], np.arange(len(kept))
    reach = 1.12 * max(float(np.abs(r.path.effects[r.path.now][:, kept]).max()), 1e-6)
    span = (-reach if r.path.effects[:, kept].min() < 0 else -0.1 * reach, reach)
    zeros, names = ["0" if value == 0 else "" for value in w], [short(r.table.names[j], 9) for j in kept]
    told = ", ".join(f"{r.table.names[j]} {number(v, 2)}" for j, v in zip(kept, w, strict=True))
    total, upright_names = len(r.effects), len(kept) > 10 or max(len(r.table.names[j]) for j in kept) > 3
    angle = -90 if upright_names else 0
    return figure(
        [
            bars(place, w, COLORS[s.penalty], said="weight", width=0.7),
            rule([-0.6, len(kept) - 0.4], [0, 0], theme.NEUTRAL, "zero", width=1),
            words(place, np.zeros(len(kept)), zeros, COLORS[s.penalty], "top center", 12),
        ],
        title="Weights now" if len(kept) == total else f"Weights now, the {len(kept)} largest of {total}",
        alt=f"Weights at λ = {number(s.lambda_, 3)}: {told}.",
        x=axis("", (-0.6, len(kept) - 0.4), tickvals=place, ticktext=names, showgrid=False, tickangle=angle),
        y=axis("", span),
        margin={"l": 46, "r": 14, "t": 40, "b": 66 if upright_names else 30},
    )


def draw_histogram(s: Settings, r: Result) -> go.Figure:
    """Draw how many weights of lasso and ridge at this λ fall into each bin, and how many are exactly zero."""
    both = {"l1": r.path.lasso, "l2": r.path.ridge}
    reach = 1.001 * max(float(np.abs(w).max()) for w in both.values()) or 1.0
    place = np.arange(-SLOTS, SLOTS + 1)
    counted = {name: histogram(w[r.k], reach, SLOTS) for name, w in both.items()}
    p, zeros = len(r.effects), {name: int(np.count_nonzero(w[r.k] == 0)) for name, w in both.items()}
    return figure(
        [
            bars(place - 0.2, counted["l1"], theme.L1, said="lasso", width=0.4),
            bars(place + 0.2, counted["l2"], theme.L2, said="ridge", width=0.4),
            words([-SLOTS - 0.5], [1.32 * p], [f"lasso: {zeros['l1']} exact zeros"], theme.L1, "middle right", 12),
            words([-SLOTS - 0.5], [1.14 * p], [f"ridge: {zeros['l2']} exact zeros"], theme.L2, "middle right", 12),
        ],
        title="Lasso and ridge at this λ",
        alt=f"Histogram of {p} weights at λ = {number(s.lambda_, 3)}: {zeros['l1']} of the lasso are exactly zero, "
        f"{zeros['l2']} of ridge.",
        x=axis(
            "weight; the middle slot is exactly 0",
            (-SLOTS - 0.7, SLOTS + 0.7),
            tickvals=[-SLOTS - 0.5, 0, SLOTS + 0.5],
            ticktext=[number(-reach, 2), "0", number(reach, 2)],
            showgrid=False,
        ),
        y=axis("count", (0, 1.42 * p), nticks=5),
        margin={"l": 46, "r": 14, "t": 40, "b": 44},
    )


PANELS = {"paths": draw_paths, "weights": draw_weights, "histogram": draw_histogram}


def _lines(x: Array, coefs: Array, shades: list[str], names: list[str]) -> list[dict]:
    """Return the lines of weights (m, k) along x (m,), those of one colour and dash in one trace; few share neither."""
    again = [shade in shades[:j] and len(shades) <= 2 * len(CYCLE) for j, shade in enumerate(shades)]
    looks, traces = list(zip(shades, again, strict=True)), []
    for look in sorted(set(looks)):
        some = [j for j, other in enumerate(looks) if other == look]
        style = {"width": 1.8, "dash": "dash" if look[1] else "solid", "showlegend": False}
        along, up = broken(np.tile(x, (len(some), 1))), broken(coefs[:, some].T)
        traces.append(line(along, up, look[0], ", ".join(names[j] for j in some), **style))
    return traces


def _dots(r: Result, x: float, kept: np.ndarray, shades: list[str]) -> list[dict]:
    """Return the present weights as dots; those of one colour in one trace, for a drag moves positions alone."""
    traces = []
    for shade in sorted(set(shades)):
        some = kept[[c == shade for c in shades]]
        said = [short(r.table.names[j]) for j in some]
        dots = points(np.full(len(some), x), r.effects[some], shade, "now", size=7, showlegend=False)
        traces.append(dots | {"text": said, "hovertemplate": "%{text}: %{y:.3g}<extra></extra>"})
    return traces


def _names(
    s: Settings, r: Result, kept: np.ndarray, shades: list[str], span: tuple[float, float], gap: float
) -> tuple[list[dict], int]:
    """Return the names of the largest weights at their line ends, led there by thin lines, and the longest length."""
    x, log = across(s, r.path), s.axis == "lambda"
    end = 0 if log else int(np.argmax(x))
    ends = r.path.effects[end, kept]
    chosen = np.sort(np.argsort(-np.abs(ends), kind="stable")[:NAMED])
    heights = spread(ends[chosen], gap, span)
    stops = x[end] * 10 ** np.array([0, -0.1, -0.13]) if log else x[end] + x.max() * np.array([0, 0.025, 0.03])
    near, far, at = (np.full(len(chosen), stop) for stop in stops)
    along, up = broken(np.stack([near, far], axis=1)), broken(np.stack([ends[chosen], heights], axis=1))
    said = [short(r.table.names[j]) for j in kept[chosen]]
    leaders = line(along, up, theme.faded(theme.NEUTRAL, 0.5), width=1, hoverinfo="skip", said="leaders")
    side = "middle left" if log else "middle right"
    return [leaders, words(at, heights, said, [shades[i] for i in chosen], side)], max(map(len, said))


def _marks(r: Result, x: Array, enters: bool) -> dict:
    """Return the marks of knots where weights enter, or come back to zero, on the zero line."""
    some = [k for k in r.path.knots if k.enters == enters]
    at = x[np.searchsorted(r.path.lambdas, [k.lambda_ for k in some])] if some else [np.nan]
    said = [f"{short(r.table.names[k.feature])} at λ = {number(k.lambda_, 3)}" for k in some] or [""]
    name, shade = ("enters", theme.NEUTRAL) if enters else ("back to zero", theme.HIGHLIGHT)
    size, symbol = (8 if len(r.path.knots) <= 25 else 5), "circle-open" if enters else "x"
    mark = points(at, np.zeros(len(at)), shade, name if some else "", size=size, symbol=symbol)
    return mark | {"text": said, "hovertemplate": f"{name}: %{{text}}<extra></extra>"}


def _counts(s: Settings, path: Solved, x: Array, height: float) -> dict:
    """Return the numbers of nonzero weights at places along the axis."""
    if s.axis == "lambda":
        wanted = np.geomspace(x[0], x[-1], 11)[:-1]
    else:
        wanted = np.linspace(0.0, float(x.max()), 9)
    order = np.argsort(x, kind="stable")
    places = order[np.clip(np.searchsorted(x[order], wanted), 0, len(x) - 1)]
    said = [str(path.counts[i]) for i in places]
    return words(wanted, np.full(len(wanted), height), said, theme.NEUTRAL, "middle center", 12)


def name_of(s: Settings) -> str:
    """Return the method as a sentence names it."""
    return method_name(s.penalty, s.l1_ratio)


def caption(s: Settings, r: Result) -> str:
    """Say how many weights are left, their effective degrees of freedom and the training error."""
    path, p = r.path, len(r.effects)
    count = int(path.counts[r.i])
    kept = f"has no exact zero among {p} weights" if count == p else f"keeps {count} of {p} weights nonzero"
    return (
        f"At λ = {number(s.lambda_, 3)} {name_of(s)} {kept}, effective df {number(path.df[r.i], 3)}; its training "
        f"error is {number(1 - path.explained[r.i], 3)} of the target's variance."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    path = r.path
    return {
        "Table": f"{len(r.table.y)} rows, {len(r.effects)} features",
        "Nonzero": f"{path.counts[r.i]}",
        "Effective df": number(path.df[r.i], 3),
        "Training error": number(1 - path.explained[r.i], 3),
        "‖w‖₁": number(float(np.abs(path.coefs[r.i]).sum()), 3),
        "Cp": number(float(path.cp[r.i]), 3),
        "Cp is least at λ": number(path.least_cp, 3),
        "KKT residual": number(float(path.residuals[r.k]), 2),
    }
