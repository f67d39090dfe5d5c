"""What the sources print."""

from regviz.against import Row
from regviz.experiments.famous_figures import Card
from regviz.figures.famous_figures import Settings


def rows(s: Settings, r: Card) -> list[Row]:
    """Return what the view at hand is held against."""
    return r.held()
