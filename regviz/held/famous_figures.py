"""What the sources print."""

from regviz.experiments.famous_figures import Card
from regviz.figures.famous_figures import Settings
from regviz.held.row import Row


def rows(s: Settings, r: Card) -> list[Row]:
    """Return what the view at hand is held against."""
    return [Row(*row) for row in r.held()]
