"""How much λ mends the conditioning."""

from math import sqrt

from regviz.figures.ridge_numerics import Settings, problem_of
from regviz.questions.question import Question, whether
from regviz.wording import number

COVERED = ("condition",)


def ask(s: Settings) -> Question:
    """Ask at which λ the condition number is down to its square root; of a perfect one, whether λ changes it."""
    e = problem_of(s.condition, s.p, s.noise, s.seed).eigenvalues
    goal = sqrt(s.condition)
    if s.condition == 1:
        why = "“Condition number” is 1 at every λ, for all eigenvalues are equal."
        return whether("Does λ change the condition number?", False, why, COVERED)
    answer = float((e[0] - goal * e[-1]) / (goal - 1))  # where (e₁ + λ)/(e_p + λ) is the goal
    why = f"In “Condition number” the curve passes {number(goal, 3)} at λ = {number(answer, 3)}."
    text = f"At which λ is the condition number down from {number(s.condition, 3)} to its root, {number(goal, 3)}?"
    return Question(text, answer, why, COVERED, field="lambda_")
