"""L2 in the gradient against decay of the weights: for SGD the same, for Adam not; on a quadratic and on digits."""

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from regviz import MLP, Optimizer, adam, adamw, run_grid, sgd, split, train
from regviz.checks import Array
from regviz.data.digits import load_digits
from regviz.data.splits import flip_labels
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import POWERS, axis, cells, ellipses, figure, line, points
from regviz.knobs import LogSlider, Seed, Slider
from regviz.memory import once
from regviz.progress import telling
from regviz.wording import number

Whole = NDArray[np.int_]

STEPS, STRIDE = 400, 8
CENTRE = np.array([2.0, 2.0])
LEVELS = np.array([0.05, 0.3, 1.0, 2.5, 5.0, 10.0])
FLOOR = 1e-17  # a difference of exactly 0 is drawn here

SEEDS, EPOCHS, FLIPPED, HIDDEN = 3, 40, 0.3, 12
RECORDED = 10  # an error is the mean of those after epochs 30 and 40
RATES = 0.003 * 2.0 ** np.arange(5)
DECAYS = {"l2": 0.004 * 10 ** (0.4 * np.arange(6)), "step": 0.0016 * 10 ** (0.4 * np.arange(6))}
SPAN = (8.0, 32.0)  # shades of the heat maps, test error in per cent


@dataclass(frozen=True)
class Settings:
    """The iteration on show, and the quadratic with its optimizers."""

    iteration: Annotated[int, Slider("Iteration", 0, STEPS, STRIDE)] = 200
    lambda_: Annotated[float, LogSlider("Strength λ", 0.01, 3, 11)] = 0.306
    learning_rate: Annotated[float, LogSlider("Learning rate η", 0.005, 0.1, 7)] = 0.0224
    curvature: Annotated[
        int, Slider("Curvature along w₂", 1, 10, 1, help="How much the loss bends along w₂; along w₁ it bends by 1.")
    ] = 10
    noise: Annotated[
        float,
        Slider(
            "Noise of the gradients σ",
            0.0,
            1.0,
            0.1,
            help="Every gradient is that of a quadratic whose centre is off by σ, at random.",
        ),
    ] = 0.5
    seed: Annotated[int, Seed(help="Another draw of the noise.")] = 0


SCRUB = ("iteration",)


@dataclass(frozen=True)
class Descent:
    """Four descents on one quadratic, each w (STEPS + 1, 2), and how Adam pulls on each weight.

    `sgd` is that with decay; that with L2 differs from it by rounding, by `same`.
    `pull` (STEPS + 1, 2) is what L2 contributes to Adam's step, as a multiple of ηλw, `scale` (STEPS + 1, 2) the
    gradient scale √v̂. Both are nan at 0, before the first step. `same` and `apart` (STEPS + 1,) are the distances
    between L2 and decay for SGD and for Adam.
    """

    sgd: Array
    l2: Array
    adamw: Array
    same: Array
    apart: Array
    pull: Array
    scale: Array


@dataclass(frozen=True)
class Grid:
    """Errors in per cent (decays, rates, seeds) on the validation and the test part, and the strengths (decays,)."""

    validation: Array
    test: Array
    decays: Array

    @property
    def mean(self) -> Array:
        """Return the mean test error over seeds (decays, rates)."""
        return self.test.mean(axis=-1)

    @property
    def valley(self) -> Whole:
        """Return, for every rate, the decay with the least validation error (rates,)."""
        return np.argmin(self.validation.mean(axis=-1), axis=0)

    @property
    def chosen(self) -> tuple[int, int]:
        """Return where the validation error is least: (decay, rate)."""
        error = self.validation.mean(axis=-1)
        i, j = np.unravel_index(np.argmin(error), error.shape)
        return int(i), int(j)

    @property
    def reached(self) -> tuple[float, float]:
        """Return the mean test error at the chosen cell, and its standard error over seeds."""
        runs = self.test[self.chosen]
        return float(runs.mean()), float(runs.std(ddof=1) / np.sqrt(len(runs)))

    @property
    def slope(self) -> float:
        """Return the slope of the valley: of log decay against log rate, by least squares.

        For each rate it takes the mean log of all decays whose validation error is within one standard error of the
        least, the standard error being that over all cells.
        """
        error = self.validation.mean(axis=-1)
        se = np.sqrt(self.validation.var(axis=-1, ddof=1).mean() / self.validation.shape[-1])
        good = error <= error.min(axis=0) + se
        centre = (good * np.log(self.decays)[:, None]).sum(axis=0) / good.sum(axis=0)
        return float(np.polyfit(np.log(RATES), centre, 1)[0])

    @property
    def cost(self) -> float:
        """Return by how much one decay for all rates raises the test error over a decay of its own for each rate.

        Both are chosen by validation error; the mean over the rates.
        """
        one = np.argmin(self.validation.mean(axis=(1, 2)))
        return float((self.mean[one] - self.mean[self.valley, np.arange(len(RATES))]).mean())


