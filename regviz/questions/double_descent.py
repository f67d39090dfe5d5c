"""Where the error is least without a penalty, and whether more samples may hurt."""

from typing import Any

from regviz.figures.double_descent import VIEWS, Settings
from regviz.questions.question import Question, whether
from regviz.wording import number

COVERED = ("error",)
SIDES = ("p < n", "p = n", "p > n")


def ask(s: Settings) -> Question:
    """Ask what each view answers best, at λ = 0."""
    r = VIEWS[s.view].compute(s)
    return (
        _samples(r)
        if s.view == "samples"
        else _features(r, "Test error" if s.view == "features" else "Test digits wrong")
    )


def _features(r: Any, title: str) -> Question:
    at, errors = r.runs.at, r.runs.errors[r.k]
    k = int(errors.argmin())
    answer = SIDES[1 + int(at[k] > r.square) - int(at[k] < r.square)]
    why = f"In “{title}” at λ = 0 it is least, {number(errors[k], 3)}, at p = {at[k]}, where n = {r.square}."
    return Question("For which number of features p is the test error least at λ = 0?", answer, why, COVERED, SIDES)


def _samples(r: Any) -> Question:
    at, errors = r.runs.at, r.runs.errors[r.k]
    k = int(errors.argmax())
    text = f"Does any larger number of samples have a larger test error than n = {at[0]}, at λ = 0?"
    why = (
        f"In “Test error” at λ = 0 it is {number(errors[0], 3)} at n = {at[0]}, and largest, "
        f"{number(errors[k], 3)}, at n = {at[k]}."
    )
    return whether(text, k > 0, why, COVERED)
