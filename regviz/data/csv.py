"""A reader's own CSV as a regression problem: checked, encoded, and refused in one clear sentence.

Bytes in, arrays out; nothing is written to disk.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regviz.checks import Array
from regviz.data.csv_numbers import NAN, Reading, decimal_mark, is_missing, number, readings
from regviz.data.tables import Table
from regviz.progress import telling

MEGABYTES = 5
MAX_BYTES = MEGABYTES * 10**6
MAX_COLUMNS = 1000  # in the file
MAX_FEATURES = 100  # to fit: the slowest path of choosing_lambda then takes a few seconds
MAX_ROWS = 100_000
MAX_LEVELS = 20
MIN_ROWS = 10
DELIMITERS = (",", ";", "\t")
QUOTED = re.compile(r'(?:^|(?<=[,;\t]))"(?:[^"]|"")*"', re.MULTILINE)
HUGE, TINY = 1e50, 1e-50  # the largest number of a column is between: spreads can be squared and divided
ROUNDING = 1e-12  # a spread below this share of the numbers themselves is rounding


class CsvError(ValueError):
    """A file or a choice that cannot be fitted; the message is one sentence for the reader."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column as read: `values` (n,) with NaN where missing, or None and its `cells` where it is text.

    `odd` names the first cell of a column of numbers that is no number, and counts as missing.
    """

    name: str
    values: Array | None
    cells: tuple[str, ...] = ()
    odd: str = ""

    @property
    def missing(self) -> np.ndarray:
        """Where cells are missing (n,)."""
        return np.array([is_missing(cell) for cell in self.cells]) if self.values is None else np.isnan(self.values)

    @property
    def levels(self) -> list[str]:
        """The different texts in it, sorted, missing ones aside."""
        return sorted({cell for cell in self.cells if not is_missing(cell)})


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as read, column by column."""

    columns: tuple[Column, ...]
    n_rows: int

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

    A column is of numbers where at least half of its cells are; the others then count as missing. Its decimal mark,
    point or comma, is the one that makes more cells numbers; in a draw it is that of the rest of the file.
    Raises CsvError for a file that is empty, too large, not UTF-8 text, without a header, with duplicate headers,
    too many columns, ragged rows, too few or too many of them, or numbers that can be read in two ways.
    """
    if len(content) > MAX_BYTES:
        raise CsvError(f"The file has {len(content) / 1e6:.1f} MB; at most {MEGABYTES} MB can be read.")
    text = _decoded(content)
    delimiter, count = _delimiter(text)
    if count > MAX_COLUMNS:
        raise CsvError(f"The file has {count} columns; at most {MAX_COLUMNS} can be read.")
    (_, header), *rows = _rows(text, delimiter)
    names = _header(header)
    for line, row in rows:
        if len(row) != len(names):
            raise CsvError(f"Line {line} has {counted(len(row), 'cell')} where the header has {len(names)}.")
    if not MIN_ROWS <= len(rows) <= MAX_ROWS:
        bound = f"at least {MIN_ROWS} are needed" if len(rows) < MIN_ROWS else f"at most {MAX_ROWS} can be read"
        raise CsvError(f"The file has {counted(len(rows), 'row')} of data; {bound}.")
    lines, cells = zip(*rows, strict=True)
    return RawTable(_columns(names, zip(*cells, strict=True), lines), len(rows))


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
    where `drop_missing_rows` consents. Columns that are constant, empty, text of many values or of a size that
    arithmetic cannot hold are left out with a note.
    Raises CsvError where the target is not numeric or to be left out, where missing rows lack consent, and where too
    few rows, no column, or too many columns remain.
    """
    used, notes = _used_columns(raw, target, text_columns)
    missing, odd = _missing_rows(used), next((f", counting {column.odd}" for column in used if column.odd), "")
    if (~missing).sum() < MIN_ROWS:
        kept = counted((~missing).sum(), "row")
        raise CsvError(f"Only {kept} can be used, the others miss a value{odd}; at least {MIN_ROWS} are needed.")
    if missing.any() and not drop_missing_rows:
        raise CsvError(
            f"Values are missing in {missing.sum()} of {raw.n_rows} rows{odd}; agree to leave these out to go on."
        )
    if missing.any():
        notes.append(f"Left out for missing values: {missing.sum()} of {raw.n_rows} rows.")
    notes += [f"Counted as missing: {column.odd}." for column in used if column.odd]
    features = _features(used, target, ~missing, notes)
    y = features.pop(target)
    if not features:
        raise CsvError("No column is left to explain the target with.")
    X = np.column_stack(list(features.values()))
    return Prepared(Table(X, y, tuple(features), target, "your own CSV"), tuple(notes))


def quoted(text: str) -> str:
    """Return a text from the file as a sentence names it: in quotation marks, shortened where it is long."""
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def counted(n: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _decoded(content: bytes) -> str:
    """Return the text with each line ended by one newline."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CsvError(f"The file is not UTF-8 text (byte {error.start + 1}); save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise CsvError(
            "The file is not text: it holds zero bytes, as spreadsheets and UTF-16 files do; save it as CSV."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(text: str) -> tuple[str, int]:
    """Return the delimiter that divides the first line most, outside quotation marks, and into how many cells."""
    bare = QUOTED.sub("quoted", text, count=10 * MAX_COLUMNS)
    first = next((line for line in bare.split("\n") if line.strip()), "")
    best = max(DELIMITERS, key=first.count)
    return best, first.count(best) + 1


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with the line of the file on which it begins."""
    reader, rows, line = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), [], 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CsvError(f"Line {line} cannot be read; look there for a quotation mark without its pair.") from error
    if not rows:
        raise CsvError("The file is empty.")
    return rows


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    given = [cell.strip() for cell in cells if not is_missing(cell.strip())]
    if given and all(number(cell, ".") is not None or number(cell, ",") is not None for cell in given):
        raise CsvError("The first line holds numbers; a header line with the names of the columns is needed above it.")
    names = tuple(" ".join(cell.split()) or f"column {i}" for i, cell in enumerate(cells, start=1))
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise CsvError(f"The header names {quoted(doubled[0])} more than once; give every column its own name.")
    if len(names) < 2:
        raise CsvError("The file has one column; a target and at least one more are needed.")
    return names


