"""The tables that ship, the synthetic designs, and the checks on a reader's own CSV."""

import csv
import io

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from regviz.data import diabetes, linear_design, standardised
from regviz.data.csv_table import MAX_BYTES, MAX_COLUMNS, CsvError, prepare, read_csv, rows_with_missing


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
    with pytest.raises(CsvError, match=r"^2 of 12 rows have missing values; agree to drop them to go on.$"):
        prepare(raw, "price")
    prepared = prepare(raw, "price", drop_missing_rows=True)
    np.testing.assert_array_equal(prepared.table.y, PRICE[2:])
    assert prepared.table.X.shape == (10, 3)
    assert prepared.notes == ("2 of 12 rows with missing values were left out.",)


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
    columns = {"name": [f"person {i}" for i in range(30)], "a": list(range(30)), "b": list(range(30))}
    prepared = prepare(read_csv(as_csv(columns)), "a")
    assert prepared.table.names == ("b",)
    assert prepared.notes == ("Column “name” has 30 different texts, over 20, and was left out.",)


def test_a_nameless_column_gets_a_name():
    assert read_csv(as_csv({"": range(ROWS)} | GOOD)).columns[0].name == "column 1"


@pytest.mark.parametrize("cell", ["1_000", "infinity", "1e999", "0x10", "1,5"])
def test_what_is_not_a_plain_number_is_text(cell):
    raw = read_csv(as_csv({"odd": [cell, *HEIGHT[1:]], "price": PRICE}))
    assert raw.numeric_names() == ("price",)


WIDE = 10_000
MANY_LEVELS = {f"t{j}": [f"{i % 20}x" for i in range(40)] for j in range(60)}

REFUSED = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \n\r\n ", "The file is empty."),
    "byte order mark only": (b"\xef\xbb\xbf", "The file is empty."),
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
    "no header": (b"1,2\n" * ROWS, "The first line holds numbers; put the names of the columns there."),
    "one column": (b"a\n" + b"1\n" * ROWS, "The file has one column; a target and at least one more are needed."),
    "ragged": (b"a,b\n1,2\n1,2,3\n" + b"1,2\n" * ROWS, "Row 2 has 3 cells where the header has 2."),
    "too few rows": (b"a,b\n" + b"1,2\n" * 9, "The file has 9 rows of data; at least 10 are needed."),
    "header alone": (b"a,b\n", "The file has 0 rows of data; at least 10 are needed."),
    "10 000 columns": (
        ",".join(f"c{j}" for j in range(WIDE)).encode() + b"\n" + b"0," * 50,
        f"The file has 10000 columns; at most {MAX_COLUMNS} can be read.",
    ),
    "open quote": (b'a,b\n"1,2\n' * ROWS, "The file is not well-formed CSV: ',' expected after '\"'."),
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
        "The target column “c” is constant; there is nothing to explain.",
    ),
    "nothing left": ({"price": PRICE, "c": [1] * ROWS}, "price", "No column is left to explain the target with."),
    "too few complete rows": (
        {"price": PRICE, "h": [""] * 5 + HEIGHT[5:]},
        "price",
        "Only 7 rows have no missing value; at least 10 are needed.",
    ),
    "name taken": (
        GOOD | {"colour=red": PRICE},
        "price",
        "With its texts encoded the file has two columns “colour=red”; rename one of them.",
    ),
    "too many levels in all": (
        MANY_LEVELS | {"y": list(range(40))},
        "y",
        f"One-hot encoding gives {60 * 19} columns; at most {MAX_COLUMNS} can be fitted.",
    ),
}


@pytest.mark.parametrize(("columns", "target", "sentence"), UNFIT.values(), ids=UNFIT)
def test_a_choice_that_cannot_be_fitted_gets_one_clear_sentence(columns, target, sentence):
    raw = read_csv(as_csv(columns))
    with pytest.raises(CsvError) as refusal:
        prepare(raw, target, drop_missing_rows=True)
    assert str(refusal.value) == sentence
