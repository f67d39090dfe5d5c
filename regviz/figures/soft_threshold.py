"""Thresholding rules as curves, and at work on a noisy signal that is sparse in an orthonormal basis."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

import regviz
from regviz.checks import Array
from regviz.data.signals import blocks, cosines, haar, heavisine, rms, tones, universal_threshold
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, INSIDE, axis, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Seed, Slider, grid, without
from regviz.memory import once
from regviz.wording import number

NAMES = ("soft", "l2", "elastic net", "hard", "mcp", "scad")
TITLES = ("Soft", "Ridge", "Elastic net", "Hard", "MCP", "SCAD")
COLORS = dict(zip(NAMES, (theme.L1, theme.L2, theme.ELASTIC_NET, theme.HARD, theme.MCP, theme.SCAD), strict=True))
REACH = 6.0
SCAD_A = 3.7
TINY = 1e-6
N = 256
SIGNALS = {"blocks": blocks, "heavisine": heavisine, "tones": tones}
BASES = {"haar": haar, "cosine": cosines}


@dataclass(frozen=True)
class Settings:
    """The rule in the foreground, its strength and shape, and the signal it works on."""

    lambda_: Annotated[float, LogSlider("Strength λ", 0.05, 5, 61)] = 0.5
    step: Annotated[float, Slider("Step of the prox", 0.1, 2.5, 0.1)] = 1.0
    rule: Annotated[str, Choice("Rule", NAMES, TITLES)] = "soft"
    l1_ratio: Annotated[float, Slider("l1_ratio ρ (elastic net)", 0.0, 1.0, 0.05)] = 0.5
    gamma: Annotated[float, Slider("Concavity γ (MCP)", 1.5, 6.0, 0.5)] = 3.0
    signal: Annotated[str, Choice("Signal", tuple(SIGNALS), ("Blocks", "HeaviSine", "Tones"))] = "blocks"
    basis: Annotated[str, Choice("Basis", tuple(BASES), ("Haar", "Cosine"))] = "haar"
    noise: Annotated[float, Slider("Noise σ", 0.1, 1.5, 0.1)] = 0.5
    seed: Annotated[int, Seed()] = 0


SCRUB = ("lambda_", "step")


@dataclass(frozen=True)
class Result:
    """Rules over `inputs`; data, truth and coefficients; errors along λ, true and guessed, and the marked strengths.

    `guessed` is the index of the λ that SURE would choose, None where the rule jumps.
    """

    inputs: Array
    curves: dict[str, Array]
    bias: float
    dead_zone: float
    truth: Array
    noisy: Array
    before: Array
    after: Array
    fitted: Array
    strengths: Array
    errors: Array
    sure: Array
    error: float
    best: float
    guessed: int | None
    universal: float


def rule(s: Settings, name: str, z: Array, lambda_: float) -> Array:
    """Return one rule applied to z, with threshold step · λ where the rule has one."""
    table = {
        "soft": lambda: regviz.soft_threshold(z, s.step * lambda_),
        "l2": lambda: regviz.prox_l2(z, lambda_, s.step),
        "elastic net": lambda: regviz.prox_elastic_net(z, lambda_, s.l1_ratio, s.step),
        "hard": lambda: regviz.hard_threshold(z, s.step * lambda_),
        "mcp": lambda: regviz.prox_mcp(z, lambda_, s.gamma, s.step),
        "scad": lambda: regviz.prox_scad(z, lambda_, SCAD_A, s.step),
    }
    return table[name]()


def bends(s: Settings) -> Array:
    """Return the positive inputs at which some rule bends or jumps."""
    lam, gamma, t = s.lambda_, s.gamma, s.step * s.lambda_
    return np.array([t, t * s.l1_ratio, gamma * lam, lam * np.sqrt(gamma * s.step), lam + t, SCAD_A * lam])


def dead_zone(s: Settings) -> float:
    """Return the largest |z| that the rule sets to zero; 0 where it sets none."""
    places = bends(s)
    return float(places[rule(s, s.rule, places * (1 - 1e-9), s.lambda_) == 0].max(initial=0.0))


def kinks(s: Settings) -> Array:
    """Return the inputs at which some rule bends or jumps, from both sides: between them every rule is straight."""
    sides = np.multiply.outer(bends(s), [-1 - 1e-9, -1 + 1e-9, 1 - 1e-9, 1 + 1e-9]).ravel()
    return np.sort(np.concatenate([np.clip(sides, -REACH, REACH), [-REACH, 0.0, REACH]]))


@once(most=64)
def draw_signal(signal: str, basis: str, noise: float, seed: int) -> tuple[Array, Array, Array, Array]:
    """Return truth, noisy data, basis and noisy coefficients."""
    truth, B = SIGNALS[signal](N), BASES[basis](N)
    noisy = truth + noise * np.random.default_rng(seed).standard_normal(N)
    return truth, noisy, B, B @ noisy


def shrink(s: Settings, before: Array, lambda_: float) -> Array:
    """Return the coefficients (..., n) after the rule; the first, the mean level, is left alone like an intercept."""
    after = rule(s, s.rule, before, lambda_)
    after[..., 0] = before[..., 0]
    return after


def sure(s: Settings, before: Array, lambda_: float) -> Array:
    """Return Stein's unbiased estimate (...) of the mean square error of the coefficients (..., n) after the rule.

    It holds for rules that do not jump. Source: Stein 1981; Donoho and Johnstone 1995.
    """
    # every rule is straight between its bends, so that a difference is its slope
    slope = (shrink(s, before + TINY, lambda_) - shrink(s, before - TINY, lambda_)) / (2 * TINY)
    misfit = (shrink(s, before, lambda_) - before) ** 2
    return misfit.mean(axis=-1) + s.noise**2 * (2 * slope.mean(axis=-1) - 1)


@once(most=256)
def error_curves(s: Settings) -> tuple[Array, Array]:
    """Return the root mean square error of the reconstruction for every λ, and what SURE guesses of it without truth.

    The guess is NaN where the rule jumps.
    """
    truth, _, B, before = draw_signal(s.signal, s.basis, s.noise, s.seed)
    exact, lambdas = B @ truth, grid(Settings, "lambda_")  # the basis is orthonormal: errors are those of coefficients
    error = np.array([rms(shrink(s, before, lam) - exact) for lam in lambdas])
    if not continuous(s):
        return error, np.full_like(error, np.nan)
    return error, np.sqrt(np.maximum([sure(s, before, lam) for lam in lambdas], 0.0))


def continuous(s: Settings) -> bool:
    """Return whether the rule never jumps."""
    return {"hard": False, "mcp": s.step < s.gamma, "scad": s.step < SCAD_A - 1}.get(s.rule, True)


def compute(s: Settings) -> Result:
    """Return the rules at this strength and their work on the signal."""
    truth, noisy, B, before = draw_signal(s.signal, s.basis, s.noise, s.seed)
    after = shrink(s, before, s.lambda_)
    fitted = B.T @ after
    strengths = grid(Settings, "lambda_")
    errors, guesses = error_curves(without(s, "lambda_"))
    inputs = kinks(s)
    return Result(
        inputs=inputs,
        curves={name: rule(s, name, inputs, s.lambda_) for name in NAMES},
        bias=float(rule(s, s.rule, np.array([5.0]), s.lambda_)[0] - 5),
        dead_zone=dead_zone(s),
        truth=truth,
        noisy=noisy,
        before=before,
        after=after,
        fitted=fitted,
        strengths=strengths,
        errors=errors,
        sure=guesses,
        error=float(rms(fitted - truth)),
        best=float(strengths[np.argmin(errors)]),
        guessed=int(np.argmin(guesses)) if continuous(s) else None,
        universal=universal_threshold(s.noise, N) / s.step,
    )


def draw_rules(s: Settings, r: Result) -> go.Figure:
    """Draw every rule against the identity line, and the bias of the chosen one."""
    traces = [line([-REACH, REACH], [-REACH, REACH], theme.NEUTRAL, "identity", dash="dot", width=1.5)]
    for name, title in zip(NAMES, TITLES, strict=True):
        traces.append(line(r.inputs, r.curves[name], COLORS[name], title, width=4 if name == s.rule else 1.5))
    traces.append(line([5, 5], [5, 5 + r.bias], theme.SOLUTION, "bias at z = 5", width=3, showlegend=False))
    traces.append(words([5], [5.1], ["bias"], theme.SOLUTION, "top left"))
    alt = (
        f"Output of six thresholding rules; at z = 5 the {TITLES[NAMES.index(s.rule)]} rule gives "
        f"{number(5 + r.bias, 3)}, a bias of {number(r.bias, 3)}."
    )
    return figure(
        traces,
        title="What comes out for z",
        alt=alt,
        x=axis("input z", (-REACH, REACH), constrain="domain", constraintoward="left"),
        y=axis("output w", (-REACH, REACH), constrain="domain", constraintoward="top", scaleanchor="x"),
        legend=INSIDE,
    )


def draw_reconstruction(s: Settings, r: Result) -> go.Figure:
    """Draw the signal: truth, noisy data and what the kept coefficients give."""
    t = np.arange(1, N + 1) / N
    low, high = r.noisy.min(), r.noisy.max()
    pad = 0.05 * (high - low)
    alt = f"Noisy signal of {N} points and its reconstruction, root mean square error {number(r.error, 3)}."
    return figure(
        [
            points(t, r.noisy, theme.faded(theme.NEUTRAL, 0.45), "data", size=4),
            line(t, r.truth, theme.TRUTH, "truth", width=2),
            line(t, r.fitted, theme.SOLUTION, "reconstruction", width=2),
        ],
        title="The signal",
        alt=alt,
        x=axis("position t", (0, 1)),
        y=axis("signal", (low - pad, high + pad)),
        legend=ABOVE,
    )


def draw_coefficients(s: Settings, r: Result) -> go.Figure:
    """Draw coefficients before and after, with the band that the rule sets to zero."""
    k = np.arange(1, N)
    top = 1.05 * np.abs(r.before[1:]).max()
    kept = int(np.count_nonzero(r.after[1:]))
    edge = r.dead_zone if 0 < r.dead_zone < top else np.nan
    edges = [edge, edge, np.nan, -edge, -edge]
    alt = (
        f"{N - 1} coefficients before and after the rule, which sets those up to {number(r.dead_zone, 3)} to zero; "
        f"{kept} are not zero."
    )
    return figure(
        [
            points(k, r.before[1:], theme.faded(theme.NEUTRAL, 0.6), "before", size=4),
            points(k, r.after[1:], theme.SOLUTION, "after", size=4),
            line([0, N, np.nan, 0, N], edges, theme.PENALTY, width=1, dash="dot", said="set to zero between"),
        ],
        title="Coefficients",
        alt=alt,
        x=axis("index, coarse to fine", (0, N)),
        y=axis("coefficient", (-top, top)),
        legend=ABOVE,
    )


def draw_error(s: Settings, r: Result) -> go.Figure:
    """Draw the error against λ with the universal threshold and the best strength."""
    top = 1.1 * max(rms(r.truth - r.truth.mean()), s.noise)
    least = float(r.errors.min())
    guessed = "" if r.guessed is None else f", the least of SURE at λ = {number(r.strengths[r.guessed], 3)}"
    alt = (
        f"Error against λ: {number(r.error, 3)} now; least {number(least, 3)} at λ = {number(r.best, 3)}; "
        f"the universal threshold is at λ = {number(r.universal, 3)}{guessed}."
    )
    near = r.universal <= r.strengths[-1]
    word = "universal" if near else f"universal: λ = {number(r.universal, 3)} →"
    edge, at = r.universal if near else np.nan, min(r.universal, r.strengths[-1])
    guess, at_guess = (r.strengths[r.guessed], r.sure[r.guessed]) if r.guessed is not None else (np.nan, np.nan)
    to_the_left = r.universal > np.sqrt(r.strengths[0] * r.strengths[-1])
    return figure(
        [
            upright(edge, (0, top), theme.PENALTY, dash="dash", said="universal λ"),
            words([at], [0.93 * top], [f"{word} " if to_the_left else ""], theme.PENALTY, "middle left"),
            words([at], [0.93 * top], ["" if to_the_left else f" {word}"], theme.PENALTY, "middle right"),
            line(r.strengths, r.errors, theme.TRUTH, "error"),
            line(r.strengths, r.sure, theme.HIGHLIGHT, "SURE", width=1.5, dash="dash"),
            points([r.best], [least], theme.TRUTH, "least", size=10, symbol="diamond", showlegend=False),
            points([guess], [at_guess], theme.HIGHLIGHT, "least SURE", size=9, symbol="diamond-open", showlegend=False),
            points([s.lambda_], [r.error], theme.SOLUTION, "now", size=10, showlegend=False),
        ],
        title="Error against λ",
        alt=alt,
        x=axis("strength λ", (r.strengths[0], r.strengths[-1]), log=True, dtick="D2"),
        y=axis("RMS error", (0, top)),
        legend=ABOVE,
    )


PANELS = {"rules": draw_rules, "signal": draw_reconstruction, "coefficients": draw_coefficients, "error": draw_error}


def caption(s: Settings, r: Result) -> str:
    """Say what is kept, the error, and how it compares with the best."""
    kept, title = int(np.count_nonzero(r.after[1:])), TITLES[NAMES.index(s.rule)]
    end = ", the end of the slider" if r.best in r.strengths[[0, -1]] else ""
    return (
        f"With λ = {number(s.lambda_, 3)} the {title if title.isupper() else title.lower()} rule leaves {kept} of "
        f"{N - 1} coefficients nonzero; the error is {number(r.error, 3)}, the least along λ is "
        f"{number(float(r.errors.min()), 3)} at λ = {number(r.best, 3)}{end}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    return {
        "Set to zero up to |z|": number(r.dead_zone, 3),
        "Bias at z = 5": number(r.bias, 3),
        "RMS error": number(r.error, 3),
        "Error of the raw data": number(float(rms(r.noisy - r.truth)), 3),
        "Oracle λ": number(r.best, 3),
        "λ of SURE": "none, the rule jumps" if r.guessed is None else number(r.strengths[r.guessed], 3),
        "Universal λ = σ√(2 log n)/step": number(r.universal, 3),
    }
