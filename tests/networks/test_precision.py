"""bfloat16 against its definition: the nearest of all its numbers, ties to the one with an even last bit."""

import numpy as np
import pytest

from regviz import to_bfloat16

PATTERNS = np.arange(0x7F80, dtype=np.uint32)
NUMBERS = (PATTERNS << np.uint32(16)).view(np.float32).astype(float)
"""all non-negative finite ones, in rising order"""


def nearest(x):
    right = np.clip(np.searchsorted(NUMBERS, x), 1, len(NUMBERS) - 1)
    low, high = NUMBERS[right - 1], NUMBERS[right]
    below = (x - low < high - x) | ((x - low == high - x) & (PATTERNS[right - 1] % 2 == 0))
    return np.where(below, low, high)


def test_it_is_the_nearest_number_with_ties_to_even(rng):
    x = np.exp(rng.uniform(-80, 80, 4000)).astype(np.float32).astype(float)
    ties = (NUMBERS[1000:20_000:7] + NUMBERS[1001:20_001:7]) / 2
    for values in (x, ties, NUMBERS):
        np.testing.assert_array_equal(to_bfloat16(values), nearest(values))
        np.testing.assert_array_equal(to_bfloat16(-values), -nearest(values))


def test_eight_bits_are_kept_and_the_rest_is_infinite():
    assert to_bfloat16([256.0, 257.0, 258.0]).tolist() == [256, 256, 258]
    assert to_bfloat16([1 - 2**-9, 1 - 2**-9 - 2**-20]).tolist() == [1, 1 - 2**-8]
    assert to_bfloat16([NUMBERS[-1], 3.4e38, -1e300, 1e-60]).tolist() == [NUMBERS[-1], np.inf, -np.inf, 0]
    assert to_bfloat16(0.1).shape == ()


def test_nan_is_refused():
    with pytest.raises(ValueError, match="x"):
        to_bfloat16([1.0, np.nan])
