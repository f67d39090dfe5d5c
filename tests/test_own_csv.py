"""The reader's own CSV: fitted on the page, refused in one sentence, and nowhere but in the session."""

import asyncio
import gc
import re
import tomllib
import weakref
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from regviz.data import csv, features
from regviz.data.tables import diabetes
from regviz.progress import listening
from regviz.ui import chart, export, own_csv, topic, workers
from regviz.ui.messages import figures, frames
from regviz.ui.topic import key

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


def on_show(app):
    return held(app).made.prepared.table


def says(app, words):
    return any(words in c.value.replace("\\", "") for c in app.caption)


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
    assert on_show(app).names == (SECRET, "b", "c", "place=south")
    assert app.selectbox[0].value == "target"
    assert not any("diabetes table" in c.value for c in app.caption)


@pytest.mark.parametrize("slug", SLUGS)
def test_target_and_text_are_the_readers_choice(slug):
    app = give(opened(slug), content())
    app.selectbox[0].set_value("b").run()
    assert on_show(app).target == "b"
    next(g for g in app.button_group if "text" in g.key).set_value("drop").run()
    assert on_show(app).names == (SECRET, "c", "target")
    assert any("place" in c.value for c in app.caption)
    assert messages(app) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_rows_with_missing_cells_go_by_consent_only(slug):
    app = give(opened(slug), content(missing=3))
    assert held(app).made is None
    assert ["3 of 40 rows" in m for m in messages(app)] == [True]
    next(c for c in app.checkbox if "3 of 40" in c.label).check().run()
    assert messages(app) == []
    assert len(on_show(app).y) == 37


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
    app.selectbox[0].set_value("b").run()
    before = held(app).made
    app.file_uploader[0].set_value(None).run()  # what the browser sends between two files
    assert messages(app) == []
    give(app, b"")
    assert len(messages(app)) == 1
    assert held(app).made is before
    assert app.selectbox[0].value == "b"
    app.file_uploader[0].set_value(None).run()
    assert messages(app) == []
    assert held(app).made is before


@pytest.mark.parametrize("slug", SLUGS)
def test_the_table_before_stays_on_show_until_the_next_can_be_fitted(slug):
    app = give(opened(slug), content())
    before = held(app).made
    give(app, content(missing=3, seed=1))
    assert held(app).made is before
    assert says(app, "“target”, explained by 4 columns in 40 rows of the file before")
    app.checkbox[0].check().run()
    assert says(app, "“target”, explained by 4 columns in 37 rows of your file")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_code_is_that_of_the_table_on_show(slug):
    app = opened(slug)
    app.session_state[key("copy", slug)] = True  # "Copy as" is open
    give(app, content(extra=",7"))
    assert ["constant" in m for m in messages(app)] == [True]
    assert says(app, "Until it can be fitted, the charts show the diabetes table")
    assert "features.prepare" not in app.code[0].value
    app.selectbox[0].set_value("b").run()
    assert says(app, "“b”, explained by 4 columns")
    app.selectbox[0].set_value("k").run()
    assert ["constant" in m for m in messages(app)] == [True]
    assert says(app, "“b”, explained by 4 columns")
    assert "target='b'" in app.code[0].value


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
    assert says(app, "charts show the diabetes table")
    monkeypatch.setattr(topic, "compute", healthy)
    app.run()
    assert messages(app) == []
    assert says(app, "“target”, explained by 4 columns")