@dataclass(frozen=True)
class Result:
    """The quadratic, and the grids on digits of Adam with L2 and of AdamW."""

    descent: Descent
    curvatures: Array
    l2: Grid
    adamw: Grid


def descend(optimizer: Optimizer, curvatures: Array, shocks: Array) -> tuple[Array, Array]:
    """Return the weights (STEPS + 1, 2) from the origin, and the second moments v of the optimizer.

    Each gradient is that of ½ Σ h (w − c − shock)²: a batch whose own centre lies off by `shocks` (STEPS, 2).
    """
    w, v = np.zeros((STEPS + 1, 2)), np.zeros((STEPS + 1, 2))
    state = optimizer.init(w[0])
    for t in range(STEPS):
        step, state = optimizer.update(curvatures * (w[t] - CENTRE - shocks[t]), state, w[t])
        w[t + 1], v[t + 1] = w[t] + step, state.v
    return w, v


@once(most=256)
def descents(lambda_: float, learning_rate: float, curvature: int, noise: float, seed: int) -> Descent:
    """Return the five descents under the same noise."""
    h = np.array([1.0, curvature])
    shocks = noise * np.random.default_rng(seed).standard_normal((STEPS, 2))
    plain, decayed = (descend(sgd(learning_rate, **{how: lambda_}), h, shocks)[0] for how in ("l2", "weight_decay"))
    l2, v = descend(adam(learning_rate, l2=lambda_), h, shocks)
    decoupled, _ = descend(adamw(learning_rate, weight_decay=lambda_), h, shocks)
    scale, pull = np.full((STEPS + 1, 2), np.nan), np.full((STEPS + 1, 2), np.nan)
    m = np.zeros(2)  # the moment is linear in the gradient: this is the part of it that the penalty makes
    for t in range(1, STEPS + 1):
        m = 0.9 * m + 0.1 * lambda_ * l2[t - 1]
        scale[t] = np.sqrt(v[t] / (1 - 0.999**t))
        pulled = m / (1 - 0.9**t) / (scale[t] + 1e-8)
        moved = np.abs(l2[t - 1]) > 1e-3  # a ratio of two near zeros says nothing
        pull[t] = np.where(moved, pulled / (lambda_ * np.where(moved, l2[t - 1], 1.0)), np.nan)
    same, apart = (np.linalg.norm(a - b, axis=1) for a, b in ((plain, decayed), (l2, decoupled)))
    return Descent(decayed, l2, decoupled, same, apart, pull, scale)


@once(most=2)
def grids(draw: int) -> dict[str, Grid]:
    """Return the errors on digits over learning rate and decay of Adam with L2 and of AdamW, trained as one batch.

    `draw` chooses the split, the wrong labels and the seeds of the networks; the page shows draw 0.
    """
    X, y = load_digits()
    data = split(X, y, 900, 400, seed=draw)
    data = replace(data, y_train=flip_labels(data.y_train, FLIPPED, 10, seed=draw + 1))
    kinds, size = list(DECAYS), (len(DECAYS), 6, len(RATES), SEEDS)
    kind, k, rate, seed = run_grid(range(2), range(6), RATES, 10 * draw + np.arange(SEEDS))
    strength = np.array([DECAYS[kinds[int(a)]][int(b)] for a, b in zip(kind, k, strict=True)])
    network = MLP((64, HIDDEN, 10), norm="batch", seeds=seed.astype(int).tolist(), dtype="float32")
    history = train(
        network,
        data,
        learning_rate=rate,
        l2=np.where(kind == 0, strength, 0.0),
        weight_decay=np.where(kind == 1, strength / rate, 0.0),
        epochs=EPOCHS,
        batch_size=50,
        record_every=RECORDED,
        progress=telling(f"Training {len(rate)} networks on digits"),
    )
    validation, test = (
        100 * (1 - accuracy[:, -2:].mean(axis=-1)).reshape(size)
        for accuracy in (history.validation_accuracy, history.test_accuracy)
    )
    return {name: Grid(validation[i], test[i], DECAYS[name]) for i, name in enumerate(kinds)}


