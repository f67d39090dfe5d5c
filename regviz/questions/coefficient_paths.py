"""Where the last weight goes; for ridge, whether a weight passes through zero."""

import numpy as np

from regviz.figures.coefficient_paths import Result, Settings, compute, name_of
from regviz.knobs import grid
from regviz.linear.methods import share_of_l1
from regviz.questions.question import Question, whether
from regviz.wording import number

COVERED = ("paths",)


def ask(s: Settings) -> Question:
    """Ask where all weights are zero, or of ridge, which has no zeros, whether a weight changes its sign."""
    r = compute(s)
    return _last(s, r) if share_of_l1(s.penalty, s.l1_ratio) > 0 else _turned(r)


def _last(s: Settings, r: Result) -> Question:
    lambdas, counts, name = grid(Settings, "lambda_"), r.path.counts[r.path.now], name_of(s)
    none = counts == 0
    if none.all() or not none.any():
        why = f"At λ = {number(lambdas[-1], 3)} {counts[-1]} weights are not zero."
        return whether(f"Are all weights of {name} exactly zero at any λ?", bool(none.any()), why, COVERED)
    k = int(none.argmax())
    why = (
        f"At λ = {number(lambdas[k], 3)} the count on top of the paths is 0, one step of the slider before it is "
        f"{counts[k - 1]}."
    )
    text = f"What is the smallest λ at which every weight of {name} is exactly zero?"
    return Question(text, float(lambdas[k]), why, COVERED, field="lambda_")


def _turned(r: Result) -> Question:
    signs = np.sign(r.path.effects)
    both = (signs.max(axis=0) > 0) & (signs.min(axis=0) < 0)
    why = (
        f"In the paths {int(both.sum())} of {len(both)} weights of ridge are positive at some λ and negative at others."
    )
    return whether("Does any weight of ridge change its sign along λ?", bool(both.any()), why, COVERED)
