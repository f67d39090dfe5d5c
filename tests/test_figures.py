"""Every topic at every corner: finite, drawn, captioned; steady along every scrub; redrawn by its own code."""

import importlib.util
import io
from contextlib import redirect_stdout
from dataclasses import replace
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from regviz.catalog import HOME, TOPICS
from regviz.knobs import Numeric, corners, knobs, matters, waits
from regviz.ui import export, messages
from regviz.ui.receipt import receipt
from regviz.ui.topic import Shown

SLUGS = [HOME.slug, *(t.slug for t in TOPICS)]
MODULES = {slug: importlib.import_module(f"regviz.figures.{slug}") for slug in SLUGS}
SHOWN = {slug: Shown(module) for slug, module in MODULES.items()}
TRAINED = {slug for slug in SLUGS if importlib.util.find_spec(f"regviz.experiments.{slug}")}
MOST, MOST_TRAINED = 28, 10  # corners drawn of each topic, evenly picked; fewer where each is trained for seconds
TRAININGS = 4  # different trainings among these


def picked(slug):
    """Return (number, settings) of the corners to draw, the defaults first."""
    every = list(enumerate(corners(MODULES[slug].Settings)))
    if slug not in TRAINED:
        return every[:: -(-len(every) // MOST)]
    kinds = {}
    for corner in every:
        kinds.setdefault(training(corner[1]), []).append(corner)
    few = list(kinds.values())[:: -(-len(kinds) // TRAININGS)]
    return [corner for kind in few for corner in kind[:: -(-len(kind) * len(few) // MOST_TRAINED)]]


def training(s):
    """Return what of the settings a training depends on, as far as the knobs say: words, and numbers that wait."""
    table = knobs(type(s))
    return tuple(getattr(s, n) for n, k in table.items() if not isinstance(k, Numeric) or waits(s, n))


@lru_cache(maxsize=2)
def defaults(slug):
    """Return the settings, the result and the frames of a topic at its defaults, made once for its tests."""
    s = MODULES[slug].Settings()
    made = {field: messages.frames(SHOWN[slug], s, field) for field in MODULES[slug].SCRUB if matters(s, field)}
    return s, SHOWN[slug].compute(s), made


@lru_cache(maxsize=64)
def computed(slug, s):
    """Return a topic's result at settled settings, for tests that ask at the same random ones."""
    return SHOWN[slug].compute(s)


def scrubbed(slug, field):
    """Return every twelfth corner at which a field can be scrubbed; of trained topics, among those that are drawn."""
    if slug in TRAINED:
        return [s for _, s in picked(slug) if matters(s, field)][::4]
    return [s for s in corners(MODULES[slug].Settings) if matters(s, field)][::12]


CORNERS = [pytest.param(slug, s, id=f"{slug}-{i}") for slug in SLUGS for i, s in picked(slug)]
SCRUBS = [
    pytest.param(slug, s, field, id=f"{slug}-{field}-{i}")
    for slug in SLUGS
    for field in MODULES[slug].SCRUB
    for i, s in enumerate(scrubbed(slug, field))
]


@pytest.mark.parametrize(("slug", "s"), CORNERS)
def test_draws_at_every_corner(slug, s):
    view, result = SHOWN[slug].view(s), SHOWN[slug].compute(s)
    for name, draw in view.panels.items():
        fig = draw(s, result)
        for trace in fig._data:
            assert trace["type"] == "scatter"  # all that the plotly.js of the site draws
            assert not np.isinf(trace["x"]).any(), name
            assert not np.isinf(trace["y"]).any(), name
        ranges = [fig._layout[axis]["range"] for axis in ("xaxis", "yaxis")]
        assert np.isfinite(ranges).all()
        assert all(low < high for low, high in ranges)
        assert any(c.isdigit() for c in fig._layout["meta"]["alt"])
    told = [view.caption(s, result), *view.readouts(s, result).values()]
    assert any(c.isdigit() for c in told[0])
    assert told[0].endswith(".")
    assert not any(word in text for text in told for word in ("nan", "inf", "None"))


@pytest.mark.parametrize("slug", SLUGS)
def test_plotly_accepts_every_panel(slug, request):
    s, result, _ = defaults(slug)
    for name, draw in SHOWN[slug].view(s).panels.items():
        fig = go.Figure(draw(s, result).to_dict())
        assert len(fig.data) > 0
        folder = request.config.getoption("--save-figures")
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            fig.write_html(folder / f"{slug}-{name}.html", include_plotlyjs="directory")


@pytest.mark.parametrize(("slug", "s", "field"), SCRUBS)
def test_a_scrub_moves_data_and_nothing_else(slug, s, field):
    """Same traces, same axes, all along: what changes is positions, words and alt text, so nothing wobbles."""
    message = messages.frames(SHOWN[slug], s, field)
    assert len(message["captions"]) == len(message["labels"]) == len(message["at"])
    for columns in message["panels"].values():
        assert isinstance(columns, list), "traces come and go"
        for column in columns:
            path = column["path"]
            moves = path[0] == "data" and path[2] in {"x", "y", "text"}
            assert moves or path == ("layout", "meta", "alt"), path


@pytest.mark.parametrize("slug", SLUGS)
def test_frame_k_is_the_figure_at_option_k(slug):
    s, _, frames = defaults(slug)
    for field, message in frames.items():
        options = knobs(type(s))[field].options
        for k in (0, len(options) // 2, len(options) - 1):
            other = replace(s, **{field: options[k]})
            result = SHOWN[slug].compute(other)
            for name, draw in SHOWN[slug].view(other).panels.items():
                leaves = dict(messages._leaves(messages.plain(draw(other, result)), ()))
                for column in message["panels"][name]:
                    block = column.get("block")
                    length = column.get("length", 0)
                    value = column["values"][k] if block is None else block[k * length : (k + 1) * length]
                    np.testing.assert_array_equal(value, leaves[column["path"]])


def test_frames_refuse_traces_that_come_and_go():
    pictures = [{"data": [{"x": np.zeros(2)}]}, {"data": [{"x": np.zeros(2)}, {"x": np.zeros(2)}]}]
    with pytest.raises(ValueError, match="come and go"):
        list(messages.columns(pictures))


@pytest.mark.parametrize("slug", SLUGS)
def test_defaults_are_options(slug):
    s = MODULES[slug].Settings()
    for name, knob in knobs(type(s)).items():
        assert not isinstance(knob, Numeric) or getattr(s, name) in knob.options, name


@pytest.mark.parametrize("slug", SLUGS)
def test_frames_fit_the_wire(slug):
    """At most 500 kB a page: what a phone on a slow line loads in a few seconds."""
    assert sum(len(messages.pack(frames)) for frames in defaults(slug)[2].values()) <= 500_000


@pytest.mark.parametrize(("slug", "s"), CORNERS[::5])
def test_the_code_redraws_the_figures(slug, s, monkeypatch):
    shown = []
    monkeypatch.setattr(go.Figure, "show", lambda fig: shown.append(fig))  # noqa: PLW0108
    code = export.snippet(SHOWN[slug], s)
    assert len(code.splitlines()) <= 15
    top = [line.removeprefix("# ") for line in code.splitlines()[:2]]
    assert " · ".join(top) == " · ".join(f"{what}: {value}" for what, value in receipt(SHOWN[slug], s))
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(code, slug, "exec"), {})
    view, result = SHOWN[slug].view(s), SHOWN[slug].compute(s)
    assert printed.getvalue().strip() == view.caption(s, result)
    assert [pio.to_json(f) for f in shown] == [pio.to_json(draw(s, result)) for draw in view.panels.values()]
