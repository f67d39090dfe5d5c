"""What can be said exactly about the mistakes: limits, a response, an expectation, the bits of a number."""

from collections.abc import Callable
from typing import Any

import numpy as np

from regviz.against import Row
from regviz.averages import mean_error
from regviz.experiments import common_mistakes as runs
from regviz.figures.common_mistakes import Result, Settings
from regviz.wording import number

SEEN_WHOLE = 0.7  # up to this β all of the response that counts lies within the steps


def rows(s: Settings, r: Result) -> list[Row]:
    """Return what the view at hand is held against, if anything."""
    return HELD[s.view](s, r) if s.view in HELD else []


def _run(what: str, exact: float, values: np.ndarray, source: str) -> Row:
    mean, error = (float(v) for v in mean_error(values))
    return Row(f"{what}, standard error {number(error, 3)}", exact, mean, source)


def _test_set(s: Settings, r: Result) -> list[Row]:
    told = f"score of the best of {s.tried}"
    return [
        _run(f"{told}, test set", float(r.runs.exact[r.k]), r.runs.best[r.k], "Σ(1 − F(k)ᵐ)/n, exact"),
        _run(f"{told}, fresh cases", 0.5, r.runs.fresh[r.k], "a coin"),
    ]


def _assumptions(s: Settings, r: Result) -> list[Row]:
    share, source = float(r.runs.shares[r.k, -1]), "limit as n grows, Zhao and Yu 2006"
    if s.number == 1:
        return []
    if s.number < 1:
        return [Row("share right at n = 10 000", 1.0, share, source)]
    error = number(0.5 / np.sqrt(runs.DRAWS), 3)
    return [Row(f"share right at n = 10 000, standard error {error}", 0.5, share, source)]


def _smoothing(s: Settings, r: Result) -> list[Row]:
    size = Row("spike as shown", (1 - s.beta) * runs.HEIGHT, r.runs.seen(r.k), "(1 − β)H, response of the average")
    delay = Row("mean delay, steps", s.beta / (1 - s.beta), r.runs.delay(r.k), "β/(1 − β), response of the average")
    return [size, delay] if s.beta <= SEEN_WHOLE else [size]


def _theory(s: Settings, r: Result) -> list[Row]:
    exact = float(r.runs.exact[r.k])
    return [_run("excess risk", exact, r.runs.risks[r.k], "Belkin, Hsu and Xu 2020")] if np.isfinite(exact) else []


def _precision(s: Settings, r: Result) -> list[Row]:
    short, half = (float(sums[-1]) for sums in r.runs.sums)
    return [
        Row("3000 ones in bfloat16", 2.0**8, short, "2⁸, for 8 significant bits"),
        Row("3000 ones in float16", 2.0**11, half, "2¹¹, for 11 significant bits"),
    ]


HELD: dict[str, Callable[[Any, Any], list[Row]]] = {
    "test_set": _test_set,
    "assumptions": _assumptions,
    "smoothing": _smoothing,
    "theory": _theory,
    "precision": _precision,
}
