"""Training, validation and test error along λ, cross-validation, the luck in both, and where the error comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.data.scaled import diabetes_with_products
from regviz.data.tables import Table, diabetes, kept_design
from regviz.experiments.choosing_lambda import RESEEDS, Luck, Study
from regviz.figures.kit import theme
from regviz.figures.kit.edges import inside
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, Trace, axis, band, bars, broken, error_bars, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Seed, Slider, Toggle, grid, place
from regviz.linear.conventions import Translation, translations
from regviz.linear.methods import method_name, share_of_l1
from regviz.wording import number

TABLES = ("diabetes", "synthetic", "own")
SYNTHETIC, MIXED = ("data", ("synthetic",)), ("penalty", ("elastic net",))
N_POPULATION = 1000
NARROW = {"l": 40, "r": 12, "t": 40, "b": 46}
OVER, UNDER = theme.HIGHLIGHT, theme.SCAD


@dataclass(frozen=True)
class Settings:
    """The penalty, its strength, the data and how they are divided."""

    lambda_: Annotated[float, LogSlider("Strength λ", 1e-4, 10, 41)] = 0.0178
    penalty: Annotated[str, Choice("Penalty", ("l1", "l2", "elastic net"), ("Lasso", "Ridge", "Elastic net"))] = "l1"
    l1_ratio: Annotated[float, Slider("l1_ratio ρ", 0.0, 1.0, 0.05, when=MIXED, after="compute")] = 0.5
    data: Annotated[str, Choice("Data", TABLES, ("Diabetes", "Synthetic", "CSV"))] = "diabetes"
    products: Annotated[
        bool, Toggle("Squares and products", ("data", ("diabetes",)), "All 64 columns of Efron's quadratic model.")
    ] = True
    p: Annotated[int, Slider("Features p", 5, 80, 5, when=SYNTHETIC, after="compute")] = 40
    correlation: Annotated[float, Slider("Correlation of neighbours", 0.0, 0.95, 0.05, SYNTHETIC, after="compute")] = (
        0.5
    )
    sparsity: Annotated[float, Slider("Share of zero weights", 0.0, 0.9, 0.1, when=SYNTHETIC, after="compute")] = 0.8
    noise: Annotated[float, Slider("Noise σ", 0.25, 4.0, 0.25, when=SYNTHETIC, after="compute")] = 2.0
    n: Annotated[int, Slider("Training rows n", 20, 200, 20, after="compute")] = 100
    seed: Annotated[int, Seed(help="Another division into training, validation and test rows.", after="compute")] = 0
    reseeds: Annotated[bool, Toggle("Show 30 reseeds", help="The same with 30 other divisions of the rows.")] = True


SCRUB = ("lambda_",)
OPTIONS = grid(Settings, "lambda_")


@dataclass(frozen=True)
class Result:
    """The study of a table, and the place k of the present λ among the options."""

    study: Study
    k: int
    luck: Luck | None

    @property
    def verdict(self) -> str:
        """How the fit does at the present λ."""
        c = self.study.curves
        if c.near[self.k]:
            return "fits well"
        return "overfits" if self.k < c.validation.argmin() else "underfits"


def source(s: Settings) -> Table:
    """Return the built-in table of these settings; the diabetes table while a reader's own is awaited."""
    if s.data == "synthetic":
        return kept_design(N_POPULATION, s.p, s.correlation, s.sparsity, s.noise)
    return diabetes_with_products() if s.products else diabetes()


def compute(s: Settings, table: Table | None = None) -> Result:
    """Return the result on `table`, or on the built-in table of the settings."""
    data = source(s) if table is None else table
    study = Study(data, s.n, share_of_l1(s.penalty, s.l1_ratio), tuple(OPTIONS), s.seed, own=table is not None)
    return Result(study, place(s, "lambda_"), study.luck if s.reseeds else None)


