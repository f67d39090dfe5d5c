"""Which drop rate is best; in the linear model, whether dropout makes zeros."""

from regviz.experiments.dropout import RATES
from regviz.figures.dropout import Settings, Spread, compute_curve, compute_digits, compute_linear
from regviz.questions.question import Question, extreme, whether


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    return {"digits": _digits, "curve": _curve, "linear": _linear}[s.view](s)


def _digits(s: Settings) -> Question:
    validation = compute_digits(s).runs.validation[..., -1].mean(axis=1)
    return extreme(
        "the validation accuracy", "drop rate p", "Accuracy", "rate", RATES, validation, ("accuracy",), most=True
    )


def _curve(s: Settings) -> Question:
    found: Spread = compute_curve(s).runs
    return extreme(
        "the error of eval mode", "drop rate p", "Error", "rate", RATES, found.eval_error.mean(axis=1), ("error",)
    )


def _linear(s: Settings) -> Question:
    exact = compute_linear(s).runs.exact
    zeros = int((exact == 0).sum())
    why = f"In “Weights kw” {zeros} of {exact.shape[1]} weights at {len(exact)} drop rates are exactly zero."
    text = "Does dropout set a weight to exactly zero at any drop rate?"
    return whether(text, zeros > 0, why, ("weights",))
