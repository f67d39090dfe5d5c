"""Handwritten digits: 1 797 images of 8 × 8 pixels.

Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
doi 10.24432/C50P49, its test set of 13 writers, as scikit-learn's `load_digits` has it; licence CC BY 4.0. A pixel
counts, from 0 to 16, the dark points of a 4 × 4 block. digits.npz: `images` (1797, 64) and `labels` (1797,), uint8.
"""

from pathlib import Path

import numpy as np

from regviz.checks import Array


def load_digits() -> tuple[Array, Array]:
    """Return X (1797, 64), pixels in [0, 1] row by row, and y (1797,), the digits 0 to 9."""
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        return file["images"] / 16.0, file["labels"].astype(float)
