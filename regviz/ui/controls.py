"""Knobs become Streamlit widgets whose values live in the URL."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from regviz.knobs import Choice, Numbers, Toggle, knobs, matters

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
    for name, knob in knobs(settings_type).items():
        if isinstance(knob, Numbers) or not matters(settings, name):
            continue
        if name in scrub:
            row = top.container(horizontal=True, vertical_alignment="center", key=f"{slug}-row-{name}")
            _widget(row, slug, settings_type, name)
            slots[name] = row.container(width=42, key=f"{slug}-play-{name}")
        else:
            _widget(side, slug, settings_type, name)
    return current(slug, settings_type), slots


def edit_numbers(slug: str, settings: Any, name: str) -> None:
    """Draw the editor of a list of numbers and rerun the page when the reader has changed it."""
    knob, key, value = knobs(type(settings))[name], key_of(slug, name), getattr(settings, name)
    # an editor keeps its own changes: it starts anew, under another key, when a preset has set the numbers
    memo = st.session_state.setdefault(f"{key}.editor", {"source": value, "edited": value, "round": 0})
    if value != memo["edited"]:
        memo.update(source=value, edited=value, round=memo["round"] + 1)
    rows = st.data_editor(
        {name: list(memo["source"])},
        num_rows="dynamic",
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(knob.label, format="%g", required=True)},
        key=f"{key}.{memo['round']}",
        alt=knob.label,
    )
    try:
        edited = knob.clean(rows[name])
    except (TypeError, ValueError):
        st.caption("Enter at least one number.")
        return
    if edited != value:
        memo["edited"] = st.session_state[key] = edited
        st.query_params[key] = knob.text(edited)
        st.rerun()


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
