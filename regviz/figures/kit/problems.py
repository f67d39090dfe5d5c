"""The ten exercises as pictures: each draws what is given, so that its answer can be guessed there and not read."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from regviz import adam, ridge_limit_risk
from regviz.figures.kit import theme
from regviz.figures.kit.labels import spread, words
from regviz.figures.kit.traces import ABOVE, axis, band, bars, figure, line, plane, points, rule, upright
from regviz.networks.smoothing import gap_loss
from regviz.wording import number

Given = dict[str, Any]
WEIGHTS = np.arange(-0.95, 4, 0.1)
INKED = (theme.LOSS, theme.PENALTY)
CURVATURES = np.arange(0.03, 4.3, 0.07)
GAPS = np.arange(-1.1, 8.5, 0.4)
RATIOS = 1 + np.geomspace(0.03, 5, 40)
RIDGES = (0.1, 0.3, 1.0, 3.0)  # strengths beside which stopping is drawn
NAMED = ["0\u00a0\u00a0\u00a0", "start\u00a0\u00a0\u00a0"]  # clear of their marks
BARE = {"showgrid": False, "zeroline": False}


def l2_penalty(g: Given, told: str) -> go.Figure:
    """Draw the loss and the penalty along the first weight."""
    loss, penalty = g["d"] / 2 * (WEIGHTS - g["c"] / g["d"]) ** 2, g["lambda_"] / 2 * WEIGHTS**2
    curves = {"loss above its least": (loss, theme.LOSS), "penalty": (penalty, theme.PENALTY)}
    traces = [line(WEIGHTS, np.where(y < 8, y, np.nan), color, name) for name, (y, color) in curves.items()]
    least = [g["c"] / g["d"], 0.0]
    for at, color, side in zip(least, INKED, ("right", "left"), strict=True):
        traces.append(points([at], [0], color, said="least", size=8))
        traces.append(words([at], [-0.1], ["least"], color, f"bottom {side}", 12))
    x, y = axis("w₁", (-1, 4), showgrid=False), axis("", (-0.7, 6), zeroline=True)
    return figure(traces, title="Loss and penalty", alt=f"{told}.", x=x, y=y, legend=ABOVE)


def weight_decay(g: Given, told: str) -> go.Figure:
    """Draw the first half of the steps, beside Adam with λw in the gradient, in units of the start."""
    steps = np.arange(g["steps"] // 2 + 1)
    w, optimizer, other = np.array([g["w"]]), adam(g["eta"]), []
    state = optimizer.init(w)
    for _ in steps:
        other.append(float(w[0]) / g["w"])
        step, state = optimizer.update(g["lambda_"] * w, state, w)
        w = w + step
    low = min(0.0, 1.1 * min(other))  # Adam may step past 0
    share, kept = steps / g["steps"], (1 - g["eta"] * g["lambda_"]) ** steps
    traces = [
        line(share, other, theme.NEUTRAL, "Adam + L2", dash="dash"),
        line(share, kept, theme.LOSS, "AdamW"),
        points([0], [1], theme.LOSS, said="start"),
        upright(1, (low, 1.1), theme.NEUTRAL, said="last step"),
        words([1], [0.04], ["last step "], theme.NEUTRAL, "middle left", 12),
    ]
    x, y = axis("share of the steps", (-0.02, 1.04), showgrid=False), axis("", (low, 1.1))
    return figure(traces, title="Weight over its start, first half", alt=f"{told}.", x=x, y=y, legend=ABOVE)


def soft_threshold(g: Given, told: str) -> go.Figure:
    """Draw the entries and the threshold on both sides of 0."""
    span, t = np.array([0.4, 5.6]), g["t"]
    traces = [
        band(span, [-t, -t], [t, t], theme.PENALTY, share=0.15, said="up to the threshold"),
        *(rule(span, [side * t] * 2, theme.PENALTY, "threshold", dash="dash") for side in (-1, 1)),
        bars(np.arange(1, 6), g["z"], theme.LOSS, said="entry"),
    ]
    x = axis("entry", (0.4, 5.6), showgrid=False, dtick=1)
    return figure(traces, title="The vector and the threshold", alt=f"{told}.", x=x, y=axis("", (-3.3, 3.3)))


def nuclear_norm(g: Given, told: str) -> go.Figure:
    """Draw both singular values and the threshold."""
    span = [0.4, 2.6]
    traces = [
        band(span, [0, 0], [g["tau"]] * 2, theme.PENALTY, share=0.15, said="up to τ"),
        rule(span, [g["tau"]] * 2, theme.PENALTY, "τ", dash="dash"),
        words([2.55], [g["tau"]], ["τ"], theme.PENALTY, "top left", 13),
        bars([1, 2], g["values"], theme.LOSS, said="singular value", width=0.4),
    ]
    x = axis("singular value number", (0.4, 2.6), showgrid=False, tickvals=[1, 2])
    return figure(traces, title="Singular values of Y", alt=f"{told}.", x=x, y=axis("", (0, 13.5)))


def early_stopping(g: Given, told: str) -> go.Figure:
    """Draw the share of the way that descent and ridge cover, over curvatures."""
    shares = [CURVATURES / (CURVATURES + lam) for lam in RIDGES]
    stopped = 1 - (1 - g["eta"] * CURVATURES) ** g["steps"]
    pale, ends = theme.faded(theme.L2, 0.5), [share[-1] for share in shares]
    traces = [
        upright(g["h"], (0, 1.05), said="curvature h"),
        words([g["h"]], [0.03], [" h"], theme.NEUTRAL, "middle right", 13),
        *(line(CURVATURES, y, pale, said=f"ridge, λ = {number(v)}") for v, y in zip(RIDGES, shares, strict=True)),
        words(
            [4.3] * len(ends),
            spread(ends, 0.08, (0, 1.05)),
            [f"λ = {number(v)}" for v in RIDGES],
            theme.L2,
            "middle right",
            12,
        ),
        line(CURVATURES, stopped, theme.SOLUTION, "stopped"),
    ]
    x, y = axis("curvature", (0, 5), showgrid=False), axis("", (0, 1.05))
    return figure(traces, title="Share of the way to w*", alt=f"{told}.", x=x, y=y, legend=ABOVE)


def label_smoothing(g: Given, told: str) -> go.Figure:
    """Draw the cross-entropy over the gap of the logits, with smoothed and with hard targets."""
    losses = {"smoothed": (g["alpha"], theme.SOLUTION), "hard": (0.0, theme.NEUTRAL)}
    traces = [line(GAPS, gap_loss(GAPS, g["K"], alpha), color, name) for name, (alpha, color) in losses.items()]
    x, y = axis("gap of the label's logit", (-1.2, 8.6), showgrid=False), axis("", (0, 5.6))
    return figure(traces, title="Cross-entropy", alt=f"{told}.", x=x, y=y, legend=ABOVE)


def gradient_clipping(g: Given, told: str) -> go.Figure:
    """Draw what both kinds of samples add to the mean before clipping."""
    rest = round(1 - g["share"], 2)
    parts = [g["share"] * g["small"], -rest * g["large"]]
    said = [
        f"{number(100 * g['share'])} % of +{number(g['small'])}",
        f"{number(100 * rest)} % of −{number(g['large'])}",
    ]
    traces = [
        rule([2.4, 3.2], [sum(parts)] * 2, theme.NEUTRAL, "mean before clipping", dash="dash"),
        words([3.2], [sum(parts)], ["mean "], theme.NEUTRAL, "top left", 12),
        bars([1], parts[:1], theme.LOSS, said="common"),
        bars([2], parts[1:], theme.PENALTY, said="rare"),
        words([1], [parts[0] + 0.1], said[:1], theme.LOSS, "top center", 13),
        words([2], [parts[1] - 0.15], said[1:], theme.PENALTY, "bottom center", 13),
    ]
    x = axis("", (0.4, 3.2), tickvals=[1, 2], ticktext=["common", "rare"], **BARE)
    return figure(traces, title="Parts of the mean before clipping", alt=f"{told}.", x=x, y=axis("", (-5.8, 3.4)))


def implicit_bias(g: Given, told: str) -> go.Figure:
    """Draw the plane through 0, x and the start: the start, and the line of all solutions."""
    traces = [
        upright(g["least"], (-1.4, 3.6), theme.TRUTH, dash="solid", width=2, said="solutions"),
        words([g["least"]], [3.3], [" solutions"], theme.TRUTH, "middle right", 13),
        points([0], [0], theme.NEUTRAL, size=9, symbol="cross", said="origin"),
        points([g["along"]], [g["across"]], theme.LOSS, size=11, said="start"),
        words([0, g["along"]], [0, g["across"]], NAMED, [theme.NEUTRAL, theme.LOSS], "middle left", 13),
    ]
    axes = plane("along x", (-3.6, 5.8), "across x", (-1.4, 3.6))
    return figure(traces, title="The plane through 0, x and the start", alt=f"{told}.", **axes)


def double_descent(g: Given, told: str) -> go.Figure:
    """Draw the limiting risk beyond the peak, with the ratio given and with one that has no least."""
    ratios = {f"S = {number(g['snr'])}": (g["snr"], theme.SOLUTION), "S = 1": (1.0, theme.NEUTRAL)}
    traces, heights = [], []
    for snr, color in ratios.values():
        risk = sum(ridge_limit_risk(0.0, RATIOS, 1.0, 1 / snr))
        traces.append(line(RATIOS, risk, color, said="risk at S" if snr > 1 else "risk at 1"))
        heights.append(float(risk[-1]))
    traces.append(words([6.05] * 2, heights, list(ratios), [c for _, c in ratios.values()], "middle right", 12))
    x, y = axis("γ = p/n", (0.9, 7), showgrid=False), axis("", (0, 2.2))
    return figure(traces, title="Excess risk over ‖β‖²", alt=f"{told}.", x=x, y=y)


def lora_rank(g: Given, told: str) -> go.Figure:
    """Draw the singular values, and where the rank cuts."""
    values, r = np.array(g["values"]), g["r"]
    at = np.arange(1, len(values) + 1)
    traces = [
        bars(at[:r], values[:r], theme.LOSS, said="kept", width=0.6),
        bars(at[r:], values[r:], theme.PENALTY, said="lost", width=0.6),
        upright(r + 0.5, (0, 4.6), said="cut"),
        words([r + 0.5], [4.4], [" lost"], theme.PENALTY, "middle right", 13),
        words([r + 0.5], [4.4], ["kept "], theme.LOSS, "middle left", 13),
    ]
    x = axis("singular value number i", (0.4, 6.6), showgrid=False, dtick=1)
    return figure(traces, title="Singular values of the update", alt=f"{told}.", x=x, y=axis("", (0, 4.6)))
