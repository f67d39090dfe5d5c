"""What a sheet is made of: the log of a run, statements that it bears out or not, and the words around them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from regviz.averages import mean_error
from regviz.checks import Array
from regviz.wording import number, plus_minus

LETTERS = "ABCD"
"""of the statements to choose from, in order"""
SURE = 2  # standard errors by which one has to be ahead of another


@dataclass(frozen=True)
class Log:
    """What was measured: for every column the values (rows, seeds). The seeds of all rows are the same."""

    rows: tuple[str, ...]
    columns: Mapping[str, Array]

    @property
    def seeds(self) -> int:
        """How many seeds each row has."""
        return int(next(iter(self.columns.values())).shape[1])

    def values(self, row: str, column: str) -> Array:
        """Return the values (seeds,) of a row."""
        return self.columns[column][self.rows.index(row)]

    def mean(self, row: str, column: str) -> float:
        """Return the mean of a row over its seeds."""
        return float(self.values(row, column).mean())

    def least(self, row: str, column: str) -> float:
        """Return the least of a row's values."""
        return float(self.values(row, column).min())

    def largest(self, row: str, column: str) -> float:
        """Return the largest of a row's values."""
        return float(self.values(row, column).max())

    def told(self, row: str, column: str) -> str:
        """Return the mean of a row ± its standard error, in words; what all seeds share has no error."""
        values = self.values(row, column)
        told = plus_minus(values) if np.ptp(values) > 0 else number(float(values[0]))
        return told.replace(" ", "\u00a0")

    def ahead(self, row: str, other: str, column: str) -> bool:
        """Return whether a row is above another by over two standard errors of the difference, seed by seed."""
        gain, error = mean_error(self.values(row, column) - self.values(other, column))
        return bool(gain > SURE * error)

    def most(self, column: str) -> str:
        """Return the row with the largest mean."""
        return self.rows[int(np.argmax(self.columns[column].mean(axis=1)))]


@dataclass(frozen=True)
class Statement:
    """A sentence to choose, and whether a log bears it out; `expects` are its predictions {row: words}."""

    text: str
    holds: Callable[[Log], bool]
    expects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A question with its statements, of which a run bears out exactly one."""

    text: str
    statements: tuple[Statement, ...]

    def right(self, log: Log) -> int:
        """Return the index of the statement that the log bears out."""
        return next(i for i, statement in enumerate(self.statements) if statement.holds(log))


@dataclass(frozen=True)
class Sheet:
    """One experiment: what varies, what stays, how many seeds and why; what is asked before and after.

    `about` is the column of the log that the hypothesis predicts. `evidence` tells from the log, in one sentence, the
    numbers that decide. The experiment stands in full on the page `slug`, at the settings `preset`.
    """

    title: str
    vary: str
    keep: str
    seeds: str
    about: str
    hypothesis: Asked
    conclusion: Asked
    evidence: Callable[[Log], str]
    slug: str
    preset: Mapping[str, str]
