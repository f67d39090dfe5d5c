"""Words in a chart, and the places where they stand clear of each other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array
from regviz.figures.kit.theme import ink
from regviz.figures.kit.traces import Trace, floats, rule, scatter


def words(
    x: ArrayLike,
    y: ArrayLike,
    text: Sequence[str],
    color: str | list[str],
    position: str = "top center",
    size: float = 13,
) -> Trace:
    """Return text at data positions, so that it moves with what it names, in the ink of its colour.

    A list gives each word the colour of its own.
    """
    inked = ink(color) if isinstance(color, str) else [ink(one) for one in color]
    style = {"color": inked, "size": size}
    more = {"mode": "text", "text": list(text), "textposition": position, "textfont": style, "said": "labels"}
    return scatter(x, y, "", more) | {"hoverinfo": "skip"}


def level(
    height: float,
    ceiling: float,
    text: str,
    color: str,
    span: Sequence[float],
    *,
    above: bool = False,
    left: bool = False,
) -> list[Trace]:
    """Return a dashed line across `span` with its words at one end; at the ceiling and dotted where it is higher."""
    off = height > ceiling
    shown = ceiling if off else height
    place = f"{'top' if above else 'bottom'} {'right' if left else 'left'}"
    return [
        rule(span, [shown] * 2, color, text.split(":", maxsplit=1)[0].strip(), dash="dot" if off else "dash"),
        words([span[0 if left else 1]], [shown], [f" {text}{' ↑' if off else ''} "], color, place, 12),
    ]


def spread(at: ArrayLike, gap: float, span: tuple[float, float]) -> Array:
    """Return heights as near to `at` (k,) as labels can stand that keep `gap` between them, in order, inside `span`.

    The least-squares answer: clusters that overlap are pooled around their mean. Where k gaps do not fit into the
    span, the gap is narrowed.
    """
    wanted = np.clip(floats(at), *span)
    order = np.argsort(wanted, kind="stable")
    gap = min(gap, (span[1] - span[0]) / max(len(wanted) - 1, 1))
    steps = gap * np.arange(len(wanted))
    blocks: list[list[float]] = []  # [mean, size] of labels that touch
    for level in wanted[order] - steps:
        blocks.append([level, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [[(m * a + n * b) / (m + n), m + n]]
    levels = np.repeat([mean for mean, _ in blocks], [int(size) for _, size in blocks])
    placed = np.empty_like(wanted)
    placed[order] = np.clip(levels, span[0], span[1] - steps[-1]) + steps
    return placed


def short(name: str, most: int = 12) -> str:
    """Return a name that fits at the end of a line, with what HTML would read as markup made harmless."""
    name = name if len(name) <= most else f"{name[: most - 1]}…"
    return name.replace("&", "&amp;").replace("<", "&lt;")
