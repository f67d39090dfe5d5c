"""Which λ the validation rows choose."""

from regviz.figures.choosing_lambda import OPTIONS, Settings, compute
from regviz.questions.question import Question, extreme


def ask(s: Settings) -> Question:
    """Ask at which λ the validation error is least."""
    curves = compute(s).study.curves
    return extreme(
        "the validation error",
        "λ",
        "Training, validation and test error",
        "lambda_",
        OPTIONS,
        curves.validation,
        ("errors",),
    )
