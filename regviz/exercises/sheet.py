"""The ten exercises, and the numbers that a seed and a row give them."""

import numpy as np

from regviz.exercises import penalties, training
from regviz.exercises.exercise import LETTERS, Exercise, sound
from regviz.memory import once

PROBLEMS = {problem.slug: problem for problem in (*penalties.PROBLEMS, *training.PROBLEMS)}


@once(most=2048)
def generate(slug: str, seed: int = 0, row: int = 0) -> Exercise:
    """Return an exercise with the numbers of a class seed and a row of the class list; row 0 is everyone's.

    The options of its choices have an order of their own too. Numbers that make no good exercise are drawn again.
    Raises KeyError for an unknown slug.
    """
    problem = PROBLEMS[slug]
    rng = np.random.default_rng((seed, row, list(PROBLEMS).index(slug)))
    while True:
        drawn = problem.draw(rng)
        if drawn is not None and sound(problem, drawn):
            return Exercise(problem, drawn, *(tuple(rng.permutation(len(LETTERS)).tolist()) for _ in range(2)))
