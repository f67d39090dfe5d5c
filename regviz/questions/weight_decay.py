"""For which optimizer L2 and decay of the weights part."""

from regviz.experiments.weight_decay import STEPS, walks
from regviz.figures.weight_decay import Settings
from regviz.questions.question import Question, foremost

NAMES = ("SGD", "SGD with momentum", "Adam")


def ask(s: Settings) -> Question:
    """Ask for which optimizer L2 and decay end farthest apart."""
    d = walks(s.lambda_, s.learning_rate, s.curvature, s.noise, s.seed)
    ends = {name: float(gap[-1]) for name, gap in zip(NAMES, (d.same, d.rolling, d.apart), strict=True)}
    where = f"In “Distance of L2 and decay” the distance at iteration {STEPS}"
    return foremost("For which optimizer do L2 and decay end farthest apart?", ends, where, ("distance",), most=True)
