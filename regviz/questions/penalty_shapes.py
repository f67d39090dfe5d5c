"""When a penalty takes a weight to zero against a parabola."""

import numpy as np

from regviz.figures.penalty_shapes import Settings, family
from regviz.knobs import grid
from regviz.questions.question import Question, whether
from regviz.wording import number

COVERED = ("problem",)


def ask(s: Settings) -> Question:
    """Ask for the smallest λ at which the minimum is at exactly zero; where there is none, whether it ever is."""
    lambdas, shown = grid(Settings, "lambda_"), family(s, s.penalty)
    w = np.array([float(shown.prox(np.array([s.z]), lambda_)[0]) for lambda_ in lambdas])
    zero = w == 0
    if zero.all() or not zero.any():
        why = f"Even at λ = {number(lambdas[-1], 3)} the minimum in “Against a parabola” is at w = {number(w[-1], 3)}."
        return whether("Is the minimum against the parabola at exactly zero for any λ?", bool(zero.any()), why, COVERED)
    k = int(zero.argmax())
    why = (
        f"At λ = {number(lambdas[k], 3)} the minimum in “Against a parabola” is at exactly zero, one step of the "
        f"slider before it is at w = {number(w[k - 1], 3)}."
    )
    text = "What is the smallest λ at which the minimum against the parabola is at exactly zero?"
    return Question(text, float(lambdas[k]), why, COVERED, field="lambda_")
