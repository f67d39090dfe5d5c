"""The same strength λ under the names and scalings of other books and libraries.

Here the objective is (1/2n)‖y − Xw − b‖² + λP(w) with P = ½‖w‖₂² (ridge), ‖w‖₁ (lasso) or their mixture. Elsewhere
the loss is scaled otherwise and so the number for the same solution is λ times a constant and, often, n.
"""

from dataclasses import dataclass

from regviz.checks import above, fraction, non_negative


@dataclass(frozen=True)
class Convention:
    """Another scaling: its value for the same solution is factor · n^power · λ."""

    name: str
    objective: str
    symbol: str
    factor: float
    power: int
    penalties: tuple[str, ...]
    """which it is for, of ridge, lasso and elastic net"""

    def scale(self, n: int) -> float:
        """Return value / λ for n observations."""
        return self.factor * above("n", n, 0) ** self.power


RIDGE, SPARSE = ("ridge",), ("lasso", "elastic net")

CONVENTIONS = (
    Convention("scikit-learn Ridge", "‖y − Xw‖² + α‖w‖₂²", "α", 1.0, 1, RIDGE),
    Convention("scikit-learn Lasso, ElasticNet; glmnet", "(1/2n)‖y − Xw‖² + α P(w)", "α", 1.0, 0, SPARSE),
    Convention("sum of squares", "w = (XᵀX + kI)⁻¹Xᵀy", "k", 1.0, 1, RIDGE),
    Convention("ESL ridge (3.41)", "‖y − Xw‖² + λ‖w‖₂²", "λ", 1.0, 1, RIDGE),
    Convention("ESL lasso (3.52)", "½‖y − Xw‖² + λ‖w‖₁", "λ", 1.0, 1, ("lasso",)),
    Convention("SGD weight decay, half mean square", "w ← w − η(g + λw), g = ∇(1/2n)‖y − Xw‖²", "λ", 1.0, 0, RIDGE),
    Convention("SGD weight decay, mean square", "w ← w − η(g + λw), g = ∇(1/n)‖y − Xw‖²", "λ", 2.0, 0, RIDGE),
)


@dataclass(frozen=True)
class Translation:
    """One row of the table: what to write under another convention."""

    name: str
    objective: str
    symbol: str
    value: float


def to_convention(lambda_: float, n: int, name: str) -> float:
    """Return the value that gives, under the convention `name` with n observations, the solution of λ here.

    >>> to_convention(0.1, 442, "scikit-learn Ridge")
    44.2
    """
    return float(non_negative("lambda_", lambda_)) * convention(name).scale(n)


def from_convention(value: float, n: int, name: str) -> float:
    """Return the λ that gives here the solution of `value` under the convention `name` with n observations.

    >>> from_convention(44.2, 442, "scikit-learn Ridge")
    0.1
    """
    return float(non_negative("value", value)) / convention(name).scale(n)


def translations(lambda_: float, n: int, l1_ratio: float | None = None) -> list[Translation]:
    """Return λ for n observations under every convention, one row each, or only those with the penalty of l1_ratio."""
    found = CONVENTIONS
    if l1_ratio is not None:
        penalty = {0.0: "ridge", 1.0: "lasso"}.get(fraction("l1_ratio", l1_ratio), "elastic net")
        found = tuple(c for c in CONVENTIONS if penalty in c.penalties)
    return [Translation(c.name, c.objective, c.symbol, to_convention(lambda_, n, c.name)) for c in found]


def convention(name: str) -> Convention:
    """Return the convention called `name`. Raises ValueError naming all of them where there is none."""
    known = {c.name: c for c in CONVENTIONS}
    if name not in known:
        raise ValueError(f"convention must be one of {', '.join(known)}; got {name!r}")
    return known[name]
