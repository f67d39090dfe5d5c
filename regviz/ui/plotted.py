"""What is plotted, as a tidy table: a row for each point of a curve and for each cell of a heat map."""

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from regviz.figures.kit.traces import BARS, SHADE
from regviz.knobs import settled
from regviz.ui.receipt import receipt
from regviz.ui.topic import Shown

COLUMNS = ("panel", "curve", "x_name", "x", "y_name", "y", "row", "column", "value", "text")
Row = tuple[Any, ...]


def plain(text: str) -> str:
    """Return a chart's words without markup.

    >>> plain("<b>strength</b> λ/λ<sub>max</sub> &lt; 1")
    'strength λ/λ_max < 1'
    """
    return html.unescape(re.sub(r"</?[a-z][^<>]*>", "", text.replace("<sub>", "_").replace("<sup>", "^")))


def table(shown: Shown, s: Any, pinned: Any = None) -> str:
    """Return everything that is plotted as CSV below the state's receipt; the pinned state's curves as "A: ...".

    `pandas.read_csv(file, comment="#")` reads it. Lines have rows without numbers where they are broken; of a heat map
    each cell is a row, counted from 0, with its value and its place on the axes.
    """
    out = io.StringIO()
    out.writelines(f"# {what}: {value}\n" for what, value in receipt(shown, s, pinned))
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)  # a # between quotes is no comment
    writer.writerow(COLUMNS)
    writer.writerows(_rows(shown, settled(s), ""))
    if pinned is not None:
        writer.writerows(_rows(shown, pinned, "A: "))
    return out.getvalue()


def _rows(shown: Shown, s: Any, whose: str) -> Iterator[Row]:
    r = shown.compute(s)
    for draw in shown.view(s).panels.values():
        fig = draw(s, r)
        layout, seen = fig._layout, Counter()
        panel, x_name, y_name = (plain(part["title"]["text"]) for part in (layout, layout["xaxis"], layout["yaxis"]))
        ticks = [_words(layout[axis]) for axis in ("xaxis", "yaxis")]
        for trace in fig._data:
            found = list(_points(trace))
            if not found:
                continue
            curve = f"{whose}{plain(trace['name'])}"
            seen[curve] += 1
            again = f" ({seen[curve]})" if seen[curve] > 1 else ""
            for x, y, *cell, text in found:
                said = text or ", ".join(word for word in (ticks[0].get(x), ticks[1].get(y)) if word)
                yield (panel, f"{curve}{again}", x_name, x, y_name or panel, y, *cell, said)


def _words(axis: dict[str, Any]) -> dict[float, str]:
    """Return what stands at the places of an axis that has words instead of numbers."""
    if axis.get("type") == "log" or "ticktext" not in axis:
        return {}
    return {float(at): plain(text).strip() for at, text in zip(axis["tickvals"], axis["ticktext"], strict=True)}


def _points(trace: dict[str, Any]) -> Iterator[Row]:
    """Yield x, y, row, column, value and text of what a trace shows, not of outlines and shades."""
    meta = trace.get("meta")
    if isinstance(meta, dict):
        for i, j in zip(*np.nonzero(np.isfinite(meta["z"])), strict=True):
            yield float(meta["x"][j]), float(meta["y"][i]), int(i), int(j), float(meta["z"][i, j]), ""
    elif meta not in (BARS, SHADE) and np.isfinite(trace["x"]).any():
        gaps, text = "lines" in trace["mode"], trace.get("text")
        for i, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            if gaps or not np.isnan([x, y]).any():
                yield _cell(x), _cell(y), "", "", "", "" if text is None else plain(text[i]).strip()


def _cell(value: float) -> float | str:
    return "" if np.isnan(value) else float(value)
