"""Long computations tell who listens, and end where the listener raises."""

import numpy as np
import pytest

from regviz import MLP, split, train
from regviz.progress import listening, telling


def test_only_the_innermost_listener_hears():
    outer, inner = [], []
    with listening(lambda *told: outer.append(told)):
        with listening(lambda *told: inner.append(told)):
            telling("b")(1, 2)
        telling("a")(2, 2)
    telling("nobody")(1, 1)
    assert inner == [(0.5, "b")]
    assert outer == [(1.0, "a")]


def test_a_listener_that_raises_ends_the_work_and_is_forgotten(rng):
    told = []

    def leave(share, what):
        told.append(share)
        if len(told) == 3:
            raise KeyboardInterrupt

    data = split(rng.standard_normal((30, 2)), rng.standard_normal(30), 10, 10)
    with pytest.raises(KeyboardInterrupt), listening(leave):
        train(MLP((2, 3, 1)), data, loss="squared", epochs=10, progress=telling("Training"))
    np.testing.assert_allclose(told, [0.1, 0.2, 0.3])
    telling("after")(1, 1)
    assert len(told) == 3
