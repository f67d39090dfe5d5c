"""Six experiments as guided sheets: what each measured, over the one number that its slider moves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np

from regviz.checks import Array
from regviz.experiments import experiment_sheets as runs
from regviz.figures.kit import six_experiments as charts
from regviz.figures.kit import theme
from regviz.figures.kit.views import View
from regviz.knobs import Choice, place
from regviz.sheets import six
from regviz.sheets.sheet import Log
from regviz.sheets.six import SHEETS
from regviz.wording import number, percent, plus_minus

NAMES = ("L1, L2", "Dropout", "Batch norm", "Optimizers", "Schedules", "Patience")


def _in(name: str) -> tuple[str, tuple[str, ...]]:
    return "view", (name,)


@dataclass(frozen=True)
class Settings:
    """The sheet, and the one number that moves in each."""

    strength: Annotated[float, replace(runs.STRENGTH, when=_in("norms"))] = 0.00316
    drop_rate: Annotated[float, replace(runs.DROP_RATE, when=_in("dropout"))] = 0.5
    scale: Annotated[float, replace(runs.SCALE, when=_in("normalization"))] = 1.0
    rate: Annotated[float, replace(runs.RATE, when=_in("optimizers"))] = 0.01
    epoch: Annotated[int, replace(runs.EPOCH, when=_in("schedules"))] = 40
    patience: Annotated[int, replace(runs.PATIENCE, when=_in("patience"))] = 20
    view: Annotated[str, Choice("Sheet", tuple(SHEETS), NAMES)] = "norms"


SCRUB = ("strength", "drop_rate", "scale", "rate", "epoch", "patience")


@dataclass(frozen=True)
class Result:
    """What was run, its log, and the index of the option on show."""

    runs: Any
    log: Log
    k: int


def caption_norms(s: Settings, r: Result) -> str:
    """State both counts at the strength on show."""
    told = SHEETS["norms"].evidence(r.log)
    return f"At λ = {number(s.strength)}: {told[0].lower()}{told[1:]}"


def caption_dropout(s: Settings, r: Result) -> str:
    """State both accuracies at the rate on show."""
    d = r.runs
    return (
        f"At p = {number(s.drop_rate)} the networks have learnt {percent(d.train[r.k, :, -1])} of the training labels, "
        f"three in ten of them wrong, and tell {percent(d.test[r.k, :, -1])} of new digits."
    )


def caption_normalization(s: Settings, r: Result) -> str:
    """State the means over rates at the scale on show."""
    told = [percent(values) for values in r.runs[:, :, r.k].mean(axis=1)]
    return (
        f"With initial weights × {number(s.scale)} and averaged over five rates, {told[1]} of new digits are right "
        f"with batch norm, {told[2]} with layer norm and {told[0]} without."
    )


def caption_optimizers(s: Settings, r: Result) -> str:
    """State how far apart the optimizers are at the rate on show and tuned."""
    apart = [100 * float(np.ptp(values.mean(axis=1))) for values in (r.runs.right[:, r.k], r.runs.at_best)]
    return (
        f"At rate {number(s.rate)} the best of four optimizers tells {number(apart[0], 3)} points more of new digits "
        f"than the worst; with a rate of its own for each it is {number(apart[1], 2)} points."
    )


def caption_schedules(s: Settings, r: Result) -> str:
    """State both schedules at both peaks at the epoch on show."""
    right = [np.nan_to_num(training.accuracy[..., r.k], nan=runs.CHANCE) for training in r.runs]
    low, high = ((percent(rows[4]), percent(rows[0])) for rows in right)
    return (
        f"At epoch {s.epoch} warmup + cosine tells {low[0]} of new digits at the low peak, a constant rate {low[1]}; "
        f"at the high peak they tell {high[0]} and {high[1]}."
    )


def caption_patience(s: Settings, r: Result) -> str:
    """State the loss and the epochs at the patience on show."""
    d = r.runs
    return (
        f"Patience {s.patience} trains for {plus_minus(d.epochs[r.k])} epochs and has a test loss of "
        f"{plus_minus(d.loss[r.k])}; after all 400 epochs it is {plus_minus(d.best)} with the best weights and "
        f"{plus_minus(d.end)} with the last."
    )


def _points(shares: Array) -> str:
    """Return differences of shares (runs,) in percentage points."""
    return f"{plus_minus(100 * shares) if np.ptp(shares) > 0 else number(100 * float(shares[0]))} points"


def readouts_norms(s: Settings, r: Result) -> dict[str, str]:
    """Return the two counts."""
    return {"Below 0.01, L1": percent(r.runs.small[2, r.k]), "Exactly 0, proximal": percent(r.runs.zero[3, r.k])}


def readouts_schedules(s: Settings, r: Result) -> dict[str, str]:
    """Return how far warmup + cosine is ahead of a constant rate, seed by seed."""
    right = [np.nan_to_num(training.accuracy[..., r.k], nan=runs.CHANCE) for training in r.runs]
    pairs = zip(("low", "high"), right, strict=True)
    return {f"Ahead, {peak} peak": _points(rows[4] - rows[0]) for peak, rows in pairs}


def readouts_optimizers(s: Settings, r: Result) -> dict[str, str]:
    """Return how far best and worst are apart."""
    pairs = (("Apart at this rate", r.runs.right[:, r.k]), ("Apart, tuned", r.runs.at_best))
    return {what: f"{number(100 * float(np.ptp(v.mean(axis=1))), 3)} points" for what, v in pairs}


def _view(
    run: Callable[[], Any],
    log: Callable[[Any, int], Log],
    knob: str,
    panels: dict[str, charts.Draw],
    caption: Callable[[Settings, Result], str],
    readouts: Callable[[Settings, Result], dict[str, str]],
) -> View:
    """Return the view of one sheet: `run` once, its log, and its panels at the option of its knob."""
    drawn = {name: lambda s, r, draw=draw: draw(r.runs, r.log, r.k) for name, draw in panels.items()}

    def compute(s: Settings) -> Result:
        found, k = run(), place(s, knob)
        return Result(found, log(found, k), k)

    return View(compute, drawn, caption, readouts)


VIEWS = {
    "norms": _view(
        runs.penalised,
        lambda r, k: r.log(k),
        "strength",
        {"weights": charts.draw_sizes, "small": charts.draw_small, "right": charts.draw_right},
        caption_norms,
        readouts_norms,
    ),
    "dropout": _view(
        runs.dropped,
        lambda r, k: runs.log_of_dropout(r),
        "drop_rate",
        {
            "right": charts.dropout_panel("New digits right", six.RIGHT, theme.TRUTH, lambda d: d.test[..., -1]),
            "learnt": charts.dropout_panel(
                "Training labels learnt", six.TRAINING, theme.LOSS, lambda d: d.train[..., -1]
            ),
        },
        caption_dropout,
        lambda s, r: {"Ahead of p = 0": _points(r.runs.test[r.k, :, -1] - r.runs.test[0, :, -1])},
    ),
    "normalization": _view(
        runs.normalised,
        lambda r, k: runs.log_of_normalization(r),
        "scale",
        {"rates": charts.draw_rates, "scales": charts.draw_scales},
        caption_normalization,
        lambda s, r: {"Cells ahead of plain": f"{r.log.told(six.BATCH, six.BETTER)} of 25"},
    ),
    "optimizers": _view(
        runs.raced,
        lambda r, k: r.log(),
        "rate",
        {"rates": charts.draw_one_rate, "tuned": charts.draw_tuned},
        caption_optimizers,
        readouts_optimizers,
    ),
    "schedules": _view(
        runs.scheduled,
        lambda r, k: runs.log_of_schedules(r),
        "epoch",
        {"low": charts.peak_panel(0), "high": charts.peak_panel(1)},
        caption_schedules,
        readouts_schedules,
    ),
    "patience": _view(
        runs.stopped,
        lambda r, k: r.log(),
        "patience",
        {"loss": charts.draw_loss, "epochs": charts.draw_epochs},
        caption_patience,
        lambda s, r: {"Ahead of the end": plus_minus(r.runs.end - r.runs.loss[r.k])},
    ),
}