def draw_errors(s: Settings, r: Result) -> go.Figure:
    """Draw training, validation and test error with their ends named, and the luck of 30 other divisions."""
    c = r.study.curves
    side = np.arange(len(OPTIONS)) - int(c.validation.argmin())
    below, above = ~c.near & (side < 0), ~c.near & (side > 0)
    top = _top(c.validation, c.test)
    errors = {"training": c.train, "validation": c.validation, "test": c.test}
    shades, dashes = [theme.LOSS, theme.TRUTH, theme.NEUTRAL], ["solid", "solid", "dash"]
    now = [value[r.k] for value in errors.values()]
    up = axis("squared error / target variance", (0, top))
    traces = [
        _zone(below, top, OVER, "overfits"),
        _zone(above, top, UNDER, "underfits"),
        *_luck(r.luck, top),
        *[
            line(OPTIONS, value, shade, width=2.2, dash=dash, said=name)
            for (name, value), shade, dash in zip(errors.items(), shades, dashes, strict=True)
        ],
        _zone_name(below, top, "overfits", OVER),
        _zone_name(above, top, "underfits", UNDER),
        *_names({name: value[-1] for name, value in errors.items()}, shades, top),
        upright(OPTIONS[r.k], (0, top)),
        *_now(OPTIONS[r.k], now, _strength(), up),
    ]
    alt = (
        f"Errors of {method_name(s.penalty, s.l1_ratio)} along λ, in units of the target's variance: at "
        f"λ = {number(s.lambda_, 3)} training {number(now[0], 3)}, validation {number(now[1], 3)}, test "
        f"{number(now[2], 3)}; the model {r.verdict}. Validation is least at "
        f"λ = {number(OPTIONS[c.validation.argmin()], 3)}."
    )
    return figure(traces, title="Training, validation and test error", alt=alt, x=_strength(), y=up)


def draw_parts(s: Settings, r: Result) -> go.Figure:
    """Draw bias², variance and noise of the simulated truth, their sum, and the error measured on fresh rows."""
    sim = r.study.simulation
    top = _top(sim.total)
    parts = {
        "sum": (sim.total, theme.SOLUTION),
        "bias²": (np.maximum(sim.bias2, 0.0), theme.LOSS),
        "variance": (sim.variance, theme.PENALTY),
        "noise": (np.full(len(OPTIONS), sim.noise), theme.NEUTRAL),
    }
    some, now = slice(0, -1, 4), [v[r.k] for v, _ in parts.values()]
    x, measured, se = OPTIONS[some], sim.measured[some], sim.se[some]
    traces = [
        *[line(OPTIONS, value, shade, said=name) for name, (value, shade) in parts.items()],
        error_bars(x, measured - se, measured + se, theme.TRUTH, width=3),
        points(x, measured, theme.TRUTH, "measured ± SE", size=7),
        *_names({name: value[-1] for name, (value, _) in parts.items()}, [v[1] for v in parts.values()], top, 0.085),
        upright(OPTIONS[r.k], (0, top)),
        *_now(OPTIONS[r.k], now, _strength(), axis("", (0, top))),
    ]
    alt = (
        f"At λ = {number(s.lambda_, 3)} bias² {number(sim.bias2[r.k], 3)} + variance {number(sim.variance[r.k], 3)} + "
        f"noise {number(sim.noise, 3)} = {number(sim.total[r.k], 3)}; measured {number(sim.measured[r.k], 3)} ± "
        f"{number(sim.se[r.k], 2)}."
    )
    y = axis("", (0, top))
    return figure(traces, title="Bias² + variance + noise, simulated", alt=alt, x=_strength(), y=y, legend=ABOVE)


