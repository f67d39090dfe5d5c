"""A reader's own CSV as a regression problem: checked, encoded, and refused in one clear sentence.

Bytes in, arrays out; nothing is written to disk.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regviz.checks import Array
from regviz.data import Table

MAX_BYTES = 5_000_000
MAX_COLUMNS = 1000
MAX_LEVELS = 20
MIN_ROWS = 10
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "."})
DELIMITERS = (",", ";", "\t")


class CsvError(ValueError):
    """A file or a choice that cannot be fitted; the message is one sentence for the reader."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column as read: its cells as text, and their `values` (n,) with NaN where missing, or None if it is text."""

    name: str
    cells: tuple[str, ...]
    values: Array | None

    @property
    def missing(self) -> np.ndarray:
        """Where cells are missing (n,)."""
        if self.values is not None:
            return np.isnan(self.values)
        return np.array([cell.lower() in MISSING for cell in self.cells])

    @property
    def levels(self) -> list[str]:
        """The different texts in it, sorted, missing ones aside."""
        return sorted({cell for cell in self.cells if cell.lower() not in MISSING})


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as read, column by column."""

    columns: tuple[Column, ...]

    @property
    def n_rows(self) -> int:
        """The number of rows below the header."""
        return len(self.columns[0].cells)

    def numeric_names(self) -> tuple[str, ...]:
        """Return the names of the columns of numbers: those that may be the target."""
        return tuple(c.name for c in self.columns if c.values is not None and not np.isnan(c.values).all())


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table ready to fit, and what was done to get there, a sentence each."""

    table: Table
    notes: tuple[str, ...]


def read_csv(content: bytes) -> RawTable:
    """Return the columns of a CSV file given as bytes: comma, semicolon or tab, a header line, UTF-8.

    In files with semicolons or tabs a comma inside a number is its decimal mark.
    Raises CsvError for a file that is empty, too large, not UTF-8 text, without a header, with duplicate headers,
    too many columns, ragged rows or too few of them.
    """
    if len(content) > MAX_BYTES:
        raise CsvError(f"The file has {len(content) / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB can be read.")
    text = _decoded(content)
    header_line = next(line for line in text.splitlines() if line.strip())
    delimiter = max(DELIMITERS, key=header_line.count)
    if header_line.count(delimiter) >= MAX_COLUMNS:
        raise CsvError(f"The file has {header_line.count(delimiter) + 1} columns; at most {MAX_COLUMNS} can be read.")
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise CsvError(f"The file is not well-formed CSV: {error}.") from error
    names = _header(rows[0])
    ragged = next((i for i, row in enumerate(rows[1:], start=1) if len(row) != len(names)), 0)
    if ragged:
        raise CsvError(f"Row {ragged} has {len(rows[ragged])} cells where the header has {len(names)}.")
    if len(rows) - 1 < MIN_ROWS:
        raise CsvError(f"The file has {len(rows) - 1} rows of data; at least {MIN_ROWS} are needed.")
    decimal = "." if delimiter == "," else ","
    return RawTable(tuple(_column(name, cells, decimal) for name, *cells in zip(names, *rows[1:], strict=True)))


def rows_with_missing(raw: RawTable, target: str, text_columns: Literal["one-hot", "drop"] = "one-hot") -> int:
    """Return how many rows `prepare` would leave out for a missing cell in a column that it uses."""
    return int(_missing_rows(_used_columns(raw, target, text_columns)[0]).sum())


