"""What no network can get below: the test loss of the curve behind the points."""

from regviz.averages import mean_error
from regviz.data.curves import wave
from regviz.experiments.early_stopping import NOISE, curve_data
from regviz.figures.early_stopping import Result, Settings
from regviz.held.row import Row
from regviz.memory import once
from regviz.wording import number


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the floor of the test loss, where a curve is learnt."""
    if s.data != "curve":
        return []
    mean, error = floor()
    return [Row(f"test loss of the true curve, standard error {number(error, 2)}", NOISE**2 / 2, mean, "σ²/2")]


@once(most=1)
def floor() -> tuple[float, float]:
    """Return half the mean squared error of the true curve on the test points, and its standard error."""
    d = curve_data()
    mean, error = mean_error((d.y_test - wave(d.X_test[:, 0])) ** 2 / 2)
    return float(mean), float(error)
