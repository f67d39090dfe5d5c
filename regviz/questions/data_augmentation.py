"""Which strength is best, and from which noise on a weight has another sign."""

from regviz.experiments import data_augmentation as runs
from regviz.figures.data_augmentation import FIELDS, TESTED, VIEWS, Result, Settings
from regviz.questions.question import Question, extreme
from regviz.wording import number

SYMBOLS = {"shift": "shift in training", "rotate": "turn in training", "flip": "chance of a mirror image"}


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    r = VIEWS[s.view].compute(s)
    return {"mixup": _mixup, "noise": _noise}[s.view](r) if s.view not in FIELDS else _images(s, r)


def _images(s: Settings, r: Result[runs.Images]) -> Question:
    by = r.runs.moves[r.move]
    tested = f"test images {TESTED[s.view].format(by) if by else 'not moved'}"
    what, title, errors = f"the error on {tested}", f"Error on {tested}, %", r.errors.mean(axis=1)
    return extreme(what, SYMBOLS[s.view], title, FIELDS[s.view], r.runs.strengths, errors, ("error",))


def _mixup(r: Result[runs.Mixed]) -> Question:
    errors = 100 * r.runs.errors.mean(axis=1)
    what = "the error on fresh points"
    return extreme(what, "α", "Error on fresh points, %", "alpha", runs.MIXES, errors, ("error",))


def _noise(r: Result[runs.Noisy]) -> Question:
    second = r.runs.ridge[:, 1]
    k = int((second * second[0] < 0).argmax())
    now, sigma = number(second[k], 3), number(runs.SIGMAS[k])
    why = f"In “Ridge, and noisy copies (rings)” w₂ is {number(second[0], 3)} without noise and {now} at σ = {sigma}."
    text = "What is the smallest σ at which w₂ of ridge has changed its sign?"
    return Question(text, float(runs.SIGMAS[k]), why, ("weights",), field="sigma")
