"""What no network can get below: the test loss of the curve behind the points."""

from regviz.against import Row
from regviz.averages import mean_error
from regviz.experiments.early_stopping import NOISE, losses_of_truth
from regviz.figures.early_stopping import Result, Settings
from regviz.wording import number


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the floor of the test loss, where a curve is learnt."""
    if s.data != "curve":
        return []
    mean, error = (float(v) for v in mean_error(losses_of_truth()))
    return [Row(f"test loss of the true curve, standard error {number(error, 2)}", NOISE**2 / 2, mean, "σ²/2")]
