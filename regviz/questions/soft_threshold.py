"""Which threshold brings the signal back best."""

from regviz.figures.soft_threshold import Settings, error_curves
from regviz.knobs import grid
from regviz.questions.question import Question, extreme
from regviz.wording import number


def ask(s: Settings) -> Question:
    """Ask at which λ the error of the reconstruction is least, at the default step."""
    errors, _ = error_curves(s)
    what = f"the error of the reconstruction (with the step at {number(s.step)})"
    return extreme(what, "λ", "Error against λ", "lambda_", grid(Settings, "lambda_"), errors, ("error",))
