"""What training chooses: which norm, how slowly, from which start."""

from typing import Any

import numpy as np

from regviz.experiments import implicit_regularization as runs
from regviz.figures.implicit_regularization import THREE, VIEWS, Settings
from regviz.questions.question import Question, extreme, foremost, whether
from regviz.wording import number

NEAR = 1.0  # degree


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    r = VIEWS[s.view].compute(s)
    asked = {"norms": _norms, "margin": _margin, "scale": _scale, "stopping": _stopping, "factors": _factors}
    return asked[s.view](r)


def _norms(r: Any) -> Question:
    _, goal = r.runs.least["L2"]
    apart = {name: float(np.linalg.norm(r.runs.paths[name][-1] - goal)) for name in THREE}
    text = f"Which of the three ends nearest to the point of least L2 norm, from α = {number(r.runs.alpha, 3)}?"
    return foremost(text, apart, "In “Solutions and balls” the distance at the end", ("plane", "norms"))


def _margin(r: Any) -> Question:
    angles, covered = r.runs.angles, ("angle",)
    near = angles < NEAR
    if near.all() or not near.any():
        why = f"In “Angle, degrees” it is {number(angles[-1], 3)}° at log₁₀ t = {runs.TIMES[-1]:g}."
        text = f"Is the line within {NEAR:g}° of that of largest margin at any log₁₀ t?"
        return whether(text, bool(near.any()), why, covered)
    k = int(near.argmax())
    why = f"In “Angle, degrees” it is {number(angles[k], 3)}° at log₁₀ t = {runs.TIMES[k]:g}."
    text = f"What is the smallest log₁₀ t at which the line is within {NEAR:g}° of that of largest margin?"
    return Question(text, float(runs.TIMES[k]), why, covered, field="time")


def _scale(r: Any) -> Question:
    return extreme(
        "the mean error", "α", "Error ‖w − β‖²", "alpha", runs.ALPHAS, r.runs.errors.mean(axis=1), ("error",)
    )


def _stopping(r: Any) -> Question:
    return extreme("the risk of the stopped flow", "t", "Risk E‖w − β‖²", "stop", runs.STOPS, r.runs.flow, ("risk",))


def _factors(r: Any) -> Question:
    ends = {f"{scale:g}": float(v) for scale, v in zip(runs.SCALES, r.runs.unseen[:, -1].mean(axis=-1), strict=True)}
    text = "From which initial scale is the error on unseen entries least at the end?"
    return foremost(text, ends, "In “Error on unseen entries” the mean at the end", ("unseen",))
