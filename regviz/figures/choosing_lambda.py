"""Training, validation and test error along λ, cross-validation, the luck in both, and where the error comes from."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.data.scaled import unit_free, with_products
from regviz.data.splits import split
from regviz.data.tables import Design, Table, diabetes, linear_design
from regviz.experiments.choosing_lambda import Population, Simulation, simulate, twin
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, axis, bars, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Seed, Slider, Toggle, grid, place
from regviz.linear.degrees_of_freedom import effective_df
from regviz.linear.paths import elastic_net_path
from regviz.linear.selection import CVResult, cross_validate, within_one_se
from regviz.memory import beside, once
from regviz.progress import telling
from regviz.wording import number

TITLES = {"l1": "the lasso", "l2": "ridge"}
TABLES = ("diabetes", "synthetic", "own")
SYNTHETIC = ("data", ("synthetic",))
N_POPULATION = 1000
RESEEDS = 30
OVER, UNDER = theme.HIGHLIGHT, theme.SCAD


@dataclass(frozen=True)
class Settings:
    """The penalty, its strength, the data and how they are divided."""

    lambda_: Annotated[float, LogSlider("Strength λ", 1e-4, 10, 41)] = 0.0178
    penalty: Annotated[str, Choice("Penalty", ("l1", "l2", "elastic net"), ("Lasso", "Ridge", "Elastic net"))] = "l1"
    l1_ratio: Annotated[float, Slider("l1_ratio ρ", 0.0, 1.0, 0.05, when=("penalty", ("elastic net",)))] = 0.5
    data: Annotated[str, Choice("Data", TABLES, ("Diabetes", "Synthetic", "CSV"))] = "diabetes"
    products: Annotated[
        bool, Toggle("Squares and products", ("data", ("diabetes",)), "All 64 columns of Efron's quadratic model.")
    ] = True
    p: Annotated[int, Slider("Features p", 5, 80, 5, when=SYNTHETIC)] = 40
    correlation: Annotated[float, Slider("Correlation of neighbours", 0.0, 0.95, 0.05, when=SYNTHETIC)] = 0.5
    sparsity: Annotated[float, Slider("Share of zero weights", 0.0, 0.9, 0.1, when=SYNTHETIC)] = 0.8
    noise: Annotated[float, Slider("Noise σ", 0.25, 4.0, 0.25, when=SYNTHETIC)] = 2.0
    n: Annotated[int, Slider("Training rows n", 20, 200, 20)] = 100
    seed: Annotated[int, Seed(help="Another division into training, validation and test rows.")] = 0
    reseeds: Annotated[bool, Toggle("Show 30 reseeds", help="The same with 30 other divisions of the rows.")] = True


SCRUB = ("lambda_",)
OPTIONS = grid(Settings, "lambda_")


@dataclass(frozen=True, eq=False)
class Curves:
    """Errors along λ (m,) of one division, in units of the target's variance, and what the fits are made of."""

    train: Array
    validation: Array
    test: Array
    near: np.ndarray
    """(m,), whether the validation error is within one standard error of its least, of the difference row by row"""
    counts: np.ndarray
    df: Array
    cv: CVResult


@dataclass(frozen=True, eq=False)
class Luck:
    """Validation error (10 %, 90 %) along λ (2, m) over other divisions, and the λ that each would choose (30,)."""

    band: Array
    chosen: Array


@dataclass(frozen=True)
class Result:
    """All curves, and the place k of the present λ among the options."""

    table: Table
    sizes: tuple[int, int, int]
    curves: Curves
    luck: Luck | None
    simulation: Simulation
    k: int

    @property
    def good(self) -> tuple[int, int]:
        """The first and the last place where the validation error is near its least."""
        near = np.flatnonzero(self.curves.near)
        return int(near[0]), int(near[-1])

    @property
    def verdict(self) -> str:
        """How the fit does at the present λ."""
        low, high = self.good
        return "overfits" if self.k < low else "underfits" if self.k > high else "fits well"


