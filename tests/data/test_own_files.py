"""Files as people have them: small look-alikes of public tables, and marks, delimiters and labels of many kinds."""

import numpy as np
import pytest

from regviz.data.csv import CsvError, read_csv
from regviz.data.features import prepare, rows_with_missing

N = 24
WAVE = [round(10 + 3 * np.sin(i), 2) for i in range(N)]


def lines(header, row, end="\n", n=N):
    """Return a file of the header and row(i) for each i, as bytes."""
    return end.join([header, *(row(i) for i in range(n)), ""]).encode()


def fitted(content, target, **choices):
    prepared = prepare(read_csv(content), target, **choices)
    return prepared.table, prepared.notes


def german(value):
    return f"{value:.2f}".replace(".", ",")


def test_hitters_has_missing_salaries_and_three_texts():
    file = lines(
        '"","AtBat","League","Salary","NewLeague"',
        lambda i: f'"-Player {i}",{300 + i * i},"{"AN"[i % 2]}",{"NA" if i % 8 == 0 else 90.5 + i},"{"NA"[i % 3 % 2]}"',
    ).replace(b'"NA"', b'"N"')
    raw = read_csv(file)
    assert raw.numeric_names() == ("AtBat", "Salary")
    assert rows_with_missing(raw, "Salary") == 3
    table, notes = fitted(file, "Salary", drop_missing_rows=True)
    assert table.names == ("AtBat", "League=N", "NewLeague=N")
    assert table.y.tolist() == [90.5 + i for i in range(N) if i % 8]
    assert notes[0] == "Column “column 1” has 24 different texts, over 20, and was left out."


def test_auto_has_question_marks_for_horsepower():
    file = lines(
        "mpg,cylinders,horsepower,name",
        lambda i: f"{WAVE[i]},{4 + i % 3 * 2},{'?' if i == 5 else 100 + i * i},{'ford' if i % 2 else 'vw rabbit'}",
    )
    table, notes = fitted(file, "mpg", drop_missing_rows=True)
    assert table.names == ("cylinders", "horsepower", "name=vw rabbit")
    assert len(table.y) == N - 1
    assert notes == ("Left out for missing values: 1 of 24 rows.",)


def test_college_has_quoted_names_with_commas():
    file = lines('"","Private","Apps"', lambda i: f'"Univ. of X, {i}","{("Yes", "No")[i % 2]}",{1660 + i * i}')
    table, notes = fitted(file, "Apps")
    assert table.names == ("Private=Yes",)
    assert len(notes) == 1


def test_wine_has_semicolons_and_quoted_names():
    file = lines('"fixed acidity";"pH";"quality"', lambda i: f"{WAVE[i]};{3 + i % 7 / 10};{3 + i % 6}")
    table, notes = fitted(file, "quality")
    assert table.names == ("fixed acidity", "pH")
    assert table.X[:, 0].tolist() == WAVE
    assert notes == ()


AIR = lines(
    "Date;Time;CO(GT);T;;",
    lambda i: f"10/03/2004;{i % 20:02d}.00.00;{'-200' if i % 5 == 0 else german(WAVE[i])};{german(WAVE[-i])};;",
    "\r\n",
)


def test_air_quality_has_decimal_commas_and_a_number_for_what_is_missing():
    table, notes = fitted(AIR, "T", text_columns="drop")
    assert table.names == ("CO(GT)",)
    assert table.X[:, 0].tolist() == [-200.0 if i % 5 == 0 else WAVE[i] for i in range(N)]
    assert notes[-1] == (
        "Column “CO(GT)” holds -200 in 21 % of the rows, far from all its other values; "
        "if it stands for a missing value, leave its cell empty."
    )


def test_mtcars_has_names_of_cars_and_carriage_returns():
    file = lines("model,mpg,am", lambda i: f"Car {i},{WAVE[i]},{i % 2}", "\r\n", 20)
    table, notes = fitted(file, "mpg")
    assert table.names == ("am",)
    assert table.y.tolist() == WAVE[:20]
    assert notes == ("Column “model” has a text of its own in every row, a label, and was left out.",)


def test_student_has_seventeen_columns_of_text():
    file = lines(
        ";".join([*(f"t{j}" for j in range(17)), "age", "G3"]),
        lambda i: ";".join(
            [*(f'"{"abc"[(i + j) % (2 + j % 2)]}"' for j in range(17)), str(15 + i % 8), str(i * i % 21)]
        ),
    )
    table, notes = fitted(file, "G3")
    assert table.X.shape == (N, sum(1 + j % 2 for j in range(17)) + 1)
    assert notes == ()


MARKS = [(",", "."), (";", ","), (";", "."), ("\t", "."), ("\t", ","), ("|", "."), ("|", ","), (" ", "."), (" ", ",")]


