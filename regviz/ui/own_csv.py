"""The reader's own CSV in place of the built-in data: held in the session, never stored, cached or put into a URL."""

import re
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from regviz.data import Table
from regviz.data.csv_table import CsvError, Prepared, RawTable, prepare, read_csv, rows_with_missing
from regviz.homotopy import PathError
from regviz.ui import chart

DESK = "own-csv"  # where the session holds it; no widget has this key, so it lives as long as the session
PROMISE = (
    "A header line and numbers, at most 5 MB. The file stays in this session's memory: it is not written to disk, "
    "and neither its name nor its content enters an address."
)
ENCODINGS = {"one-hot": "One-hot", "drop": "Drop"}


@dataclass(frozen=True)
class Choices:
    """What the reader decided about the file."""

    target: str
    text_columns: str
    drop_missing_rows: bool


@dataclass(frozen=True, eq=False)
class OnTable:
    """A topic on the reader's own table: all as in the topic, but `compute` sees the table.

    `mark` tells tables of one session apart; `reading` are the lines of a script that make the same table.
    """

    topic: chart.Topic
    table: Table
    mark: int
    reading: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        """Look up all else in the topic."""
        return getattr(self.topic, name)

    def compute(self, s: Any) -> Any:
        """Return the topic's result on the table."""
        return self.topic.compute(s, self.table)


@dataclass(eq=False)
class Desk:
    """One session's file: as read, what is wrong with the last one given, and the table made of it last.

    `mark` counts tables and `turn` how often everything was forgotten.
    """

    raw: RawTable | None = None
    trouble: str = ""
    choices: Choices | None = None
    prepared: Prepared | None = None
    mark: int = 0
    turn: int = 0
    tried: dict[Choices, Prepared | str] = field(default_factory=dict)

    def take(self, content: bytes) -> None:
        """Read a new file; a bad one leaves the last good one in place."""
        try:
            self.raw, self.trouble = read_csv(content), ""
        except CsvError as error:
            self.trouble = str(error)
        else:
            self.choices, self.tried = None, {}

    def make(self, choices: Choices) -> str:
        """Make the table that the reader's choices ask for; return what is in the way, or nothing."""
        self.choices = choices
        if choices not in self.tried:
            try:
                self.tried[choices] = prepare(self.raw, **vars(choices))
            except CsvError as error:
                self.tried[choices] = str(error)
        made = self.tried[choices]
        if isinstance(made, str):
            return made
        if made is not self.prepared:
            self.prepared, self.mark = made, self.mark + 1
        return ""


def literal(text: str) -> str:
    """Return Markdown that reads as `text`: names of columns come from a file and are no markup."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|<>$:~-])", r"\\\1", text)


def desk() -> Desk:
    """Return this session's desk."""
    return st.session_state.setdefault(DESK, Desk())


def on(topic: chart.Topic, s: Any) -> chart.Topic:
    """Return the topic on the reader's table where the settings ask for one and there is one, else the topic itself."""
    here = desk()
    return topic if s.data != "own" or here.prepared is None else on_desk(topic, here)


def on_desk(topic: chart.Topic, here: Desk) -> OnTable:
    """Return the topic on the table that was made last."""
    reading = (
        "from regviz.data import csv_table",
        "",
        'with open("path/to/your.csv", "rb") as file:',
        "    raw = csv_table.read_csv(file.read())",
        f"table = csv_table.prepare(raw, {', '.join(f'{k}={v!r}' for k, v in vars(here.choices).items())}).table",
    )
    return OnTable(topic, here.prepared.table, here.mark, reading)


def choose(topic: chart.Topic, s: Any) -> chart.Topic:
    """Draw the uploader and the choices about the file, where the settings ask for it; return the topic to show."""
    if s.data != "own":
        return topic
    here, slug = desk(), chart.slug_of(topic)
    st.file_uploader(
        "Your CSV file",
        type=["csv", "tsv", "txt"],
        max_upload_size=5,
        help=PROMISE,
        key=f"{slug}-file-{here.turn}",
        on_change=_take,
        args=(f"{slug}-file-{here.turn}",),
    )
    heading = st.container()
    if here.trouble:
        heading.error(literal(here.trouble))
    if here.raw is None:
        st.caption("Until there is a file, the charts show the diabetes table. The file stays in this session.")
        return topic
    trouble = _decide(here, here.raw, slug)
    shown = on(topic, s)
    if not trouble:
        trouble = _fit(shown, s)
        if trouble:
            here.prepared, shown = None, topic
    if trouble:
        heading.error(literal(trouble))
    elif here.prepared is not None:
        for note in here.prepared.notes:
            st.caption(literal(note))
    st.button("Forget this file", on_click=_forget, key=f"{slug}-forget", type="tertiary")
    return shown


def _decide(here: Desk, raw: RawTable, slug: str) -> str:
    """Draw the choices about the file; return what is in the way of fitting it, or nothing."""
    names = raw.numeric_names()
    if not names:
        return "No column of the file holds numbers only, so there is no target to explain."
    last = here.choices or Choices(names[-1], "one-hot", drop_missing_rows=False)
    key = f"{slug}-{here.turn}-{id(raw)}"  # another file asks anew
    target = st.selectbox("Target column", names, names.index(last.target), key=f"{key}-target")
    encoding, consent = last.text_columns, False
    if any(column.values is None for column in raw.columns):
        encoding = st.segmented_control(
            "Columns of text", ENCODINGS, default=encoding, format_func=ENCODINGS.get, required=True, key=f"{key}-text"
        )
    if missing := rows_with_missing(raw, target, encoding):
        label = f"Leave out {missing} of {raw.n_rows} rows with missing values"
        consent = st.checkbox(label, last.drop_missing_rows, key=f"{key}-rows")
    return here.make(Choices(target, encoding, consent))


def _fit(shown: chart.Topic, s: Any) -> str:
    """Compute once, in front of the reader; return why it cannot be done, or nothing."""
    try:
        with st.spinner("Fitting your table"):
            shown.compute(s)
    except PathError:
        return "Some columns are so nearly copies of others that no exact path can be followed; leave copies out."
    return ""


def _take(key: str) -> None:
    file = st.session_state[key]
    if file is None:
        _forget()
    else:
        desk().take(file.getvalue())


def _forget() -> None:
    here = desk()
    st.session_state[DESK] = Desk(mark=here.mark + 1, turn=here.turn + 1)  # an uploader of another turn starts empty
