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
