"""Ten ways to fool yourself, each beside its repair, and the number that tells them apart."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
import plotly.graph_objects as go

from regviz.averages import mean_error
from regviz.experiments import common_mistakes as runs
from regviz.figures.kit import mistakes_in_data as data
from regviz.figures.kit import mistakes_in_training as training
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Seed, place
from regviz.wording import counted, number, percent, plus_minus

NAMES = {
    "test_set": "Test set",
    "assumptions": "Assumptions",
    "objective": "Training loss",
    "norms": "One norm",
    "units": "Units",
    "seeds": "One seed",
    "smoothing": "Smoothing",
    "theory": "No theory",
    "state": "Lost state",
    "precision": "Precision",
}


def _in(name: str) -> tuple[str, tuple[str, ...]]:
    return "view", (name,)


@dataclass(frozen=True)
class Settings:
    """The mistake, and the one number that matters for each."""

    tried: Annotated[int, replace(runs.TRIED, when=_in("test_set"))] = 100
    number: Annotated[float, replace(runs.NUMBER, when=_in("assumptions"))] = 1.3
    epoch: Annotated[int, replace(runs.EPOCH, when=_in("objective"))] = 60
    nonzero: Annotated[int, replace(runs.NONZERO, when=_in("norms"))] = 5
    unit: Annotated[float, replace(runs.UNIT, when=_in("units"))] = 0.001
    count: Annotated[int, replace(runs.SEEDS, when=_in("seeds"))] = 1
    beta: Annotated[float, replace(runs.BETA, when=_in("smoothing"))] = 0.82
    gamma: Annotated[float, replace(runs.RATIO, when=_in("theory"))] = 5.0
    saved: Annotated[int, replace(runs.SAVED, when=_in("state"))] = 10
    decay: Annotated[float, replace(runs.DECAY, when=_in("precision"))] = 0.001
    view: Annotated[str, Choice("Mistake", tuple(NAMES), tuple(NAMES.values()))] = "test_set"
    seed: Annotated[int, Seed(when=_in("smoothing"))] = 0


SCRUB = ("tried", "number", "epoch", "nonzero", "unit", "count", "beta", "gamma", "saved", "decay")


@dataclass(frozen=True)
class Result:
    """What was run, and the index of the option on show."""

    runs: Any
    k: int


def caption_assumptions(s: Settings, r: Result) -> str:
    """Say how often the signs are right, with few rows and with many."""
    few, many = (number(100 * r.runs.shares[r.k, at], 3) for at in (1, -1))
    return (
        f"With an irrepresentable number of {number(s.number)} some λ gives the lasso the right signs in {few} % of "
        f"200 draws of 100 rows and in {many} % of 200 draws of 10\u00a0000."
    )


def caption_objective(s: Settings, r: Result) -> str:
    """Compare both losses here with those at the best epoch."""
    train, validation = r.runs.train.mean(axis=0), r.runs.validation.mean(axis=0)
    best = int(validation.argmin())
    a, b, c, d = (number(v, 3) for v in (train[best], train[r.k], validation[best], validation[r.k]))
    return (
        f"At epoch {s.epoch} the training loss is {b} and that on new digits {d}; at epoch {best}, the best one, they "
        f"are {a} and {c}."
    )


def caption_norms(s: Settings, r: Result) -> str:
    """Compare both norms and the choice."""
    d = r.runs
    ridge, lasso, chosen = (plus_minus(v[r.k]) for v in (d.ridge, d.lasso, d.chosen))
    wins = int((d.lasso[r.k] < d.ridge[r.k]).sum())
    return (
        f"With {s.nonzero} of 60 weights nonzero ridge has an excess risk of {ridge}, the lasso of {lasso}, and the "
        f"lasso is ahead in {wins} of {runs.PROBLEMS} draws; whichever 40 new rows prefer has {chosen}."
    )


def caption_units(s: Settings, r: Result) -> str:
    """Compare the error and the effect of bmi with and without its unit."""
    d = r.runs
    effect, fixed = (number(float(e[d.bmi]), 3) for e in (d.effects[r.k], d.fixed_effects))
    return (
        f"With bmi times {number(s.unit, 3)} its effect is {effect} and the cross-validated error is "
        f"{number(float(d.errors[r.k]))}; standardised they are {fixed} and {number(d.fixed_error)} in every unit."
    )


def caption_seeds(s: Settings, r: Result) -> str:
    """Say how far the wide network is ahead, and how often it does not seem so."""
    wrong = number(100 * r.runs.wrong[r.k], 2)
    each = "one seed" if s.count == 1 else f"{s.count} seeds"
    return (
        f"Over {runs.PAIRS} seeds 32 units are ahead of 24 by {plus_minus(r.runs.gain)}; {each} of each would tell the "
        f"wrong one in {wrong} % of comparisons."
    )


def caption_smoothing(s: Settings, r: Result) -> str:
    """Say what is left of the spike."""
    return (
        f"At β = {number(s.beta)} the average shows {number(r.runs.seen(r.k), 3)} of a spike of {runs.HEIGHT}, and "
        f"what it shows comes {number(s.beta / (1 - s.beta), 3)} steps late on average."
    )


def caption_test_set(s: Settings, r: Result) -> str:
    """Compare the winner's score where it won and elsewhere."""
    d = r.runs
    best, fresh = plus_minus(d.best[r.k]), plus_minus(d.fresh[r.k])
    return (
        f"With {counted(s.tried, 'model')} tossing a coin the best scores {number(d.exact[r.k])} on its {runs.CASES} "
        f"test cases, exactly, and {best} in 400 repeats; on fresh cases it scores {fresh}."
    )


