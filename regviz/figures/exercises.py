"""Ten exercises: the numbers of a seed and a row, and a picture of each problem."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import plotly.graph_objects as go

from regviz.exercises.exercise import Exercise
from regviz.exercises.sheet import PROBLEMS, generate
from regviz.figures.kit import problems
from regviz.figures.kit.views import View
from regviz.knobs import Choice, Seed, Slider

SAID = (
    "Row 0 has the same numbers for all, each other row nearly always its own. Answers stay when the row changes, and "
    "are graded anew."
)
ROW = Slider("Row in the class list", 0, 60, 1, help=SAID)
SEED = Seed(high=99, help="The class seed: each is another set of numbers.")
NAMES = tuple(problem.title for problem in PROBLEMS.values())


@dataclass(frozen=True)
class Settings:
    """Whose numbers, and which exercise."""

    row: Annotated[int, ROW] = 0
    view: Annotated[str, Choice("Exercise", tuple(PROBLEMS), NAMES)] = "l2_penalty"
    seed: Annotated[int, SEED] = 7


SCRUB = ("row",)


def compute(s: Settings) -> Exercise:
    """Return the exercise with its numbers."""
    return generate(s.view, s.seed, s.row)


def caption(s: Settings, r: Exercise) -> str:
    """State the whole problem in plain words."""
    return f"{r.drawn.told}. Find {r.problem.what}, to three digits."


def readouts(s: Settings, r: Exercise) -> dict[str, str]:
    """Say whose numbers these are."""
    return {"Numbers of": f"{f'row {s.row}' if s.row else 'everyone'}, seed {s.seed}"}


def _view(draw: Callable[[dict[str, Any], str], go.Figure]) -> View:
    return View(compute, {"problem": lambda s, r: draw(r.drawn.given, r.drawn.told)}, caption, readouts)


VIEWS = {slug: _view(getattr(problems, slug)) for slug in PROBLEMS}