GAPS = b"a,b,t\n" + b"".join(b"%d,,%d\n,%d,%d\n" % (i, i * i, i, i * i % 7) for i in range(20))
COUNTED = b"id,a,t\n" + b"".join(b"%d,%d,%d\n" % (i, i % 7, i * i % 11) for i in range(40))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_dead_end_comes_with_columns_to_leave_out(slug):
    app = give(opened(slug), content())
    assert not app.multiselect
    give(app, GAPS)
    assert ["Only 0 rows" in m for m in messages(app)] == [True]
    app.multiselect[0].set_value(["a"]).run()
    next(c for c in app.checkbox if "20 of 40" in c.label).check().run()
    assert messages(app) == []
    assert on_show(app).names == ("b",)
    assert says(app, "Column “a” was left out, as you chose.")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_column_that_numbers_the_rows_may_be_left_out(slug):
    app = give(opened(slug), COUNTED)
    assert says(app, "Column “id” numbers the rows")
    assert on_show(app).names == ("id", "a")
    app.multiselect[0].set_value(["id"]).run()
    assert on_show(app).names == ("a",)
    assert held(app).made.choices.leave_out == ("id",)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_was_wrong_with_one_file_is_not_said_of_the_next(slug):
    app = give(opened(slug), b"")
    assert len(messages(app)) == 1
    assert messages(give(app, content())) == []
    assert ["Only 0 rows" in m for m in messages(give(app, GAPS))] == [True]
    assert messages(give(app, content(seed=1))) == []
    assert not app.multiselect


WIDE = {f"x{j}": [i % 2 * j + i for i in range(40)] for j in range(features.MAX_FEATURES + 2)}
EXTREME = {"tiny": "1e-200", "huge": "1e200", "past squaring": "1e300"}


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("size", EXTREME.values(), ids=EXTREME)
def test_no_size_of_numbers_fails_the_page(slug, size):
    rows = "".join(f"{i % 7}{size[1:]},{i % 5}\n" for i in range(1, 40))
    app = give(opened(slug), f"a,t\n{rows}".encode())
    assert ["No column is left" in m for m in messages(app)] == [True]
    app.selectbox[0].set_value("a").run()
    assert ["too large or too small" in m for m in messages(app)] == [True]


@pytest.mark.parametrize("slug", SLUGS)
def test_more_columns_than_can_be_fitted_soon_are_one_sentence(slug):
    lines = [",".join(WIDE), *(",".join(map(str, row)) for row in zip(*WIDE.values(), strict=True))]
    app = give(opened(slug), "\n".join(lines).encode())
    assert [f"At most {features.MAX_FEATURES} columns" in m for m in messages(app)] == [True]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_long_fit_says_how_far_it_is(slug):
    module, told = import_module(f"regviz.figures.{slug}"), []
    with listening(lambda share, what: told.append(share)):
        figures(topic.Shown(module, replace(diabetes(), source="mine")), module.Settings(data="own"))
    assert len(told) > 40
    assert told[-1] == 1


def test_reading_a_file_says_how_far_it_is():
    told = []
    with listening(lambda share, what: told.append(share)):
        csv.read_csv(content())
    assert told == [0.2, 0.4, 0.6, 0.8, 1.0]


def test_five_megabytes_are_one_number():
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] == csv.MEGABYTES
    assert f" {csv.MEGABYTES} MB" in own_csv.PROMISE


@pytest.mark.parametrize("slug", SLUGS)
def test_two_visitors_do_not_see_each_others_file(slug):
    first, second = give(opened(slug), content()), opened(slug)
    assert held(second).raw is None
    give(second, content(30, seed=2))
    first.run()
    assert (len(on_show(first).y), len(on_show(second).y)) == (40, 30)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_failure_says_where_but_quotes_no_data_in_the_log(slug, monkeypatch, caplog):
    def fails(s, table=None):
        raise ValueError(f"got {table.names[0] if table else 'nothing'}")

    app = give(opened(slug), content())
    monkeypatch.setattr(import_module(f"regviz.figures.{slug}"), "compute", fails)
    app.run()
    assert not app.exception
    assert len(messages(app)) == 1
    assert "ValueError" in caplog.text
    assert "in fails" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("slug", SLUGS)
def test_neither_name_nor_content_leaves_the_session(slug, monkeypatch):
    recall, shared = topic.SHARED.recall, {}
    monkeypatch.setattr(topic.SHARED, "recall", lambda key, make: shared.setdefault(key, recall(key, make)))
    app = give(opened(slug), content())
    table, settings = on_show(app), import_module(f"regviz.figures.{slug}").Settings(data="own")
    kinds = [what for _, (what, *_) in shared]
    assert sorted(kinds) == ["figures", "tools"]  # of the built-in table, before there was a file
    assert not any(SECRET.encode() in zlib.decompress(message) for message in shared.values())
    shown = topic.Shown(import_module(f"regviz.figures.{slug}"), table, 1)
    told = figures(shown, settings)
    assert SECRET not in repr(app.query_params) + shown.link(settings) + told["file"] + str(told["frames"])
    assert told["caption"] != figures(topic.Shown(shown.module), settings)["caption"]


