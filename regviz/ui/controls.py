"""Knobs become Streamlit widgets whose values live in the URL."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from regviz.knobs import Choice, Toggle, knobs, matters

FEW = 5  # up to this many words stay visible side by side


def key_of(slug: str, name: str) -> str:
    """Return the widget key, which is also the URL parameter."""
    return f"{slug}.{name}"


def current(slug: str, settings_type: type) -> Any:
    """Return the settings as the session or, on arrival, the URL has them; anything unreadable is at its default."""
    values = {}
    for name, knob in knobs(settings_type).items():
        key = key_of(slug, name)
        if key not in st.session_state:
            asked = knob.parse(st.query_params.get(key, "")[:40])
            st.session_state[key] = getattr(settings_type(), name) if asked is None else asked
        values[name] = st.session_state[key]
    return settings_type(**values)


def apply(slug: str, settings: Any) -> None:
    """Put the page at `settings`; for callbacks, which run before the widgets."""
    for name in knobs(type(settings)):
        st.session_state[key_of(slug, name)] = getattr(settings, name)


def read(
    slug: str, settings_type: type, scrub: tuple[str, ...], top: DeltaGenerator, side: DeltaGenerator
) -> tuple[Any, dict[str, DeltaGenerator]]:
    """Draw every knob that matters, scrubbed ones in `top` and the rest in `side`.

    Returns the settings, and for each scrubbed knob the slot beside it that waits for its play button.
    """
    settings = current(slug, settings_type)
    slots: dict[str, DeltaGenerator] = {}
    for name in knobs(settings_type):
        if not matters(settings, name):
            continue
        if name in scrub:
            row = top.container(horizontal=True, vertical_alignment="center", key=f"{slug}-row-{name}")
            _widget(row, slug, settings_type, name)
            slots[name] = row.container(width=42, key=f"{slug}-play-{name}")
        else:
            _widget(side, slug, settings_type, name)
    return current(slug, settings_type), slots


def _widget(place: DeltaGenerator, slug: str, settings_type: type, name: str) -> None:
    knob, default = knobs(settings_type)[name], getattr(settings_type(), name)
    shared = {"key": key_of(slug, name), "bind": "query-params", "persist_state": "page", "help": knob.help}
    if isinstance(knob, Toggle):
        place.toggle(knob.label, default, **shared)
    elif not isinstance(knob, Choice):
        place.select_slider(knob.label, knob.options, default, knob.text, **shared)
    elif len(knob.options) <= FEW:
        place.segmented_control(
            knob.label, knob.options, default=default, format_func=knob.text, required=True, **shared
        )
    else:
        place.selectbox(knob.label, knob.options, knob.options.index(default), knob.text, **shared)
