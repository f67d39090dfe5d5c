"""Knobs become Streamlit widgets whose values live in the URL."""

from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from regviz.knobs import Choice, Numbers, Numeric, Several, Toggle, knobs, matters, settled
from regviz.ui.topic import key, parameter

MOST = 1000  # characters of a whole state that are read
LONGEST = 100  # characters of a URL parameter that are read
FEW = 5  # up to this many words stay visible side by side


def went_back() -> bool:
    """Return whether the reader went back or forward in the browser's history: its entry then says what to show."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def current(slug: str, settings_type: type) -> Any:
    """Return the settings as the session or, on arrival, the URL has them; anything unreadable is at its default."""
    default, values, anew = settings_type(), {}, went_back()
    for name, knob in knobs(settings_type).items():
        entry = parameter(slug, name)
        here = entry in st.session_state and not anew
        asked = st.session_state[entry] if here else knob.parse(st.query_params.get(entry, "")[:LONGEST])
        values[name] = getattr(default, name) if asked is None else asked
    return settings_type(**values)


def apply(slug: str, settings: Any) -> None:
    """Put the page at `settings`, numbers at their nearest option; to be called before the widgets are drawn."""
    for name, knob in knobs(type(settings)).items():
        value = getattr(settings, name)
        st.session_state[parameter(slug, name)] = knob.parse(str(value)) if isinstance(knob, Numeric) else value


def move(slug: str, settings_type: type, moved: Any) -> None:
    """Take over settings {name: text} that a browser sends; what is no value of a setting is passed over."""
    table = knobs(settings_type)
    for name, text in moved.items() if isinstance(moved, dict) else ():
        value = table[name].parse(str(text)[:LONGEST]) if isinstance(table.get(name), Numeric) else None
        if value is not None:
            st.session_state[parameter(slug, name)] = value


def read(settings_type: type, text: Any) -> Any:
    """Return the settings that a browser names as a query, at their defaults where it is silent; None for no text."""
    if not isinstance(text, str) or not text:
        return None
    table, asked = knobs(settings_type), dict(parse_qsl(text[:MOST]))
    values = {name: table[name].parse(word[:LONGEST]) for name, word in asked.items() if name in table}
    return settled(settings_type(**{name: value for name, value in values.items() if value is not None}))


def pinned(slug: str, settings_type: type) -> Any:
    """Return what the present settings are compared with, from the session or, on arrival, the URL; or None."""
    entry = key("pinned", slug)
    if entry not in st.session_state or went_back():
        st.session_state[entry] = read(settings_type, st.query_params.get("vs"))
    return st.session_state[entry]


def arrive(slug: str, settings_type: type) -> Any:
    """Return the settings, after what the URL had off the grid has been put on it; to be called before the widgets."""
    corrected = st.session_state.pop(key("corrected", slug), None)
    if corrected is not None:
        apply(slug, corrected)
    st.session_state[key("correcting", slug)] = corrected is not None
    return current(slug, settings_type)


def beside(place: DeltaGenerator, slug: str, settings: Any, scrub: tuple[str, ...]) -> None:
    """Draw every knob that matters and stands beside the charts."""
    table = knobs(type(settings))
    drawn = [n for n, k in table.items() if n not in scrub and matters(settings, n) and not isinstance(k, Numbers)]
    for name in drawn:
        if isinstance(table[name], Several):
            _choose_several(place, slug, settings, name)
        else:
            _widget(place, slug, type(settings), name)
    _correct(slug, settings, [n for n in drawn if not isinstance(table[n], Several)])


def above(place: DeltaGenerator, slug: str, settings: Any, scrub: tuple[str, ...]) -> dict[str, DeltaGenerator]:
    """Draw every knob that matters and stands above the charts; return the slots for their play buttons."""
    slots = {}
    for name in (n for n in scrub if matters(settings, n)):
        row = place.container(horizontal=True, vertical_alignment="center", key=key("row", slug, name))
        _widget(row, slug, type(settings), name)
        slots[name] = row.container(width="content", key=key("play", slug, name))
    _correct(slug, settings, list(slots))
    return slots


def _correct(slug: str, settings: Any, drawn: list[str]) -> None:
    """Run the page again with widgets at the nearest option where the URL held an off-step number or an empty word."""
    off = any(st.session_state[parameter(slug, n)] != getattr(settings, n) for n in drawn)
    if off and not st.session_state[key("correcting", slug)]:  # once: what cannot be corrected is left alone
        st.session_state[key("corrected", slug)] = settings
        st.rerun()


def edit_numbers(slug: str, settings: Any, name: str) -> None:
    """Draw the editor of a list of numbers and rerun the page when the reader has changed it."""
    knob, entry, value = knobs(type(settings))[name], parameter(slug, name), getattr(settings, name)
    # an editor keeps its own changes: it starts anew, under another key, when a preset has set the numbers
    memo = st.session_state.setdefault(key("edited", slug, name), {"source": value, "edited": value, "round": 0})
    if value != memo["edited"]:
        memo.update(source=value, edited=value, round=memo["round"] + 1)
    rows = st.data_editor(
        {name: list(memo["source"])},
        num_rows="dynamic",
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(knob.label, format="%g", required=True)},
        key=key("editor", slug, name, memo["round"]),
        alt=knob.label,
    )
    try:
        edited = knob.clean(rows[name])
    except (TypeError, ValueError):
        st.caption("Enter at least one number.")
        return
    if edited != value:
        memo["edited"] = st.session_state[entry] = edited
        st.rerun()


def _choose_several(place: DeltaGenerator, slug: str, settings: Any, name: str) -> None:
    """Draw pills. The words are kept beside them, as one tuple, for Streamlit would bind them one URL entry a word."""
    knob, entry = knobs(type(settings))[name], parameter(slug, name)
    pills = key("pills", slug, name)

    def keep() -> None:
        st.session_state[entry] = knob.clean(st.session_state[pills])

    st.session_state[entry] = getattr(settings, name)
    st.session_state[pills] = list(getattr(settings, name))
    titles = dict(zip(knob.words, knob.names or knob.words, strict=True))
    place.pills(
        knob.label,
        knob.words,
        selection_mode="multi",
        format_func=titles.__getitem__,
        key=pills,
        help=knob.help,
        on_change=keep,
    )


def _widget(place: DeltaGenerator, slug: str, settings_type: type, name: str) -> None:
    knob, default = knobs(settings_type)[name], getattr(settings_type(), name)
    shared = {"key": parameter(slug, name), "bind": "query-params", "persist_state": "page", "help": knob.help}
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
