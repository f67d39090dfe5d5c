"""Pictures in rows, levels with their names, and the nuclear ball where matrices of rank 1 lie on its rims."""

import numpy as np
import pytest

from regviz.figures.kit.labels import level
from regviz.figures.kit.nuclear_ball import FACING, TILT, diamond, solid
from regviz.figures.kit.pictures import sheet
from regviz.figures.kit.spectra import spectrum


def test_a_level_out_of_sight_is_at_the_ceiling_with_an_arrow():
    line, word = level(2.0, 3.0, "here", "#000000", (0, 1))
    assert line["y"].tolist() == [2, 2]
    assert word["text"] == [" here "]
    line, word = level(7.0, 3.0, "there", "#000000", (0, 1))
    assert line["y"].tolist() == [3, 3]
    assert word["text"] == [" there ↑ "]


def test_every_pixel_is_drawn_once_and_holes_apart():
    pictures = np.linspace(0, 1, 128).reshape(2, 64)
    pictures[0, :10] = np.nan
    traces = sheet({"one": pictures, "two": pictures}, "t", "2")._data
    drawn = [int((~np.isnan(trace["x"])).sum()) // 4 for trace in traces[:-1]]
    assert sum(drawn[:8]) == 2 * (128 - 10)
    assert sum(drawn[8:]) == 2 * 10
    assert traces[-1]["text"] == ["one", "two"]


@pytest.mark.parametrize("e", [(1.5, 0.0), (0.0, -1.5), (1.5, -1.5), (1.5, 1.5)])
def test_the_solution_lies_on_the_ball(e):
    """The rims are ellipses of half axes r and r·sin(tilt) around heights ±r·cos(tilt); rank 1 lies on one of them."""
    now = np.array(e)
    r = np.abs(now).sum() / 2
    figure = solid(np.array([2.0, 1.0]), np.stack([now, 0 * now]), now, "1")
    x, y = (float(figure._data[-1][axis][0]) for axis in "xy")
    off = [np.hypot(x / r, (y - up * r * np.cos(TILT)) / (r * np.sin(TILT))) for up in (1, -1)]
    assert (min(abs(np.array(off) - 1)) < 1e-9) == (0 in e)
    assert x == pytest.approx((e[0] - e[1]) / 2 * np.cos(FACING))


def test_the_circle_around_y_touches_the_diamond_at_the_solution():
    given, now = np.array([2.0, 0.5]), np.array([1.2, 0.0])
    body, circle = diamond(given, now[None], now, "1")._data[:2]
    np.testing.assert_allclose(np.abs(body["x"]) + np.abs(body["y"]), 1.2, atol=1e-9)
    np.testing.assert_allclose(np.hypot(circle["x"] - 2, circle["y"] - 0.5), np.hypot(0.8, 0.5), atol=1e-9)


def test_true_values_that_are_zero_are_not_drawn():
    truth = np.array([3.0, 1.0, *[0.0] * 38])
    figure = spectrum(np.full(40, 2.0), np.full(40, 1.0), truth, 1.0, 2.0, "1")
    (shown,) = [trace["y"] for trace in figure._data if trace["name"] == "truth"]
    assert np.nansum(shown) == 4
    assert np.isnan(shown).sum() == 28
