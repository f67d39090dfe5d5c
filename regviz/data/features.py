"""A reader's own CSV as a regression problem: columns chosen, texts encoded, and doubts told in a note."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regviz.checks import Array
from regviz.data.csv import MAX_LEVELS, MIN_ROWS, Column, CsvError, RawTable, levels
from regviz.data.tables import Table
from regviz.wording import counted, quoted

MAX_FEATURES = 100  # to fit: the slowest path of choosing_lambda then takes a few seconds
HUGE, TINY = 1e50, 1e-50  # the largest number of a column is between: spreads can be squared and divided
ROUNDING = 1e-12  # a spread below this share of the numbers themselves is rounding
COUNTING = re.compile(  # names that tables give to a number without meaning
    r"unnamed.*|column 1|(?:.*[ _.-])?id|index|idx|obs|observation|nr|no|#|row(?:[ _.-]?(?:names?|number|id|no))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table ready to fit, and what was done to get there, a sentence each."""

    table: Table
    notes: tuple[str, ...]
    doubtful: tuple[str, ...] = ()
    """columns that a note names as perhaps better left out"""


def rows_with_missing(
    raw: RawTable,
    target: str,
    text_columns: Literal["one-hot", "drop"] = "one-hot",
    leave_out: Collection[str] = (),
) -> int:
    """Return how many rows `prepare` would leave out for a missing cell in a column that it uses."""
    return int(_missing_rows(_used_columns(raw, target, text_columns, leave_out)[0]).sum())


def prepare(
    raw: RawTable,
    target: str,
    text_columns: Literal["one-hot", "drop"] = "one-hot",
    drop_missing_rows: bool = False,
    leave_out: Collection[str] = (),
) -> Prepared:
    """Return the regression of `target` on the other columns, and notes on what was left out or encoded.

    The columns that `leave_out` names go. Text columns become one 0/1 column for each level but the first among the
    rows that stay, or are dropped; a text that never repeats is a label and goes. Rows with missing cells go only
    where `drop_missing_rows` consents. Columns that are constant, empty, text of many values or of a size that
    arithmetic cannot hold are left out with a note.
    Raises CsvError where the target is not numeric or to be left out, where missing rows lack consent, and where too
    few rows, no column, or too many columns remain.
    """
    used, notes = _used_columns(raw, target, text_columns, leave_out)
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
    counters = [c.name for c in used if c.name != target and _counts_rows(c)]
    notes += [
        f"Column {quoted(name)} numbers the rows; leave it out unless their order has a meaning." for name in counters
    ]
    notes += [note for column in used for note in column.notes]
    features = _features(used, target, ~missing, notes)
    y = features.pop(target)
    if not features:
        raise CsvError("No column is left to explain the target with.")
    X = np.column_stack(list(features.values()))
    doubtful = tuple(c.name for c in used if c.name in counters or (c.notes and c.name != target))
    return Prepared(Table(X, y, tuple(features), target, "your own CSV"), (*raw.notes, *notes), doubtful)


def _used_columns(
    raw: RawTable, target: str, text_columns: str, leave_out: Collection[str]
) -> tuple[list[Column], list[str]]:
    """Return the columns that take part, target included, and a note on each other one."""
    if target not in [column.name for column in raw.columns]:
        raise CsvError(f"There is no column {quoted(target)} in the file.")
    if target not in raw.numeric_names():
        raise CsvError(f"The target column {quoted(target)} is not numeric; choose a column of numbers.")
    used, notes = [], []
    for column in raw.columns:
        count, named = len(column.levels), f"Column {quoted(column.name)}"
        if column.name in leave_out and column.name != target:
            notes.append(f"{named} was left out, as you chose.")
        elif column.missing.all():
            notes.append(f"{named} is empty and was left out.")
        elif column.values is not None:
            used.append(column)
        elif text_columns == "drop":
            notes.append(f"{named} is not numeric and was left out.")
        elif count > MAX_LEVELS:
            notes.append(f"{named} has {count} different texts, over {MAX_LEVELS}, and was left out.")
        elif 1 < count == len(column.cells) - column.missing.sum():
            notes.append(f"{named} has a text of its own in every row, a label, and was left out.")
        else:
            used.append(column)
    return used, notes


def _missing_rows(columns: Sequence[Column]) -> np.ndarray:
    return np.any([column.missing for column in columns], axis=0)


def _features(columns: Sequence[Column], target: str, rows: np.ndarray, notes: list[str]) -> dict[str, Array]:
    """Return the numbers to fit, target included, at `rows` by name; add a note on each column left out."""
    features: dict[str, Array] = {}
    for name, kept in _encoded(columns, rows):
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


def _encoded(columns: Sequence[Column], rows: np.ndarray) -> Iterator[tuple[str, Array]]:
    """Yield names and the numbers at `rows` that stand for the columns; a text of one level stands for itself."""
    taken = set()
    for column in columns:
        if column.values is not None:
            made = [(column.name, column.values[rows])]
        else:
            cells = np.array(column.cells, dtype=object)[rows]
            found = levels(cells)
            made = [(f"{column.name}={level}", np.equal(cells, level).astype(float)) for level in found[1:] or found]
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


def _counts_rows(column: Column) -> bool:
    """Tell whether a column numbers the rows: whole numbers, each one more or less than the last, or so by its name."""
    values = column.values
    if values is None or np.isnan(values).any() or not np.array_equal(values, np.round(values)):
        return False
    count = np.arange(len(values))
    in_order = np.array_equal(values, values[0] + count) or np.array_equal(values, values[0] - count)
    return in_order or (COUNTING.fullmatch(column.name) is not None and len(np.unique(values)) == len(values))
