"""Words in charts reach 4.5:1, the contrast that WCAG asks of text (1.4.3), on light, dark and printed paper."""

import colorsys

import numpy as np
import pytest
from test_figures import MODULES, SHOWN, SLUGS, picked

from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.ui.messages import plain

READABLE = 4.5


def channels(color):
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def over(color, paper):
    """Return #RRGGBB or #RRGGBBAA on paper, as three channels."""
    share = int(color[7:9] or "FF", 16) / 255
    return share * channels(color) + (1 - share) * paper


def luminance(rgb):
    """Relative luminance, WCAG 2.2."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def contrast(color, paper):
    dark, light = sorted(luminance(rgb) for rgb in (over(color, paper), paper))
    return (light + 0.05) / (dark + 0.05)


def in_mode(color, mode):
    """Return a colour of a figure as the browser shows it."""
    return theme.DARK.get(color[:7], color[:7]) + color[7:] if mode == "dark" else color


PAPERS = {mode: channels(color) for mode, color in theme.PAPER.items()}


def inside(trace, x, y):
    """Return whether a filled outline, of one piece or of several between NaN, has a point in it (even-odd rule)."""
    x0, y0 = (np.asarray(trace[axis], dtype=float) for axis in "xy")
    pieces = np.split(np.arange(len(x0)), np.flatnonzero(np.isnan(x0)))
    crossings = 0
    for piece in pieces:
        at = piece[np.isfinite(x0[piece]) & np.isfinite(y0[piece])]
        (xa, ya), (xb, yb) = (x0[at], y0[at]), (np.roll(x0[at], -1), np.roll(y0[at], -1))
        spans = (ya > y) != (yb > y)
        crossings += np.sum(xa[spans] + (y - ya[spans]) / (yb - ya)[spans] * (xb - xa)[spans] > x)
    return crossings % 2 == 1


def ground(fig, x, y, mode):
    """Return what a word at (x, y) stands on: the paper, or the areas drawn there."""
    paper = PAPERS[mode]
    for trace in fig._data:
        if "fill" in trace and inside(trace, x, y):
            paper = over(in_mode(trace["fillcolor"], mode), paper)
    return paper


def inked(trace):
    """Yield x, y, word and colour of every word of a trace."""
    colors = trace["textfont"]["color"]
    colors = [colors] * len(trace["text"]) if isinstance(colors, str) else colors
    for x, y, word, color in zip(trace["x"], trace["y"], trace["text"], colors, strict=True):
        if word.strip() and np.isfinite([x, y]).all():
            yield x, y, word, color


@pytest.mark.parametrize("slug", SLUGS)
def test_words_reach_their_contrast(slug):
    """At the defaults and at one extreme."""
    for s in (MODULES[slug].Settings(), picked(slug)[-1][1]):
        result = SHOWN[slug].compute(s)
        for name, draw in SHOWN[slug].view(s).panels.items():
            fig = draw(s, result)
            assert "font" not in str(plain(fig)["layout"]), "words of a layout have the template's ink"
            for trace in (trace for trace in fig._data if "text" in trace["mode"]):
                assert trace.get("opacity", 1) == 1
                for x, y, word, color in inked(trace):
                    found = [contrast(in_mode(color, mode), ground(fig, x, y, mode)) for mode in PAPERS]
                    assert min(found) >= READABLE, (name, word, color, found)


@pytest.mark.parametrize("mode", PAPERS)
def test_the_words_of_axes_legends_and_tooltips_reach_it(mode):
    layout = theme.template(mode)["layout"]
    tip = layout["hoverlabel"]
    assert contrast(layout["font"]["color"], PAPERS[mode]) >= READABLE
    assert contrast(tip["font"]["color"], channels(tip["bgcolor"])) >= READABLE


@pytest.mark.parametrize("color", theme.INKS)
def test_an_ink_keeps_its_hue(color):
    label = words([0], [0], ["word"], color)["textfont"]["color"]
    hues = [colorsys.rgb_to_hls(*channels(one))[0] for one in (color, label)]
    assert label != color
    assert hues[0] == pytest.approx(hues[1], abs=1 / 360)  # a degree: what rounding to 8 bits costs
