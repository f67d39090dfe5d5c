"""Each road that is ridge against ridge in closed form."""

from regviz.against import Row
from regviz.figures.equivalences import SAME, Result, Settings


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the first weight of ridge beside that at the end of each road."""
    truth = float(r.roads.problem.ridge[r.k, 0])
    return [Row(f"w₁, {name}", truth, float(r.roads.ends[name][r.k, 0]), SAME[name][1]) for name in SAME]
