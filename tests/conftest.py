"""Every floating-point accident is an error."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def strict_arithmetic():
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(0)