def draw_cv(s: Settings, r: Result) -> go.Figure:
    """Draw 10-fold cross-validation with one standard error, λ_min and λ_1SE."""
    cv = r.study.curves.cv
    folds, top = len(cv.errors), _top(cv.mean + cv.se)
    across = _strength()
    traces = [
        band(OPTIONS, cv.mean - cv.se, cv.mean + cv.se, theme.TRUTH, share=0.22, said="± standard error"),
        line(OPTIONS, cv.mean, theme.TRUTH, said="mean of the folds"),
        upright(cv.lambda_min, (0, top), theme.LOSS, dash="dash", said="λ<sub>min</sub>"),
        upright(cv.lambda_1se, (0, top), theme.PENALTY, dash="dash", said="λ<sub>1SE</sub>"),
        words([cv.lambda_min], [0.93 * top], ["λ<sub>min</sub> "], theme.LOSS, "middle left", 12),
        words([cv.lambda_1se], [0.93 * top], [" λ<sub>1SE</sub>"], theme.PENALTY, "middle right", 12),
        *_now(OPTIONS[r.k], cv.mean[[r.k]], across, axis("", (0, top))),
    ]
    alt = (
        f"{folds}-fold cross-validation: {number(cv.mean[r.k], 3)} ± {number(cv.se[r.k], 2)} at "
        f"λ = {number(s.lambda_, 3)}; least at λ_min = {number(cv.lambda_min, 3)}; "
        f"λ_1SE = {number(cv.lambda_1se, 3)}."
    )
    return figure(
        traces,
        title=f"{folds}-fold CV ± 1 SE",
        alt=alt,
        x=across,
        y=axis("", (0, top)),
        margin=NARROW,
    )


def draw_warning(s: Settings, r: Result) -> go.Figure:
    """Draw the error that is reported after tuning on the test set, on a fresh one, and the true one."""
    sim = r.study.simulation
    height, se = np.array([sim.reported, sim.fresh, sim.true]).T
    top = 1.3 * float(height.max())
    said = [number(v, 3) for v in height]
    traces = [
        bars([0], height[:1], theme.HIGHLIGHT, said="error", width=0.7),
        bars([1, 2], height[1:], theme.TRUTH, said="error", width=0.7),
        error_bars([0, 1, 2], height - 2 * se, height + 2 * se, theme.NEUTRAL),
        words([0, 1, 2], height + 0.03 * top, said, theme.NEUTRAL, "top center", 12),
    ]
    alt = (
        f"λ tuned on a test set of 20 rows: the error reported on that set is {said[0]}, on a fresh set {said[1]}, "
        f"the true error {said[2]}."
    )
    x = axis("", (-0.6, 2.6), tickvals=[0, 1, 2], ticktext=["reported", "fresh set", "truth"], showgrid=False)
    y = axis("", (0, top))
    return figure(traces, title="Tuned on 20 test rows", alt=alt, x=x, y=y, margin=NARROW)


PANELS = {"errors": draw_errors, "parts": draw_parts, "cross_validation": draw_cv, "warning": draw_warning}


def _top(*curves: Array) -> float:
    """Return the height of an axis: everything, but not the far end of an overfit."""
    least, most = min(float(c.min()) for c in curves), max(float(c.max()) for c in curves)
    return min(1.12 * most, 2.0 * max(1.0, least))


def _strength() -> dict[str, Any]:
    """Return the axis of λ, with room for names at the right end."""
    return axis("strength λ", (OPTIONS[0], 10**2.5), log=True, tickvals=10.0 ** np.arange(-4, 2), showgrid=False)


def _now(at: float, values: Sequence[float] | Array, x: dict[str, Any], y: dict[str, Any]) -> list[Trace]:
    """Return the present values as marks that the axes hold."""
    return inside([points(np.full(len(values), at), values, theme.SOLUTION, "now", size=8, showlegend=False)], x, y)


def _zone(where: np.ndarray, top: float, color: str, said: str) -> Trace:
    """Return the shade over the options marked; what is not marked between them stays clear."""
    edges = np.sqrt(OPTIONS[1:] * OPTIONS[:-1])
    left, right = np.append(OPTIONS[0], edges)[where], np.append(edges, OPTIONS[-1])[where]
    low, high = 0 * left, 0 * left + top
    outline = [broken(np.stack(v, axis=1)) for v in ((left, left, right, right), (low, high, high, low))]
    x, y = outline if len(left) else ([np.nan], [np.nan])
    fill = {"fill": "toself", "fillcolor": theme.faded(color, 0.09), "hoverinfo": "skip", "said": said}
    return line(x, y, theme.faded(color, 0.0), width=0, **fill)