@cache
def diabetes_with_products() -> Table:
    """Return the diabetes table with its squares and products (442, 64)."""
    return with_products(diabetes())


@once(most=32)
def synthetic(p: int, correlation: float, sparsity: float, noise: float) -> Table:
    """Return a table whose rows stand for a population with a known truth."""
    return linear_design(N_POPULATION, p, correlation, sparsity, noise)


def source(s: Settings) -> Table:
    """Return the built-in table of these settings; the diabetes table while a reader's own is awaited."""
    if s.data == "synthetic":
        return synthetic(s.p, s.correlation, s.sparsity, s.noise)
    return diabetes_with_products() if s.products else diabetes()


def ratio(s: Settings) -> float:
    """Return the share of the L1 part."""
    return {"l1": 1.0, "l2": 0.0}.get(s.penalty, s.l1_ratio)


def sizes(n: int, rows: int) -> tuple[int, int, int]:
    """Return how many of the rows are for training, validation and test: n, half as many, and the rest."""
    train = min(n, rows // 2)
    validation = max(1, min(max(train // 2, 10), (rows - train) // 2))
    return train, validation, rows - train - validation


def population(table: Table) -> Population:
    """Return the truth to simulate from: the known one of a synthetic table, a twin of a real one."""
    X, y = unit_free(table)
    if not isinstance(table, Design):
        return twin(X, y)
    scale = table.y.std()
    return Population(X, table.w * table.X.std(axis=0) / scale, table.noise / scale)


def errors(X: Array, y: Array, parts: tuple[int, int, int], rho: float, seed: int) -> tuple[Any, ...]:
    """Return the division, the path on its training rows, and the three errors along λ (3, m)."""
    divided = split(X, y, *parts, seed=seed)
    path = elastic_net_path(divided.X_train, divided.y_train, rho, OPTIONS)
    d = divided
    three = (d.X_train, d.y_train), (d.X_validation, d.y_validation), (d.X_test, d.y_test)
    return d, path, np.array([((path.predict(A) - b[:, None]) ** 2).mean(axis=0) for A, b in three])


def curves(table: Table, parts: tuple[int, int, int], rho: float, seed: int) -> Curves:
    """Return the errors of one division and 10-fold cross-validation on its training rows."""
    divided, path, (train, validation, test) = errors(*unit_free(table), parts, rho, seed)
    X = divided.X_train
    near = within_one_se((path.predict(divided.X_validation) - divided.y_validation[:, None]) ** 2)
    cv = cross_validate(X, divided.y_train, rho, OPTIONS, n_folds=min(10, len(X)), seed=seed)
    df = effective_df(X - X.mean(axis=0), path.coefs, OPTIONS, rho)
    return Curves(train, validation, test, near, np.count_nonzero(path.coefs, axis=1), df, cv)


def luck(table: Table, parts: tuple[int, int, int], rho: float, seed: int) -> Luck:
    """Return how validation turns out in 30 other divisions."""
    X, y = unit_free(table)
    tell, many = telling(f"Dividing the rows {RESEEDS} times"), np.empty((RESEEDS, len(OPTIONS)))
    for i in range(RESEEDS):
        many[i] = errors(X, y, parts, rho, seed + 1 + i)[2][1]
        tell(i + 1, RESEEDS)
    return Luck(np.quantile(many, [0.1, 0.9], axis=0), OPTIONS[many.argmin(axis=1)])


def compute(s: Settings, table: Table | None = None) -> Result:
    """Return the curves on `table`, or on the built-in table of the settings."""
    table, rho = source(s) if table is None else table, ratio(s)
    parts = sizes(s.n, len(table.y))
    keep = beside(table).recall
    return Result(
        table,
        parts,
        keep(("curves", parts, rho, s.seed), lambda: curves(table, parts, rho, s.seed)),
        keep(("luck", parts, rho, s.seed), lambda: luck(table, parts, rho, s.seed)) if s.reseeds else None,
        keep(("simulation", parts, rho), lambda: simulate(population(table), parts[0], rho, OPTIONS)),
        place(s, "lambda_"),
    )


def draw_errors(s: Settings, r: Result) -> go.Figure:
    """Draw training, validation and test error with their ends named, and the luck of 30 other divisions."""
    c, (low, high) = r.curves, r.good
    top = _top(c.validation, c.test)
    three = {
        "training": (c.train, theme.LOSS),
        "validation": (c.validation, theme.TRUTH),
        "test": (c.test, theme.NEUTRAL),
    }
    now = [value[r.k] for value, _ in three.values()]
    traces = [
        _zone(OPTIONS[0], OPTIONS[low], top, OVER),
        _zone(OPTIONS[high], OPTIONS[-1], top, UNDER),
        *_luck(r.luck, top),
        *[
            line(OPTIONS, value, shade, width=2.2, dash="dash" if name == "test" else "solid", hoverinfo="skip")
            for name, (value, shade) in three.items()
        ],
        _zone_name(OPTIONS[0], OPTIONS[low], top, "overfits", OVER),
        _zone_name(OPTIONS[high], OPTIONS[-1], top, "underfits", UNDER),
        *_names({name: value[-1] for name, (value, _) in three.items()}, [v[1] for v in three.values()], top),
        upright(OPTIONS[r.k], (0, top)),
        points(np.full(3, OPTIONS[r.k]), now, theme.SOLUTION, "now", size=8, showlegend=False),
    ]
    alt = (
        f"Errors of {name_of(s)} along λ, in units of the target's variance: at λ = {number(s.lambda_, 3)} training "
        f"{number(now[0], 3)}, validation {number(now[1], 3)}, test {number(now[2], 3)}; the model {r.verdict}. "
        f"Validation is least at λ = {number(OPTIONS[c.validation.argmin()], 3)}."
    )
    return figure(
        traces,
        title="Training, validation and test error",
        alt=alt,
        x=_strength(),
        y=axis("mean squared error / variance of the target", (0, top)),
    )


def draw_parts(s: Settings, r: Result) -> go.Figure:
    """Draw bias², variance and noise of the simulated truth, their sum, and the error measured on fresh rows."""
    sim = r.simulation
    top = _top(sim.total)
    parts = {
        "sum": (sim.total, theme.SOLUTION),
        "bias²": (np.maximum(sim.bias2, 0.0), theme.LOSS),
        "variance": (sim.variance, theme.PENALTY),
        "noise": (np.full(len(OPTIONS), sim.noise), theme.NEUTRAL),
    }
    some = slice(0, -1, 4)
    x, measured, se = OPTIONS[some], sim.measured[some], sim.se[some]
    gap = np.full(len(x), np.nan)
    traces = [
        *[line(OPTIONS, value, shade, hoverinfo="skip") for value, shade in parts.values()],
        line(
            np.stack([x, x, gap], axis=1).ravel(),
            np.stack([measured - se, measured + se, gap], axis=1).ravel(),
            theme.TRUTH,
            width=3,
            hoverinfo="skip",
        ),
        points(x, measured, theme.TRUTH, "measured ± SE", size=7),
        *_names({name: value[-1] for name, (value, _) in parts.items()}, [v[1] for v in parts.values()], top, 0.085),
        upright(OPTIONS[r.k], (0, top)),
        points(np.full(4, OPTIONS[r.k]), [v[r.k] for v, _ in parts.values()], theme.SOLUTION, size=6),
    ]
    alt = (
        f"At λ = {number(s.lambda_, 3)} bias² {number(sim.bias2[r.k], 3)} + variance {number(sim.variance[r.k], 3)} + "
        f"noise {number(sim.noise, 3)} = {number(sim.total[r.k], 3)}; measured {number(sim.measured[r.k], 3)} ± "
        f"{number(sim.se[r.k], 2)}."
    )
    return figure(
        traces,
        title="Bias² + variance + noise, simulated",
        alt=alt,
        x=_strength(),
        y=axis("", (0, top)),
        legend=ABOVE,
    )


def draw_cv(s: Settings, r: Result) -> go.Figure:
    """Draw 10-fold cross-validation with one standard error, λ_min and λ_1SE."""
    cv = r.curves.cv
    top, floor = _top(cv.mean + cv.se), 0.0
    traces = [
        _band(cv.mean - cv.se, cv.mean + cv.se, theme.TRUTH, 0.22),
        line(OPTIONS, cv.mean, theme.TRUTH, hoverinfo="skip"),
        upright(cv.lambda_min, (floor, top), theme.LOSS, dash="dash"),
        upright(cv.lambda_1se, (floor, top), theme.PENALTY, dash="dash"),
        words([cv.lambda_min], [0.93 * top], ["λ<sub>min</sub> "], theme.LOSS, "middle left", 12),
        words([cv.lambda_1se], [0.93 * top], [" λ<sub>1SE</sub>"], theme.PENALTY, "middle right", 12),
        points([OPTIONS[r.k]], [cv.mean[r.k]], theme.SOLUTION, size=8),
    ]
    folds = len(cv.errors)
    alt = (
        f"{folds}-fold cross-validation: {number(cv.mean[r.k], 3)} ± {number(cv.se[r.k], 2)} at "
        f"λ = {number(s.lambda_, 3)}; least at λ_min = {number(cv.lambda_min, 3)}; "
        f"λ_1SE = {number(cv.lambda_1se, 3)}."
    )
    return figure(
        traces,
        title=f"{folds}-fold CV ± 1 SE",
        alt=alt,
        x=axis("strength λ", (OPTIONS[0], OPTIONS[-1]), log=True, dtick=2),
        y=axis("", (floor, top)),
        margin={"l": 40, "r": 12, "t": 40, "b": 46},
    )


def draw_warning(s: Settings, r: Result) -> go.Figure:
    """Draw the error that is reported after tuning on the test set, on a fresh one, and the true one."""
    sim = r.simulation
    three = (sim.reported, sim.fresh, sim.true)
    height = np.array([mean for mean, _ in three])
    top = 1.3 * float(height.max())
    ends = [[mean - 2 * se, mean + 2 * se, np.nan] for mean, se in three]
    said = [number(v, 3) for v in height]
    traces = [
        bars([0], height[:1], theme.HIGHLIGHT, width=0.7),
        bars([1, 2], height[1:], theme.TRUTH, width=0.7),
        line(np.repeat([0, 1, 2], 3), np.ravel(ends), theme.NEUTRAL, width=2, hoverinfo="skip"),
        words([0, 1, 2], height + 0.03 * top, said, theme.NEUTRAL, "top center", 12),
    ]
    alt = (
        f"λ tuned on a test set of 20 rows: the error reported on that set is {said[0]}, on a fresh set {said[1]}, "
        f"the true error {said[2]}."
    )
    return figure(
        traces,
        title="Tuned on 20 test rows",
        alt=alt,
        x=axis(
            "",
            (-0.6, 2.6),
            tickvals=[0, 1, 2],
            ticktext=["reported", "fresh set", "truth"],
            showgrid=False,
        ),
        y=axis("", (0, top)),
        margin={"l": 40, "r": 12, "t": 40, "b": 46},
    )


PANELS = {"errors": draw_errors, "parts": draw_parts, "cross_validation": draw_cv, "warning": draw_warning}


def _top(*curves: Array) -> float:
    """Return the height of an axis: everything, but not the far end of an overfit."""
    least, most = min(float(c.min()) for c in curves), max(float(c.max()) for c in curves)
    return min(1.12 * most, 2.0 * max(1.0, least))


def _strength() -> dict[str, Any]:
    """Return the axis of λ, with room for names at the right end."""
    ticks = [1e-4, 1e-3, 0.01, 0.1, 1, 10]
    return axis("strength λ", (OPTIONS[0], 10**2.15), log=True, tickvals=ticks, showgrid=False)


def _zone(left: float, right: float, top: float, color: str) -> dict[str, Any]:
    x, y = [left, left, right, right], [0, top, top, 0]
    shade = theme.faded(color, 0.09 if right > left else 0.0)
    return line(x, y, theme.faded(color, 0.0), width=0, fill="toself", fillcolor=shade, hoverinfo="skip")


def _zone_name(left: float, right: float, top: float, name: str, color: str) -> dict[str, Any]:
    wide = np.log10(right / left) > 0.8
    return words([np.sqrt(left * right)], [0.96 * top], [name if wide else ""], color, "middle center", 14)


def _band(low: Array, high: Array, color: str, share: float) -> dict[str, Any]:
    x, y = np.concatenate([OPTIONS, OPTIONS[::-1]]), np.concatenate([low, high[::-1]])
    fill = {"fill": "toself", "fillcolor": theme.faded(color, share), "hoverinfo": "skip"}
    return line(x, y, theme.faded(color, 0.0), width=0, **fill)


def _luck(luck: Luck | None, top: float) -> list[dict[str, Any]]:
    """Return the band of other divisions and the marks of the λ that each would choose."""
    if luck is None:
        return []
    low, high = float(luck.chosen.min()), float(luck.chosen.max())
    at, height, side = np.sqrt(low * high), 0.08, "middle center"  # above the marks, where no side has room
    if high <= 0.3:
        at, height, side = 1.2 * high, 0.03, "middle right"
    elif low >= 0.05:
        at, height, side = low / 1.2, 0.03, "middle left"
    marks = points(luck.chosen, np.full(RESEEDS, 0.025 * top), theme.TRUTH, size=9, symbol="line-ns-open")
    return [
        _band(*luck.band, theme.TRUTH, 0.16),
        marks | {"hoverinfo": "skip"},
        words([at], [height * top], ["chosen in 30 reseeds"], theme.TRUTH, side, 12),
    ]


def _names(ends: dict[str, float], shades: list[str], top: float, gap: float = 0.045) -> list[dict[str, Any]]:
    """Return names at the right ends of lines."""
    at = spread(list(ends.values()), gap * top, (0.03 * top, 0.97 * top))
    return [
        words([OPTIONS[-1]], [height], [f" {name}"], shade, "middle right", 12)
        for name, height, shade in zip(ends, at, shades, strict=True)
    ]


def name_of(s: Settings) -> str:
    """Return the method as a sentence names it."""
    return TITLES.get(s.penalty, f"the elastic net (ρ = {s.l1_ratio:g})")


def caption(s: Settings, r: Result) -> str:
    """Say what the fit is made of, how it does, and what cross-validation would choose."""
    c, k, p = r.curves, r.k, len(r.table.names)
    return (
        f"At λ = {number(s.lambda_, 3)} {name_of(s)} {r.verdict} with {c.counts[k]} of {p} weights nonzero, effective "
        f"df {number(c.df[k], 3)}: its validation error is {number(c.validation[k], 3)} of the target's variance "
        f"(training {number(c.train[k], 3)}, test {number(c.test[k], 3)}); cross-validation picks "
        f"λ = {number(c.cv.lambda_min, 3)}, or {number(c.cv.lambda_1se, 3)} by the rule of one standard error."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    sim, k = r.simulation, r.k
    bias = number(sim.bias2[k], 3) if sim.bias2[k] > 0 else "about 0"
    parts = " + ".join((bias, number(sim.variance[k], 3), number(sim.noise, 3)))
    told = {
        "Rows to train, validate, test": " + ".join(map(str, r.sizes)),
        "Bias² + variance + noise": f"{parts} = {number(sim.total[k], 3)}",
        "Measured": f"{number(sim.measured[k], 3)} ± {number(sim.se[k], 1)}",
        "Hidden by tuning on the test set": number(sim.true[0] - sim.reported[0], 2),
    }
    if r.luck is not None:
        told["λ in 30 reseeds"] = f"{number(r.luck.chosen.min(), 3)} to {number(r.luck.chosen.max(), 3)}"
    return told
