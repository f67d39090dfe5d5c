"""How much smoothing brings the gap down, and which is best for calibration, three classes and a student."""

from regviz.experiments import label_smoothing as runs
from regviz.experiments.label_smoothing import ALPHAS
from regviz.figures.label_smoothing import VIEWS, Settings
from regviz.networks.smoothing import optimal_logit_gap
from regviz.questions.question import Question, extreme
from regviz.wording import number

GAP = 3.0  # reached within the slider by every number of classes


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    if s.view == "loss":
        return _loss(s.classes)
    return {"digits": _digits, "plane": _plane, "teach": _teach}[s.view](VIEWS[s.view].compute(s).runs)


def _loss(classes: int) -> Question:
    smooth = ALPHAS[ALPHAS > 0]
    gaps = optimal_logit_gap(classes, smooth)
    k = int((gaps < GAP).argmax())
    why = f"In “Best gap” it is {number(gaps[k], 3)} at α = {number(smooth[k])}."
    text = f"What is the smallest α at which the best gap of {classes} classes is below {GAP:g}?"
    return Question(text, float(smooth[k]), why, ("gap",), field="alpha")


def _digits(d: runs.Smoothed) -> Question:
    error = d.ece.mean(axis=1)
    return extreme("the calibration error", "α", "Calibration", "alpha", ALPHAS, error, ("calibration",))


def _plane(d: runs.Planes) -> Question:
    spread = d.tight[1].mean(axis=1)
    return extreme("the spread of test images", "α", "Spread/distance", "alpha", ALPHAS, spread, ("spread",))


def _teach(d: runs.Taught) -> Question:
    right, covered = 100 * d.student.mean(axis=1), ("accuracy", "change")
    what = "the share of test digits that the student has right"
    return extreme(what, "α", "Test digits right, %", "alpha", ALPHAS, right, covered, most=True)
