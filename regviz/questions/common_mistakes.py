"""What each mistake hides: a number to guess before the charts say it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from regviz.checks import Array
from regviz.experiments import common_mistakes as runs
from regviz.figures.common_mistakes import VIEWS, Settings
from regviz.questions.question import Question, extreme, foremost
from regviz.wording import number

MISTAKE, FIX = ("mistake",), ("fix",)


def ask(s: Settings) -> Question:
    """Ask what the view answers best."""
    return ASKED[s.view](VIEWS[s.view].compute(s).runs)


def _first(
    text: str, field: str, values: Array, curve: Array, holds: Array, chart: str, covers: tuple[str, ...]
) -> Question:
    """Ask for the first of a slider's values at which something holds of a curve over them."""
    k = int(holds.argmax())
    why = f"In “{chart}” it is {number(float(curve[k]), 3)} at {number(float(values[k]), 3)}."
    return Question(text, float(values[k]), why, covers, field=field)


def _test_set(r: Any) -> Question:
    text = "Of how many models that toss a coin is the best expected to be right in 60 of 100 cases?"
    return _first(text, "tried", runs.TRIES, r.exact, r.exact >= 0.6, "Mistake: the best on the test set", MISTAKE)


def _assumptions(r: Any) -> Question:
    text = "From which irrepresentable number on are the signs right in fewer than 90 % of draws of 10 000 rows?"
    share = r.shares[:, -1]
    return _first(text, "number", runs.NUMBERS, share, share < 0.9, "Fix: the number first", FIX)


def _objective(r: Any) -> Question:
    loss = r.validation.mean(axis=0)
    return extreme(
        "the loss on new digits", "epoch", "Fix: loss on new digits", "epoch", runs.EPOCHS, loss, FIX, equals=" "
    )


def _norms(r: Any) -> Question:
    means = {"ridge": float(r.ridge.mean()), "the lasso": float(r.lasso.mean())}
    return foremost("Which norm has the smaller excess risk, averaged over all k?", means, "The average", MISTAKE)


def _units(r: Any) -> Question:
    covers = ("mistake", "by_unit")
    return extreme(
        "the error", "factor", "Cross-validated error", "unit", runs.UNITS, r.errors, covers, most=True, equals=" "
    )


def _seeds(r: Any) -> Question:
    text = "How many seeds of each does it take to err in at most 10 % of comparisons?"
    return _first(text, "count", runs.COUNTS, r.wrong, r.wrong <= 0.1, "Fix: wrong verdicts by seeds", FIX)


def _smoothing(r: Any) -> Question:
    seen = np.array([r.seen(k) for k in range(len(runs.BETAS))])
    text = "From which β on does the average show less than a quarter of the spike?"
    return _first(text, "beta", runs.BETAS, seen, seen < runs.HEIGHT / 4, "Mistake: the smoothed loss", MISTAKE)


def _theory(r: Any) -> Question:
    risk = np.where(runs.RATIOS > 1, r.exact, np.inf)
    text = "With more features than samples, at which γ is the excess risk least?"
    return _first(text, "gamma", runs.RATIOS, risk, risk == risk.min(), "Fix: theory of the least norm", FIX)


def _state(r: Any) -> Question:
    last = r.last.mean(axis=1)
    text = "From which epoch on do saved weights tell half of new digits under the statistics of epoch 30?"
    return _first(text, "saved", runs.SAVES, last, last >= 0.5, "Mistake: last statistics", MISTAKE)


def _precision(r: Any) -> Question:
    end = r.rounded[:, -1]
    text = "What is the least decay on the slider that moves a weight of 1 in bfloat16?"
    return _first(text, "decay", runs.DECAYS, end, end < 1, "Mistake: keep bfloat16", MISTAKE)


ASKED: dict[str, Callable[[Any], Question]] = {
    "test_set": _test_set,
    "assumptions": _assumptions,
    "objective": _objective,
    "norms": _norms,
    "units": _units,
    "seeds": _seeds,
    "smoothing": _smoothing,
    "theory": _theory,
    "state": _state,
    "precision": _precision,
}
