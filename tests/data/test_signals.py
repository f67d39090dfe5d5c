"""Bases are orthonormal, signals are what their papers say."""

import numpy as np
import pytest
from scipy.fft import dct

from regviz.data import signals


@pytest.mark.parametrize("make", [signals.haar, signals.cosines])
@pytest.mark.parametrize("n", [1, 2, 64, 256])
def test_orthonormal_with_a_constant_first_row(make, n):
    B = make(n)
    np.testing.assert_allclose(B @ B.T, np.eye(n), atol=1e-12)
    np.testing.assert_allclose(B[0], 1 / np.sqrt(n), rtol=1e-12)


def test_cosines_are_the_dct(rng):
    x = rng.standard_normal(128)
    np.testing.assert_allclose(signals.cosines(128) @ x, dct(x, norm="ortho"), atol=1e-12)


def test_haar_of_eight_by_hand():
    np.testing.assert_allclose(signals.haar(8)[1] * np.sqrt(8), [1, 1, 1, 1, -1, -1, -1, -1], atol=1e-14)
    np.testing.assert_allclose(signals.haar(8)[5] * np.sqrt(2), [0, 0, 1, -1, 0, 0, 0, 0], atol=1e-14)


@pytest.mark.parametrize("n", [0, 3, 100])
def test_haar_refuses_other_lengths(n):
    with pytest.raises(ValueError, match=f"power of two; got {n}"):
        signals.haar(n)


def test_blocks_has_eleven_jumps_and_tones_three_coefficients():
    assert np.count_nonzero(np.diff(signals.blocks(256))) == 11
    assert np.count_nonzero(np.abs(signals.cosines(256) @ signals.tones(256)) > 1e-9) == 3


def test_universal_threshold_kills_pure_noise(rng):
    """Of 256 standard normals one passes √(2 log n) with chance 1 − (2Φ(3.33) − 1)^256 = 0.2: four in five do not."""
    draws = np.abs(rng.standard_normal((2000, 256))).max(axis=1)
    share = np.mean(draws > signals.universal_threshold(1.0, 256))
    assert 0.16 < share < 0.24  # ± four standard errors of 2000 draws
