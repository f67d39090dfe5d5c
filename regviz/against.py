"""One value held against another."""

from typing import NamedTuple


class Row(NamedTuple):
    """What is compared, the exact or printed value, ours, and where the former stands."""

    what: str
    exact: float
    ours: float
    source: str
