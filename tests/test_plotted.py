"""The table of what is plotted: read by pandas, tidy, and the same numbers as in the charts, on every topic."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_figures import SHOWN, SLUGS

from regviz.figures.kit.traces import BARS, SHADE, axis, bars, cells, figure, line
from regviz.knobs import Numeric, knobs, settled
from regviz.ui import plotted
from regviz.ui.receipt import receipt


def states(slug):
    """Return the defaults in every view, and one extreme: all that needs no training at its upper end."""
    kind = SHOWN[slug].module.Settings
    table = knobs(kind)
    bases = [kind(view=name) for name in table["view"].options] if "view" in table else [kind()]
    free = [n for n, k in table.items() if isinstance(k, Numeric) and not k.after and n in SHOWN[slug].module.SCRUB]
    return [*map(settled, bases), settled(replace(bases[0], **{n: table[n].options[-1] for n in free}))]


STATES = [pytest.param(slug, s, id=f"{slug}-{i}") for slug in SLUGS for i, s in enumerate(states(slug))]


def read(text):
    return pd.read_csv(io.StringIO(text), comment="#", keep_default_na=False, na_values={c: [""] for c in NUMBERS})


NUMBERS = ("x", "y", "row", "column", "value")


@pytest.mark.parametrize(("slug", "s"), STATES)
@pytest.mark.underflows
def test_pandas_reads_what_is_plotted(slug, s):
    shown = SHOWN[slug]
    text, result = plotted.table(shown, s), shown.compute(s)
    found = read(text)
    assert tuple(found.columns) == plotted.COLUMNS
    assert all(found[name].dtype.kind in "fi" for name in NUMBERS)
    assert (found[["panel", "curve", "y_name"]] != "").all(axis=None)
    assert not found["curve"].str.fullmatch(r"(lines|markers|text)\S* \d+").any()
    assert not found[["panel", "curve", "x_name", "y_name", "text"]].stack().str.contains("</?[a-z]|&lt;").any()
    cell = found["value"].notna()
    assert (found["row"].notna() == cell).all()
    for draw in shown.view(s).panels.values():
        fig = draw(s, result)
        rows = found[found["panel"] == plotted.plain(fig._layout["title"]["text"])]
        for trace in fig._data:
            assert trace["name"], "every trace that carries data has a name"
            if trace.get("meta") in (BARS, SHADE) or isinstance(trace.get("meta"), dict):
                continue
            here = rows[rows["curve"].str.replace(r" \(\d+\)$", "", regex=True) == plotted.plain(trace["name"])]
            want = np.stack([trace["x"], trace["y"]], axis=1)
            want = want[np.isfinite(want).all(axis=1)]
            assert set(map(tuple, want)) <= set(zip(here["x"], here["y"], strict=True)), trace["name"]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_the_top_names_every_setting_and_a_state_has_one_file(slug):
    s = SHOWN[slug].module.Settings()
    text = plotted.table(SHOWN[slug], s)
    assert text == plotted.table(SHOWN[slug], s)
    top = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    assert top == [f"{what}: {value}" for what, value in receipt(SHOWN[slug], s)]
    for row, (name, knob) in zip(top[1:-3], knobs(type(s)).items(), strict=True):
        assert row.startswith(knob.label)
        assert row.endswith(f": {knob.text(getattr(s, name))}")
    assert top[0] == f"Title: {SHOWN[slug].row.title}"
    assert top[-2].startswith("Version: regviz ")
    assert top[-1] == f"Link: {SHOWN[slug].link(s)}"


@pytest.mark.underflows
def test_the_pinned_state_has_rows_and_settings_of_its_own():
    shown = SHOWN["constraint_balls"]
    s = shown.module.Settings()
    text = plotted.table(shown, s, settled(replace(s, lambda_=0.1)))
    found = read(text)
    alone, both = read(plotted.table(shown, s)), found["curve"].str.startswith("A: ")
    assert (found[~both].reset_index(drop=True).fillna(-9) == alone.fillna(-9)).all(axis=None)
    assert both.sum() > 100
    assert "# A: Strength λ: 0.1" in text
    assert "vs=lambda_%3D0.1" in text


class OneChart:
    """A topic of one chart, to be drawn from given traces."""

    def __init__(self, *traces, **axes):
        self.traces, self.axes = traces, {"x": axis("λ", (0, 1)), "y": axis("error, %", (0, 1))} | axes

    def rows(self):
        fig = figure(self.traces, title="Chart", alt="1", **self.axes)
        shown = type("Shown", (), {"compute": lambda *_: None, "view": lambda *_: self})()
        self.panels = {"chart": lambda *_: fig}
        return list(plotted._rows(shown, None, ""))


def test_cells_are_rows_with_their_values_and_no_outlines():
    z = np.array([[0.1, np.nan, 0.3], [0.4, 0.5, 0.6]])
    rows = OneChart(*cells([1, 2, 3], [10, 20], z, "#000000", (0, 1), "error")).rows()
    assert [r[3:4] + r[5:9] for r in rows] == [
        (1, 10, 0, 0, 0.1), (3, 10, 0, 2, 0.3), (1, 20, 1, 0, 0.4), (2, 20, 1, 1, 0.5), (3, 20, 1, 2, 0.6)
    ]  # fmt: skip
    assert {r[1] for r in rows} == {"error"}


def test_bars_are_rows_with_their_heights_and_the_words_below_them():
    words = axis("", (0, 3), tickvals=[1, 2], ticktext=["age", "a &lt; b"])
    rows = OneChart(bars([1, 2], [3.0, -4.0], "#000000", "weight"), x=words).rows()
    assert rows == [
        ("Chart", "weight", "", 1.0, "error, %", 3.0, "", "", "", "age"),
        ("Chart", "weight", "", 2.0, "error, %", -4.0, "", "", "", "a < b"),
    ]


def test_curves_of_one_name_are_told_apart_and_a_gap_stays():
    rows = OneChart(*(line([0, np.nan, 1], [k, np.nan, k], "#000000", said="run") for k in (0, 1))).rows()
    assert [(r[1], r[3], r[5]) for r in rows] == [
        ("run", 0, 0), ("run", "", ""), ("run", 1, 0), ("run (2)", 0, 1), ("run (2)", "", ""), ("run (2)", 1, 1)
    ]  # fmt: skip


def test_a_name_with_a_hash_does_not_cut_its_row(monkeypatch):
    shown = SHOWN["constraint_balls"]
    chart = OneChart(line([0, 1], [2, 3], "#000000", said='#1, "n"'))
    rows = chart.rows()
    monkeypatch.setattr(plotted, "_rows", lambda *_: rows)
    assert list(read(plotted.table(shown, shown.module.Settings()))["curve"]) == ['#1, "n"'] * 2