def compute(s: Settings) -> Result:
    """Return both problems at the settings."""
    found = grids(0)
    descent = descents(s.lambda_, s.learning_rate, s.curvature, s.noise, s.seed)
    return Result(descent, np.array([1.0, s.curvature]), found["l2"], found["step"])


def penalised(s: Settings) -> Array:
    """Return the minimiser of the loss with the L2 penalty, hc/(h + λ) (2,)."""
    h = np.array([1.0, s.curvature])
    return h * CENTRE / (h + s.lambda_)


def draw_plane(s: Settings, r: Result) -> go.Figure:
    """Draw the paths over the contours of the loss, up to the iteration."""
    d, t = r.descent, s.iteration
    x, y = ellipses(np.diag(r.curvatures), CENTRE, LEVELS)
    trails = [
        (d.sgd, theme.NEUTRAL, "SGD, L2 or decay", "dash"),
        (d.l2, theme.L2, "Adam + L2", "solid"),
        (d.adamw, theme.PENALTY, "AdamW", "solid"),
    ]
    traces = [line(x, y, theme.faded(theme.LOSS, 0.35), width=1, hoverinfo="skip")]
    traces += [line(*w[: t + 1 : 4].T, color, name, dash=dash) for w, color, name, dash in trails]
    traces += [points(*w[t, :, None], color, size=10) for w, color, _, _ in trails]
    traces += [
        points(*CENTRE[:, None], theme.TRUTH, "least loss", symbol="diamond"),
        points(*penalised(s)[:, None], theme.SOLUTION, "least loss + L2", symbol="x"),
    ]
    (a, b), (e, f) = d.l2[t], d.adamw[t]
    return figure(
        traces,
        title="Paths on one quadratic",
        alt=f"At iteration {t} Adam with L2 is at ({number(a, 3)}, {number(b, 3)}), AdamW at ({number(e, 3)}, "
        f"{number(f, 3)}).",
        x=axis("weight w₁", (-0.4, 3.1), constrain="domain"),
        y=axis("weight w₂", (-0.4, 3.1), scaleanchor="x", constrain="domain"),
        legend={"orientation": "h", "x": 0, "y": -0.16, "xanchor": "left", "yanchor": "top"},
        margin={"l": 56, "r": 12, "t": 40, "b": 110},
    )


def draw_difference(s: Settings, r: Result) -> go.Figure:
    """Draw how far L2 and decay are apart, for SGD and for Adam."""
    d, steps = r.descent, np.arange(STEPS + 1)
    drawn = [np.maximum(gap, FLOOR) for gap in (d.same, d.apart)]
    traces = [
        line(steps[::2], drawn[0][::2], theme.NEUTRAL),
        line(steps[::2], drawn[1][::2], theme.HIGHLIGHT),
        words([STEPS], [2e-15], ["SGD (0 drawn at 10⁻¹⁷)"], theme.NEUTRAL, "top left"),
        words([STEPS], [3], ["Adam"], theme.HIGHLIGHT, "top left"),
    ]
    traces.append(points([s.iteration] * 2, [gap[s.iteration] for gap in drawn], theme.SOLUTION))
    return figure(
        traces,
        title="Distance of L2 and decay",
        alt=f"Distance between the weights under L2 and under decay at iteration {s.iteration}: for SGD "
        f"{number(d.same[s.iteration], 2)}, for Adam {number(d.apart[s.iteration], 2)}.",
        x=axis("iteration", (0, STEPS)),
        y=axis("", (3e-18, 3000), log=True, dtick=4, **POWERS),
    )


