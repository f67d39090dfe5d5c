"""A flexible model on few noisy points: from overfit through good to underfit as λ grows."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz.checks import Array
from regviz.figures.kit import theme
from regviz.figures.kit.edges import inside
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, axis, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Seed, Slider, grid, place
from regviz.memory import once
from regviz.wording import number

GRID = np.linspace(-1, 1, 161)
N_VALIDATION = 200


@dataclass(frozen=True)
class Settings:
    """The strength, the model and the data."""

    lambda_: Annotated[float, LogSlider("Strength λ", 1e-7, 10, 81)] = 1e-5
    features: Annotated[str, Choice("Model", ("polynomial", "rbf"), ("Polynomial", "Bumps"))] = "polynomial"
    size: Annotated[int, Slider("Features", 4, 24, 1)] = 15
    n: Annotated[int, Slider("Training points", 10, 60, 2)] = 20
    noise: Annotated[float, Slider("Noise σ", 0.0, 1.0, 0.05)] = 0.3
    seed: Annotated[int, Seed()] = 3


SCRUB = ("lambda_",)


@dataclass(frozen=True)
class Fits:
    """Training and validation data, and ridge fits for every λ: curves over GRID, root mean square errors, df.

    The degrees of freedom do not count the intercept.
    """

    x: Array
    y: Array
    curves: Array
    train: Array
    validation: Array
    df: Array


@dataclass(frozen=True)
class Result:
    """All fits, the index of the present λ and of the λ with the least validation error."""

    fits: Fits
    strengths: Array
    now: int
    best: int


def truth(x: Array) -> Array:
    """Return the curve behind the data."""
    return np.sin(3 * x) + 0.4 * np.cos(6 * x)


def design(x: Array, features: str, size: int) -> Array:
    """Return the features (len(x), size): Legendre polynomials of degree 1 … size, or Gaussian bumps."""
    if features == "polynomial":
        return np.polynomial.legendre.legvander(x, size)[:, 1:]
    centres, width = np.linspace(-1, 1, size), 2.5 / size
    return np.exp(-((x[:, None] - centres) ** 2) / (2 * width**2))


@once(most=64)
def fit_all(features: str, size: int, n: int, noise: float, seed: int) -> Fits:
    """Return ridge fits for every λ of the slider, intercept unpenalised, from one singular value decomposition."""
    rng = np.random.default_rng(seed)
    x, x_new = np.sort(rng.uniform(-1, 1, n)), rng.uniform(-1, 1, N_VALIDATION)
    y = truth(x) + noise * rng.standard_normal(n)
    y_new = truth(x_new) + noise * rng.standard_normal(N_VALIDATION)
    lambdas = grid(Settings, "lambda_")
    X = design(x, features, size)
    mean, level = X.mean(axis=0), y.mean()
    U, d, Vt = np.linalg.svd(X - mean, full_matrices=False)
    w = (d / (d**2 + n * lambdas[:, None]) * (U.T @ (y - level))) @ Vt

    def predict(points: Array) -> Array:
        return level + w @ (design(points, features, size) - mean).T

    def error(points: Array, values: Array) -> Array:
        return np.sqrt(np.mean((predict(points) - values) ** 2, axis=1))

    df = np.sum(d**2 / (d**2 + n * lambdas[:, None]), axis=1)
    return Fits(x, y, predict(GRID), error(x, y), error(x_new, y_new), df)


def compute(s: Settings) -> Result:
    """Return the fits with the present and the best λ."""
    fits = fit_all(s.features, s.size, s.n, s.noise, s.seed)
    strengths = grid(Settings, "lambda_")
    return Result(fits, strengths, place(s, "lambda_"), int(np.argmin(fits.validation)))


def verdict(r: Result) -> str:
    """Return "overfits", "is at its best" or "underfits": best is a validation error within 5 % of the least."""
    if r.fits.validation[r.now] <= 1.05 * r.fits.validation[r.best]:
        return "is at its best"
    return "overfits" if r.now < r.best else "underfits"


def draw_fit(s: Settings, r: Result) -> go.Figure:
    """Draw data, truth and the fit at the present λ."""
    values = truth(GRID)
    low, high = min(values.min(), r.fits.y.min()), max(values.max(), r.fits.y.max())
    pad = 0.3 * (high - low)
    span = (low - pad, high + pad)
    alt = f"{s.n} noisy points, the true curve and the fit at λ = {number(s.lambda_, 3)}; the model {verdict(r)}."
    return figure(
        [
            line(GRID, values, theme.TRUTH, "truth", dash="dash"),
            points(r.fits.x, r.fits.y, theme.LOSS, "training data", size=8),
            line(GRID, r.fits.curves[r.now], theme.SOLUTION, "fit", width=3),
            words([0.0], [high + 0.75 * pad], [f"The model {verdict(r)}"], theme.SOLUTION, "middle center", 17),
        ],
        title="The fit",
        alt=alt,
        x=axis("x", (-1, 1)),
        y=axis("y", span),
        legend=ABOVE,
    )


def draw_errors(s: Settings, r: Result) -> go.Figure:
    """Draw training and validation error against λ, with the present and the best λ."""
    f, x = r.fits, r.strengths
    best = f.validation[r.best]
    span = (max(0.7 * f.train.min(), 0.1 * best), max(6 * best, 1.3 * f.train.max()))
    across = axis("strength λ", (x[0], x[-1]), log=True, dtick=2)
    up = axis("RMS error", span, log=True, dtick="D2")
    both = [f.train[r.now], f.validation[r.now]]
    alt = (
        f"Training error {number(f.train[r.now], 3)} and validation error {number(f.validation[r.now], 3)} at "
        f"λ = {number(s.lambda_, 3)}; validation is least, {number(f.validation[r.best], 3)}, at "
        f"λ = {number(x[r.best], 3)}."
    )
    return figure(
        [
            upright(x[r.best], span, theme.TRUTH, dash="dash", said="best λ"),
            words([x[r.best]], [0.85 * span[1]], [" best λ"], theme.TRUTH, "middle right"),
            line(x, f.train, theme.LOSS, "training"),
            line(x, f.validation, theme.TRUTH, "validation"),
            upright(s.lambda_, span, theme.NEUTRAL),
            *inside([points([s.lambda_] * 2, both, theme.SOLUTION, "now", showlegend=False)], across, up),
        ],
        title="Training and validation error",
        alt=alt,
        x=across,
        y=up,
        legend=ABOVE,
    )


PANELS = {"fit": draw_fit, "errors": draw_errors}


def caption(s: Settings, r: Result) -> str:
    """Say how the fit does at this λ and where the best is."""
    f = r.fits
    return (
        f"At λ = {number(s.lambda_, 3)} the model {verdict(r)}: with {number(f.df[r.now], 3)} effective degrees of "
        f"freedom beside the intercept "
        f"its error is {number(f.train[r.now], 3)} on the training points and {number(f.validation[r.now], 3)} "
        f"on new ones; the best, {number(f.validation[r.best], 3)}, is at λ = {number(r.strengths[r.best], 3)}."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    f = r.fits
    return {
        "Training error": number(f.train[r.now], 3),
        "Validation error": number(f.validation[r.now], 3),
        "Effective df": number(f.df[r.now], 3),
        "Best λ": number(r.strengths[r.best], 3),
    }
