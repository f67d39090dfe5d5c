"""The pieces of charts that compute anything."""

import copy

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from regviz.figures.kit.traces import axis, cells, figure, line


def corners_of(trace):
    """The cells (k, 4, 2) of one shade."""
    outline = np.column_stack([trace["x"], trace["y"]]).reshape(-1, 5, 2)
    assert np.isnan(outline[:, 4]).all()
    return outline[:, :4]


def test_every_cell_is_drawn_once_around_its_centre_and_darker_where_larger(rng):
    x, y, z = np.arange(3.0), np.linspace(-1, 1, 5), rng.random((5, 3))
    seen = {}
    for k, trace in enumerate(t for t in cells(x, y, z, "#0077BB", (0, 1), "z", shades=4)):
        if np.isfinite(trace["x"]).any():
            for box in corners_of(trace):
                np.testing.assert_allclose(np.ptp(box, axis=0), [1, 0.5])
                seen[tuple(box.mean(axis=0))] = (k, int(trace["fillcolor"][-2:], 16))
    assert len(seen) == 15
    for i, v in enumerate(y):
        for j, u in enumerate(x):
            assert seen[u, v][0] == int(4 * z[i, j])
    assert len({fill for _, fill in seen.values()}) == len({k for k, _ in seen.values()})


@pytest.mark.parametrize(("value", "shade"), [(-5.0, 0), (5.0, 3), (1.0, 3)])
def test_beyond_the_span_the_last_shade_holds(value, shade):
    drawn = [np.isfinite(t["x"]).any() for t in cells([0], [0], [[value]], "#0077BB", (0, 1), "z", shades=4)]
    assert drawn.index(True) == shade
    assert sum(drawn) == 1


def test_a_reversed_span_makes_small_dark():
    drawn = [np.isfinite(t["x"]).any() for t in cells([0], [0], [[0.1]], "#0077BB", (1, 0), "z", shades=4)]
    assert drawn.index(True) == 3


def test_nan_is_left_blank():
    assert not any(np.isfinite(t["x"]).any() for t in cells([0], [0], [[np.nan]], "#0077BB", (0, 1), "z"))


def a_figure():
    return figure([line([0, 1], [2, 3], "#0077BB", "w")], title="T", alt="1", x=axis("x", (0, 1)), y=axis("y", (2, 3)))


QUESTIONS = {
    "its dictionaries": lambda fig: fig.to_dict(),
    "its layout": lambda fig: fig.layout.to_plotly_json(),
    "its traces": lambda fig: [trace.to_plotly_json() for trace in fig.data],
    "a change": lambda fig: fig.update_layout(width=300).add_scatter(y=[1]).to_dict(),
    "a copy": lambda fig: copy.deepcopy(fig).to_dict(),
    "its JSON": pio.to_json,
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_a_figure_answers_as_plotly_s_own_does(ask):
    """Its template with it, whatever is asked first."""
    one = a_figure()
    own = go.Figure(data=one._data, layout=one._layout, _validate=False)
    np.testing.assert_equal(ask(a_figure()), ask(own))
