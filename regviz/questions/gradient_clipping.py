"""When clipping by value leaves the direction alone."""

import numpy as np

from regviz.figures.gradient_clipping import Settings, compute
from regviz.questions.question import Question, whether
from regviz.wording import number

COVERED = ("ball_and_box", "angle")


def ask(s: Settings) -> Question:
    """Ask for the smallest θ at which clipping by value no longer bends the longest gradient, where there is one."""
    runs = compute(s).runs
    straight = runs.bent == 0
    if straight.all() or not straight.any():
        why = f"“Angle to the gradient” has {number(runs.bent[-1], 3)}° by value at the largest θ."
        text = "Is there a θ at which clipping by value does not bend the longest gradient?"
        return whether(text, bool(straight.any()), why, COVERED)
    k = int(straight.argmax())
    why = (
        f"“Angle to the gradient” has 0° by value from θ = {number(runs.thresholds[k], 3)} on: no component of the "
        f"gradient is larger than {number(float(np.abs(runs.steepest).max()), 3)}."
    )
    text = "What is the smallest θ at which clipping by value does not bend the longest gradient?"
    return Question(text, float(runs.thresholds[k]), why, COVERED, field="threshold")
