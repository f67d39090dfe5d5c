"""The expected error of soft thresholding in closed form, and what Stein's estimate says of it on average."""

import numpy as np

from regviz.against import Row
from regviz.averages import mean_error
from regviz.figures.soft_threshold import Result, Settings, draw_signal, sure
from regviz.memory import once
from regviz.penalties.l1 import soft_threshold_risk
from regviz.wording import number

DRAWS = 400


def rows(s: Settings, r: Result) -> list[Row]:
    """Return the mean square error per coefficient, for the rule that has a closed form."""
    if s.rule != "soft":
        return []
    exact, mean, error = _expected(s.signal, s.basis, s.noise, s.step * s.lambda_)
    what = f"mean square error; SURE over {DRAWS} draws, standard error {number(error, 2)}"
    return [Row(what, exact, mean, "Donoho and Johnstone 1994, appendix 2")]


@once(most=64)
def _expected(signal: str, basis: str, noise: float, threshold: float) -> tuple[float, float, float]:
    """Return the exact error, the mean of SURE over the draws, and its standard error; the mean level is kept."""
    truth, _, B, _ = draw_signal(signal, basis, noise, 0)
    theta = B @ truth
    exact = (
        noise**2 * (1 + sum(soft_threshold_risk(threshold / noise, float(v) / noise) for v in theta[1:])) / len(theta)
    )
    drawn = theta + noise * np.random.default_rng(1).standard_normal((DRAWS, len(theta)))
    mean, error = mean_error(sure(Settings(rule="soft", noise=noise), drawn, threshold))
    return float(exact), float(mean), float(error)