def _columns(names: Sequence[str], columns: Iterator[Sequence[str]], lines: Sequence[int]) -> tuple[Column, ...]:
    """Return the columns, each read with its own decimal mark, or with that of the others where it could be either."""
    tell, texts, read = telling("Reading your file"), [], []
    for i, cells in enumerate(columns, start=1):
        texts.append(tuple(cell.strip() for cell in cells))
        read.append(readings(texts[-1]))
        tell(i, len(names))
    marks = [decimal_mark(both) if _mostly_numbers(both) else "text" for both in read]
    known = {mark for mark in marks if mark in (".", ",")}
    done = []
    for name, cells, both, mark in zip(names, texts, read, marks, strict=True):
        if mark == "text":
            done.append(Column(name, None, tuple(" ".join(cell.split()) for cell in cells)))
        else:
            decimal = "." if mark == "any" else mark or _mark_of_the_file(name, cells, both, known, lines)
            done.append(_numbers(name, cells, both[decimal], lines))
    return tuple(done)


def _mostly_numbers(both: dict[str, Reading]) -> bool:
    """Tell whether at least half of the cells that are not missing are numbers."""
    present = len(both["."]) - both["."].count(NAN)
    return 2 * min(reading.count(None) for reading in both.values()) <= present


def _mark_of_the_file(
    name: str, cells: Sequence[str], both: dict[str, Reading], known: set[str], lines: Sequence[int]
) -> str:
    """Return the decimal mark of a column whose own cells do not tell.

    Where no other column tells either, a point is a decimal point, and a comma may be anything.
    """
    if len(known) == 1:
        return next(iter(known))
    if not known and not any("," in cell for cell in cells):
        return "."
    unlike = [a != b and not is_missing(cell) for cell, a, b in zip(cells, both["."], both[","], strict=True)]
    i = unlike.index(True)
    raise CsvError(
        f"The numbers of column {quoted(name)} can be read in two ways, as {quoted(cells[i])} in line {lines[i]}; "
        "write them without marks between thousands."
    )


def _numbers(name: str, cells: Sequence[str], reading: Reading, lines: Sequence[int]) -> Column:
    odd = ""
    if None in reading:
        i, more = reading.index(None), reading.count(None) - 1
        odd = f"{quoted(cells[i])} in line {lines[i]} of column {quoted(name)}" + (f" and {more} more" if more else "")
    return Column(name, np.array(reading, dtype=float), odd=odd)


def _used_columns(raw: RawTable, target: str, text_columns: str) -> tuple[list[Column], list[str]]:
    """Return the columns that take part, target included, and a note on each other one."""
    if target not in [column.name for column in raw.columns]:
        raise CsvError(f"There is no column {quoted(target)} in the file.")
    if target not in raw.numeric_names():
        raise CsvError(f"The target column {quoted(target)} is not numeric; choose a column of numbers.")
    used, notes = [], []
    for column in raw.columns:
        count, named = len(column.levels), f"Column {quoted(column.name)}"
        if column.missing.all():
            notes.append(f"{named} is empty and was left out.")
        elif column.values is not None:
            used.append(column)
        elif text_columns == "drop":
            notes.append(f"{named} is not numeric and was left out.")
        elif count > MAX_LEVELS:
            notes.append(f"{named} has {count} different texts, over {MAX_LEVELS}, and was left out.")
        else:
            used.append(column)
    return used, notes


def _missing_rows(columns: Sequence[Column]) -> np.ndarray:
    return np.any([column.missing for column in columns], axis=0)


def _features(columns: Sequence[Column], target: str, rows: np.ndarray, notes: list[str]) -> dict[str, Array]:
    """Return the numbers to fit, target included, at `rows` by name; add a note on each column left out."""
    features: dict[str, Array] = {}
    for name, values in _encoded(columns):
        kept = values[rows]
        fault = _fault(kept)
        if fault and name == target:
            raise CsvError(f"The target column {quoted(name)} {fault}; choose another.")
        if fault:
            notes.append(f"Column {quoted(name)} {fault} and was left out.")
        else:
            features[name] = kept
        if len(features) > MAX_FEATURES + 1:
            raise CsvError(f"At most {MAX_FEATURES} columns can be fitted, and the file gives more; leave some out.")
    return features


def _encoded(columns: Sequence[Column]) -> Iterator[tuple[str, Array]]:
    """Yield names and the numbers (n,) that stand for the columns; a text of one level stands for itself."""
    taken = set()
    for column in columns:
        if column.values is not None:
            made = [(column.name, column.values)]
        else:
            shown = column.levels[1:] or column.levels
            made = [(f"{column.name}={level}", np.equal(column.cells, level).astype(float)) for level in shown]
        for name, values in made:
            if name in taken:
                raise CsvError(f"With its texts encoded the file has two columns {quoted(name)}; rename one of them.")
            taken.add(name)
            yield name, values


def _fault(values: Array) -> str:
    """Return why no weight can be fitted to the values (n,), or nothing."""
    size = np.abs(values).max()
    if size > HUGE or 0 < size < TINY:
        return "holds numbers too large or too small to compute with"
    return "is constant" if np.ptp(values) <= ROUNDING * size else ""
