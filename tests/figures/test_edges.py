"""Nothing leaves its axes unseen: marks and words stay inside, and a curve that runs out is one that is known to."""

import importlib
from dataclasses import replace

import numpy as np
import pytest
from test_figures import SHOWN, SLUGS, picked

from regviz.figures import constraint_balls
from regviz.figures.kit.edges import inside
from regviz.figures.kit.traces import axis, points
from regviz.knobs import knobs, matters, settled

WINDOW = "a window on a plane that goes on"
FAR_END = "the far end of a curve, which would press the rest together"
OUTSIDE = {
    ("home", "fit"): "an overfit swings far between the points",
    ("home", "errors"): FAR_END,
    ("penalty_shapes", "penalty"): "the axes stand still while λ moves",
    ("penalty_shapes", "problem"): "the axes stand still while λ moves",
    ("penalty_shapes", "slope"): "the axes stand still while λ moves",
    ("constraint_balls", "plane"): WINDOW,
    ("map_priors", "plane"): WINDOW,
    ("map_priors", "conflict"): FAR_END,
    ("choosing_lambda", "errors"): FAR_END,
    ("choosing_lambda", "parts"): FAR_END,
    ("choosing_lambda", "cross_validation"): FAR_END,
    ("ridge_numerics", "descent"): "a run that has arrived, and one that diverges",
    ("ridge_numerics", "filter"): "descent that overshoots near its limit",
    ("weight_decay", "paths"): WINDOW,
    ("optimizer_race", "trails"): WINDOW,
    ("lr_schedules", "accuracy"): "the first epochs, which would press the rest together",
    ("lr_schedules", "update"): "the first epochs, which would press the rest together",
    ("gradient_clipping", "descents"): WINDOW,
    ("sharpness_aware", "plane"): WINDOW,
    ("gradient_clipping", "ball_and_box"): "a gradient far longer than the threshold",
    ("early_stopping", "fit"): "an overfit swings far between the points",
    ("early_stopping", "loss"): FAR_END,
    ("double_descent", "error"): "the bar of an error that reaches below it",
    ("double_descent", "parts"): "the variance at its peak",
    ("implicit_regularization", "plane"): WINDOW,
    ("equivalences", "plane"): WINDOW,
    ("implicit_regularization", "risk"): FAR_END,
    ("implicit_regularization", "points"): WINDOW,
    ("exercises", "problem"): FAR_END,
}
"""the panels of which a line or an area may run out of the frame, with the reason"""


def beyond(values, over):
    """Return which values an axis does not reach, NaN aside; a rounding of 1e-6 of its length is no matter."""
    low, high = over["range"]
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.log10(values) if over.get("type") == "log" else values
    slack = 1e-6 * (high - low)
    return (scaled < low - slack) | (scaled > high + slack)


def states(slug):
    """Return the corners, each also with what is scrubbed at both ends; each state once."""
    found = [s for _, s in picked(slug)]
    for s in list(found):
        fields = [n for n in SHOWN[slug].module.SCRUB if matters(s, n)]
        found += (settled(replace(s, **{n: knobs(type(s))[n].options[k]})) for n in fields for k in (0, -1))
    return dict.fromkeys(found)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_nothing_leaves_its_axes(slug):
    shown, lost, ran_out = SHOWN[slug], set(), set()
    for s in states(slug):
        result = shown.compute(s)
        for name, draw in shown.view(s).panels.items():
            fig = draw(s, result)
            x, y = fig._layout["xaxis"], fig._layout["yaxis"]
            for k, trace in enumerate(fig._data):
                out = beyond(trace["x"], x) | beyond(trace["y"], y)
                if trace["mode"] == "text":
                    out = out & np.array([word.strip() != "" for word in trace["text"]], dtype=bool)
                mine = (name, k, trace["name"])
                if out.any() and trace["mode"] in ("markers", "text"):
                    lost.add(mine)
                elif out.any():
                    ran_out.add(name)
                    here = np.isfinite(trace["x"]) & np.isfinite(trace["y"])
                    if len(trace["x"]) > 2 and "fill" not in trace and name not in FAR and out[here].all():
                        lost.add(mine)
    assert lost == set()
    assert {(slug, name) for name in ran_out} <= OUTSIDE.keys()


FAR = {"plane", "trails"}  # a contour may have no point in the window, and a trail begin at its edge


def test_the_table_names_panels_that_are():
    for slug, panel in OUTSIDE:
        module = importlib.import_module(f"regviz.figures.{slug}")
        panels = [view.panels for view in module.VIEWS.values()] if hasattr(module, "VIEWS") else [module.PANELS]
        assert any(panel in some for some in panels)


def test_a_mark_outside_stands_at_the_edge_with_an_arrow_and_its_value():
    marks = points([0.5, 2.0, -1.0], [3.0, 0.5, 0.002], "#000000", "now")
    moved, arrows = inside([marks], axis("", (0, 1)), axis("", (0.01, 1.0), log=True))
    assert moved["x"].tolist() == [0.5, 1.0, 0.0]
    np.testing.assert_allclose(moved["y"], [1.0, 0.5, 0.01])
    assert arrows["text"] == ["↑ 3", "→ 2", "↙ (−1, 0.002)"]
    assert 0 < arrows["x"][2] < 0.5 < arrows["x"][1] < 1
    (_, silent) = inside([points([0.5], [0.5], "#000000")], axis("", (0, 1)), axis("", (0, 1)))
    assert silent["text"] == [""]
    assert np.isnan(silent["x"]).all()


def test_arrows_that_would_lie_over_each_other_are_one():
    marks = points([-1.0, -1.2, -1.1, 0.5, np.nan], [0.5, 0.52, 0.9, 0.5, 0.5], "#000000", "now")
    moved, arrows = inside([marks], axis("", (0, 1)), axis("", (0, 1)))
    assert arrows["text"] == ["← −1", "", "← −1.1", "", ""]
    assert moved["x"][:3].tolist() == [0, 0, 0]


@pytest.mark.parametrize("lambda_", knobs(constraint_balls.Settings)["lambda_"].options[::6])
@pytest.mark.parametrize("penalty", ["l1", "elastic net", "lq"])
def test_the_answer_of_the_penalty_never_leaves_the_certificate_without_a_mark(penalty, lambda_):
    s = constraint_balls.Settings(penalty=penalty, lambda_=lambda_)
    r = constraint_balls.compute(s)
    fig = constraint_balls.draw_certificate(s, r)
    top = fig._layout["yaxis"]["range"][1]
    line = next(t for t in fig._data if t["name"] == "answer of the penalty")
    shown = line["y"][[0, 3]]
    arrows = fig._data[2]["text"]
    assert (shown <= top).all()
    for j, answer in enumerate(constraint_balls.answer(r)):
        assert ("↑" in arrows[j]) == bool(answer > shown[j] * (1 + 1e-9))
