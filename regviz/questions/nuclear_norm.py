"""Which λ recovers a matrix best, and where the rank falls."""

from typing import Any

import numpy as np

from regviz.experiments.nuclear_norm import STRENGTHS
from regviz.figures.nuclear_norm import VIEWS, Settings
from regviz.questions.question import Question, extreme, whether
from regviz.wording import number

SYMBOL = "λ/λmax"


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    return {"denoise": _noise, "complete": _holes, "digits": _images, "ball": _ball}[s.view](VIEWS[s.view].compute(s))


def _noise(r: Any) -> Question:
    return extreme(
        "the error per entry", SYMBOL, "Error per entry", "strength", STRENGTHS, r.runs.errors, ("error", "rank")
    )


def _holes(r: Any) -> Question:
    return extreme(
        "the error on unseen entries", SYMBOL, "Error per entry", "strength", STRENGTHS, r.runs.unseen, ("error",)
    )


def _images(r: Any) -> Question:
    return extreme(
        "the error on unseen pixels", SYMBOL, "Error per entry", "strength", STRENGTHS, r.runs.unseen, ("error",)
    )


def _ball(r: Any) -> Question:
    ranks, covered = np.count_nonzero(r.runs.path, axis=1), ("eigenvalues",)
    if ranks[0] < 2:
        why = f"In “Its eigenvalues” one of them is 0 from {SYMBOL} = {number(STRENGTHS[0])} on."
        return whether("Has the solution rank 2 at any λ?", False, why, covered)
    k = int((ranks < 2).argmax())
    why = f"In “Its eigenvalues” the solution has rank {ranks[k]} at {SYMBOL} = {number(STRENGTHS[k])}, and 2 before."
    text = f"What is the smallest {SYMBOL} at which the solution has a rank below 2?"
    return Question(text, float(STRENGTHS[k]), why, covered, field="strength")
