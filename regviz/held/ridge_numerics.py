"""What the arithmetic did against what the eigenvalues say."""

from regviz.against import Row
from regviz.figures.ridge_numerics import Result, Settings

STEP, EVERY = 100, 5
"""a step, and how many lie between two that are predicted"""


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the condition number, how far descent comes, and the rate at which it no longer does."""
    left = r.expected[STEP // EVERY], r.share[STEP]
    return [
        Row("condition number", r.path.predicted[r.now], r.path.measured[r.now], "(e_max + λ)/(e_min + λ)"),
        Row("excess left after 100 steps", *left, "each direction times 1 − η(e + λ) a step"),
        Row("stability limit 2/L", 2 / (1 + s.lambda_), r.limit, "e_max = 1 in every problem"),
    ]
