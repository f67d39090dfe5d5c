"""Games of two players seen: their paths, their distance from rest, and the eigenvalues about it."""

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.traces import ABOVE, axis, figure, line, plane, points
from regviz.wording import number

REACH = (-2.2, 2.2)
PLAYS = ((theme.LOSS, "free"), (theme.PENALTY, "clipped"), (theme.SOLUTION, "R1"))
REAL, IMAGINARY = (axis(f"{part} part", (-3.2, 0.4), showgrid=False) for part in ("real", "imaginary"))
IMAGINARY |= {"range": [-0.75, 0.75]}


def play(paths: Array) -> go.Figure:
    """Draw where three games (steps, 3, 2) go, free, clipped and with R1, and the real data at rest."""
    traces = [line(*path.T, color, name) for path, (color, name) in zip(paths.swapaxes(0, 1), PLAYS, strict=True)]
    traces += [
        points([0], [0], theme.TRUTH, said="rest: fake = real", size=11),
        points(*paths[-1].T, [color for color, _ in PLAYS], said="last step", size=8),
    ]
    ends = ", ".join(f"{name} {number(np.hypot(*end), 3)}" for end, (_, name) in zip(paths[-1], PLAYS, strict=True))
    alt = f"After {len(paths) - 1} steps the distances from rest are: {ends}."
    axes = plane("generator θ", REACH, "opponent ψ", REACH)
    return figure(traces, title="A game of two", alt=alt, legend=ABOVE, **axes)


def distances(paths: Array, told: tuple[float, float], clip: float) -> go.Figure:
    """Draw the distances from rest of three games, with the factors a step of free play and R1, and the clip."""
    steps, away = np.arange(len(paths)), np.linalg.norm(paths, axis=-1).T
    expected = [away[0, 0] * told[0] ** steps, np.full(len(steps), clip), away[2, 0] * told[1] ** steps]
    traces = [line(steps, v, theme.NEUTRAL, dash="dash", width=1.5, said="by eigenvalue; clip") for v in expected]
    traces += [line(steps, v, color, name) for v, (color, name) in zip(away, PLAYS, strict=True)]
    alt = f"A step multiplies the distance by {number(told[0], 4)} in free play and by {number(told[1], 4)} with R1."
    x, y = axis("step", (0, len(paths) - 1), showgrid=False), axis("", (1e-6, 1e3), log=True, dtick=3)
    return figure(traces, title="Distance from rest", alt=alt, x=x, y=y, legend=ABOVE)


def eigenvalues(curve: Array, told: Array, ours: Array, rate: float) -> go.Figure:
    """Draw eigenvalues (k, 2) over the penalties, those of one, told and fitted (2,), and where steps shrink."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, 181)
    traces = [
        line((np.cos(turn) - 1) / rate, np.sin(turn) / rate, theme.TRUTH, "steps shrink left of this", dash="dot"),
        *(line(v.real, v.imag, theme.NEUTRAL, width=1.5, said="all γ") for v in curve.T),
        points(told.real, told.imag, theme.NEUTRAL, said="by formula", size=14, symbol="circle-open"),
        points(ours.real, ours.imag, theme.SOLUTION, said="fitted to the game", size=7),
    ]
    one, other = (f"{number(v.real, 3)} {'−' if v.imag < 0 else '+'} {number(abs(v.imag), 3)}i" for v in ours)
    alt = f"With R1 the eigenvalues are {one} and {other}."
    return figure(traces, title="Eigenvalues with R1", alt=alt, x=REAL, y=IMAGINARY, legend=ABOVE)
