"""Words in charts reach 4.5:1, the contrast that WCAG asks of text (1.4.3), on light, dark and printed paper."""

import colorsys

import numpy as np
import pytest
from test_figures import MODULES, SHOWN, SLUGS, picked

from regviz.figures.kit import theme
from regviz.figures.kit.labels import words
from regviz.figures.kit.traces import SHADE
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


def ground(fig, x, y, mode):
    """Return what a word at (x, y) stands on: the paper, or the shade of a heat map's cell."""
    paper = PAPERS[mode]
    for trace in fig._data:
        if trace.get("meta") == SHADE or isinstance(trace.get("meta"), dict):
            corners = np.stack([trace["x"], trace["y"]])
            cells = corners.reshape(2, -1, 5)[:, :, :4] if corners.shape[1] % 5 == 0 else np.empty((2, 0, 4))
            low, high = cells.min(axis=2), cells.max(axis=2)
            if ((low[0] <= x) & (x <= high[0]) & (low[1] <= y) & (y <= high[1])).any():
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
