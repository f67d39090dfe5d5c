"""Adam's moments are those of its step, at its own defaults."""

import inspect

import numpy as np
import pytest

from regviz import adam, adamw
from regviz.descent.moments import BETA1, BETA2, EPSILON, averaged, first, second


@pytest.mark.parametrize("make", [adam, adamw])
def test_the_constants_are_adams_defaults(make):
    told = inspect.signature(make).parameters
    assert [told[name].default for name in ("beta1", "beta2", "epsilon")] == [BETA1, BETA2, EPSILON]


def test_the_moments_make_the_step(rng):
    gradients, rule = rng.standard_normal((30, 4)), adam(0.1)
    state, steps, squares = rule.init(np.zeros(4)), [], []
    for gradient in gradients:
        step, state = rule.update(gradient, state, np.zeros(4))
        steps.append(step)
        squares.append(state.v)
    t = np.arange(1, 31)[:, None]
    expected = -0.1 * first(averaged(gradients), t) / second(np.array(squares), t)
    np.testing.assert_allclose(steps, expected, rtol=1e-12, atol=1e-15)  # a sum of numbers near 1 that cancel
