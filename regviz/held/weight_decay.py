"""Descent with decay on the quadratic, step by step in closed form, without noise."""

from regviz.against import Row
from regviz.experiments.weight_decay import STEPS, curvatures_of, minimiser, walks
from regviz.figures.weight_decay import Result, Settings

AFTER = 50


def rows(s: Settings, r: Result) -> list[Row]:
    """Return w₁ of SGD with decay after 50 steps and at the end."""
    w = walks(s.lambda_, s.learning_rate, s.curvature, 0.0, 0).sgd[:, 0]
    goal = minimiser(s.curvature, s.lambda_)[0]
    left = 1 - s.learning_rate * (curvatures_of(s.curvature)[0] + s.lambda_)
    told = "hc/(h + λ) · (1 − (1 − η(h + λ))ᵗ)"
    return [
        Row(f"w₁ of SGD with decay at step {t}, no noise", float(goal * (1 - left**t)), float(w[t]), told)
        for t in (AFTER, STEPS)
    ]
