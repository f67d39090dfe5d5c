"""Ridge, lasso and elastic net by the words that settings use."""

SHARES = {"l1": 1.0, "l2": 0.0}
NAMES = {"l1": "the lasso", "l2": "ridge"}


def share_of_l1(penalty: str, l1_ratio: float) -> float:
    """Return ρ of the penalty "l1", "l2" or "elastic net", which alone has one of its own."""
    return SHARES.get(penalty, l1_ratio)


def method_name(penalty: str, l1_ratio: float) -> str:
    """Return the method as a sentence names it.

    >>> method_name("l1", 0.5), method_name("elastic net", 0.5)
    ('the lasso', 'the elastic net (ρ = 0.5)')
    """
    return NAMES.get(penalty, f"the elastic net (ρ = {l1_ratio:g})")
