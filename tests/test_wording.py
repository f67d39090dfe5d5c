"""Numbers and lists as people read them."""

import math

import numpy as np
import pytest

from regviz.averages import mean_error
from regviz.wording import counted, listed, number, pair, percent, plus_minus, quoted, spelled


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0316227, "0.03162"),
        (-2.0, "−2"),
        (1000, "1000"),
        (0.00012, "1.2·10⁻⁴"),
        (0, "0"),
        (math.inf, "∞"),
        (math.nan, "undefined"),
        (9999.9, "10⁴"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_numbers_read_plainly(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (listed(["a"]), "a"),
        (listed(["a", "b"], "or"), "a or b"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (pair(np.array([1e-7, -0.5])), "(10⁻⁷, −0.5)"),
        (percent(np.array([0.9, 0.92])), "91.0 ± 1.0 %"),
        (plus_minus(np.array([0.0, 0.0])), "0.000 ± 0.000"),
        (plus_minus(np.array([100.0, 140.0, 90.0])), "110 ± 15"),
        (spelled(0), "no"),
        (spelled(12), "twelve"),
        (spelled(13), "13"),
        (counted(1, "row"), "1 row"),
        (counted(0, "row"), "0 rows"),
        (quoted("x" * 50), "“" + "x" * 39 + "…”"),
    ],
)
def test_words(said, text):
    assert said == text


def test_the_error_of_a_mean_is_that_of_its_definition(rng):
    values = rng.standard_normal((3, 7, 2))
    mean, error = mean_error(values, axis=1)
    for i, k in np.ndindex(3, 2):
        runs = values[i, :, k].tolist()
        centre = sum(runs) / 7
        assert mean[i, k] == pytest.approx(centre, rel=1e-12)
        assert error[i, k] == pytest.approx((sum((v - centre) ** 2 for v in runs) / 6 / 7) ** 0.5, rel=1e-12)


def test_one_run_tells_no_error():
    mean, error = mean_error([[2.0]])
    assert mean.tolist() == [2.0]
    assert np.isnan(error).all()


@pytest.mark.parametrize(
    ("value", "text"), [(1e-5, "10⁻⁵"), (-1e-5, "−10⁻⁵"), (6e-8, "6·10⁻⁸"), (-12345.0, "−1.234·10⁴"), (1e16, "10¹⁶")]
)
def test_small_and_large_numbers_are_powers_of_ten(value, text):
    assert number(value) == text