@pytest.mark.parametrize(("delimiter", "decimal"), MARKS)
@pytest.mark.parametrize("header", ["a{0}b{0}c", '"a, cm"{0}"b; kg"{0}"c | J"'])
def test_a_delimiter_is_told_from_all_rows(delimiter, decimal, header):
    cells = [[WAVE[i], i * i, WAVE[-i] - 11] for i in range(N)]
    rows = [delimiter.join(str(v).replace(".", decimal) for v in row) for row in cells]
    table, _ = fitted("\n".join([header.format(delimiter), *rows]).encode(), read_csv_name(header, delimiter))
    np.testing.assert_array_equal(np.column_stack([table.X, table.y]), cells)


def read_csv_name(header, delimiter):
    return "c" if header.startswith("a") else "c | J"


def test_a_comma_in_the_header_and_one_in_every_row_do_not_divide():
    raw = read_csv(lines("b c\tx, y", lambda i: f"{i + 2}.199,18\t{i % 20:02d}.00.00"))
    assert [c.name for c in raw.columns] == ["b c", "x, y"]
    assert raw.columns[0].values[:2].tolist() == [2199.18, 3199.18]


def test_commas_in_the_header_do_not_divide_it():
    raw = read_csv(b"a, cm;b, kg;c, J\n" + b"1,5;2,5;3,5\n" * 12)
    assert [c.name for c in raw.columns] == ["a, cm", "b, kg", "c, J"]
    assert [c.values[0] for c in raw.columns] == [1.5, 2.5, 3.5]


def test_aligned_columns_are_divided_by_any_run_of_blanks():
    table, _ = fitted(lines("  x     y", lambda i: f" {WAVE[i]:6}   {i * i:5}  "), "y")
    assert table.X[:, 0].tolist() == WAVE


def test_a_line_of_a_spreadsheet_names_the_delimiter():
    for told in (b"sep=;\n", b'"sep=;"\r\n', b"SEP=;;;\n"):
        raw = read_csv(told + lines("a,b;c", lambda i: f"{i},5;{i * i},25"))
        assert [c.name for c in raw.columns] == ["a,b", "c"]
    with pytest.raises(CsvError, match=r"^Line 4 has 3 cells"):
        read_csv(b"sep=,\na,b\n1,2\n1,2,3\n" + b"1,2\n" * N)


def test_labels_without_a_name_stand_before_the_columns():
    raw = read_csv(lines('"mpg" "am"', lambda i: f'"Car {i}" {WAVE[i]} {i % 2}'))
    assert [c.name for c in raw.columns] == ["row name", "mpg", "am"]
    trailing = read_csv(lines("a,b", lambda i: f"{i},{i * i},"))
    assert [c.name for c in trailing.columns] == ["a", "b"]


@pytest.mark.parametrize("end", [b"\x1a", b"\n\x1a", b"\x1a\n\n"])
def test_the_sign_that_once_ended_files_is_no_row(end):
    assert read_csv(b"a,b\n" + b"1,2\n" * 11 + b"3,4" + end).n_rows == 12


@pytest.mark.parametrize(
    "content",
    [
        b"M,0.4,7\n" + b"F,0.3,9\n" * 12,
        b"M,4,7\n" + b"F,3,9\nM,2,8\n" * 6,
        b"M,-4,7\n" + b"F,3,9\n" * 12,
        b"M,7,7\n" + b"F,3,9\n" * 12,
        b"x;1,5;2\n" + b"y;2,5;3\n" * 12,
    ],
)
def test_a_row_of_data_is_not_taken_for_the_header(content):
    with pytest.raises(CsvError, match=r"^The first line holds numbers; a header line"):
        read_csv(content)


def test_years_may_be_names_and_that_is_said():
    file = lines("country,1990,1991", lambda i: f"{'AB'[i % 2]},{WAVE[i]},{i * i}")
    table, notes = fitted(file, "1991")
    assert table.names == ("1990", "country=B")[::-1]
    assert notes == ("The first line was taken for names, “1990” among them; if it holds data, write names above it.",)


def test_levels_are_those_of_the_rows_that_stay():
    table, _ = fitted(b"g,x,y\n" + b"A,,1\nB,2,3\nC,5,8\n" * 12, "y", drop_missing_rows=True)
    assert table.names == ("g=C", "x")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("(9)", -9), ("(1,234.5)", -1234.5), ("–9", -9), ("−9", -9), ("‒9.5", -9.5), ("9-", -9), ("9.5 -", -9.5),
        ("40 430", 40430), ("-40 430.5", -40430.5), ("1\u00a0234", 1234), ("1\u202f234\u202f567", 1234567),
        ("1'234", 1234), ("1’234.5", 1234.5), ("$100", 100), ("€ 1,250", 1250), ("100 €", 100), ("-$5", -5),
        ("$-5", -5), ("($5)", -5), ("£1'000", 1000),
    ],
)  # fmt: skip
def test_numbers_with_marks_are_numbers_and_that_is_said(cell, value):
    file = lines("v\tw", lambda i: f"{cell if i == 3 else WAVE[i]}\t{i * i}")
    table, notes = fitted(file, "w")
    assert table.X[:, 0].tolist() == [value if i == 3 else WAVE[i] for i in range(N)]
    dash_alone = not any(mark in cell for mark in "()$€£'’\u00a0\u202f ") and cell[-1] != "-"
    told = [f"In column “v” “{cell}” was read as {value:.15g}."]
    assert [note for note in notes if "read as" in note] == told[: not dash_alone]


