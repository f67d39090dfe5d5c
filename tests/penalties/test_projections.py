"""Projections: the variational inequality, feasibility, and points already inside."""

import numpy as np
import pytest

import regviz

BALLS = {
    "l1": (regviz.project_l1_ball, lambda w: np.abs(w).sum()),
    "l2": (regviz.project_l2_ball, np.linalg.norm),
    "box": (regviz.project_box, lambda w: np.abs(w).max()),
}


@pytest.mark.parametrize("radius", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("name", BALLS)
def test_projection_is_nearest(name, radius, rng):
    """(z − P(z))ᵀ(v − P(z)) <= 0 for all v of a convex set says exactly that P(z) is its nearest point."""
    project, norm = BALLS[name]
    for _ in range(20):
        z = 3 * rng.standard_normal(5)
        w = project(z, radius)
        assert norm(w) <= radius * (1 + 1e-12)
        others = rng.standard_normal((500, 5))
        others *= radius / np.array([norm(v) for v in others])[:, None]
        assert np.max((others - w) @ (z - w)) <= 1e-9


@pytest.mark.parametrize("name", BALLS)
def test_inside_stays_and_radius_zero_is_the_origin(name):
    project, _ = BALLS[name]
    z = np.array([0.1, -0.2, 0.05])
    np.testing.assert_array_equal(project(z, 10.0), z)
    np.testing.assert_array_equal(np.abs(project(z, 0.0)), 0)


def test_refuses_a_negative_radius():
    with pytest.raises(ValueError, match="radius must be >= 0; got -1"):
        regviz.project_l1_ball([1.0], -1.0)


@pytest.mark.parametrize("size", [1e17, 1e160, 1e300, 1.7e308])
def test_huge_vectors_are_projected_without_overflow(size):
    np.testing.assert_allclose(regviz.project_l1_ball([size, 1.0], 1.0), [1.0, 0.0])
    np.testing.assert_allclose(regviz.project_l1_ball([size, -size, 1.0], 1.0), [0.5, -0.5, 0.0])
    half = size / 2
    np.testing.assert_allclose(regviz.project_l2_ball([0.6 * half, -0.8 * half], 5.0), [3.0, -4.0])
    np.testing.assert_allclose(regviz.project_l2_ball([half, half], size), [half, half])
    group = regviz.prox_group([0.6 * half, 0.8 * half, 3.0, 4.0], 2.5, [0, 0, 7, 7])
    np.testing.assert_allclose(group, [0.6 * half, 0.8 * half, 1.5, 2.0])
    tiny = regviz.prox_group([3 / size, 4 / size], 2.5 / size, [0, 0])
    np.testing.assert_allclose(tiny * size, [1.5, 2.0], rtol=1e-6)  # 1/1.7e308 is no full double
