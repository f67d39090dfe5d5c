"""What an exercise is: a problem of the field, and its numbers for one seed and row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LEAST = 0.005  # that a number may be off, however small the answer
LETTERS = "abc"  # how the options of a choice are called in an address


@dataclass(frozen=True)
class Pick:
    """A question with three options, the place of the right one, and why it is right."""

    text: str
    options: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True)
class Drawn:
    """The numbers of an exercise and what follows from them.

    `told` states the numbers in plain words, `ask` is the same as Markdown. `steps` derive the answer, in LaTeX and
    with all numbers filled in and "&" where they are aligned. `slips` are well-known wrong answers with what is said
    to each. `shown` are settings of the page that treats the problem, as near to the numbers as its knobs allow.
    """

    given: dict[str, Any]
    told: str
    ask: str
    answer: float
    steps: tuple[str, ...]
    slips: tuple[tuple[float, str], ...]
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> str:
        """The steps below each other, aligned."""
        return r"\begin{aligned}" + r"\\".join(self.steps) + r"\end{aligned}"


@dataclass(frozen=True)
class Problem:
    """What is the same for every seed; `draw` makes numbers, or None where they are of no use.

    `what` names the answer in a sentence, and `cuts` divide its range into those that a reader may guess. `because`
    says in a sentence why the derivation holds, and `page` treats the problem.
    """

    slug: str
    title: str
    what: str
    cuts: tuple[float, ...]
    hint: str
    because: str
    page: str
    definition: Pick
    diagnostic: Pick
    draw: Callable[[np.random.Generator], Drawn | None]


@dataclass(frozen=True)
class Exercise:
    """A problem with its numbers, and the order in which the options of each choice are shown."""

    problem: Problem
    drawn: Drawn
    definition: tuple[int, ...] = (0, 1, 2)
    diagnostic: tuple[int, ...] = (0, 1, 2)

    @property
    def tolerance(self) -> float:
        """How far a number may be from the answer: half a percent of it, and never less than LEAST."""
        return tolerance(self.drawn.answer)

    @property
    def range(self) -> int:
        """The number of cuts below the answer."""
        return sum(self.drawn.answer > cut for cut in self.problem.cuts)


def tolerance(answer: float) -> float:
    """Return how far a number may be from an answer.

    >>> tolerance(0.3), tolerance(-4.0)
    (0.005, 0.02)
    """
    return max(0.005 * abs(answer), LEAST)


def sound(problem: Problem, drawn: Drawn) -> bool:
    """Return whether numbers make a good exercise: an answer that is neither 0 nor near a slip or a cut."""
    near = 3 * tolerance(drawn.answer)
    others = (0.0, *problem.cuts, *(value for value, _ in drawn.slips))
    return all(abs(drawn.answer - other) > near for other in others)


def on_grid(rng: np.random.Generator, low: float, high: float, step: float) -> float:
    """Return one of low, low + step, ..., high."""
    return round(low + step * int(rng.integers(round((high - low) / step) + 1)), 6)
