"""Numbers as people write them: which mark is the decimal one in a column, and what each cell is worth."""

import math
import re
from collections.abc import Sequence
from functools import lru_cache

NAN = math.nan  # one object, so that a list can count it
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "–", "—", "."})
GROUP = {".": ",", ",": "."}  # the mark between thousands, by the decimal mark
GROUPED = {
    decimal: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:\{group}\d{{3}})+(?:\{decimal}\d*)?")
    for decimal, group in GROUP.items()
}
SPACED = re.compile(r"([+-]?[1-9]\d{0,2})((?:[ \u00a0\u2009\u202f'’]\d{3})+)((?:[.,]\d*)?)")  # 40 430 and 1'234
MINUS = str.maketrans("−–‒‐‑", "-----")
CURRENCY = "$€£¥"
DIGIT = re.compile(r"\d")
MARKED = re.compile(rf"[(){CURRENCY}%'’\u00a0\u2009\u202f]|\d \d|\d ?-(?:\x1f|$)")
OPEN_ENDED = re.compile(r"(?:[<>≤≥]=? ?[+-]?\d[\d.,]*|\d[\d.,]* ?\+|\d[\d.,]* or (?:more|less))")

Reading = list[float | None]  # a number for each cell, NaN where it is missing, None where it is no number


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that there is no value."""
    return cell.lower() in MISSING


def number(cell: str, decimal: str) -> float | None:
    """Return a cell as a finite number, or None: what Python alone reads as one (1_000, infinity) is not.

    >>> number("1.234,5", ","), number("1,5", "."), number("−3", "."), number("(9)", "."), number("40 430", ".")
    (1234.5, None, -3.0, -9.0, 40430.0)
    """
    value = _plain(cell, decimal)
    if value is None and DIGIT.search(cell) and (bare := _unmarked(cell)) != cell:
        return _plain(bare, decimal)
    return value


def _plain(cell: str, decimal: str) -> float | None:
    if GROUP[decimal] in cell:
        if not GROUPED[decimal].fullmatch(cell):
            return None
        cell = cell.replace(GROUP[decimal], "")
    try:
        value = float(cell.replace(decimal, "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def without_percent(cells: Sequence[str]) -> Sequence[str]:
    """Return the cells without their percent signs where every cell that is not missing has one, else as they are."""
    first = next((cell for cell in cells if not is_missing(cell)), "")
    if not first.endswith("%") or not all(cell.endswith("%") or is_missing(cell) for cell in cells):
        return cells
    return [cell.removesuffix("%").rstrip() for cell in cells]


def first_marked(cells: Sequence[str], reading: Reading) -> int | None:
    """Return the place of the first number read whose cell has a mark beyond sign, point and comma, or None."""
    if not MARKED.search("\x1f".join(cells)):
        return None
    read = (i for i, value in enumerate(reading) if value is not None and not math.isnan(value))
    return next((i for i in read if MARKED.search(cells[i])), None)


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


@lru_cache(65_536)
def _unmarked(cell: str) -> str:
    """Return the cell with a plain minus sign in front and without currency and marks between thousands."""
    cell = cell.translate(MINUS).strip()
    negative = False
    if cell.startswith("(") and cell.endswith(")") and cell[1:2] not in "+-":
        cell, negative = cell[1:-1].strip(), True
    elif cell.endswith("-") and cell[:1] not in "+-":
        cell, negative = cell[:-1].strip(), True
    sign = cell[:1] if cell[:1] in ("+", "-") else ""
    bare = cell[len(sign) :].strip() if sign else cell
    for mark in CURRENCY:
        bare = bare.removeprefix(mark).removesuffix(mark).strip()
    if sign == "" and bare[:1] in ("+", "-"):
        sign, bare = bare[0], bare[1:]
    if negative and sign:
        return cell
    spaced = SPACED.fullmatch(bare)
    if spaced:
        bare = spaced[1] + re.sub(r"\D", "", spaced[2]) + spaced[3]
    return ("-" if negative else sign) + bare
