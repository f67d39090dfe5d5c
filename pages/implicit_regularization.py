from regviz.figures import implicit_regularization as topic
from regviz.figures.implicit_regularization import Settings
from regviz.ui import page
from regviz.ui.topic import Shown


def against(s: Settings, shown: Shown) -> None:
    """Hold the view against what is exact or printed."""
    page.held(shown.compute(s).held())


page.show(topic, between=against, maths="x", notice=("a", "b", "c", "d"))
