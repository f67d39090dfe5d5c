"""A question that the charts of a page answer: what is asked, what is right, and what stays covered until then."""

from dataclasses import dataclass
from math import inf, log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from regviz.knobs import LogSlider, knobs
from regviz.wording import listed, number


@dataclass(frozen=True)
class Question:
    """What a page asks at some settings; the answer is computed from them.

    Either `options` are the choices and `answer` is one of them, or `field` names the setting on whose slider the
    answer lies, and `answer` is its exact value, which the slider need not have. `covers` are the panels that show the
    answer. `why` says in one sentence, with a number, where the charts show it.
    """

    text: str
    answer: str | float
    why: str
    covers: tuple[str, ...]
    options: tuple[str, ...] = ()
    field: str = ""


def told(question: Question, settings_type: type) -> dict[str, Any]:
    """Return a question as the page needs it: the choices as words, and the place of the right one among them.

    On a slider the right place is the one nearest to the answer, in the slider's own scale.
    """
    asked = {"text": question.text, "why": question.why, "covers": question.covers}
    if question.options:
        return asked | {"choices": question.options, "right": question.options.index(question.answer)}
    knob, answer = knobs(settings_type)[question.field], float(question.answer)
    gaps = [_gap(value, answer, isinstance(knob, LogSlider)) for value in knob.options]
    words = [knob.text(value) for value in knob.options]
    return asked | {"choices": words, "right": gaps.index(min(gaps)), "label": knob.label, "slider": True}


def _gap(value: float, answer: float, ratios: bool) -> float:
    """Return how far a slider's value is from the answer, on its own scale; 0 is no ratio's neighbour but its own."""
    if ratios and answer > 0:
        return abs(log(value / answer)) if value > 0 else inf
    return abs(value - answer)


def extreme(
    what: str,
    symbol: str,
    chart: str,
    field: str,
    values: ArrayLike,
    curve: ArrayLike,
    covers: tuple[str, ...],
    *,
    most: bool = False,
    equals: str = " = ",
) -> Question:
    """Ask at which of `values` (m,), those of a slider, a curve (m,) is least, or largest where `most`; never NaN.

    `what` names the curve, `symbol` the slider, and `chart` is the title of the chart that shows both; `equals` stands
    between the symbol and a value.
    """
    values, curve = np.asarray(values, dtype=float), np.asarray(curve, dtype=float)
    best, word = (np.nanmax(curve), "largest") if most else (np.nanmin(curve), "least")
    there = np.flatnonzero(curve == best)
    answer = float(values[there[0]])
    where = f"At which {symbol} is" if len(there) == 1 else f"What is the smallest {symbol} at which"
    text = f"{where} {what} {'' if len(there) == 1 else 'is '}{word}?"
    why = f"In “{chart}” {what} is {word}, {number(best, 3)}, at {symbol}{equals}{number(answer, 3)}."
    return Question(text, answer, why, covers, field=field)


def foremost(
    text: str, values: dict[str, float], where: str, covers: tuple[str, ...], *, most: bool = False
) -> Question:
    """Ask which of several has the least of `values`, or the largest where `most`; `where` says what the values are."""
    answer = (max if most else min)(values, key=values.__getitem__)
    told = listed([f"{number(value, 3)} for {name}" for name, value in values.items()])
    return Question(text, answer, f"{where} is {told}.", covers, tuple(values))


def whether(text: str, holds: bool, why: str, covers: tuple[str, ...]) -> Question:
    """Ask for a yes or a no."""
    return Question(text, "yes" if holds else "no", why, covers, ("yes", "no"))
