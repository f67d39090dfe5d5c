"""A reader's own CSV, read: divided into columns of numbers and of texts, and refused in one clear sentence.

Bytes in, arrays out; nothing is written to disk. `features` makes a regression problem of it.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from regviz.checks import Array
from regviz.data.csv_numbers import (
    NAN,
    OPEN_ENDED,
    Reading,
    decimal_mark,
    first_marked,
    is_missing,
    number,
    readings,
    without_percent,
)
from regviz.progress import telling
from regviz.wording import counted, quoted

MEGABYTES = 5
MAX_BYTES = MEGABYTES * 10**6
MAX_COLUMNS = 1000  # in the file
MAX_ROWS = 100_000
MAX_LEVELS = 20
MIN_ROWS = 10
REPEATED = 3  # times that a number must occur to stand for something else
HEADERLESS = "The first line holds numbers; a header line with the names of the columns is needed above it."
DELIMITERS = (",", ";", "\t", "|")
SPACE = " "  # any run of blanks; looked at last, since texts hold spaces too
SAMPLE, SAMPLE_ROWS = 200_000, 300  # letters and rows from which the delimiter is told
SEPARATOR = re.compile(r'"?sep=(.)"?[;,]*\n', re.IGNORECASE)  # a first line that spreadsheets write for themselves
BLANKS = re.compile(r'("(?:[^"]|"")*")|[ \t]+')


class CsvError(ValueError):
    """A file or a choice that cannot be fitted; the message is one sentence for the reader."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column as read: `values` (n,) with NaN where missing, or None and its `cells` where it is text.

    `odd` names the first cell of a column of numbers that is no number, and counts as missing; `notes` say in a
    sentence each what else a reader should know.
    """

    name: str
    values: Array | None
    cells: tuple[str, ...] = ()
    odd: str = ""
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> np.ndarray:
        """Where cells are missing (n,)."""
        return np.array([is_missing(cell) for cell in self.cells]) if self.values is None else np.isnan(self.values)

    @property
    def levels(self) -> list[str]:
        """The different texts in it, sorted, missing ones aside."""
        return levels(self.cells)


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as read, column by column, and what to know about it, a sentence each."""

    columns: tuple[Column, ...]
    n_rows: int
    notes: tuple[str, ...] = ()

    def numeric_names(self) -> tuple[str, ...]:
        """Return the names of the columns of numbers: those that may be the target."""
        return tuple(c.name for c in self.columns if c.values is not None and not np.isnan(c.values).all())


def read_csv(content: bytes) -> RawTable:
    """Return the columns of a CSV file given as bytes: comma, semicolon, tab, bar or blanks, a header line, UTF-8.

    The delimiter is the one that divides the rows evenly, as the header, and leaves most numbers; a first line `sep=;`
    is followed. Rows of one cell more than the header begin with a label, as R writes them.
    A column is of numbers where at least half of its cells are; the others then count as missing. Its decimal mark,
    point or comma, is the one that makes more cells numbers; in a draw it is that of the rest of the file.
    Raises CsvError for a file that is empty, too large, not UTF-8 text, without a header, with duplicate headers,
    too many columns, ragged rows, too few or too many of them, or numbers that can be read in two ways.
    """
    if len(content) > MAX_BYTES:
        raise CsvError(f"The file has {len(content) / 1e6:.1f} MB; at most {MEGABYTES} MB can be read.")
    text = _decoded(content)
    (_, header), *rows = _rows(text)
    if len(header) > MAX_COLUMNS:
        raise CsvError(f"The file has {len(header)} columns; at most {MAX_COLUMNS} can be read.")
    names = _header(_even(header, rows))
    for line, row in rows:
        if len(row) != len(names):
            raise CsvError(f"Line {line} has {counted(len(row), 'cell')} where the header has {len(names)}.")
    if not MIN_ROWS <= len(rows) <= MAX_ROWS:
        bound = f"at least {MIN_ROWS} are needed" if len(rows) < MIN_ROWS else f"at most {MAX_ROWS} can be read"
        raise CsvError(f"The file has {counted(len(rows), 'row')} of data; {bound}.")
    lines, cells = zip(*rows, strict=True)
    columns = _columns(names, zip(*cells, strict=True), lines)
    return RawTable(columns, len(rows), _doubts(columns))


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
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\x1a\s*\Z", "", text)  # where old systems ended a file


