"""Whether the slope allowed is used, how soon power iteration is near, and which bound certifies most."""

import numpy as np

from regviz.experiments import spectral_normalization as runs
from regviz.figures.spectral_normalization import VIEWS, Result, Settings
from regviz.knobs import place
from regviz.questions.question import Question, extreme, foremost, whether
from regviz.wording import number

USED = 0.9  # of the slope allowed
NEAR = 1.0  # degree


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    asked = {"fit": _fit, "power": _power, "opponent": _opponent, "dirac": _dirac, "digits": _digits}
    return asked[s.view](s, VIEWS[s.view].compute(s))


def _fit(s: Settings, r: Result[runs.Fits]) -> Question:
    bound, slope = runs.BOUNDS[-1], r.runs.slopes[-1].mean()
    why = f"In “Steepest slope” it is {number(slope, 3)} at K = {number(bound)}."
    text = f"Does the network use at least {100 * USED:g} % of the slope allowed at K = {number(bound)}?"
    return whether(text, bool(slope >= USED * bound), why, ("slope",))


def _power(s: Settings, r: Result[runs.Powers]) -> Question:
    angles, covered = np.degrees(r.runs.angle), ("rates",)
    near = angles < NEAR
    k = int(near.argmax()) if near.any() else len(angles) - 1
    radians = number(np.radians(angles[k]), 2)
    why = f"In “Angle (radians) and error” it is {radians}, or {number(angles[k], 2)}°, at k = {runs.COUNTS[k]:g}."
    if near[0] or not near.any():
        text = f"Is v within {NEAR:g}° after {runs.COUNTS[k]:g} iteration{'s' if k else ''}?"
        return whether(text, bool(near[0]), why, covered)
    text = f"What is the smallest number of iterations k after which v is within {NEAR:g}°?"
    return Question(text, float(runs.COUNTS[k]), why, covered, field="k")


def _opponent(s: Settings, r: Result[runs.Opponents]) -> Question:
    held = runs.HELD.index(float(s.limit))
    left = {name: float(r.runs.minimax[i, -1].mean()) for name, i in ((f"L = {s.limit}", held), ("free", -1))}
    text = f"Which opponent leaves the fakes the larger gradient after {runs.CHECKS[-1]} steps?"
    where = "In “Gradient at the fakes” it"
    return foremost(text, left, where, ("signal",), most=True)


def _dirac(s: Settings, r: Result[runs.Game]) -> Question:
    factor = float(r.runs.factor[r.k])
    text = f"Does the game with γ = {s.gamma:g} come to rest at h = {s.rate:g}?"
    why = f"A step multiplies the distance by {number(factor)} in the long run."
    return whether(text, factor < 1 - 1e-9, why, ("distance", "eigenvalues"))


def _digits(s: Settings, r: Result[runs.Robust]) -> Question:
    certified = 100 * r.runs.certified[place(s, "radius"), :-1].mean(axis=1)
    title, covered = f"Digits, %; ε = {s.radius:g}; dotted: free", ("shares",)
    if not certified.any():
        why = f"In “{title}” 0 % are certified at each of {len(certified)} bounds."
        return whether(f"Is any digit certified at ε = {s.radius:g}, at any L?", False, why, covered)
    what = f"the share certified at ε = {s.radius:g}"
    return extreme(what, "L", title, "slope", runs.SLOPES, certified, covered, most=True)