def test_percentages_are_numbers_where_all_have_the_sign():
    table, notes = fitted(lines("v,w", lambda i: f"{WAVE[i]} %,{i * i}"), "w")
    assert table.X[:, 0].tolist() == WAVE
    assert notes == (f"In column “v” “{WAVE[0]} %” was read as {WAVE[0]:.15g}.",)


@pytest.mark.parametrize("cell", ["40 43", "1 2", "1''234", "(9", "9--", "-(9)", "+9-", "$", "()", "12 345 67", "5 %"])
def test_what_is_no_number_stays_none(cell):
    raw = read_csv(lines("v\tw", lambda i: f"{cell if i == 3 else WAVE[i]}\t{i * i}"))
    assert raw.columns[0].odd == f"“{cell}” in line 5 of column “v”"


@pytest.mark.parametrize("odd", ["3+", "<5", ">10", "≥ 4", "10 or more"])
def test_open_ended_classes_are_categories(odd):
    file = lines("rooms,price", lambda i: f"{odd if i % 3 == 2 else i % 3},{i * i}")
    table, notes = fitted(file, "price")
    assert len(table.y) == N
    assert {f"rooms={level}" for level in ("1", odd)} >= set(table.names) - {"rooms=0"}
    assert len(table.names) == 2
    assert notes == (f"Column “rooms” holds “{odd}”: its values were taken for categories.",)


def test_detection_limits_among_many_values_are_asked_about():
    file = lines("lead,y", lambda i: f"{'<0.05' if i == 4 else i * i / 100},{WAVE[i]}")
    with pytest.raises(CsvError, match=r"counting “<0.05” in line 6 of column “lead”; agree"):
        prepare(read_csv(file), "y")
    prepared = prepare(read_csv(file), "y", drop_missing_rows=True)
    assert "Column “lead” holds limits beside numbers" in prepared.notes[-1]
    assert prepared.doubtful == ("lead",)


@pytest.mark.parametrize("name", ["", "id", "obs", "row_names", "Unnamed: 0", "rownames", "customer_id", "time"])
@pytest.mark.parametrize("first", [0, 1, 17])
def test_a_column_that_numbers_the_rows_is_named(name, first):
    raw = read_csv(lines(f"{name},x,y", lambda i: f"{first + i},{WAVE[i]},{i * i}"))
    prepared, shown = prepare(raw, "y"), name or "column 1"
    assert prepared.notes == (f"Column “{shown}” numbers the rows; leave it out unless their order has a meaning.",)
    assert prepared.doubtful == (shown,)
    without = prepare(raw, "y", leave_out=(shown,))
    assert without.table.names == ("x",)
    assert without.notes == (f"Column “{shown}” was left out, as you chose.",)


def test_shuffled_numbers_count_only_by_their_name():
    order = np.random.default_rng(0).permutation(N) + 100
    for name, doubtful in (("id", ("id",)), ("x", ())):
        assert prepare(read_csv(lines(f"{name},y", lambda i: f"{order[i]},{WAVE[i]}")), "y").doubtful == doubtful


@pytest.mark.parametrize("values", [[0, 1], [0, 0, 0, 9], [1, 2, 3, 4, 5, 6, 60], list(range(N)), [-1, *range(30)]])
def test_no_stand_in_is_suspected_among_ordinary_numbers(values):
    rows = (values * N)[:N] if len(values) < N else values[:N]
    assert read_csv(lines("v,w", lambda i: f"{rows[i]},{i}")).columns[0].notes == () or rows.count(60) >= 3


@pytest.mark.parametrize("stand_in", [-200, -999, 9999, 1e6])
def test_a_number_far_from_all_others_may_stand_for_a_missing_one(stand_in):
    column = read_csv(lines("v,w", lambda i: f"{stand_in if i % 6 == 0 else WAVE[i]},{i}")).columns[0]
    assert [f"holds {stand_in:.15g} in 17 % of the rows" in note for note in column.notes] == [True]


def test_columns_with_too_few_rows_between_them_can_be_left_out():
    file = lines("a,b,y", lambda i: f"{i * i if i % 2 else ''},{'' if i % 2 else i},{WAVE[i]}")
    with pytest.raises(CsvError, match=r"^Only 0 rows can be used"):
        prepare(read_csv(file), "y", drop_missing_rows=True)
    assert rows_with_missing(read_csv(file), "y", leave_out=("a",)) == N // 2
    table, notes = fitted(file, "y", drop_missing_rows=True, leave_out=("a",))
    assert table.names == ("b",)
    assert notes[0] == "Column “a” was left out, as you chose."