def _delimiter(text: str) -> str:
    """Return the delimiter under which the rows have as many cells as the header and most of them are numbers."""
    sample = text[:SAMPLE].rpartition("\n")[0] if len(text) > SAMPLE else text
    marks = {mark: _fit(_divided(sample, mark)) for mark in DELIMITERS}
    best = max(marks, key=marks.get)
    if marks[best] >= 0.5:  # half of the rows as the header
        return best
    return SPACE if _fit(_divided(_single_spaced(sample), SPACE)) >= 0.5 else best


def _divided(text: str, delimiter: str) -> list[list[str]]:
    """Return the first rows that are not blank, as far as they can be read."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows += [row] if any(map(str.strip, row)) else []
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _fit(rows: list[list[str]]) -> float:
    """Return how well a delimiter suits the rows it gave: the share as wide as the header, more for clean cells.

    A cell is clean where it is a number or holds no delimiter: under a wrong one, cells hold the right one.
    """
    if not rows or len(rows[0]) < 2:
        return 0.0
    width, below = len(rows[0]), rows[1:] or rows
    labelled = all(len(row) == width + 1 for row in below)
    even = [row for row in below if len(row) == width + labelled]
    cells = [cell.strip() for row in even for cell in row]
    clean = sum(is_missing(c) or _is_number(c) or not any(mark in c for mark in DELIMITERS) for c in cells)
    return (len(even) + 0.5) / (len(below) + 1) * (1 + clean / max(len(cells), 1))


def _single_spaced(text: str) -> str:
    """Return the text with one blank for each run of them outside quotation marks, and none at the ends of lines."""
    lines = BLANKS.sub(lambda run: run[1] or SPACE, text).split("\n")
    return "\n".join(line.strip(SPACE) for line in lines)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with the line of the file on which it begins."""
    told = SEPARATOR.match(text)
    text, line = (text[told.end() :], 2) if told else (text, 1)
    delimiter = told[1] if told else _delimiter(text)
    if delimiter == SPACE:
        text = _single_spaced(text)
    reader, rows, before = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), [], line - 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((line, row))
                if len(row) > 2 * MAX_COLUMNS and len(rows) == 1:
                    return rows
            line = reader.line_num + before + 1
    except csv.Error as error:
        raise CsvError(f"Line {line} cannot be read; look there for a quotation mark without its pair.") from error
    if not rows:
        raise CsvError("The file is empty.")
    return rows


def _even(header: list[str], rows: list[tuple[int, list[str]]]) -> list[str]:
    """Return the header as wide as the rows, where all have one cell more: an empty one last, or a label first."""
    cells = [row for _, row in rows]
    if not cells or not all(len(row) == len(header) + 1 for row in cells):
        return header
    if not any(row[-1].strip() for row in cells):
        for row in cells:
            row.pop()
        return header
    return ["row name", *header] if len({row[0] for row in cells}) == len(cells) else header


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    given = [cell.strip() for cell in cells if not is_missing(cell.strip())]
    if given and all(map(_is_number, given)):
        raise CsvError(HEADERLESS)
    names = tuple(" ".join(cell.split()) or f"column {i}" for i, cell in enumerate(cells, start=1))
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled and any(map(_is_number, given)):
        raise CsvError(HEADERLESS)
    if doubled:
        raise CsvError(f"The header names {quoted(doubled[0])} more than once; give every column its own name.")
    if len(names) < 2:
        raise CsvError("The file has one column; a target and at least one more are needed.")
    return names


def _is_number(cell: str) -> bool:
    return number(cell, ".") is not None or number(cell, ",") is not None