def caption_theory(s: Settings, r: Result) -> str:
    """Compare the run with theory; where that is infinite a mean of runs says nothing."""
    exact = float(r.runs.exact[r.k])
    mean = f"{plus_minus(r.runs.risks[r.k])} in"
    run = mean if np.isfinite(exact) else f"{number(float(r.runs.run[r.k]), 3)} in the median of"
    told = f"{number(exact, 4)} by theory and {run} {runs.TRIALS} runs"
    return f"At γ = {number(s.gamma)} the excess risk of the least norm is {told}."


def caption_state(s: Settings, r: Result) -> str:
    """Compare the statistics, and Adam with and without its moments."""
    d = r.runs
    jump = mean_error(d.first[1] / d.first[0])[0]
    return (
        f"Weights of epoch {s.saved} tell {percent(d.own[r.k])} of new digits with the batch statistics of that epoch "
        f"and {percent(d.last[r.k])} with those of epoch {runs.SAVES[-1]}; Adam without its moments begins with a step "
        f"{number(float(jump), 2)} times as long."
    )


def caption_precision(s: Settings, r: Result) -> str:
    """Compare the weights after all steps."""
    d = r.runs
    exact = number(float(np.exp(runs.TICKS * np.log1p(-s.decay))), 3)
    short, long = (number(float(values[r.k, -1]), 3) for values in (d.rounded, d.master))
    return (
        f"After {runs.TICKS} steps of decay {number(s.decay, 3)} a weight kept in bfloat16 is {short}, one that is "
        f"rounded for use alone {long}, and exactly it is {exact}."
    )


Draw = Callable[[Any, int], go.Figure]


def _view(
    run: Callable[[], Any],
    knob: str,
    panels: dict[str, Draw],
    caption: Callable[[Settings, Result], str],
    readouts: Callable[[Settings, Result], dict[str, str]],
) -> View:
    """Return the view of one mistake: `run` once, and its panels at the option of its knob."""
    drawn = {name: lambda s, r, draw=draw: draw(r.runs, r.k) for name, draw in panels.items()}
    return View(lambda s: Result(run(), place(s, knob)), drawn, caption, readouts)


VIEWS = {
    "test_set": _view(
        runs.chance,
        "tried",
        {"mistake": data.on_test, "fix": data.on_fresh},
        caption_test_set,
        lambda s, r: {
            "Best of m, exactly": number(float(r.runs.exact[r.k])),
            "On fresh cases": number(float(r.runs.fresh[r.k].mean()), 3),
        },
    ),
    "assumptions": _view(
        runs.signs,
        "number",
        {"mistake": data.more_rows, "fix": data.number_first},
        caption_assumptions,
        lambda s, r: {"Right signs, n = 10 000": f"{number(100 * r.runs.shares[r.k, -1], 3)} %"},
    ),
    "objective": _view(
        runs.overfit,
        "epoch",
        {"mistake": training.on_training, "fix": training.on_validation},
        caption_objective,
        lambda s, r: {
            "Loss over that of the best epoch": plus_minus(r.runs.validation[:, r.k] - r.runs.validation.min(axis=1)),
            "Accuracy on new digits": percent(r.runs.accuracy[:, r.k]),
        },
    ),
    "norms": _view(
        runs.norms,
        "nonzero",
        {"mistake": data.one_norm, "fix": data.either_norm},
        caption_norms,
        lambda s, r: {"Ridge over lasso": f"{number(float(r.runs.ridge[r.k].mean() / r.runs.lasso[r.k].mean()), 3)}×"},
    ),
    "units": _view(
        runs.scaled,
        "unit",
        {"mistake": data.raw_units, "fix": data.standard_units, "by_unit": data.error_by_unit},
        caption_units,
        lambda s, r: {
            "Error above standardised": f"{number(100 * (r.runs.errors[r.k] / r.runs.fixed_error - 1), 2)} %"
        },
    ),
    "seeds": _view(
        runs.luck,
        "count",
        {"mistake": data.one_seed, "fix": data.more_seeds},
        caption_seeds,
        lambda s, r: {"Wrong verdicts": f"{number(100 * r.runs.wrong[r.k], 2)} %"},
    ),
    "smoothing": View(
        lambda s: Result(runs.smoothed(s.seed), place(s, "beta")),
        {
            "mistake": lambda s, r: training.smoothed_only(r.runs, r.k),
            "fix": lambda s, r: training.with_raw(r.runs, r.k),
        },
        caption_smoothing,
        lambda s, r: {
            "Spike as shown": number(r.runs.seen(r.k), 3),
            "Mean delay": f"{number(s.beta / (1 - s.beta), 3)} steps",
        },
    ),
    "theory": _view(
        runs.theory,
        "gamma",
        {"mistake": data.textbook, "fix": data.least_norm},
        caption_theory,
        lambda s, r: {"Risk by theory": number(float(r.runs.exact[r.k]))},
    ),
    "state": _view(
        runs.resumed,
        "saved",
        {"mistake": training.last_statistics, "fix": training.own_statistics, "adam": training.adam_resumed},
        caption_state,
        lambda s, r: {
            "Lost with the statistics": f"{number(100 * (r.runs.own[r.k] - r.runs.last[r.k]).mean(), 3)} points",
            "Adam's first step": f"{number(float((r.runs.first[1] / r.runs.first[0]).mean()), 2)}× as long",
        },
    ),
    "precision": _view(
        runs.rounded,
        "decay",
        {"mistake": training.kept_short, "fix": training.kept_long, "sums": training.ones},
        caption_precision,
        lambda s, r: {
            "Weight in bfloat16": number(float(r.runs.rounded[r.k, -1]), 3),
            "Exactly": number(float(np.exp(runs.TICKS * np.log1p(-s.decay))), 3),
        },
    ),
}
