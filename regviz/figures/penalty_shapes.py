"""Five penalties: their shape, their slope, what they do to one weight alone, and against a parabola."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz import penalties
from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, Trace, axis, figure, handle, line, points, upright
from regviz.knobs import Choice, LogSlider, Numbers, Slider
from regviz.wording import number

NAMES = ("l1", "l2", "elastic net", "mcp", "scad")
TITLES = ("L1", "L2", "Elastic net", "MCP", "SCAD")
COLORS = dict(zip(NAMES, (theme.L1, theme.L2, theme.ELASTIC_NET, theme.MCP, theme.SCAD), strict=True))
WIDE = np.linspace(-4, 4, 121)
TIME = np.linspace(0, 10, 101)


@dataclass(frozen=True)
class Settings:
    """The penalty in the foreground, its strength and shape, and the weight it acts on."""

    lambda_: Annotated[float, LogSlider("Strength λ", 0.1, 3.16, 31)] = 0.631
    penalty: Annotated[str, Choice("Penalty", NAMES, TITLES)] = "l1"
    l1_ratio: Annotated[float, Slider("l1_ratio ρ (elastic net)", 0.0, 1.0, 0.05)] = 0.5
    gamma: Annotated[float, Slider("Concavity γ (MCP)", 1.5, 6.0, 0.5)] = 3.0
    a: Annotated[float, Slider("Concavity a (SCAD)", 2.1, 6.1, 0.4)] = 3.7
    w0: Annotated[float, Slider("Start w₀ of the flow", 0.5, 4.0, 0.1)] = 2.0
    z: Annotated[float, Slider("Target z of the parabola", -4.0, 4.0, 0.1)] = 1.5
    weights: Annotated[tuple[float, ...], Numbers("Weights")] = (1.0, -2.0, 3.0)


SCRUB = ("lambda_",)


@dataclass(frozen=True)
class Result:
    """Curves by penalty name: P and P' over WIDE, w over TIME; the parabola, the sum, and its minimiser."""

    shapes: dict[str, Array]
    slopes: dict[str, Array]
    flows: dict[str, Array]
    arrival: float
    parabola: Array
    total: Array
    minimiser: float
    least: float


def family(s: Settings, name: str) -> penalties.Penalty:
    """Return one penalty with the parameters of the settings."""
    made = {
        "l1": lambda: penalties.L1,
        "l2": lambda: penalties.L2,
        "elastic net": lambda: penalties.elastic_net(s.l1_ratio),
        "mcp": lambda: penalties.mcp(s.gamma),
        "scad": lambda: penalties.scad(s.a),
    }
    return made[name]()


def compute(s: Settings) -> Result:
    """Return every curve of the page; all are closed forms."""
    table = {name: family(s, name) for name in NAMES}
    shown = table[s.penalty]
    w = float(shown.prox(np.array([s.z]), s.lambda_)[0])
    parabola = (WIDE - s.z) ** 2 / 2
    shape = {name: p.value(WIDE, s.lambda_) for name, p in table.items()}
    return Result(
        shapes=shape,
        slopes={name: gapped(p.gradient(WIDE, s.lambda_), p.slope) for name, p in table.items()},
        flows={name: p.flow(TIME, s.w0, s.lambda_) for name, p in table.items()},
        arrival=shown.arrival(s.w0, s.lambda_),
        parabola=parabola,
        total=parabola + shape[s.penalty],
        minimiser=w,
        least=float((w - s.z) ** 2 / 2 + shown.value(w, s.lambda_)),
    )


def gapped(slope: Array, jump: float) -> Array:
    """Return a slope with a gap at w = 0 where the penalty has a kink."""
    return np.where((WIDE == 0) & (jump > 0), np.nan, slope)


def draw_shape(s: Settings, r: Result) -> go.Figure:
    """Draw P(w) for all penalties."""
    alt = f"Penalty of one weight for λ = {number(s.lambda_, 3)}; at w = 2: {told(r.shapes, WIDE, 2.0)}."
    return figure(
        overlay(s, WIDE, r.shapes, legend=True),
        title="Penalty λP(w)",
        alt=alt,
        x=axis("weight w", (-4, 4)),
        y=axis("λP(w)", (0, 8)),
        legend={"x": 0.5, "y": 1.0, "xanchor": "center", "yanchor": "top"},
    )


def draw_slope(s: Settings, r: Result) -> go.Figure:
    """Draw the (sub)gradient of all penalties."""
    alt = f"Slope of the penalty for λ = {number(s.lambda_, 3)}; at w = 2: {told(r.slopes, WIDE, 2.0)}."
    return figure(
        overlay(s, WIDE, r.slopes),
        title="Pull to zero: the slope λP′(w)",
        alt=alt,
        x=axis("weight w", (-4, 4)),
        y=axis("λP′(w)", (-4, 4)),
    )


