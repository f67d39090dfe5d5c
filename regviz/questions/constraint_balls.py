"""Where the first weight dies, or whether one does."""

import numpy as np

from regviz.figures.constraint_balls import Settings, whole_path
from regviz.knobs import without
from regviz.questions.question import Question
from regviz.wording import number

COVERED = ("path", "certificate")


def ask(s: Settings) -> Question:
    """Ask at which λ or t a weight is first exactly zero, where one is; else whether one is."""
    lambdas, budgets, path, _ = whole_path(without(s, "lambda_", "budget"))
    field, values = ("budget", budgets) if s.constrained else ("lambda_", lambdas)
    symbol, zero = "t" if s.constrained else "λ", np.any(path == 0, axis=1)
    if s.penalty == "l2" or not zero.any():
        why = f"Of {len(path)} values of {symbol} on the slider, {int(zero.sum())} have a weight at exactly 0."
        answer = "yes" if zero.any() else "no"
        return Question(f"Is a weight exactly zero at any {symbol}?", answer, why, COVERED, ("yes", "no"))
    k = np.flatnonzero(zero)[-1 if s.constrained else 0]
    answer, dead = float(values[k]), " and ".join(f"w{'₁₂'[j]}" for j in np.flatnonzero(path[k] == 0))
    which = "largest" if s.constrained else "smallest"
    why = f"At {symbol} = {number(answer, 3)} the path shows {dead} at exactly 0."
    return Question(f"What is the {which} {symbol} with a weight at exactly zero?", answer, why, COVERED, field=field)
