"""Every weight of a linear model along λ: ridge, lasso and elastic net, exact, on one table."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.data.scaled import unit_free
from regviz.data.tables import Table, diabetes, linear_design
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import axis, bars, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Seed, Slider, Toggle, grid, knobs, place
from regviz.linear.certificates import kkt_residual
from regviz.linear.degrees_of_freedom import Knot, effective_df, knots_of
from regviz.linear.paths import Path, elastic_net_path, lasso_path, ridge_path
from regviz.memory import beside, once
from regviz.progress import telling
from regviz.wording import number

TITLES = {"l1": "the lasso", "l2": "ridge"}
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
BELOW = {"y": 0, "yanchor": "bottom"}
SLOTS = 7  # bins of the histogram on either side of zero
TABLES = ("diabetes", "synthetic", "own")
SYNTHETIC = ("data", ("synthetic",))


@dataclass(frozen=True)
class Settings:
    """The penalty, its strength, how the path is drawn, and the data."""

    lambda_: Annotated[float, LogSlider("Strength λ", 1e-4, 10, 61)] = 0.0383
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


@dataclass(frozen=True, eq=False)
class Solved:
    """A path at `lambdas` (m,): weights (m, p), and what they explain, their effective df and their nonzeros (m,).

    `effects` (m, p) are the weights times the standard deviations of their features: what is drawn, for they compare.
    `now` (k,) finds the options of the strength knob among `lambdas`; `lasso` and `ridge` (k, p) are the effects
    of both at these options; `residuals` (k,) are the violations of optimality. `knots` are those of the lasso.
    """

    lambdas: Array
    coefs: Array
    effects: Array
    explained: Array
    df: Array
    counts: np.ndarray
    now: np.ndarray
    lasso: Array
    ridge: Array
    residuals: Array
    knots: tuple[Knot, ...]


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


@once(most=32)
def synthetic(n: int, p: int, correlation: float, sparsity: float, noise: float, seed: int) -> Table:
    """Return the seeded table that the knobs describe."""
    return linear_design(n, p, correlation, sparsity, noise, seed)


def source(s: Settings) -> Table:
    """Return the built-in table of these settings; the diabetes table while a reader's own is awaited."""
    if s.data == "synthetic":
        return synthetic(s.n, s.p, s.correlation, s.sparsity, s.noise, s.seed)
    return diabetes()


def ratio(s: Settings) -> float:
    """Return the share of the L1 part."""
    return {"l1": 1.0, "l2": 0.0}.get(s.penalty, s.l1_ratio)


def lasso(table: Table, standardise: bool) -> Path:
    """Return the exact lasso path from λ_max down to the least strength of the knob."""
    least = knobs(Settings)["lambda_"].options[0]
    return beside(table).recall(("lasso", standardise), lambda: lasso_path(*unit_free(table, standardise), least))


def steps(table: Table, standardise: bool) -> tuple[Knot, ...]:
    """Return every change of the lasso's support, in order of falling λ."""
    return knots_of(lasso(table, standardise))


def solve(table: Table, standardise: bool, rho: float) -> Solved:
    """Return the path at the options of λ, between them and, for the lasso, at its knots."""
    X, y = unit_free(table, standardise)
    options = grid(Settings, "lambda_")
    exact, spread_of = lasso(table, standardise), X.std(axis=0)
    inside = exact.lambdas[(exact.lambdas > options[0]) & (exact.lambdas < options[-1])] if rho == 1 else []
    lambdas = np.unique(np.concatenate([options, np.sqrt(options[1:] * options[:-1]), inside]))
    coefs = (exact.at(lambdas) if rho == 1 else elastic_net_path(X, y, rho, lambdas)).coefs
    now, G, q = np.searchsorted(lambdas, options), X.T @ X / len(y), X.T @ y / len(y)
    return Solved(
        lambdas=lambdas,
        coefs=coefs,
        effects=coefs * spread_of,
        explained=np.clip(((2 * q - coefs @ G) * coefs).sum(axis=1) / (y**2).mean(), 0.0, 1.0),
        df=effective_df(X, coefs, lambdas, rho),
        counts=np.count_nonzero(coefs, axis=1),
        now=now,
        lasso=exact.at(options).coefs * spread_of,
        ridge=ridge_path(X, y, options).coefs * spread_of,
        residuals=_residuals(X, y, coefs[now], lambdas[now], rho),
        knots=steps(table, standardise),
    )


def _residuals(X: Array, y: Array, coefs: Array, lambdas: Array, rho: float) -> Array:
    """Return how far each of the weights (k, p) is from optimal at its λ (k,)."""
    tell, found = telling("Proving each fit optimal"), np.empty(len(lambdas))
    for i, (w, lam) in enumerate(zip(coefs, lambdas, strict=True)):
        found[i] = kkt_residual(X, y, w, lam, rho)
        tell(i + 1, len(lambdas))
    return found


