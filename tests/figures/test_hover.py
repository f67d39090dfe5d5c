"""Every curve, mark and area that carries meaning says what it is where a pointer meets it."""

import re

import pytest
from test_figures import SHOWN, SLUGS, TRAINED

from regviz.figures.kit.traces import BARS, axis, band, bars, figure, line, points
from regviz.knobs import knobs

CONTOURS = {
    ("constraint_balls", "plane", "loss contours"),
    ("weight_decay", "paths", "contours"),
    ("optimizer_race", "trails", "contours"),
    ("gradient_clipping", "descents", "contours"),
    ("sharpness_aware", "plane", "contours"),
    ("equivalences", "plane", "contours"),
}
LEADERS = {("coefficient_paths", "paths", "leaders")}  # thin lines from names to the ends of curves
RAYS = {("nuclear_norm", "ball", "rays")}  # that make a cone look round


def views(slug):
    """Return the defaults in every view; of topics that train nothing, with every word of every choice too."""
    kind = SHOWN[slug].module.Settings
    table = knobs(kind)
    bases = [kind(view=name) for name in table["view"].options] if "view" in table else [kind()]
    if slug not in TRAINED:
        words = {name: knob.options for name, knob in table.items() if hasattr(knob, "names")}
        bases += [kind(**{name: word}) for name, options in words.items() for word in options]
    return bases


def decorates(slug, panel, trace):
    """Return whether a trace only decorates: words, shades and spreads without a name, straight rules, outlines."""
    straight = trace["mode"] == "lines" and len(trace["x"]) <= 2
    bare = not trace["showlegend"] and trace["mode"] == "lines" and not trace["line"]["width"]
    shade = "fill" in trace and (bare or trace.get("meta") == BARS)
    return trace["mode"] == "text" or straight or shade or (slug, panel, trace["name"]) in CONTOURS | LEADERS | RAYS


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_nothing_that_carries_meaning_is_mute(slug):
    shown = SHOWN[slug]
    for s in views(slug):
        result = shown.compute(s)
        for panel, draw in shown.view(s).panels.items():
            fig = draw(s, result)
            for trace in fig._data:
                if trace.get("hoverinfo") == "skip":
                    assert decorates(slug, panel, trace), (panel, trace["name"])
                elif "fill" in trace:
                    assert trace["name"]
                    assert trace["hoveron"] == "fills"
                else:
                    assert trace["name"] or "text" in trace, panel
                    assert re.search(r"%\{y|%\{text", trace["hovertemplate"])


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_the_answer_names_the_curve_and_the_axes(slug):
    shown = SHOWN[slug]
    s = shown.module.Settings()
    result = shown.compute(s)
    for draw in shown.view(s).panels.values():
        fig = draw(s, result)
        layout = fig._layout
        for trace in fig._data:
            told = trace.get("hovertemplate", "")
            if told and "text" not in trace:
                assert trace["name"] in told
                assert (layout["yaxis"]["title"]["text"] or layout["title"]["text"]) in told
                assert layout["xaxis"]["title"]["text"] in told


def drawn(*traces, x="λ", y="error"):
    return figure(traces, title="Title", alt="1", x=axis(x, (0, 1)), y=axis(y, (0, 1)))._data


def test_a_name_for_the_pointer_alone_stands_in_no_legend():
    heard, seen, mark = drawn(
        line([0, 1, 2], [0, 1, 2], "#000000", said="w₁"), line([0], [0], "#000000", "w₂"), points([0], [0], "#0")
    )
    assert (heard["name"], heard["showlegend"]) == ("w₁", False)
    assert (seen["name"], seen["showlegend"]) == ("w₂", True)
    assert (mark["name"], mark["showlegend"]) == ("now", False)
    assert heard["hovertemplate"] == "<b>w₁</b><br>λ: %{x:.3~g}<br>error: %{y:.3~g}<extra></extra>"


def test_axes_without_a_title_are_named_by_their_ticks_and_by_the_chart():
    (only,) = drawn(line([0, 1, 2], [0, 1, 2], "#000000", "w"), x="", y="")
    assert only["hovertemplate"] == "<b>w</b>, %{x}<br>Title: %{y:.3~g}<extra></extra>"


def test_bars_answer_with_their_height_and_areas_with_their_name():
    outline, area, spread, tops = drawn(
        bars([1.0, 2.0], [3.0, -4.0], "#000000", said="weight"),
        band([0.0, 1.0], [0.0, 0.0], [1.0, 1.0], "#000000", "noise"),
        band([0.0, 1.0], [0.0, 0.0], [1.0, 1.0], "#000000"),
    )
    assert outline["hoverinfo"] == spread["hoverinfo"] == "skip"
    assert area["hoveron"] == "fills"
    assert (tops["x"].tolist(), tops["y"].tolist(), tops["opacity"], tops["name"]) == ([1, 2], [3, -4], 0, "weight")
