"""Level curves against curves that are known."""

import numpy as np
import pytest

from regviz.figures.kit.contours import level_curves

X, Y = np.linspace(-2, 2, 41), np.linspace(-1.5, 1.5, 31)


def pieces(x, y):
    cuts = np.flatnonzero(np.isnan(x))
    return [np.stack(p) for p in zip(np.split(x, cuts), np.split(y, cuts), strict=True)]


def test_a_circle_is_one_closed_curve():
    x, y = level_curves(X, Y, -(X**2) - Y[:, None] ** 2, -1.0)
    np.testing.assert_allclose(np.hypot(x, y), 1.0, atol=0.0013)  # h²/8 with h = 0.1
    assert (x[0], y[0]) == (x[-1], y[-1])
    angle = np.unwrap(np.arctan2(y, x))
    assert abs(abs(angle[-1] - angle[0]) - 2 * np.pi) < 1e-9
    assert np.abs(np.diff(angle)).max() < 0.15  # no jump across the circle


def test_a_plane_is_cut_exactly_and_the_curve_stays_open():
    x, y = level_curves(X, Y, X + 2 * Y[:, None], 0.33)
    np.testing.assert_allclose(x + 2 * y, 0.33, atol=1e-12)
    assert (x[0], y[0]) != (x[-1], y[-1])
    assert {x[0], x[-1]} <= {-2.0, 2.0} or {y[0], y[-1]} <= {-1.5, 1.5}


def test_two_hills_give_two_curves():
    z = np.exp(-8 * ((X - 1) ** 2 + Y[:, None] ** 2)) + np.exp(-8 * ((X + 1) ** 2 + Y[:, None] ** 2))
    assert len(pieces(*level_curves(X, Y, z, 0.5))) == 2


def test_a_saddle_keeps_its_low_corners_apart():
    x, _ = level_curves([0, 1], [0, 1], [[0, 1], [1, 0]], 0.4)
    assert np.isnan(x).sum() == 1
    x, y = level_curves([0, 1], [0, 1], [[1, 0], [0, 1]], 0.4)
    first, second = pieces(x, y)
    assert {tuple(np.round(p, 9)) for p in first.T} == {(0.6, 0.0), (1.0, 0.4)}
    assert len(second.T) == 3  # NaN and two points


def test_no_curve_is_one_gap():
    x, y = level_curves(X, Y, X + Y[:, None], 100.0)
    assert np.isnan(x).all()
    assert np.isnan(y).all()


def test_uneven_grids_are_allowed():
    x = np.concatenate([-np.geomspace(2, 0.01, 30), np.geomspace(0.01, 2, 30)])
    a, b = level_curves(x, x, -np.abs(x) - np.abs(x[:, None]), -0.5)
    assert np.abs(np.abs(a) + np.abs(b) - 0.5).max() < 1e-12  # linear between grid lines: exact


def test_shapes_must_match():
    with pytest.raises(ValueError, match="z must have shape"):
        level_curves(X, Y, np.zeros((3, 3)), 0.0)
