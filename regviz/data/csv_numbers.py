"""Numbers as people write them: which mark is the decimal one in a column, and what each cell is worth."""

import math
import re
from collections.abc import Sequence

NAN = math.nan  # one object, so that a list can count it
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "."})
GROUP = {".": ",", ",": "."}  # the mark between thousands, by the decimal mark
GROUPED = {
    decimal: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:\{group}\d{{3}})+(?:\{decimal}\d*)?")
    for decimal, group in GROUP.items()
}

Reading = list[float | None]  # a number for each cell, NaN where it is missing, None where it is no number


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that there is no value."""
    return cell.lower() in MISSING


def number(cell: str, decimal: str) -> float | None:
    """Return a cell as a finite number, or None: what Python alone reads as one (1_000, infinity) is not.

    >>> number("1.234,5", ","), number("1,5", "."), number("−3", ".")
    (1234.5, None, -3.0)
    """
    if GROUP[decimal] in cell:
        if not GROUPED[decimal].fullmatch(cell):
            return None
        cell = cell.replace(GROUP[decimal], "")
    try:
        value = float(cell.replace(decimal, ".").replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def readings(cells: Sequence[str]) -> dict[str, Reading]:
    """Return the cells read with either decimal mark; where no mark occurs both readings are one list."""
    point = _reading(cells, ".")
    marked = any("," in cell or "." in cell for cell in cells)
    return {".": point, ",": _reading(cells, ",") if marked else point}


def decimal_mark(read: dict[str, Reading]) -> str:
    """Return the decimal mark with which more cells are numbers: "." or ",", "" for a draw, "any" for no difference."""
    point, comma = read["."], read[","]
    if point == comma:
        return "any"
    lost = point.count(None) - comma.count(None)
    return "," if lost > 0 else "." if lost < 0 else ""


def _reading(cells: Sequence[str], decimal: str) -> Reading:
    return [NAN if is_missing(cell) else number(cell, decimal) for cell in cells]
