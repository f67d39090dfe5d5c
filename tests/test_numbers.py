"""One way to write a number: in captions, readouts, charts, axes and questions, on every page."""

import importlib
import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from claims import random_settings
from test_figures import computed

from regviz.catalog import HOME, TOPICS
from regviz.figures.kit.traces import axis
from regviz.knobs import Numeric, knobs, settled
from regviz.ui.topic import Shown

SLUGS = [HOME.slug, *(t.slug for t in TOPICS)]
SHOWN = {slug: Shown(importlib.import_module(f"regviz.figures.{slug}")) for slug in SLUGS}
TRAINED = {slug for slug in SLUGS if importlib.util.find_spec(f"regviz.experiments.{slug}")}
PAGES = Path(__file__).parents[1] / "pages"
OTHER = re.compile(
    r"\d[eE][+−-]?\d|(?<![\d.])\d{5}(?! numbers| of)|\d\.\d{8}|(?<!\d)(?<!± )0\.000[1-9]|(?<!\w)-\d"
)  # 1e-5, 12345, 0.0001, -1
"""what no number looks like; counts are exact, and an error has as many decimals as its mean"""


def states(slug):
    """Return the defaults in every view, both ends of what is scrubbed, and random settings where they are cheap."""
    shown = SHOWN[slug]
    kind, table = shown.module.Settings, knobs(shown.module.Settings)
    bases = [kind(view=name) for name in table["view"].options] if "view" in table else [kind()]
    ends = [replace(s, **{n: table[n].options[k] for n in shown.module.SCRUB}) for s in bases for k in (0, -1)]
    return [settled(s) for s in [*bases, *ends, *(() if slug in TRAINED else random_settings(kind, 25))]]


def words_of(fig):
    """Return what can be read in a chart: titles, alt text, ticks, names and words."""
    layout = fig._layout
    yield from (layout["title"]["text"], layout["meta"]["alt"])
    for name in ("xaxis", "yaxis"):
        yield from (layout[name]["title"]["text"], *layout[name].get("ticktext", ()))
    for trace in fig._data:
        yield trace["name"]
        yield from trace.get("text", ())


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_numbers_are_written_one_way(slug):
    shown = SHOWN[slug]
    for s in states(slug):
        view, result, asked = shown.view(s), computed(slug, s), shown.question(s) or {}
        told = [
            view.caption(s, result),
            *view.readouts(s, result).values(),
            asked.get("text", ""),
            asked.get("why", ""),
        ]
        told += [text for draw in view.panels.values() for text in words_of(draw(s, result))]
        told += asked.get("choices", ())
        assert [text for text in map(str, told) if OTHER.search(text)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_prose_writes_them_the_same_way(slug):
    prose = (PAGES / f"{slug}.py").read_text(encoding="utf-8")
    words = re.sub(r"Settings\([^)]*\)", "", prose)
    assert not re.findall(r"\d[eE][−-]?\d+[^:]", words)


def test_log_axes_read_like_numbers():
    made = axis("λ", (1e-7, 10.0), log=True, dtick=2)
    ticks = dict(zip(made["tickvals"], made["ticktext"], strict=True))
    shown = {np.log10(v): text for v, text in ticks.items() if 1e-7 <= v <= 10}
    assert {round(k): text for k, text in shown.items()} == {-6: "10⁻⁶", -4: "10⁻⁴", -2: "0.01", 0: "1"}
    fives = axis("", (0.1, 1.0), log=True, dtick="D2")
    assert [t for v, t in zip(fives["tickvals"], fives["ticktext"], strict=True) if 0.099 < v < 1.01] == [
        "0.1",
        "0.2",
        "0.5",
        "1",
    ]
    assert axis("", (1.0, 1e4), log=True, tickvals=[1, 1e4])["ticktext"] == ["1", "10⁴"]


@pytest.mark.parametrize("slug", SLUGS)
def test_sliders_keep_the_words_of_the_url(slug):
    """Streamlit puts the words of a bound slider into the URL, so they are ASCII and not those of a caption."""
    for knob in knobs(SHOWN[slug].module.Settings).values():
        if isinstance(knob, Numeric):
            assert all(knob.text(v).isascii() and knob.parse(knob.text(v)) == v for v in knob.options)