def draw_flow(s: Settings, r: Result) -> go.Figure:
    """Draw one weight moving under each penalty alone."""
    end = r.arrival
    arrives = np.isfinite(end)
    beside = min(end, 7.2) if arrives else np.nan  # inside the panel
    alt = f"A weight starting at {number(s.w0)} under each penalty alone; at t = 2: {told(r.flows, TIME, 2.0)}."
    traces = [
        *overlay(s, TIME, r.flows),
        points([end if end <= 10 else np.nan], [0.0], theme.SOLUTION, size=10, cliponaxis=False),
        upright(end if end <= 10 else np.nan, (0, 0.8 * s.w0), theme.SOLUTION, width=1, said="arrival"),
        words(
            [beside],
            [0.72 * s.w0],
            [f" t = {number(end, 3)}{' →' if end > 10 else ''}"],
            theme.SOLUTION,
            "middle right",
        ),
    ]
    return figure(
        traces,
        title="One weight, penalty alone",
        alt=alt,
        x=axis("time t", (0, 10)),
        y=axis("weight w(t)", (0, 1.08 * s.w0)),
    )


def draw_problem(s: Settings, r: Result) -> go.Figure:
    """Draw the parabola, the penalty, their sum and its minimiser."""
    color = COLORS[s.penalty]
    alt = (
        f"The problem ½(w − {number(s.z)})² + λP(w) for {TITLES[NAMES.index(s.penalty)]}: "
        f"its minimum {number(r.least)} is at w = {number(r.minimiser)}."
    )
    traces = [
        upright(s.z, (0, 0.5), said="z"),
        line(WIDE, r.parabola, theme.LOSS, "½(w − z)²", dash="dash", width=1.5),
        line(WIDE, r.shapes[s.penalty], color, "λP(w)", width=1.5),
        line(WIDE, r.total, theme.SOLUTION, "sum", width=3),
        points([r.minimiser], [r.least], theme.SOLUTION, "minimiser", size=12),
        words([s.z], [0.5], ["z"], theme.NEUTRAL),
        points([s.z], [0.0], theme.NEUTRAL, "target z", symbol="triangle-up", showlegend=False, cliponaxis=False),
    ]
    return figure(
        traces,
        title="Against a parabola: ½(w − z)² + λP(w)",
        alt=alt,
        x=axis("weight w", (-4, 4)),
        y=axis("cost", (0, 8)),
        legend=ABOVE,
        handles=[handle("target z", x="z")],
    )


PANELS = {"penalty": draw_shape, "problem": draw_problem, "slope": draw_slope, "flow": draw_flow}


def weigh(s: Settings) -> dict[str, list[float]]:
    """Return, for the weights of the settings, the penalty of each and its (sub)gradient."""
    shown = family(s, s.penalty)
    return {
        "w": list(s.weights),
        "penalty": shown.value(s.weights, s.lambda_).tolist(),
        "gradient": shown.gradient(s.weights, s.lambda_).tolist(),
    }


def overlay(s: Settings, x: Array, curves: dict[str, Array], *, legend: bool = False) -> list[Trace]:
    """Return one line a penalty, the chosen one bold."""
    return [
        line(x, curves[name], COLORS[name], title, width=4 if name == s.penalty else 1.5, showlegend=legend)
        for name, title in zip(NAMES, TITLES, strict=True)
    ]


def told(curves: dict[str, Array], x: Array, at: float) -> str:
    """Return the value of each curve at one point, as words."""
    k = int(np.argmin(np.abs(x - at)))
    return ", ".join(f"{title} {number(curves[name][k], 3)}" for name, title in zip(NAMES, TITLES, strict=True))


def caption(s: Settings, r: Result) -> str:
    """Say where the weight ends in the flow and in the problem."""
    name = TITLES[NAMES.index(s.penalty)]
    ends = f"reaches exactly zero at t = {number(r.arrival, 3)}" if np.isfinite(r.arrival) else "never reaches zero"
    return (
        f"With λ = {number(s.lambda_, 3)} a weight that starts at {number(s.w0)} under {name} alone {ends}; "
        f"pulled towards z = {number(s.z)} by a parabola it settles at w = {number(r.minimiser)}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    return {
        "Minimiser": number(r.minimiser),
        "Bias w − z": number(r.minimiser - s.z),
        "Arrival at zero": number(r.arrival, 3) if np.isfinite(r.arrival) else "never",
        "L2 half-life ln 2/λ": number(float(np.log(2) / s.lambda_), 3),
    }
