"""The reader's own CSV: fitted on the page, refused in one sentence, and nowhere but in the session."""

import gc
import weakref
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from regviz.data import Table, diabetes
from regviz.ui import chart, export, own_csv, page

ROOT = Path(__file__).parents[1]
SLUGS = ["coefficient_paths", "choosing_lambda"]
SECRET = "salary_of_ann"


def content(rows=40, extra="", missing=0, seed=0):
    """A file with two informative columns, a text and perhaps missing cells."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, 3))
    y = X @ [2.0, -1.0, 0.0] + 0.1 * rng.standard_normal(rows)
    lines = [
        f"{'' if i < missing else a},{b},{c},{('north', 'south')[i % 2]},{t}{extra}"
        for i, (a, b, c, t) in enumerate(np.column_stack([X, y]).round(4).tolist())
    ]
    return "\n".join([f"{SECRET},b,c,place,target{',k' if extra else ''}", *lines]).encode()


BAD = {
    "empty": (b"", "empty"),
    "duplicate headers": (b"a,b,a\n1,2,3\n", "more than once"),
    "wrong encoding": ("größe,b\n1,2\n".encode("latin-1"), "not UTF-8"),
    "too few rows": (content(5), "5 rows"),
    "10 000 columns": (",".join(f"c{i}" for i in range(10_000)).encode() + b"\n", "10000 columns"),
    "too large": (b"a,b\n" + b"1,2\n" * 1_300_000, "at most 5 MB"),
    "no numbers": (b"a,b\n" + b"x,y\n" * 20, "No column"),
    "constant target": (b"a,t\n" + b"".join(b"%d,5\n" % i for i in range(20)), "constant"),
}


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def opened(slug, **query):
    app = AppTest.from_file(str(ROOT / "regviz/ui/shell.py"), default_timeout=60)
    for name, value in {"data": "CSV", **query}.items():
        app.query_params[f"{slug}.{name}"] = value
    return app.switch_page(f"../../pages/{slug}.py").run()


def give(app, data, name=f"{SECRET}.csv"):
    app.file_uploader[0].set_value((name, data, "text/csv"))
    return app.run()


def held(app):
    return app.session_state[own_csv.DESK]


def messages(app):
    return [e.value for e in app.error]


@pytest.mark.parametrize("slug", SLUGS)
def test_waits_for_a_file_with_charts_on_show(slug):
    app = opened(slug)
    assert not app.exception
    assert messages(app) == []
    assert any("diabetes table" in c.value for c in app.caption)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_good_file_is_fitted(slug):
    app = give(opened(slug), content())
    assert not app.exception
    assert messages(app) == []
    assert held(app).prepared.table.names == (SECRET, "b", "c", "place=south")
    assert app.selectbox[0].value == "target"
    assert not any("diabetes table" in c.value for c in app.caption)


@pytest.mark.parametrize("slug", SLUGS)
def test_target_and_text_are_the_readers_choice(slug):
    app = give(opened(slug), content())
    app.selectbox[0].set_value("b").run()
    assert held(app).prepared.table.target == "b"
    next(g for g in app.button_group if "text" in g.key).set_value("drop").run()
    assert held(app).prepared.table.names == (SECRET, "c", "target")
    assert any("place" in c.value for c in app.caption)
    assert messages(app) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_rows_with_missing_cells_go_by_consent_only(slug):
    app = give(opened(slug), content(missing=3))
    assert held(app).prepared is None
    assert ["3 of 40 rows" in m for m in messages(app)] == [True]
    next(c for c in app.checkbox if "3 of 40" in c.label).check().run()
    assert messages(app) == []
    assert len(held(app).prepared.table.y) == 37


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_one_sentence_and_the_page_stays(slug, case):
    data, word = BAD[case]
    app = give(opened(slug, penalty="Ridge"), data)
    assert not app.exception
    assert len(app.title) == 1
    (said,) = messages(app)
    assert word in said.replace("\\", "")
    assert said.count(". ") == 0
    assert app.session_state[f"{slug}.penalty"] == "l2"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_constant_column_is_left_out_with_a_note(slug):
    app = give(opened(slug), content(extra=",7"))
    app.selectbox[0].set_value("target").run()
    assert messages(app) == []
    assert any("constant" in c.value for c in app.caption)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_bad_file_leaves_the_good_one_in_place(slug):
    app = give(opened(slug), content())
    before = held(app).prepared
    give(app, b"")
    assert len(messages(app)) == 1
    assert held(app).prepared is before


@pytest.mark.parametrize("slug", SLUGS)
def test_near_copies_are_refused_in_words(slug, monkeypatch):
    def lost(s, table=None):
        if table is not None:
            raise own_csv.PathError
        return healthy(s)

    topic = import_module(f"regviz.figures.{slug}")
    healthy = topic.compute
    monkeypatch.setattr(topic, "compute", lost)
    app = give(opened(slug), content())
    (said,) = messages(app)
    assert "nearly copies" in said
    assert not app.exception
    assert len(app.title) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_neither_name_nor_content_leaves_the_session(slug, monkeypatch):
    shared = []
    for name in ("_all_figures", "_all_frames"):
        make = getattr(page, name)
        monkeypatch.setattr(page, name, lambda *key, make=make: shared.append(key) or make(*key))
    app = give(opened(slug), content())
    table, settings = held(app).prepared.table, import_module(f"regviz.figures.{slug}").Settings(data="own")
    assert all(isinstance(key[-1], type(export)) for key in shared)  # the module, never a topic on the reader's table
    topic = own_csv.OnTable(import_module(f"regviz.figures.{slug}"), table, 1, ())
    link, told = chart.permalink(topic, settings), chart.figures(topic, settings)
    assert SECRET not in repr(app.query_params) + link + told["file"] + str(told["states"])
    assert topic.compute(settings).table is table


def test_frames_of_one_table_do_not_fit_another():
    topic = import_module("regviz.figures.coefficient_paths")
    table, s = diabetes(), topic.Settings(data="own")
    first, second = (own_csv.OnTable(topic, table, mark, ()) for mark in (1, 2))
    assert chart.figures(first, s)["states"]["lambda_"] == chart.frames(first, s, "lambda_")["state"]
    assert chart.figures(first, s)["states"] != chart.figures(second, s)["states"]


@pytest.mark.parametrize("slug", SLUGS)
def test_forgetting_leaves_nothing(slug):
    app = give(opened(slug), content())
    assert held(app).raw is not None
    next(b for b in app.button if b.key == f"{slug}-forget").click().run()
    assert vars(held(app)) | {"mark": 0, "turn": 0} == vars(own_csv.Desk())
    assert app.file_uploader[0].value is None


@pytest.mark.parametrize("slug", SLUGS)
def test_what_was_computed_goes_with_the_table(slug):
    topic = import_module(f"regviz.figures.{slug}")
    table = replace(diabetes(), source="mine")
    topic.compute(topic.Settings(data="own"), table)
    gone = weakref.ref(table)
    del table
    gc.collect()
    assert gone() is None


def test_a_table_remembers_a_few_results():
    table, calls = Table(np.zeros((2, 1)), np.zeros(2), ("a",), "y", "test"), []
    for key in [*range(30), 29, 0]:
        assert table.recall(key, lambda key=key: calls.append(key) or [key]) == [key]
    assert calls == [*range(30), 0]
    assert len(table._kept) <= 24


@pytest.mark.parametrize("slug", SLUGS)
def test_the_script_for_a_readers_table_runs(slug, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_bytes(content())
    topic, desk = import_module(f"regviz.figures.{slug}"), own_csv.Desk()
    desk.take(content())
    assert desk.make(own_csv.Choices("target", "one-hot", False)) == ""
    shown, s = own_csv.on_desk(topic, desk), topic.Settings(data="own")
    code = export.snippet(shown, s)
    assert len(code.splitlines()) <= 15
    assert SECRET not in code
    scope = {}
    head = code.replace("path/to/your.csv", str(file)).split("for draw")[0]
    exec(compile(head, slug, "exec"), scope)
    assert topic.caption(s, scope["result"]) == shown.caption(s, shown.compute(s))


@pytest.mark.parametrize("name", ["![x](http://a.b/c)", "**bold** <b>", "$x$ :red[x] `code` ~~y~~ #h"])
def test_names_from_a_file_are_no_markup(name):
    told = own_csv.literal(name)
    assert told.replace("\\", "") == name
    assert all(told[i - 1] == "\\" for i, c in enumerate(told) if c in "[](){}*`$<>:~#")
