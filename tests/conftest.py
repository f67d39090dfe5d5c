"""Every floating-point accident is an error; `--save-figures DIR` keeps the panels that the tests draw."""

import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # test processes share the cores; read when numpy is loaded

import numpy as np
import pytest


def pytest_addoption(parser):
    parser.addoption("--save-figures", metavar="DIR", type=Path, help="write every panel at its defaults as HTML")


def pytest_configure(config):
    config.addinivalue_line("markers", "underflows: here a number too small for a float is rightly zero")


@pytest.fixture(autouse=True)
def strict_arithmetic(request):
    under = "ignore" if request.node.get_closest_marker("underflows") else "raise"
    with np.errstate(all="raise", under=under):
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(0)
