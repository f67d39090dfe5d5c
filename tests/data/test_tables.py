"""The tables that ship, the synthetic designs, and the checks on a reader's own CSV."""

import csv
import io

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from regviz.data.csv import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    CsvError,
    read_csv,
)
from regviz.data.features import MAX_FEATURES, prepare, rows_with_missing
from regviz.data.tables import diabetes, linear_design, standardised


def test_diabetes_is_the_published_table_in_raw_units():
    table, peer = diabetes(), load_diabetes(scaled=False)
    np.testing.assert_array_equal(table.X, peer.data)
    np.testing.assert_array_equal(table.y, peer.target)
    assert table.names == tuple(peer.feature_names)
    assert table.target == "progression"
    assert "Efron" in table.source
    assert "2004" in table.source


def test_the_shared_table_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        diabetes().X[0, 0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        diabetes().y[0] = 0.0


@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.8])
def test_a_design_has_the_correlation_noise_and_sparsity_asked_for(correlation):
    n, p = 20_000, 6
    design = linear_design(n, p, correlation, sparsity=0.5, noise=2.0, seed=3)
    lags = np.abs(np.subtract.outer(np.arange(p), np.arange(p)))
    # sampling error of a correlation is 1/√n = 0.007, of a standard deviation 2/√(2n) = 0.01: five of each
    np.testing.assert_allclose(np.cov(design.X.T), np.array(correlation) ** lags, atol=0.05)
    assert np.std(design.y - design.X @ design.w) == pytest.approx(2.0, abs=0.05)
    sizes = np.abs(design.w[design.w != 0])
    assert len(sizes) == 3
    assert np.all((sizes >= 0.5) & (sizes <= 1.5))
    assert design.names == ("x1", "x2", "x3", "x4", "x5", "x6")


@pytest.mark.parametrize(("sparsity", "count"), [(0.0, 10), (0.25, 8), (0.9, 1), (1.0, 0)])
def test_sparsity_is_the_share_of_true_zeros(sparsity, count):
    assert np.count_nonzero(linear_design(5, 10, sparsity=sparsity).w) == count


