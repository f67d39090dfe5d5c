"""One question for each figure, answered from what it draws."""

from collections.abc import Callable

import numpy as np

from regviz.experiments.famous_figures import NETS, Card
from regviz.figures.famous_figures import Settings, compute
from regviz.questions.question import Question, foremost

Asked = tuple[str, dict[str, float], str, bool]
"""the question, what each choice has, what that is, and whether the largest is right"""


def ask(s: Settings) -> Question:
    """Ask what the figure answers best."""
    text, values, where, most = ASKED[s.view](compute(s))
    return foremost(text, values, where, ("figure",), most=most)


def at(x: str, text: str, where: str, places: tuple[float, ...], *, most: bool) -> Callable[[Card], Asked]:
    """Return what asks at which of several places the last of ours is largest or least."""

    def asked(r: Card) -> Asked:
        where_, values = list(r.ours.values())[-1]
        found = {f"{x} = {p:g}": float(values[np.abs(where_ - p).argmin()]) for p in places}
        return text, found, where, most

    return asked


def _paths(r: Card) -> Asked:
    first = {name: float(sums[max((w != 0).argmax() - 1, 0)]) for name, (sums, w) in r.ours.items()}
    some = {name: first[name] for name in ("age", "bmi", "s1", "s5")}
    return "Which of these weights leaves zero first as ‖w‖₁ grows?", some, "‖w‖₁ at which it leaves zero", False


def _averages(r: Card) -> Asked:
    (_, early), (_, season) = r.theirs.values()
    guesses = {"first 45 at bats": early, "James–Stein": r.ours["James–Stein"][1]}
    errors = {name: float(((guess - season) ** 2).sum()) for name, guess in guesses.items()}
    return "Which is nearer to the season, in squares over all players?", errors, "The sum of squares", False


def _orthonormal(r: Card) -> Asked:
    values = {name: float(w[-1]) for name, (_, w) in r.ours.items()}
    return "Which of the two shrinks b = 3 more?", values, "The weight", False


def _rates(r: Card) -> Asked:
    values = {"momentum": r.rows[0].ours, "gradient descent": r.rows[1].ours}
    return "Which keeps less of its error a step, each at its best?", values, "The share kept", False


def _stopping(r: Card) -> Asked:
    values = {name: float(y.max()) for name, (_, y) in r.ours.items()}
    return "For which true weight is stopping dearest beside ridge?", values, "The largest ratio", True


def _spectrum(r: Card) -> Asked:
    x, y = r.ours["simulated"]
    return (
        "The mean eigenvalue is 1; are more of them below or above 1?",
        {"below": float(y[x < 1].sum() / y.sum()), "above": float(y[x > 1].sum() / y.sum())},
        "The share",
        True,
    )


def _grouping(r: Card) -> Asked:
    apart = {}
    for kind in NETS:
        weights = [y for name, (_, y) in r.ours.items() if name.startswith(kind)]
        apart[kind] = float(np.ptp(weights, axis=0).max())
    return "Whose weights of the three copies part more?", apart, "The largest gap", True


ASKED: dict[str, Callable[[Card], Asked]] = {
    "paths": _paths,
    "polynomials": at("x", "Where is the fit highest?", "The fit", (0.0, 0.25, 0.5, 0.75), most=True),
    "averages": _averages,
    "thresholds": _orthonormal,
    "rates": _rates,
    "stopping": _stopping,
    "directions": at("log₁₀ t", "Where is the angle least?", "The angle", (2.0, 8.0, 16.0), most=False),
    "ridgeless": at("γ", "At which of these is the risk largest?", "The risk", (0.5, 1.25, 2.0, 5.0), most=True),
    "spectrum": _spectrum,
    "transition": at("k/n", "At which is most recovered?", "The share", (0.25, 0.4, 0.55), most=True),
    "unbiased": at("t", "Which threshold has the least error?", "The error", (0.0, 1.4, 3.0, 4.0), most=False),
    "grouping": _grouping,
    "digits": at("p", "Where are most test digits wrong?", "The share", (10.0, 28.0, 100.0, 1000.0), most=True),
}