def _zone_name(where: np.ndarray, top: float, name: str, color: str) -> Trace:
    """Return the name of a zone over the longest run of its options, where that has room for it."""
    cuts = np.flatnonzero(np.diff(np.concatenate([[0], where.astype(int), [0]])))
    left, right = max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda run: run[1] - run[0], default=(0, 0))
    middle = float(np.sqrt(OPTIONS[left] * OPTIONS[max(right - 1, left)]))
    wide = right - left > 6  # options, of eight to a decade
    return words([middle], [0.96 * top], [name if wide else ""], color, "middle center", 14)


def _luck(luck: Luck | None, top: float) -> list[Trace]:
    """Return the band of other divisions and the marks of the λ that each would choose."""
    if luck is None:
        return []
    low, high = float(luck.chosen.min()), float(luck.chosen.max())
    at, height, side = np.sqrt(low * high), 0.08, "middle center"  # above the marks, where no side has room
    if high <= 0.3:
        at, height, side = 1.2 * high, 0.03, "middle right"
    elif low >= 0.05:
        at, height, side = low / 1.2, 0.03, "middle left"
    marks = points(
        luck.chosen,
        np.full(RESEEDS, 0.025 * top),
        theme.TRUTH,
        size=9,
        symbol="line-ns-open",
        said="chosen in a reseed",
    )
    return [
        band(OPTIONS, *luck.band, theme.TRUTH, share=0.16, said="validation error in reseeds"),
        marks,
        words([at], [height * top], ["chosen in 30 reseeds"], theme.TRUTH, side, 12),
    ]


def _names(ends: dict[str, float], shades: list[str], top: float, gap: float = 0.056) -> list[Trace]:
    """Return names at the right ends of lines."""
    at = spread(list(ends.values()), gap * top, (0.03 * top, 0.97 * top))
    return [
        words([OPTIONS[-1]], [height], [f" {name}"], shade, "middle right", 12)
        for name, height, shade in zip(ends, at, shades, strict=True)
    ]


def elsewhere(s: Settings, r: Result) -> list[Translation]:
    """Return the present λ under the conventions of other books and libraries."""
    return translations(s.lambda_, r.study.sizes[0], share_of_l1(s.penalty, s.l1_ratio))


def caption(s: Settings, r: Result) -> str:
    """Say what the fit is made of, how it does, and what cross-validation would choose."""
    c, k, p = r.study.curves, r.k, len(r.study.table.names)
    return (
        f"At λ = {number(s.lambda_, 3)} {method_name(s.penalty, s.l1_ratio)} {r.verdict} with {c.counts[k]} of {p} "
        f"weights nonzero, effective df {number(c.df[k], 3)}: its validation error is {number(c.validation[k], 3)} of "
        f"the target's variance (training {number(c.train[k], 3)}, test {number(c.test[k], 3)}); cross-validation "
        f"picks λ = {number(c.cv.lambda_min, 3)}, or {number(c.cv.lambda_1se, 3)} by the rule of one standard error."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    sim, k = r.study.simulation, r.k
    bias = number(sim.bias2[k], 3) if sim.bias2[k] > 0 else "about 0"
    parts = " + ".join((bias, number(sim.variance[k], 3), number(sim.noise, 3)))
    told = {"Rows to train, validate, test": " + ".join(map(str, r.study.sizes))} | {
        "Bias² + variance + noise": f"{parts} = {number(sim.total[k], 3)}",
        "Measured": f"{number(sim.measured[k], 3)} ± {number(sim.se[k], 1)}",
        "Hidden by tuning on the test set": number(sim.true[0] - sim.reported[0], 2),
    }
    if r.luck is not None:
        told["λ in 30 reseeds"] = f"{number(r.luck.chosen.min(), 3)} to {number(r.luck.chosen.max(), 3)}"
    return told