def prepare(
    raw: RawTable,
    target: str,
    text_columns: Literal["one-hot", "drop"] = "one-hot",
    drop_missing_rows: bool = False,
) -> Prepared:
    """Return the regression of `target` on the other columns, and notes on what was left out or encoded.

    Text columns become one 0/1 column for each level but the first, or are dropped. Rows with missing cells go only
    where `drop_missing_rows` consents. Constant, empty and many-valued text columns are left out with a note.
    Raises CsvError where the target is not numeric or constant, where missing rows lack consent, and where too few
    rows, no column, or too many columns remain.
    """
    used, notes = _used_columns(raw, target, text_columns)
    missing = _missing_rows(used)
    if missing.any() and not drop_missing_rows:
        raise CsvError(f"{missing.sum()} of {raw.n_rows} rows have missing values; agree to drop them to go on.")
    if (~missing).sum() < MIN_ROWS:
        raise CsvError(f"Only {(~missing).sum()} rows have no missing value; at least {MIN_ROWS} are needed.")
    if missing.any():
        notes.append(f"{missing.sum()} of {raw.n_rows} rows with missing values were left out.")
    features: dict[str, Array] = {}
    for column in used:
        encoded = _encoded(column)
        if clash := features.keys() & encoded.keys():
            raise CsvError(f"With its texts encoded the file has two columns “{min(clash)}”; rename one of them.")
        features |= {name: values[~missing] for name, values in encoded.items()}
    y = features.pop(target)
    if np.ptp(y) == 0:
        raise CsvError(f"The target column “{target}” is constant; there is nothing to explain.")
    for name in [name for name, values in features.items() if np.ptp(values) == 0]:
        del features[name]
        notes.append(f"Column “{name}” is constant and was left out.")
    if not features:
        raise CsvError("No column is left to explain the target with.")
    if len(features) > MAX_COLUMNS:
        raise CsvError(f"One-hot encoding gives {len(features)} columns; at most {MAX_COLUMNS} can be fitted.")
    X = np.column_stack(list(features.values()))
    return Prepared(Table(X, y, tuple(features), target, "your own CSV"), tuple(notes))


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise CsvError("The file is empty.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CsvError(f"The file is not UTF-8 text (byte {error.start + 1}); save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise CsvError(
            "The file is not text: it holds zero bytes, as spreadsheets and UTF-16 files do; save it as CSV."
        )
    if not text.strip():
        raise CsvError("The file is empty.")
    return text


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    names = tuple(cell.strip() or f"column {i}" for i, cell in enumerate(cells, start=1))
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise CsvError(f"The header names “{doubled[0]}” more than once; give every column its own name.")
    if len(names) < 2:
        raise CsvError("The file has one column; a target and at least one more are needed.")
    if all(_number(name, ".") is not None for name in names):
        raise CsvError("The first line holds numbers; put the names of the columns there.")
    return names


def _column(name: str, cells: Sequence[str], decimal: str) -> Column:
    stripped = tuple(cell.strip() for cell in cells)
    values = [np.nan if cell.lower() in MISSING else _number(cell, decimal) for cell in stripped]
    return Column(name, stripped, None if None in values else np.array(values, dtype=float))


def _used_columns(raw: RawTable, target: str, text_columns: str) -> tuple[list[Column], list[str]]:
    """Return the columns that take part, target included, and a note on each other one."""
    if target not in [column.name for column in raw.columns]:
        raise CsvError(f"There is no column “{target}” in the file.")
    if target not in raw.numeric_names():
        raise CsvError(f"The target column “{target}” is not numeric; choose a column of numbers.")
    used, notes = [], []
    for column in raw.columns:
        count = len(column.levels)
        if count == 0:
            notes.append(f"Column “{column.name}” is empty and was left out.")
        elif column.values is not None:
            used.append(column)
        elif text_columns == "drop":
            notes.append(f"Column “{column.name}” is not numeric and was left out.")
        elif count > MAX_LEVELS:
            notes.append(f"Column “{column.name}” has {count} different texts, over {MAX_LEVELS}, and was left out.")
        else:
            used.append(column)
    return used, notes


def _missing_rows(columns: Sequence[Column]) -> np.ndarray:
    return np.any([column.missing for column in columns], axis=0)


def _encoded(column: Column) -> dict[str, Array]:
    """Return the numbers (n,) that stand for one column, by name; a text of one level stands for itself."""
    if column.values is not None:
        return {column.name: column.values}
    levels = column.levels
    return {f"{column.name}={level}": np.equal(column.cells, level).astype(float) for level in levels[1:] or levels}


def _number(cell: str, decimal: str) -> float | None:
    """Return a cell as a finite number, or None: what Python alone reads as one (1_000, infinity) is not."""
    try:
        value = float(cell.replace(decimal, ".", 1))
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in cell else None