def compute(s: Settings, table: Table | None = None) -> Result:
    """Return the path on `table`, or on the built-in table of the settings."""
    table = source(s) if table is None else table
    key = ("path", ratio(s), s.standardise)
    path = beside(table).recall(key, lambda: solve(table, s.standardise, ratio(s)))
    return Result(table, path, place(s, "lambda_"))


def told(table: Table, step: Knot) -> str:
    """Return one step of the lasso in words."""
    sign = "enters" if step.enters else "back to zero"
    return f"{table.names[step.feature]} {sign} at {number(step.lambda_, 3)}"


def step_table(table: Table, most: int) -> dict[str, list]:
    """Return the first steps of the lasso, column by column: on standardised features and in their own units."""
    both = [[told(table, step) for step in steps(table, flag)][:most] for flag in (True, False)]
    rows = max(map(len, both))
    standard, raw = ([*said, *[""] * (rows - len(said))] for said in both)
    return {"step": [*range(1, rows + 1)], "λ falls, features standardised": standard, "in their own units": raw}


def across(s: Settings, path: Solved) -> Array:
    """Return where the points of the path stand on the chosen axis (m,)."""
    return {
        "lambda": path.lambdas,
        "norm": np.abs(path.coefs).sum(axis=1),
        "deviance": path.explained,
        "df": path.df,
    }[s.axis]


def largest(path: Solved, most: int) -> np.ndarray:
    """Return the places of the weights that become largest along the path, in column order."""
    return np.sort(np.argsort(-np.abs(path.effects).max(axis=0), kind="stable")[:most])


def colours(r: Result, features: np.ndarray, ends: Array) -> list[str]:
    """Return a colour for each feature, neighbours at the line ends apart; grey where the true weight is zero."""
    truth = getattr(r.table, "w", np.ones(len(r.table.names)))[features] != 0
    rank = np.cumsum(truth[np.argsort(ends)])[np.argsort(np.argsort(ends))]
    grey = theme.faded(theme.NEUTRAL, 0.5)
    return [CYCLE[i % len(CYCLE)] if real else grey for i, real in zip(rank, truth, strict=True)]


def short(name: str, most: int = 12) -> str:
    """Return a name that fits at the end of a line, with what HTML would read as markup made harmless."""
    name = name if len(name) <= most else f"{name[: most - 1]}…"
    return name.replace("&", "&amp;").replace("<", "&lt;")


def draw_paths(s: Settings, r: Result) -> go.Figure:
    """Draw every weight along the chosen axis, names at the ends, nonzeros along the top, knots and the present λ."""
    path, x, kept = r.path, across(s, r.path), largest(r.path, DRAWN)
    log = s.axis == "lambda"
    low, high = min(float(path.effects[:, kept].min()), 0.0), max(float(path.effects[:, kept].max()), 0.0)
    tall = max(high - low, 1e-6)
    span = (low - 0.05 * tall, high + 0.13 * tall)
    end = 0 if log else int(np.argmax(x))
    width = max(float(x.max()), 1e-6)
    shades = colours(r, kept, path.effects[end, kept])
    names, letters = _names(s, r, kept, shades, (span[0] + 0.02 * tall, high + 0.02 * tall), 0.042 * tall)
    room = (x[0] / 10 ** (0.3 + 0.13 * letters), x[-1]) if log else (-0.01 * width, (1.06 + 0.022 * letters) * width)
    knots = [k for k in path.knots if path.lambdas[0] <= k.lambda_ <= path.lambdas[-1]] if ratio(s) == 1 else []
    traces = [
        upright(x[r.i], (span[0], high + 0.05 * tall)),
        *_lines(x, path.effects[:, kept], shades, [short(r.table.names[j]) for j in kept]),
        *[_marks(s, r, knots, x, enters) for enters in (True, False)],
        *_dots(r, x[r.i], kept, shades),
        *names,
        _counts(s, path, x, high + 0.09 * tall),
    ]
    alt = (
        f"Paths of {len(kept)} of {path.effects.shape[1]} weights of {name_of(s)} against {AXES[s.axis]}; at "
        f"λ = {number(s.lambda_, 3)} {path.counts[r.i]} are not zero, the largest is {_largest_now(r)}."
    )
    more = f"; the {len(kept)} largest of {path.effects.shape[1]}" if len(kept) < path.effects.shape[1] else ""
    return figure(
        traces,
        title=f"Weights of {name_of(s)}, their nonzero count on top{more}",
        alt=alt,
        x=axis(AXES[s.axis], room, log=log, showgrid=False),
        y=axis(UNIT[s.standardise], span),
        legend=({"x": 1, "xanchor": "right"} if log else {"x": 0.01}) | BELOW if knots else None,
    )


