"""Every floating-point accident is an error; `--save-figures DIR` keeps the panels that the tests draw."""

from pathlib import Path

import numpy as np
import pytest


def pytest_addoption(parser):
    parser.addoption("--save-figures", metavar="DIR", type=Path, help="write every panel at its defaults as HTML")


@pytest.fixture(autouse=True)
def strict_arithmetic():
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(0)
