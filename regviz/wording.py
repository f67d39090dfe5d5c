"""Numbers and lists as people read them, the same in captions, readouts, tables and messages."""

import math
from collections.abc import Sequence

from numpy.typing import ArrayLike

from regviz.averages import mean_error
from regviz.checks import Array

RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SPELLED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(value: float, digits: int = 4) -> str:
    """Return `value` with at most `digits` significant digits, a power of ten below 0.001 and from 10 000 on.

    >>> number(0.031623), number(-2.0), number(1.5e-9), number(123456), number(1e-5)
    ('0.03162', '−2', '1.5·10⁻⁹', '1.235·10⁵', '10⁻⁵')
    """
    if value == 0 or not math.isfinite(value):
        text = "0" if value == 0 else {math.inf: "∞", -math.inf: "-∞"}.get(value, "undefined")
    elif 1e-3 <= abs(float(f"{value:.{digits}g}")) < 1e4:
        text = f"{float(f'{value:.{digits}g}'):.{max(digits, 4) + 3}f}".rstrip("0").rstrip(".")
    else:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        power = _power(int(exponent))
        text = {1.0: power, -1.0: f"-{power}"}.get(float(mantissa), f"{float(mantissa):g}·{power}")
    return text.replace("-", "−")


def _power(exponent: int) -> str:
    return f"10{str(exponent).translate(RAISED)}"


def pair(values: Sequence[float] | Array, digits: int = 3) -> str:
    """Return two numbers as a point of the plane.

    >>> pair([1.23456, -2.0])
    '(1.23, −2)'
    """
    a, b = values
    return f"({number(a, digits)}, {number(b, digits)})"


def percent(values: ArrayLike) -> str:
    """Return shares (runs,) as mean ± standard error in percent.

    >>> percent([0.9, 0.92])
    '91.0 ± 1.0 %'
    """
    mean, error = mean_error(values)
    return f"{100 * mean:.1f} ± {100 * error:.1f} %"


def plus_minus(values: ArrayLike) -> str:
    """Return values (runs,) as mean ± standard error, the error with two digits and the mean with its decimals.

    Small and large ones have their power of ten behind them, as elsewhere. An error that only a seventh decimal would
    show is told by its size beside four digits of the mean.

    >>> plus_minus([1.0, 1.5, 1.1]), plus_minus([-1.0, -1.5, -1.1]), plus_minus([4e-4, 5e-4])
    ('1.20 ± 0.15', '−1.20 ± 0.15', '(4.50 ± 0.50)·10⁻⁴')
    >>> plus_minus([0.165816, 0.165818])
    '0.1658 ± 10⁻⁶'
    """
    mean, error = (float(v) for v in mean_error(values))
    size = max(abs(mean), error)
    if size and not 1e-3 <= size < 1e4:
        exponent = math.floor(math.log10(size))
        return f"({_with_error(mean / 10.0**exponent, error / 10.0**exponent)})·{_power(exponent)}"
    return _with_error(mean, error)


def _with_error(mean: float, error: float) -> str:
    places = max(1 - math.floor(math.log10(error)), 0) if error > 0 else 3
    if places > 6:
        return f"{number(mean)} ± {number(error, 1)}"
    return f"{mean:.{places}f} ± {error:.{places}f}".replace("-", "−")


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return one or several words as part of a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *others, final = words
    return f"{', '.join(others)} {last} {final}" if others else final


def spelled(n: int) -> str:
    """Return a small whole number as a word, a larger one in digits.

    >>> spelled(3), spelled(40)
    ('three', '40')
    """
    return SPELLED[n] if 0 <= n < len(SPELLED) else str(n)


def counted(n: int, noun: str) -> str:
    """Return a number of things.

    >>> counted(1, "row"), counted(3, "row")
    ('1 row', '3 rows')
    """
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def quoted(text: str) -> str:
    """Return a text of the reader's as a sentence names it: in quotation marks, shortened where it is long."""
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"