def test_an_upload_never_touches_the_disk():
    import_module("app")
    workers.set_aside(0)  # which a server has, and tests have not
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'

    async def body():
        yield part + b"1,2\n" * (csv.MAX_BYTES // 4) + b"\r\n--x--\r\n"

    parser = MultiPartParser(Headers({"content-type": "multipart/form-data; boundary=x"}), body())
    with ThreadPoolExecutor(1) as apart:  # a browser of other tests may keep a loop running in this thread
        form = apart.submit(asyncio.run, parser.parse()).result()
    with form["f"].file as file:
        assert len(file.read()) == csv.MAX_BYTES
        assert not file._rolled


def test_frames_of_one_table_do_not_fit_another():
    module = import_module("regviz.figures.coefficient_paths")
    table, s = diabetes(), module.Settings(data="own")
    first, second = (topic.Shown(module, table, mark) for mark in (1, 2))
    assert figures(first, s)["frames"]["lambda_"] == frames(first, s, "lambda_")["state"]
    assert figures(first, s)["frames"] != figures(second, s)["frames"]


@pytest.mark.parametrize("slug", SLUGS)
def test_forgetting_leaves_nothing(slug, monkeypatch):
    emptied = []
    monkeypatch.setattr(
        MemoryUploadedFileManager, "remove_session_files", lambda self, session: emptied.append(session)
    )
    app = give(opened(slug), content())
    assert held(app).raw is not None
    assert emptied == []
    next(b for b in app.button if b.key == key("forget", slug)).click().run()
    assert vars(held(app)) | {"files": 0, "mark": 0, "turn": 0} == vars(own_csv.Desk())
    assert app.file_uploader[0].value is None
    assert len(emptied) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_what_was_computed_goes_with_the_table(slug):
    module = import_module(f"regviz.figures.{slug}")
    table = replace(diabetes(), source="mine")
    assert chart.packed_figures(topic.Shown(module, table), module.Settings(data="own"))
    gone = weakref.ref(table)
    del table
    gc.collect()
    assert gone() is None


NAMES = ["target", "it's “$m^2$” <b>", 'say "a", \\ and so on']


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("name", NAMES)
def test_the_script_for_a_readers_table_runs(slug, name, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_bytes(content().replace(b",target", f',"{name.replace(chr(34), chr(34) * 2)}"'.encode()))
    module, desk = import_module(f"regviz.figures.{slug}"), own_csv.Desk()
    desk.take(file.read_bytes())
    assert desk.make(own_csv.Choices(name, "one-hot", False)) == ""
    shown, s = own_csv.on_table(module, desk.made), module.Settings(data="own")
    code = export.snippet(shown, s)
    assert len(code.splitlines()) <= 15
    assert SECRET not in code
    scope = {}
    head = code.replace("path/to/your.csv", str(file)).split("for draw")[0]
    exec(compile(head, slug, "exec"), scope)
    assert module.caption(s, scope["result"]) == module.caption(s, shown.compute(s))


@pytest.mark.parametrize("name", ["![x](http://a.b/c)", "**bold** <b>", "$x$ :red[x] `code` ~~y~~ #h", "a &lt; b"])
def test_names_from_a_file_are_no_markup(name):
    told = own_csv.literal(name)
    assert re.sub(r"[\\\u2060]", "", told) == name
    assert all(told[i - 1] == "\\" for i, c in enumerate(told) if c in "[](){}*`$<>:~#&")


@pytest.mark.parametrize("name", ["http://a.b/c", "see WWW.a.b", "x@y.org"])
def test_addresses_in_names_are_no_links(name):
    told = own_csv.literal(name)
    assert re.sub(r"[\\\u2060]", "", told) == name
    assert not re.search(r"://|www\.|\w@", told.replace("\\", ""), re.IGNORECASE)