def test_a_design_is_fixed_by_its_seed_and_a_knob_moves_only_its_own_part():
    base, same, other = (linear_design(seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(base.y, same.y)
    assert not np.array_equal(base.X, other.X)
    noisier = linear_design(noise=3.0, seed=1)
    np.testing.assert_array_equal(noisier.X, base.X)
    np.testing.assert_array_equal(noisier.w, base.w)
    # the same draws, three times as large; y carries rounding of size 1e-15
    np.testing.assert_allclose(noisier.y - noisier.X @ noisier.w, 3 * (base.y - base.X @ base.w), atol=1e-13)
    np.testing.assert_array_equal(linear_design(correlation=0.9, seed=1).w, base.w)


def test_the_noise_is_independent_of_the_columns_and_the_weights():
    design = linear_design(10_000, 1, sparsity=0.0, seed=4)
    noise = design.y - design.X @ design.w
    # sampling error of a correlation is 1/√n = 0.01: five of them
    assert abs(np.corrcoef(noise, design.X[:, 0])[0, 1]) < 0.05


@pytest.mark.parametrize(
    ("knob", "message"),
    [
        ({"n": 1}, "n must be a whole number >= 2; got 1"),
        ({"p": 0}, "p must be a whole number >= 1; got 0"),
        ({"p": 2.5}, "p must be a whole number >= 1; got 2.5"),
        ({"correlation": 1.0}, r"correlation must be in \(-1, 1\); got 1.0"),
        ({"sparsity": 1.2}, r"sparsity must be in \[0, 1\]; got 1.2"),
        ({"noise": -1.0}, "noise must be >= 0; got -1.0"),
    ],
)
def test_knobs_out_of_range_are_refused(knob, message):
    with pytest.raises(ValueError, match=message):
        linear_design(**knob)


def test_standardising_can_be_undone_and_leaves_constants_at_zero():
    X = np.column_stack([diabetes().X, np.full(442, 0.1)])
    Z, mean, deviation = standardised(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-13)  # 442 terms of size 1
    np.testing.assert_allclose((Z**2).mean(axis=0), [1.0] * 10 + [0.0], atol=1e-13)
    np.testing.assert_allclose(Z * deviation + mean, X, rtol=1e-12)
    assert not Z[:, -1].any()
    with pytest.raises(ValueError, match="X must have shape"):
        standardised(np.ones(3))


def as_csv(columns, delimiter=",", encoding="utf-8"):
    """Return a CSV file of the columns, a dict of lists, as bytes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode(encoding)


ROWS = 12
HEIGHT = [150.5 + i for i in range(ROWS)]
COLOUR = ["red", "green", "blue"] * 4
PRICE = [float(i * i) for i in range(ROWS)]
GOOD = {"height": HEIGHT, "colour": COLOUR, "price": PRICE}


def test_text_columns_are_one_hot_encoded_without_their_first_level():
    prepared = prepare(read_csv(as_csv(GOOD)), "price")
    table = prepared.table
    assert table.names == ("height", "colour=green", "colour=red")
    assert table.target == "price"
    np.testing.assert_array_equal(table.y, PRICE)
    np.testing.assert_array_equal(table.X[:, 0], HEIGHT)
    np.testing.assert_array_equal(table.X[:3, 1:], [[0, 1], [1, 0], [0, 0]])
    assert prepared.notes == ()


def test_text_columns_are_dropped_by_choice():
    prepared = prepare(read_csv(as_csv(GOOD)), "price", text_columns="drop")
    assert prepared.table.names == ("height",)
    assert prepared.notes == ("Column “colour” is not numeric and was left out.",)


def test_only_columns_of_numbers_may_be_the_target():
    raw = read_csv(as_csv(GOOD | {"nothing": [""] * ROWS}))
    assert raw.numeric_names() == ("height", "price")
    assert raw.n_rows == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_delimiters_and_byte_order_marks_are_understood(delimiter, encoding):
    raw = read_csv(as_csv(GOOD | {"Größe": HEIGHT}, delimiter, encoding))
    np.testing.assert_array_equal(prepare(raw, "height").table.y, HEIGHT)
    assert raw.numeric_names() == ("height", "price", "Größe")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_decimal_comma_is_read_where_commas_do_not_separate(delimiter):
    german = [str(h).replace(".", ",") for h in HEIGHT]
    np.testing.assert_array_equal(prepare(read_csv(as_csv({"h": german, "p": PRICE}, delimiter)), "h").table.y, HEIGHT)


@pytest.mark.parametrize("missing", ["", "NA", "n/a", "NaN", "null", "?", " "])
def test_rows_with_missing_values_are_counted_and_go_only_by_consent(missing):
    holes = {"height": [missing, *HEIGHT[1:]], "colour": ["red", missing, *COLOUR[2:]], "price": PRICE}
    raw = read_csv(as_csv(holes))
    assert rows_with_missing(raw, "price") == 2
    assert rows_with_missing(raw, "price", "drop") == 1
    with pytest.raises(CsvError, match=r"^Values are missing in 2 of 12 rows; agree to leave these out to go on.$"):
        prepare(raw, "price")
    prepared = prepare(raw, "price", drop_missing_rows=True)
    np.testing.assert_array_equal(prepared.table.y, PRICE[2:])
    assert prepared.table.X.shape == (10, 3)
    assert prepared.notes == ("Left out for missing values: 2 of 12 rows.",)


@pytest.mark.parametrize(
    ("column", "note"),
    [
        ([7.5] * ROWS, "Column “extra” is constant and was left out."),
        (["same"] * ROWS, "Column “extra=same” is constant and was left out."),
        ([""] * ROWS, "Column “extra” is empty and was left out."),
    ],
)
def test_columns_that_say_nothing_are_left_out_with_a_note(column, note):
    prepared = prepare(read_csv(as_csv(GOOD | {"extra": column})), "price")
    assert prepared.table.names == ("height", "colour=green", "colour=red")
    assert prepared.notes == (note,)


def test_a_text_column_of_too_many_levels_is_left_out_with_a_note():
    columns = {"name": [f"person {i}" for i in range(30)], "a": list(range(30)), "b": [i * i for i in range(30)]}
    prepared = prepare(read_csv(as_csv(columns)), "a")
    assert prepared.table.names == ("b",)
    assert prepared.notes == ("Column “name” has 30 different texts, over 20, and was left out.",)


def test_a_nameless_column_gets_a_name():
    assert read_csv(as_csv({"": range(ROWS)} | GOOD)).columns[0].name == "column 1"


@pytest.mark.parametrize(
    "cell", ["1_000", "infinity", "inf", "1e400", "0x10", "1,5", "5%", "12 %", "1,23,456", "1.2.3"]
)
def test_a_cell_that_is_no_number_counts_as_missing_and_is_named(cell):
    raw = read_csv(as_csv({"odd": [*HEIGHT[:5], cell, *HEIGHT[6:]], "price": PRICE}))
    assert raw.numeric_names() == ("odd", "price")
    assert rows_with_missing(raw, "price") == 1
    with pytest.raises(CsvError) as refusal:
        prepare(raw, "price")
    told = f"“{cell}” in line 7 of column “odd”"
    assert (
        str(refusal.value) == f"Values are missing in 1 of 12 rows, counting {told}; agree to leave these out to go on."
    )
    prepared = prepare(raw, "odd", drop_missing_rows=True)
    np.testing.assert_array_equal(prepared.table.y, HEIGHT[:5] + HEIGHT[6:])
    assert prepared.notes == ("Left out for missing values: 1 of 12 rows.", f"Counted as missing: {told}.")


def test_a_column_is_of_numbers_where_half_of_its_cells_are():
    half, fewer = [*range(6), *"abcdef"], [*range(5), *"abcdefg"]
    raw = read_csv(as_csv({"half": half, "fewer": fewer, "price": PRICE}))
    assert raw.numeric_names() == ("half", "price")
    assert raw.columns[0].odd == "“a” in line 8 of column “half” and 5 more"
    assert len(raw.columns[1].levels) == ROWS


PLAIN = [1234.5, 12.0, -3.25, 900.0, 1e6] * 4
WRITTEN = {
    "minus sign": (",", ["1234.5", "12", "−3.25", "900", "1e6"]),
    "thousands commas, quoted": (",", ["1,234.5", "12", "-3.25", "900", "1,000,000"]),
    "decimal commas, quoted": (",", ["1234,5", "12", "-3,25", "900", "1e6"]),
    "thousands points": (";", ["1.234,5", "12", "−3,25", "900", "1.000.000"]),
    "decimal points": (";", ["1234.5", "12", "-3.25", "+900.0", "1E+6"]),
    "thousands commas": ("\t", ["1,234.5", "12.0", "-3.25", "900", "1,000,000"]),
}


@pytest.mark.parametrize(("delimiter", "cells"), WRITTEN.values(), ids=WRITTEN)
def test_a_column_is_read_with_its_own_decimal_mark(delimiter, cells):
    raw = read_csv(as_csv({"v": cells * 4, "a": range(20)}, delimiter))
    np.testing.assert_array_equal(prepare(raw, "v").table.y, PLAIN)


UNCLEAR = ["900", "1,000", "2,500", "12"] * 5


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_comma_that_may_be_either_mark_is_asked_about(delimiter):
    with pytest.raises(CsvError) as refusal:
        read_csv(as_csv({"a": range(20), "v": UNCLEAR}, delimiter))
    assert str(refusal.value) == (
        "The numbers of column “v” can be read in two ways, as “1,000” in line 3; "
        "write them without marks between thousands."
    )


@pytest.mark.parametrize(
    ("other", "values"),
    [("0.5", [900, 1000, 2500, 12]), ("1,234.5", [900, 1000, 2500, 12]), ("0,5", [900, 1, 2.5, 12])],
)
def test_the_rest_of_the_file_tells_which_mark_it_is(other, values):
    raw = read_csv(as_csv({"a": [other, *range(19)], "v": UNCLEAR}, "\t"))
    np.testing.assert_array_equal(prepare(raw, "v").table.y, values * 5)


def test_points_before_three_digits_are_decimal_unless_the_file_has_decimal_commas():
    points = ["900", "1.000", "2.500", "12"] * 5
    alone = read_csv(as_csv({"a": range(20), "v": points}, ";"))
    np.testing.assert_array_equal(prepare(alone, "v").table.y, [900, 1, 2.5, 12] * 5)
    german = read_csv(as_csv({"a": ["0,5", *range(19)], "v": points}, ";"))
    np.testing.assert_array_equal(prepare(german, "v").table.y, [900, 1000, 2500, 12] * 5)


def test_texts_with_a_few_numbers_in_them_are_texts():
    cells = ["1,000", "Oslo, N", "Rome", "Bern"] * 5
    assert read_csv(as_csv({"place": cells, "a": range(20)})).columns[0].levels == sorted(set(cells))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_understood(ending):
    text = as_csv(GOOD).decode().replace("\r\n", ending)
    np.testing.assert_array_equal(prepare(read_csv(text.encode()), "price").table.y, PRICE)


def test_delimiters_inside_quotation_marks_do_not_count():
    for name in ("a;b;c;d;e", "a\n;;;;;\nb", 'say ""a;b;c;d""'):
        raw = read_csv(f'"{name}",h,p\n'.encode() + b"".join(b"%d,%d,%d\n" % (i, i * i, i % 3) for i in range(ROWS)))
        assert [c.name for c in raw.columns] == [" ".join(name.replace('""', '"').split()), "h", "p"]
    inch = as_csv({"p": PRICE, "h": HEIGHT}).replace(b"p,h", b'5" tall,6" tall')
    assert [c.name for c in read_csv(inch).columns] == ['5" tall', '6" tall']


def test_lines_are_those_of_the_file():
    text = 'a,b\n"1\n",2\n\n' + "1,2\n" * ROWS + "1,2,3\n"
    with pytest.raises(CsvError, match=f"^Line {5 + ROWS} has 3 cells where the header has 2.$"):
        read_csv(text.encode())


def test_long_names_are_shortened_in_a_sentence():
    name = "n" * 5000
    (note,) = prepare(read_csv(as_csv(GOOD | {name: [1] * ROWS})), "price", text_columns="one-hot").notes
    assert note == f"Column “{'n' * 39}…” is constant and was left out."


SIZES = {"tiny": 1e-200, "huge": 1e200, "past squaring": 1e300, "past adding": 1.7e308, "denormal": 5e-324}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_numbers_that_arithmetic_cannot_hold_are_refused_or_left_out(size):
    odd = [repr(size * (-1) ** i) for i in range(ROWS)]
    raw = read_csv(as_csv(GOOD | {"odd": odd}))
    prepared = prepare(raw, "price")
    assert prepared.notes == ("Column “odd” holds numbers too large or too small to compute with and was left out.",)
    with pytest.raises(CsvError) as refusal:
        prepare(raw, "odd")
    assert str(refusal.value) == (
        "The target column “odd” holds numbers too large or too small to compute with; choose another."
    )


@pytest.mark.parametrize("values", [[0.1 + 0.2, 0.3] * 6, [1e16, 1e16 + 2] * 6, [0.0, -0.0] * 6])
def test_what_differs_by_rounding_is_constant(values):
    prepared = prepare(read_csv(as_csv(GOOD | {"c": values})), "price")
    assert prepared.notes == ("Column “c” is constant and was left out.",)


def test_what_is_just_allowed_is_read_and_fitted():
    wide = {f"x{j}": [i % 2 * j + i for i in range(ROWS)] for j in range(MAX_FEATURES)}
    assert prepare(read_csv(as_csv(wide | {"y": PRICE})), "y").table.X.shape == (ROWS, MAX_FEATURES)
    assert read_csv(b"a,b\n" + b"1,2\n" * MAX_ROWS).n_rows == MAX_ROWS


WIDE = 10_000
OPEN = "Line {} cannot be read; look there for a quotation mark without its pair."
HEADERLESS = "The first line holds numbers; a header line with the names of the columns is needed above it."
MANY_LEVELS = {f"t{j}": [f"{i % 20}x" for i in range(40)] for j in range(60)}

REFUSED = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \n\r\n ", "The file is empty."),
    "byte order mark only": (b"\xef\xbb\xbf", "The file is empty."),
    "blank cells": (b",,\n,\n", "The file is empty."),
    "too large": (b"x" * (MAX_BYTES + 100_000), "The file has 5.1 MB; at most 5 MB can be read."),
    "Latin-1": (
        as_csv(GOOD | {"Größe": HEIGHT}, encoding="latin-1"),
        "The file is not UTF-8 text (byte 23); save it as “CSV UTF-8”.",
    ),
    "UTF-16": (
        as_csv(GOOD, encoding="utf-16-le"),
        "The file is not text: it holds zero bytes, as spreadsheets and UTF-16 files do; save it as CSV.",
    ),
    "duplicate headers": (
        b"a,b,a\n" + b"1,2,3\n" * ROWS,
        "The header names “a” more than once; give every column its own name.",
    ),
    "no header": (b"1,2\n" * ROWS, HEADERLESS),
    "no header, twice the same": (b"0,0,3\n" * ROWS, HEADERLESS),
    "no header, a cell missing": (b",0,0.5\n" * ROWS, HEADERLESS),
    "one column": (b"a\n" + b"1\n" * ROWS, "The file has one column; a target and at least one more are needed."),
    "ragged": (b"a,b\n1,2\n1,2,3\n" + b"1,2\n" * ROWS, "Line 3 has 3 cells where the header has 2."),
    "too few rows": (b"a,b\n" + b"1,2\n" * 9, "The file has 9 rows of data; at least 10 are needed."),
    "header alone": (b"a,b\n", "The file has 0 rows of data; at least 10 are needed."),
    "10 000 columns": (
        ",".join(f"c{j}" for j in range(WIDE)).encode() + b"\n" + b"0," * 50,
        f"The file has 10000 columns; at most {MAX_COLUMNS} can be read.",
    ),
    "open quote": (b'a,b\n1,2\n"1,2\n' + b"1,2\n" * ROWS, OPEN.format(3)),
    "a mark too many": (b'a,b\n"1"5,2\n' * ROWS, OPEN.format(2)),
    "a text without end": (b'a,b\n"' + b"x" * 200_000 + b'",2\n', OPEN.format(2)),
    "too many rows": (
        b"a,b\n" + b"1,2\n" * (MAX_ROWS + 1),
        f"The file has {MAX_ROWS + 1} rows of data; at most {MAX_ROWS} can be read.",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_gets_one_clear_sentence(content, sentence):
    with pytest.raises(CsvError) as refusal:
        read_csv(content)
    assert str(refusal.value) == sentence


UNFIT = {
    "no such column": (GOOD, "weight", "There is no column “weight” in the file."),
    "text target": (GOOD, "colour", "The target column “colour” is not numeric; choose a column of numbers."),
    "empty target": (
        GOOD | {"e": [""] * ROWS},
        "e",
        "The target column “e” is not numeric; choose a column of numbers.",
    ),
    "constant target": (
        GOOD | {"c": [1] * ROWS},
        "c",
        "The target column “c” is constant; choose another.",
    ),
    "nothing left": ({"price": PRICE, "c": [1] * ROWS}, "price", "No column is left to explain the target with."),
    "too few complete rows": (
        {"price": PRICE, "h": [""] * 5 + HEIGHT[5:]},
        "price",
        "Only 7 rows can be used, the others miss a value; at least 10 are needed.",
    ),
    "too few rows of numbers": (
        {"price": PRICE, "code": ["7B", "8C", "9D", *range(9)]},
        "price",
        "Only 9 rows can be used, the others miss a value, counting “7B” in line 2 of column “code” and 2 more; "
        "at least 10 are needed.",
    ),
    "no complete row": (
        {"price": PRICE, "g": ["", 1] * 6, "h": [2, ""] * 6},
        "price",
        "Only 0 rows can be used, the others miss a value; at least 10 are needed.",
    ),
    "name taken": (
        GOOD | {"colour=red": PRICE},
        "price",
        "With its texts encoded the file has two columns “colour=red”; rename one of them.",
    ),
    "too many levels in all": (
        MANY_LEVELS | {"y": list(range(40))},
        "y",
        f"At most {MAX_FEATURES} columns can be fitted, and the file gives more; leave some out.",
    ),
}


@pytest.mark.parametrize(("columns", "target", "sentence"), UNFIT.values(), ids=UNFIT)
def test_a_choice_that_cannot_be_fitted_gets_one_clear_sentence(columns, target, sentence):
    raw = read_csv(as_csv(columns))
    with pytest.raises(CsvError) as refusal:
        prepare(raw, target, drop_missing_rows=True)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("unit", [1e-160, 1e160, 1e300])
def test_standardising_knows_no_units(unit):
    X = np.random.default_rng(0).standard_normal((30, 3))
    Z, mean, deviation = standardised(X * unit)
    np.testing.assert_allclose(Z, standardised(X)[0], atol=1e-12)
    np.testing.assert_allclose([mean / unit, deviation / unit], [X.mean(axis=0), X.std(axis=0)], atol=1e-14)


def test_standardising_far_off_zero_keeps_its_digits():
    X = np.random.default_rng(0).integers(0, 9, (30, 3)).astype(float)
    np.testing.assert_allclose(standardised(X + 1e12)[0], standardised(X)[0], atol=1e-12)