def draw_weights(s: Settings, r: Result) -> go.Figure:
    """Draw the present weights as bars, and a 0 where one is exactly zero."""
    kept = largest(r.path, BARRED)
    w, place = r.effects[kept], np.arange(len(kept))
    reach = 1.12 * max(float(np.abs(r.path.effects[r.path.now][:, kept]).max()), 1e-6)
    span = (-reach if r.path.effects[:, kept].min() < 0 else -0.1 * reach, reach)
    zeros = ["0" if value == 0 else "" for value in w]
    told = ", ".join(f"{r.table.names[j]} {number(v, 2)}" for j, v in zip(kept, w, strict=True))
    total, upright_names = len(r.effects), len(kept) > 10 or max(len(r.table.names[j]) for j in kept) > 3
    return figure(
        [
            bars(place, w, COLORS[s.penalty], width=0.7),
            line([-0.6, len(kept) - 0.4], [0, 0], theme.NEUTRAL, width=1, hoverinfo="skip"),
            words(place, np.zeros(len(kept)), zeros, COLORS[s.penalty], "top center", 12),
        ],
        title="Weights now" if len(kept) == total else f"Weights now, the {len(kept)} largest of {total}",
        alt=f"Weights at λ = {number(s.lambda_, 3)}: {told}.",
        x=axis(
            "",
            (-0.6, len(kept) - 0.4),
            tickvals=place,
            ticktext=[short(r.table.names[j], 9) for j in kept],
            showgrid=False,
            tickangle=-90 if upright_names else 0,
        ),
        y=axis("", span),
        margin={"l": 46, "r": 14, "t": 40, "b": 66 if upright_names else 30},
    )


def draw_histogram(s: Settings, r: Result) -> go.Figure:
    """Draw how many weights of lasso and ridge at this λ fall into each bin, and how many are exactly zero."""
    both = {"l1": r.path.lasso, "l2": r.path.ridge}
    reach = 1.001 * max(float(np.abs(w).max()) for w in both.values()) or 1.0
    place = np.arange(-SLOTS, SLOTS + 1)
    counted = {name: histogram(w[r.k], reach) for name, w in both.items()}
    p = len(r.effects)
    zeros = {name: int(np.count_nonzero(w[r.k] == 0)) for name, w in both.items()}
    return figure(
        [
            bars(place - 0.2, counted["l1"], theme.L1, width=0.4),
            bars(place + 0.2, counted["l2"], theme.L2, width=0.4),
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


def histogram(w: Array, reach: float) -> Array:
    """Return counts in SLOTS bins from −reach to 0, of exact zeros, and in SLOTS bins from 0 to reach."""
    place = np.sign(w) * np.ceil(np.abs(w) / reach * SLOTS)
    return np.array([np.count_nonzero(place == slot) for slot in range(-SLOTS, SLOTS + 1)], dtype=float)


def _lines(x: Array, coefs: Array, shades: list[str], names: list[str]) -> list[dict]:
    """Return the lines of weights (m, k) along x (m,), those of one colour and dash in one trace; few share neither."""
    again = [shade in shades[:j] and len(shades) <= 2 * len(CYCLE) for j, shade in enumerate(shades)]
    looks, traces = list(zip(shades, again, strict=True)), []
    for look in sorted(set(looks)):
        some = [j for j, other in enumerate(looks) if other == look]
        y = np.vstack([coefs[:, some], np.full(len(some), np.nan)]).T.ravel()
        style = {"width": 1.8, "dash": "dash" if look[1] else "solid", "showlegend": False, "hoverinfo": "skip"}
        traces.append(line(np.tile([*x, np.nan], len(some)), y, look[0], ", ".join(names[j] for j in some), **style))
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
    broken = np.full(len(chosen), np.nan)
    along, up = np.stack([near, far, broken], axis=1), np.stack([ends[chosen], heights, broken], axis=1)
    said = [short(r.table.names[j]) for j in kept[chosen]]
    leaders = line(along.ravel(), up.ravel(), theme.faded(theme.NEUTRAL, 0.5), width=1, hoverinfo="skip")
    side = "middle left" if log else "middle right"
    return [leaders, words(at, heights, said, [shades[i] for i in chosen], side)], max(map(len, said))


def _marks(s: Settings, r: Result, knots: list[Knot], x: Array, enters: bool) -> dict:
    """Return the marks of knots where weights enter, or come back to zero, on the zero line."""
    some = [k for k in knots if k.enters == enters]
    at = x[np.searchsorted(r.path.lambdas, [k.lambda_ for k in some])] if some else [np.nan]
    said = [f"{short(r.table.names[k.feature])} at λ = {number(k.lambda_, 3)}" for k in some] or [""]
    name, shade = ("enters", theme.NEUTRAL) if enters else ("back to zero", theme.HIGHLIGHT)
    size, symbol = (8 if len(knots) <= 25 else 5), "circle-open" if enters else "x"
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


def _largest_now(r: Result) -> str:
    j = int(np.argmax(np.abs(r.effects)))
    return f"{r.table.names[j]} with {number(r.effects[j], 3)}"


def name_of(s: Settings) -> str:
    """Return the method as a sentence names it."""
    return TITLES.get(s.penalty, f"the elastic net (ρ = {s.l1_ratio:g})")


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
        "KKT residual": number(float(path.residuals[r.k]), 2),
    }