def _doubts(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return a note where the header may be a row of data: it holds whole numbers, as years do, above numbers.

    Raises CsvError where it must be one: other numbers stand there, or a text that its own column repeats.
    """
    above = [column.name for column in columns if column.values is not None and _is_number(column.name)]
    if not above:
        return ()
    repeated = any(column.values is None and column.name in column.cells for column in columns)
    if repeated or not all(name.isdecimal() for name in above):
        raise CsvError(HEADERLESS)
    return (
        f"The first line was taken for names, {quoted(above[0])} among them; if it holds data, write names above it.",
    )


def _columns(names: Sequence[str], columns: Iterator[Sequence[str]], lines: Sequence[int]) -> tuple[Column, ...]:
    """Return the columns, each read with its own decimal mark, or with that of the others where it could be either."""
    tell, texts, read = telling("Reading your file"), [], []
    for i, cells in enumerate(columns, start=1):
        texts.append(tuple(cell.strip() for cell in cells))
        read.append(readings(without_percent(texts[-1])))
        tell(i, len(names))
    marks = [decimal_mark(both) if _mostly_numbers(both) else "text" for both in read]
    known = {mark for mark in marks if mark in (".", ",")}
    done = []
    for name, cells, both, mark in zip(names, texts, read, marks, strict=True):
        classes = mark != "text" and _open_class(cells, both)
        if mark == "text" or classes:
            note = (
                f"Column {quoted(name)} holds {quoted(classes)}: its values were taken for categories."
                if classes
                else ""
            )
            done.append(Column(name, None, tuple(" ".join(cell.split()) for cell in cells), notes=(note,) * bool(note)))
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
    odd, notes = "", []
    if None in reading:
        i, more = reading.index(None), reading.count(None) - 1
        odd = f"{quoted(cells[i])} in line {lines[i]} of column {quoted(name)}" + (f" and {more} more" if more else "")
    if any(OPEN_ENDED.fullmatch(cell) for cell, value in zip(cells, reading, strict=True) if value is None):
        notes.append(
            f"Column {quoted(name)} holds limits beside numbers, which are not missing; leave it out, or write numbers."
        )
    marked = first_marked(cells, reading)
    if marked is not None:
        notes.append(f"In column {quoted(name)} {quoted(cells[marked])} was read as {reading[marked]:.15g}.")
    values = np.array(reading, dtype=float)
    stand_in = _stand_in(values[~np.isnan(values)])
    if stand_in is not None:
        share = 100 * np.mean(values == stand_in)
        notes.append(
            f"Column {quoted(name)} holds {stand_in:.15g} in {share:.2g} % of the rows, far from all its other values; "
            "if it stands for a missing value, leave its cell empty."
        )
    return Column(name, values, odd=odd, notes=tuple(notes))


def _open_class(cells: Sequence[str], both: dict[str, Reading]) -> str:
    """Return the first open-ended class, such as 3+, of a column with few different cells, or nothing."""
    odd = [cell for cell, a, b in zip(cells, both["."], both[","], strict=True) if a is None and b is None]
    first = next((cell for cell in odd if OPEN_ENDED.fullmatch(cell)), "")
    return first if first and len(levels(cells)) <= MAX_LEVELS else ""


def _stand_in(values: Array) -> float | None:
    """Return a number that may stand for a missing one, or None: repeated, and farther off than the rest is wide."""
    found, counts = np.unique(values, return_counts=True)
    if len(found) < 6:
        return None
    for end, rest in ((0, found[1:]), (-1, found[:-1])):
        with np.errstate(over="ignore"):
            gap = np.abs(found[end] - rest).min()
            if counts[end] >= REPEATED and gap > rest[-1] - rest[0]:
                return float(found[end])
    return None


def levels(cells: Sequence[str]) -> list[str]:
    """Return the different texts among the cells, sorted, missing ones aside."""
    return sorted({cell for cell in cells if not is_missing(cell)})