def draw_pull(s: Settings, r: Result) -> go.Figure:
    """Draw the share of ηλw by which each weight is pulled, against the scale of its gradients."""
    d, t, reach = r.descent, s.iteration, np.geomspace(0.1, 100, 50)
    scale, pull = d.scale[t], d.pull[t]
    known = np.isfinite(pull)
    told = f"{number(pull[0], 3)} and {number(pull[1], 3)}" if known.all() else "not yet known"
    return figure(
        [
            line(reach, 1 / reach, theme.faded(theme.L2, 0.5), dash="dot", hoverinfo="skip"),
            line(reach[[0, -1]], [1, 1], theme.PENALTY),
            points(scale, pull, theme.L2),
            words(scale, pull, [" w₁", " w₂"], theme.L2, "top right"),
            words([0.12], [0.9], ["AdamW"], theme.PENALTY, "bottom right"),
            words([0.3], [8], ["Adam + L2: 1/√v"], theme.L2, "middle right"),
        ],
        title="Pull to zero / ηλw",
        alt=f"Pull of L2 in Adam on the two weights as a multiple of ηλw at iteration {t}: {told}; AdamW pulls by 1.",
        x=axis("gradient scale √v", (0.1, 100), log=True),
        y=axis("", (0.01, 40), log=True),
    )


@once(most=2)  # a scrub asks for it at every value, and it stays the same
def _heat(kind: str, title: str, name: str) -> go.Figure:
    grid, across, up = grids(0)[kind], np.arange(len(RATES)), np.arange(6)
    (i, j), (error, se), mean = grid.chosen, grid.reached, grid.mean
    share = (mean - SPAN[0]) / (SPAN[1] - SPAN[0])
    cases = ((share < 0.75, theme.WORD), (share >= 0.75, theme.WORD_ON_FILL))
    inked = [(*np.nonzero(here), [f"{v:.0f}" for v in mean[here]], ink) for here, ink in cases]
    ticks = {"showgrid": False, "zeroline": False}
    return figure(
        [
            *cells(across, up, mean, theme.LOSS, SPAN),
            line(across, grid.valley, theme.SOLUTION, width=1.5, dash="dot", hoverinfo="skip"),
            points([j], [i], theme.SOLUTION, symbol="square-open", size=25, hoverinfo="skip"),
            # above the middle of a cell, where the line goes through
            *(words(columns, rows + 0.14, told, ink, "middle center", 11) for rows, columns, told, ink in inked),
        ],
        title=title,
        alt=f"Test error over learning rate and {name}; where the validation error is least, at {number(RATES[j], 2)} "
        f"and {number(grid.decays[i], 2)}, it is {error:.1f} ± {se:.1f} %. For the rates in turn the validation error "
        f"is least at {', '.join(number(v, 2) for v in grid.decays[grid.valley])}.",
        x=axis("learning rate", (-0.5, 4.5), tickvals=across, ticktext=[number(v, 2) for v in RATES], **ticks),
        y=axis(name, (-0.5, 5.5), tickvals=up, ticktext=[number(v, 2) for v in grid.decays], **ticks),
        margin={"l": 60, "r": 12, "t": 36, "b": 42},
    )


def draw_l2_grid(s: Settings, r: Result) -> go.Figure:
    """Draw the test error of Adam with L2."""
    return _heat("l2", "Test error, %: Adam + L2", "λ")


def draw_adamw_grid(s: Settings, r: Result) -> go.Figure:
    """Draw the test error of AdamW."""
    return _heat("step", "Test error, %: AdamW", "decay per step")


PANELS = {
    "paths": draw_plane,
    "difference": draw_difference,
    "pull": draw_pull,
    "digits-l2": draw_l2_grid,
    "digits-adamw": draw_adamw_grid,
}


def caption(s: Settings, r: Result) -> str:
    """Say how far the two are apart and which test error each reaches."""
    d, t = r.descent, s.iteration
    l2, decoupled = (f"{error:.1f} ± {se:.1f} %" for error, se in (r.l2.reached, r.adamw.reached))
    return (
        f"At iteration {t} L2 and decay differ by {number(d.same[t], 2)} under SGD and by {number(d.apart[t], 2)} "
        f"under Adam; on digits, chosen by validation, the test error is {l2} for Adam with L2 and {decoupled} for "
        "AdamW, over three seeds."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    d, t = r.descent, s.iteration
    pull = " and ".join(number(p, 3) if np.isfinite(p) else "—" for p in d.pull[t])
    return {
        "Adam + L2": f"({number(d.l2[t, 0], 3)}, {number(d.l2[t, 1], 3)})",
        "AdamW": f"({number(d.adamw[t, 0], 3)}, {number(d.adamw[t, 1], 3)})",
        "Pull on w₁, w₂ / ηλw": f"{pull}, AdamW 1",
        "Loss + L2 is least at": f"({number(penalised(s)[0], 3)}, {number(penalised(s)[1], 3)})",
    }
