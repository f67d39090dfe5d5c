"""Which road is farthest from ridge."""

from regviz.experiments.equivalences import COPIED, ELSEWHERE, NEAR
from regviz.figures.equivalences import NAMED, Settings, compute
from regviz.questions.question import Question, foremost
from regviz.wording import number

ASKED = ("Adam + L2", COPIED, *NEAR, *ELSEWHERE)


def ask(s: Settings) -> Question:
    """Ask which of several roads ends farthest from ridge."""
    now = compute(s).now
    distances = {NAMED.get(name, name): now[name] for name in ASKED}
    text = f"Which of these ends farthest from ridge at λ = {number(s.lambda_, 3)}?"
    return foremost(text, distances, "The distance over the length of ridge", ("roads", "plane", "distance"), most=True)
