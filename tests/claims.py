"""A line of "what to notice" has the test that carries its words; one that names no settings holds at random ones."""

from dataclasses import replace

import numpy as np
import pytest

from regviz.knobs import knobs

claim = pytest.mark.claim
"""@claim("the line, word for word"): this test proves it, or a part of it"""


def random_settings(settings_type, count=50, seed=0, **fixed):
    """Return `count` states drawn at random from all options of all knobs, with these `fixed`."""
    rng, table = np.random.default_rng(seed), knobs(settings_type)
    free = [name for name in table if name not in fixed]
    draws = ({name: table[name].options[rng.integers(len(table[name].options))] for name in free} for _ in range(count))
    return [replace(settings_type(), **fixed, **draw) for draw in draws]
