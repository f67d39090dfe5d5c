"""A network that overfits, twenty times over: where training should stop, and how much of that is luck."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import plotly.graph_objects as go

from regviz import MLP, EarlyStopping, Split, split, train
from regviz.checks import Array
from regviz.data.curves import wave
from regviz.data.digits import load_digits
from regviz.data.splits import flip_labels
from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import ABOVE, axis, bars, figure, line, points, upright
from regviz.knobs import Choice, LogSlider, Slider, Toggle
from regviz.memory import once
from regviz.progress import telling
from regviz.wording import number

RUNS, EPOCHS, CHECK, STRIDE = 20, 400, 4, 8  # the validation loss is looked at every CHECK epochs
GRID = np.linspace(-1, 1, 121)
NOISE, N_TRAIN = 0.4, 16
FLIPPED, N_DIGITS = 0.3, 300
CHECKS = np.arange(0, EPOCHS + 1, CHECK)


@dataclass(frozen=True)
class Settings:
    """The epoch on show, the data, the stopping rule, and how the network is trained."""

    epoch: Annotated[int, Slider("Epoch", 0, EPOCHS, STRIDE)] = 160
    data: Annotated[str, Choice("Data", ("curve", "digits"), ("Noisy curve", "Noisy digits"))] = "curve"
    patience: Annotated[
        int, Slider("Patience (checks)", 1, 40, 1, help="The validation loss is checked every 4 epochs.")
    ] = 20
    min_delta: Annotated[float, Slider("Least improvement", 0.0, 0.05, 0.005)] = 0.0
    restore_best: Annotated[bool, Toggle("Restore the best weights")] = True
    learning_rate: Annotated[float, LogSlider("Learning rate η", 0.001, 0.1, 7)] = 0.01
    weight_decay: Annotated[float, Slider("Weight decay λ", 0.0, 2.0, 0.25)] = 0.0
    run: Annotated[int, Slider("Run", 1, RUNS, 1, help="Twenty draws of data and initial weights.")] = 1


SCRUB = ("epoch",)


@dataclass(frozen=True)
class Training:
    """Twenty runs: losses (RUNS, checks), norms, and what is drawn at every STRIDE-th epoch of every run.

    `shown` is the fit over GRID (RUNS, frames, 121), or for digits three accuracies (RUNS, frames, 3): on training
    images with the right label, on those with a wrong one (its wrong label learnt), and on validation images.
    """

    train: Array
    validation: Array
    test: Array
    norm: Array
    shown: Array
    x: Array
    y: Array


@dataclass(frozen=True)
class Result:
    """The training, and for every run the check at which it stops, its best check, and the test loss it ends with."""

    training: Training
    stop: Array
    best: Array
    ended: Array
    by_patience: dict[str, tuple[float, float, float]]
    k: int


def curve_data() -> Split:
    """Return sixteen noisy points of a curve for each run, and validation and test points that all share."""
    draws = [np.random.default_rng([run, 5]) for run in range(RUNS)]
    X = np.stack([g.uniform(-1, 1, (N_TRAIN, 1)) for g in draws])
    y = wave(X[..., 0]) + NOISE * np.stack([g.standard_normal(N_TRAIN) for g in draws])
    shared = np.random.default_rng(99)
    new = shared.uniform(-1, 1, (500, 1))
    values = wave(new[:, 0]) + NOISE * shared.standard_normal(500)
    return Split(X, y, new[:100], values[:100], new[100:], values[100:])


def digit_data() -> tuple[Split, Array]:
    """Return 300 digits for each run with 30 % of the labels wrong, clean validation and test, and the true labels."""
    X, y = load_digits()
    clean = split(X, y, N_DIGITS, 300, seed=0)
    wrong = np.stack([flip_labels(clean.y_train, FLIPPED, 10, seed=run) for run in range(RUNS)])
    rest = (clean.X_validation, clean.y_validation, clean.X_test, clean.y_test)
    return Split(np.broadcast_to(clean.X_train, (RUNS, *clean.X_train.shape)), wrong, *rest), clean.y_train


@once(most=48)
def trained(data: str, learning_rate: float, weight_decay: float) -> Training:
    """Return all runs, trained as one batch for every epoch, without stopping: stopping rules are replayed on them."""
    kept = range(0, EPOCHS + 1, STRIDE)
    digits = data == "digits"
    problem, truth = digit_data() if digits else (curve_data(), np.zeros(0))
    sizes, activation, init = ((64, 32, 10), "relu", "he") if digits else ((1, 32, 32, 1), "tanh", "xavier")
    network = MLP(sizes, activation, init, seeds=range(RUNS), dtype="float32")
    history = train(
        network,
        problem,
        loss="cross_entropy" if digits else "squared",
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        epochs=EPOCHS,
        batch_size=N_DIGITS,
        record_every=CHECK,
        keep=kept,
        progress=telling(f"Training {RUNS} networks"),
    )
    shown = []
    with np.errstate(under="ignore"):  # weights decayed below the smallest float32 are rightly zero
        for epoch in kept:
            network.load(history.weights[epoch])
            shown.append(_shares(network, problem, truth) if digits else network.apply(GRID[:, None])[..., 0])
    return Training(
        history.train_loss,
        history.validation_loss,
        history.test_loss,
        history.weight_norm,
        np.stack(shown, axis=1),
        problem.X_train[..., 0],
        problem.y_train,
    )


def _shares(network: MLP, problem: Split, truth: Array) -> Array:
    guess = network.apply(problem.X_train.astype(np.float32)).argmax(axis=-1)
    right, hit = problem.y_train == truth, guess == problem.y_train
    new = network.apply(problem.X_validation.astype(np.float32)).argmax(axis=-1) == problem.y_validation
    clean = (hit & right).sum(axis=-1) / right.sum(axis=-1)
    return np.stack([clean, (hit & ~right).sum(axis=-1) / (~right).sum(axis=-1), new.mean(axis=-1)], axis=-1)


@once(most=512)
def stopped(
    data: str, learning_rate: float, weight_decay: float, patience: int, min_delta: float, restore_best: bool
) -> tuple[Array, Array, Array]:
    """Return for every run the check where it stops, its best check, and the test loss of the weights it keeps."""
    t = trained(data, learning_rate, weight_decay)
    rule = EarlyStopping(patience, min_delta, restore_best)
    stop, best = np.array([rule.replay(losses) for losses in t.validation]).T
    return stop, best, t.test[np.arange(RUNS), best if restore_best else stop]


def compute(s: Settings) -> Result:
    """Return the runs under the stopping rule of the settings."""
    how = (s.data, s.learning_rate, s.weight_decay)
    rule = stopped(*how, s.patience, s.min_delta, s.restore_best)
    return Result(trained(*how), *rule, by_patience(s), s.epoch // STRIDE)


def by_patience(s: Settings) -> dict[str, tuple[float, float, float]]:
    """Return, for three patiences and none, the mean epoch of the kept weights, mean test loss and standard error."""
    how, rows = (s.data, s.learning_rate, s.weight_decay), {}
    for name, patience in {"5": 5, "10": 10, "20": 20, "none": len(CHECKS)}.items():
        restore = s.restore_best and name != "none"
        stop, best, loss = stopped(*how, patience, s.min_delta, restore)
        kept = CHECKS[best if restore else stop].mean()
        rows[name] = (float(kept), float(loss.mean()), float(loss.std(ddof=1) / np.sqrt(RUNS)))
    return rows


def draw_curves(s: Settings, r: Result) -> go.Figure:
    """Draw training and validation loss of the run, the band of all runs, and where it stops."""
    t, i = r.training, s.run - 1
    top = 1.08 * float(max(t.train[i].max(), np.quantile(t.validation, 0.9, axis=0).max()))
    low, high = np.quantile(t.validation, [0.1, 0.9], axis=0)
    stop, best = CHECKS[r.stop[i]], CHECKS[r.best[i]]
    now = s.epoch // CHECK
    reached = "stops" if r.stop[i] < len(CHECKS) - 1 else "end"
    traces = [
        line(np.concatenate([CHECKS, CHECKS[::-1]]), np.concatenate([high, low[::-1]]), theme.faded(theme.TRUTH, 0.01))
        | {
            "fill": "toself",
            "fillcolor": theme.faded(theme.TRUTH, 0.18),
            "name": "8 in 10 runs",
            "showlegend": True,
        },
        line(CHECKS, t.train[i], theme.LOSS, "training"),
        line(CHECKS, t.validation[i], theme.TRUTH, "validation"),
        upright(best, (0, top), theme.TRUTH, dash="dash"),
        upright(stop, (0, top), theme.PENALTY, dash="dash"),
        words([best], [0.97 * top], ["best "], theme.TRUTH, "middle left"),
        words([stop], [0.9 * top], [f" {reached}"], theme.PENALTY, "middle right" if stop < 340 else "middle left"),
        points([s.epoch] * 2, [t.train[i, now], t.validation[i, now]], theme.SOLUTION, "now", showlegend=False),
    ]
    alt = (
        f"Loss of run {s.run} against the epoch. Validation is least at epoch {best} and training stops at {stop}; at "
        f"epoch {s.epoch} training loss is {number(t.train[i, now], 3)}, validation {number(t.validation[i, now], 3)}."
    )
    return figure(
        traces,
        title="Loss",
        alt=alt,
        x=axis("epoch", (0, EPOCHS)),
        y=axis("½ squared error" if s.data == "curve" else "cross-entropy", (0, top)),
        legend=ABOVE,
    )


def draw_fit(s: Settings, r: Result) -> go.Figure:
    """Draw the fitted curve at the epoch, or what the network knows of the digits."""
    shown = r.training.shown[s.run - 1, r.k]
    return _draw_accuracies(s, shown) if s.data == "digits" else _draw_curve(s, r, shown)


def _draw_curve(s: Settings, r: Result, fit: Array) -> go.Figure:
    x, y = r.training.x[s.run - 1], r.training.y[s.run - 1]
    error = float(np.sqrt(np.mean((fit - wave(GRID)) ** 2)))
    return figure(
        [
            line(GRID, wave(GRID), theme.TRUTH, "truth", dash="dash"),
            points(x, y, theme.LOSS, "training data", size=7),
            line(GRID, fit, theme.SOLUTION, "fit", width=3),
        ],
        title="The fit at this epoch",
        alt=f"Fit at epoch {s.epoch}, root mean square distance from the truth {number(error, 3)}.",
        x=axis("x", (-1, 1)),
        y=axis("y", (-2.8, 2.8)),
        legend=ABOVE,
    )


def _draw_accuracies(s: Settings, shares: Array) -> go.Figure:
    text = [f"{100 * share:.0f} %" for share in shares]
    return figure(
        [
            bars([0, 1, 2], shares, theme.LOSS, width=0.6),
            words([0, 1, 2], shares, text, theme.SOLUTION),
        ],
        title="What the network has learnt by this epoch",
        alt=f"At epoch {s.epoch}: right labels {text[0]}, wrong labels learnt {text[1]}, validation {text[2]}.",
        x=axis("", (-0.6, 2.6), tickvals=[0, 1, 2], ticktext=["right labels", "wrong labels", "new images"]),
        y=axis("share", (0, 1.15)),
    )


def draw_luck(s: Settings, r: Result) -> go.Figure:
    """Draw every run by the epoch of the weights it keeps and their test loss."""
    kept = CHECKS[r.best if s.restore_best else r.stop]
    i = s.run - 1
    spread = f"{number(r.ended.min(), 3)} to {number(r.ended.max(), 3)}"
    pad = 0.1 * max(float(np.ptp(r.ended)), 0.01)
    return figure(
        [
            points(kept, r.ended, theme.NEUTRAL, size=7),
            points([kept[i]], [r.ended[i]], theme.HIGHLIGHT, size=11),
        ],
        title="Luck: 20 runs, this one pink",
        alt=f"Test loss of the kept weights of twenty runs, {spread}.",
        x=axis("epoch kept", (-15, EPOCHS + 15)),
        y=axis("test loss", (r.ended.min() - pad, r.ended.max() + pad)),
    )


def draw_norm(s: Settings, r: Result) -> go.Figure:
    """Draw the norm of the weights against the epoch."""
    norm = r.training.norm[s.run - 1]
    now = norm[s.epoch // CHECK]
    return figure(
        [line(CHECKS, norm, theme.PENALTY), points([s.epoch], [now], theme.SOLUTION)],
        title="Weight norm ‖w‖",
        alt=f"Norm of the weights against the epoch, {number(now, 3)} at epoch {s.epoch}.",
        x=axis("epoch", (0, EPOCHS)),
        y=axis("", (0, 1.1 * norm.max())),
    )


PANELS = {"loss": draw_curves, "fit": draw_fit, "luck": draw_luck, "norm": draw_norm}


def caption(s: Settings, r: Result) -> str:
    """Say where the run stops and what twenty runs gain by it."""
    i = s.run - 1
    now = r.training.validation[i, s.epoch // CHECK]
    ended, none = r.ended, r.by_patience["none"]
    error = number(float(ended.std(ddof=1) / np.sqrt(RUNS)), 2)
    stops = f"stops at {CHECKS[r.stop[i]]}" if r.stop[i] < len(CHECKS) - 1 else "does not stop"
    return (
        f"At epoch {s.epoch} run {s.run} has validation loss {number(now, 3)}; it is best at {CHECKS[r.best[i]]} and "
        f"{stops}; over twenty runs the test loss is "
        f"{number(float(ended.mean()), 3)} ± {error}, against {number(none[1], 3)} ± {number(none[2], 2)} "
        f"after all {EPOCHS} epochs."
    )


def readouts(s: Settings, r: Result) -> dict[str, str]:
    """Return the numbers beside the charts."""
    t, i, now = r.training, s.run - 1, s.epoch // CHECK
    return {
        "Training loss": number(t.train[i, now], 3),
        "Validation loss": number(t.validation[i, now], 3),
        "Best epoch": str(CHECKS[r.best[i]]),
        "Test loss kept": number(r.ended[i], 3),
        "Weight norm": number(t.norm[i, now], 3),
    }
