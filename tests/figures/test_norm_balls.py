"""Balls that touch a line, norms as bars, points on two sides, and a mark that follows a slider."""

import numpy as np
import pytest

from regviz.experiments.implicit_regularization import NET, plane
from regviz.figures.kit.edges import followed
from regviz.figures.kit.norm_balls import lengths, touching
from regviz.figures.kit.separated import separated
from regviz.figures.kit.traces import axis, line

THREE = (NET, "gradient descent", "Adam")


@pytest.mark.parametrize("slope", [0.1, 0.5, 0.9])
def test_every_ball_touches_the_line(slope):
    """No point of a ball lies beyond it, and one lies on it: 121 points of a circle leave 4e-4."""
    p = plane(slope, 0.1)
    paths = {name: p.paths[name] for name in THREE}
    fig = touching(p.a, p.least, paths, 10, "1")
    for ball, (_, place) in zip(fig._data[:3], p.least.values(), strict=True):
        height = p.a[0] * ball["x"] + p.a[1] * ball["y"]
        assert height.max() == pytest.approx(1, abs=4e-4)
        assert height.max() <= 1 + 1e-12
        assert p.a @ place == pytest.approx(1)
    shown = [np.isfinite(trace["x"]).sum() for trace in fig._data if trace["name"] in THREE]
    assert shown == [11, 11, 11]


def test_bars_are_norms_over_the_least():
    p = plane(0.5, 0.001)
    fig = lengths({"a": np.array([1.0, 0.0]), "b": np.array([0.8, 0.4]), "c": np.full(2, 2 / 3)}, p.least)
    heights = np.array([np.nanmax(np.reshape(trace["y"], (3, 5)), axis=1) for trace in fig._data[1:4]])
    told = [[1, np.sqrt(1.25), 1.5], [1.2, 1, 1.2], [4 / 3, np.sqrt(8 / 9 * 1.25), 1]]
    np.testing.assert_allclose(heights, told, rtol=1e-12)


def test_lines_stand_at_right_angles_to_their_weights():
    x, labels = np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([1.0, -1.0])
    fig = separated(x, labels, np.array([True, False]), np.array([1.0, 2.0]), np.array([3.0, -1.0]), "1")
    for trace, w in zip(fig._data[:2], ([1.0, 2.0], [3.0, -1.0]), strict=True):
        np.testing.assert_allclose(np.stack([trace["x"], trace["y"]], axis=1) @ w, 0, atol=1e-12)
    assert [len(trace["x"]) for trace in fig._data[2:]] == [1, 1, 1]


def test_a_mark_follows_the_slider():
    at = np.array([1.0, 2.0, 3.0])
    fig = followed(axis("x", (0, 4)), at, 1, [line(at, at**2, "#000000", "squares")], [4.0], "Squares", span=(0, 9))
    assert (fig._data[-2]["x"].tolist(), fig._data[-2]["y"].tolist()) == ([2.0], [4.0])
    assert fig._layout["meta"]["alt"] == "Squares at 2: 4."
    assert fig._layout["showlegend"]
