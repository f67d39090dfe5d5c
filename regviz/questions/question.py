"""A question that the charts of a page answer: what is asked, what is right, and what stays covered until then."""

from dataclasses import dataclass
from math import inf, log
from typing import Any

from regviz.knobs import LogSlider, knobs


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
