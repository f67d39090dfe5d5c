"""From which radius on the narrow minimum is empty or the valley passed, and which radius and scale are best."""

from regviz.experiments import sharpness_aware as runs
from regviz.figures.sharpness_aware import VIEWS, Result, Settings
from regviz.questions.question import Question, extreme, whether
from regviz.wording import number

FLAT = 1.0  # of D, which is 0 at the flattest point


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    asked = {"basins": _basins, "valley": _valley, "digits": _digits, "rescale": _rescale}
    return asked[s.view](VIEWS[s.view].compute(s))


def _basins(r: Result[runs.Basins]) -> Question:
    dent, covered = r.runs.shares[0], ("shares",)
    empty = dent == 0
    k = int(empty.argmax()) if empty.any() else int(dent.argmin())
    why = f"In “Share of starts” the share in the dent is {number(dent[k], 3)} at ρ = {number(runs.RHOS[k])}."
    if empty[0] or not empty.any():
        return whether("Is there a ρ at which none of the starts ends in the dent?", bool(empty.any()), why, covered)
    text = "What is the smallest ρ at which none of the starts ends in the dent?"
    return Question(text, float(runs.RHOS[k]), why, covered, field="rho")


def _valley(r: Result[runs.Valley]) -> Question:
    ends, covered = r.runs.D[0, :, -1], ("drift",)
    near = ends < FLAT
    k = int(near.argmax()) if near.any() else int(ends.argmin())
    radius = number(runs.VALLEY_RHOS[k], 3)
    why = f"In “Distance from flat, D = u² − v²” SAM ends at {number(ends[k], 3)} with ρ = {radius}."
    if near[0] or not near.any():
        return whether(f"Is there a ρ with which SAM ends at D below {FLAT:g}?", bool(near.any()), why, covered)
    text = f"What is the smallest ρ with which SAM ends at D below {FLAT:g} after {runs.VALLEY_STEPS} steps?"
    return Question(text, float(runs.VALLEY_RHOS[k]), why, covered, field="radius")


def _digits(r: Result[runs.Digits]) -> Question:
    right = 100 * r.runs.accuracy.mean(axis=1)
    what = "the share of test digits right at the end"
    title = "Test digits right, %"
    return extreme(what, "ρ", title, "reach", runs.DIGITS_RHOS, right, ("accuracy",), most=True)


def _rescale(r: Result[runs.Rescaled]) -> Question:
    what = "the largest eigenvalue after plain training"
    return extreme(what, "α", "Largest eigenvalue of H", "alpha", runs.ALPHAS, r.runs.plain[0], ("plain",))
