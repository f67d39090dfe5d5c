"""Where a flexible model predicts best."""

from regviz.figures.home import Settings, compute
from regviz.questions.question import Question, extreme


def ask(s: Settings) -> Question:
    """Ask at which λ the validation error is least."""
    r = compute(s)
    return extreme(
        "the validation error",
        "λ",
        "Training and validation error",
        "lambda_",
        r.strengths,
        r.fits.validation,
        ("errors",),
    )
