"""Where the frames of a setting and the figures of a state are found: addresses that say all that they depend on.

GET frames/<version>/<slug>/<field>?<settings>, frames/<version>/<slug>/<field>/coarse?<settings>, and
figure/<version>/<slug>?<settings>. The settings are those that matter and differ from the defaults, in one order, so
that a state has one address, and what stands there never changes.
"""

import zlib
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from regviz.catalog import HOME, TOPICS
from regviz.knobs import changed, knobs, live, settled, without
from regviz.ui.topic import Shown

LONGEST = 600  # characters of settings that are read
SOURCES = sorted(Path(__file__).parents[1].rglob("*.py"))
VERSION = f"{zlib.crc32(b''.join(source.read_bytes() for source in SOURCES)):08x}"  # whatever may change a figure
SLUGS = {topic.slug for topic in (HOME, *TOPICS)}


def frames(shown: Shown, s: Any, field: str) -> str:
    """Return the address of the frames of a setting, relative to the site; a reader's own table gets none."""
    return _address(f"frames/{VERSION}/{shown.slug}/{field}", without(settled(s), field))


def figure(shown: Shown, s: Any) -> str:
    """Return the address of the figures at these settings, relative to the site."""
    return _address(f"figure/{VERSION}/{shown.slug}", settled(s))


def read_frames(version: str, slug: str, field: str, asked: str) -> tuple[Shown, Any]:
    """Return the topic and the settings of an address of frames.

    Raises LookupError where there is no such page or version, ValueError where nothing can be drawn at it.
    """
    shown, s = _read(version, slug, asked)
    if field not in live(s):
        raise ValueError("The charts cannot follow this setting here.")
    if s != without(s, field):
        raise ValueError("The setting itself has no place among the others.")
    return shown, s


def read_figure(version: str, slug: str, asked: str) -> tuple[Shown, Any]:
    """Return the topic and the settings of an address of figures; raises as `read_frames`."""
    shown, s = _read(version, slug, asked)
    if shown.simulated:
        raise ValueError("The figures of this page take long; open the page.")
    return shown, s


def _address(path: str, s: Any) -> str:
    return f"{path}?{query(s)}" if changed(s) else path


def query(s: Any) -> str:
    """Return the settings that matter and differ from the defaults, in one order."""
    table = knobs(type(s))
    return "&".join(sorted(f"{name}={quote(table[name].text(value))}" for name, value in changed(s).items()))


def _read(version: str, slug: str, asked: str) -> tuple[Shown, Any]:
    if slug not in SLUGS:
        raise LookupError("There is no such page.")
    if version != VERSION:
        raise LookupError("This version of the site is gone.")
    shown = Shown(import_module(f"regviz.figures.{slug}"))
    if len(asked) > LONGEST:
        raise ValueError("The address is too long.")
    table, values = knobs(shown.module.Settings), {}
    for name, text in parse_qsl(asked, keep_blank_values=True):
        if name not in table:
            raise ValueError("There is no such setting.")
        values[name] = table[name].parse(text)
    if None in values.values():
        raise ValueError("There is no such value.")
    s = shown.module.Settings(**values)
    if query(settled(s)) != asked:
        raise ValueError("These settings are not written as the page writes them.")
    return shown, s
