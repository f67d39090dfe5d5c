"""The live chart: messages made once for all who ask, and the elements that carry them to the page."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from regviz.glossary import TERMS
from regviz.knobs import knobs, settled, without
from regviz.ui import assets, messages, workers
from regviz.ui.topic import Shown, key

STYLE = Path(__file__).with_name("chart.css").read_text(encoding="utf-8")

_element = st.components.v2.component("regviz", js=assets.loader(), css=STYLE, isolate_styles=False)


def packed_figures(shown: Shown, s: Any) -> bytes:
    """Return the packed figures, made once for each state."""
    s = settled(s)
    return shown.recall(("figures", s), lambda: messages.pack(messages.figures(shown, s)))


def packed_frames(shown: Shown, s: Any, field: str, *, coarse: bool = False) -> bytes:
    """Return the packed frames of a setting, made once for all its values; raises workers.BusyError."""
    rest = without(settled(s), field)

    def make() -> bytes:
        if shown.table is not None:
            return messages.pack(messages.frames(shown, rest, field, coarse=coarse))
        home = shown.slug if shown.simulated else ""
        call = (messages.packed_frames, shown.slug, rest, field, coarse)
        return workers.run(*call, home=home, rank=workers.LATER)

    return shown.recall(("frames", rest, field, coarse), make)


def known_frames(shown: Shown, s: Any, field: str, *, coarse: bool = False) -> bytes | None:
    """Return the packed frames where they have been made before."""
    return shown.known(("frames", without(settled(s), field), field, coarse))


def player(shown: Shown, s: Any, field: str) -> bytes:
    """Return the message for the button that plays a setting: with its frames only where these have no address."""
    if shown.table is not None:
        return packed_frames(shown, s, field)
    label = knobs(type(s))[field].label
    told = {"kind": "play", "slug": shown.slug, "field": field, "label": label, "key": key("row", shown.slug, field)}
    return messages.pack(told)


def packed_pin(shown: Shown, s: Any) -> bytes:
    """Return the packed figures of the state that others are compared with, or a message that there is none."""
    if s is None:
        return messages.pack({"kind": "pin", "slug": shown.slug, "state": ""})
    return shown.recall(("pin", s), lambda: messages.pack(messages.pin(shown, s)))


def tools(shown: Shown, presets: Iterable[Any]) -> bytes:
    """Return the message for the buttons of a page, which know the addresses of its presets."""

    def make() -> bytes:
        links = [shown.link(settled(preset)) for preset in presets]
        told = {"kind": "tools", "slug": shown.slug, "presets": links}
        return messages.pack(told | {"defaults": shown.link(shown.module.Settings()), "terms": TERMS})

    return shown.recall(("tools",), make)


def place(message: bytes, name: str, hears: Mapping[str, Callable[[], None]] = MappingProxyType({})) -> None:
    """Put an element on the page; an unchanged message is not sent again. `hears` maps its events to callbacks."""
    _element(data=message, key=name, **{f"on_{event}_change": hear for event, hear in hears.items()})


def keep(words: Mapping[str, str], shown: Shown, s: Any) -> None:
    """Keep words of the reader's own in the address as long as the page is open; an empty one is taken out."""
    # an address of another state may lack them: they are told anew with it
    place(messages.pack({"kind": "keep", "words": dict(words), "state": shown.link(s)}), key("keep", shown.slug))
