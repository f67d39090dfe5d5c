"""Before anything is computed: the range in which the answer lies, from everyone's numbers."""

from itertools import pairwise

from regviz.figures.exercises import Settings, compute
from regviz.questions.question import Question
from regviz.wording import number


def ask(s: Settings) -> Question:
    """Ask for the range of the answer."""
    exercise = compute(s)
    problem, told = exercise.problem, exercise.drawn.told
    ranges = _ranges(problem.cuts)
    answer = ranges[exercise.range]
    text = f"{told}. Before you compute: in which range is {problem.what}?"
    return Question(text, answer, f"It is {answer}.", ("problem",), ranges)


def _ranges(cuts: tuple[float, ...]) -> tuple[str, ...]:
    """Return the ranges between cuts, as words."""
    between = pairwise(cuts)
    inner = (f"between {number(low)} and {number(high)}" for low, high in between)
    return f"below {number(cuts[0])}", *inner, f"above {number(cuts[-1])}"
