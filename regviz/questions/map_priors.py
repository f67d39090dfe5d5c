"""When the mode of the posterior has an exact zero."""

from regviz.figures.map_priors import Settings, whole_path
from regviz.questions.question import Question, whether
from regviz.wording import number

COVERED = ("path", "second_weight")


def ask(s: Settings) -> Question:
    """Ask for the smallest λ at which the MAP of w₂ is exactly zero, where there is one; else whether it ever is."""
    path = whole_path(s)
    zero = path.modes[:, 1] == 0
    if zero.all() or not zero.any():
        why = f"At {int(zero.sum())} of the {len(zero)} values of λ the MAP has w₂ = 0 in “Both estimates against λ”."
        return whether("Is w₂ exactly zero in the MAP at any λ?", bool(zero.any()), why, COVERED)
    k = int(zero.argmax())
    why = (
        f"At λ = {number(path.strengths[k], 3)} “Both estimates against λ” has w₂ = 0 in the MAP, and "
        f"{number(path.means[k, 1], 3)} in the posterior mean."
    )
    text = "What is the smallest λ at which w₂ is exactly zero in the MAP?"
    return Question(text, float(path.strengths[k]), why, COVERED, field="lambda_")
