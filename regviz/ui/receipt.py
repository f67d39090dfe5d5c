"""What every export says of itself: title, every setting, date, version and address."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from regviz import __version__
from regviz.knobs import knobs, settled
from regviz.ui import messages
from regviz.ui.topic import Shown, parameter


def receipt(shown: Shown, s: Any, pinned: Any = None) -> list[tuple[str, str]]:
    """Return (what, value) of a state: every setting, defaults too, and after "A: " those of the pinned state.

    The seed is a setting. The date is that of the export in UTC, the address is relative to the site.
    """
    told = [("Title", shown.row.title), *_settings(s)]
    if pinned is not None:
        told += [(f"A: {label}", value) for label, value in _settings(pinned)]
    today = datetime.now(UTC).date().isoformat()
    return [*told, ("Date", today), ("Version", f"regviz {__version__}"), ("Link", link(shown, s, pinned))]


def link(shown: Shown, s: Any, pinned: Any = None) -> str:
    """Return the address of a state beside a pinned one, relative to the site."""
    path = shown.link(s)
    if pinned is None:
        return path
    return f"{path}{'&' if '?' in path else '?'}vs={quote(messages.query(shown, pinned), safe='')}"


def defaults(shown: Shown) -> list[tuple[str, str, str]]:
    """Return (parameter, label, default) of every setting: what a picture's receipt is made of in the browser."""
    labels = _settings(shown.module.Settings())
    names = (parameter(shown.slug, name) for name in knobs(shown.module.Settings))
    return [(name, *told) for name, told in zip(names, labels, strict=True)]


def _settings(s: Any) -> list[tuple[str, str]]:
    s, table = settled(s), knobs(type(s))
    often = Counter(knob.label for knob in table.values())
    labels = {n: k.label if often[k.label] == 1 else f"{k.label} ({n.rstrip('_')})" for n, k in table.items()}
    return [(labels[name], knob.text(getattr(s, name))) for name, knob in table.items()]
