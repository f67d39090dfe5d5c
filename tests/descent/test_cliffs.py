"""Losses with a wall: gradients by finite differences, values by a plain loop, a wall that grows with time."""

import math

import numpy as np
import pytest
from certify import assert_gradient

from regviz.descent.cliffs import CLIFF, SLANT, recurrent, sigmoid

pytestmark = pytest.mark.underflows


@pytest.mark.parametrize("surface", [CLIFF, recurrent(1), recurrent(7), recurrent(20)], ids=["cliff", "1", "7", "20"])
def test_gradients_agree_with_finite_differences(surface, rng):
    for _ in range(20):
        w = np.array([rng.uniform(*surface.x), rng.uniform(*surface.y)])
        # the wall has third derivatives of some 1e5, by which central differences at h = 1e-5 err by about 1e-5
        assert_gradient(surface.value, surface.gradient, w, tolerance=3e-5)


def test_the_cliff_is_steep_at_its_wall():
    at = 0.4 * SLANT
    assert CLIFF.value(at) == pytest.approx(0.2 * 0.16 + 1.0)
    np.testing.assert_allclose(CLIFF.gradient(at), (0.16 - 20.0) * SLANT)


@pytest.mark.parametrize("length", [1, 2, 50])
@pytest.mark.parametrize("p", [(5.0, -2.0), (6.5, -3.9), (4.2, -1.0)])
def test_the_map_is_a_loop(length, p):
    x = 0.5
    for _ in range(length):
        x = p[0] / (1 + math.exp(-x)) + p[1]
    assert recurrent(length).value(np.array(p)) == pytest.approx((1 / (1 + math.exp(-x)) - 0.7) ** 2, rel=1e-9)


def test_many_points_at_once(rng):
    points = np.stack([rng.uniform(3, 6, (3, 5)), rng.uniform(-3.5, -0.5, (3, 5))], axis=-1)
    surface = recurrent(30)
    assert surface.gradient(points).shape == (3, 5, 2)
    np.testing.assert_allclose(surface.gradient(points)[1, 2], surface.gradient(points[1, 2]))
    np.testing.assert_allclose(surface.value(points)[2, 4], surface.value(points[2, 4]))


@pytest.mark.parametrize("z", [-800.0, 0.0, 3.0, 800.0])
def test_sigmoid_of_anything(z):
    assert sigmoid(np.array(z)) == pytest.approx(0.5 if z == 0 else 1 / (1 + math.exp(-max(z, -700))), abs=1e-15)
