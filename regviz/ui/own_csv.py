"""The reader's own CSV in place of the built-in data: held in the session, never stored, cached or put into a URL."""

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from regviz.data.csv import MEGABYTES, CsvError, RawTable, read_csv
from regviz.data.features import Prepared, prepare, rows_with_missing
from regviz.linear.homotopy import PathError
from regviz.ui import chart
from regviz.ui.topic import Module, Shown, key
from regviz.ui.waiting import working
from regviz.wording import counted, quoted

DESK = "own-csv"  # where the session holds it; no widget has this key, so it lives as long as the session
PROMISE = (
    f"A header line and numbers, at most {MEGABYTES} MB. The file stays in this session's memory: it is not written to "
    "disk, and neither its name nor its content enters an address."
)
LINKS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)  # where an address stops being one if broken
ENCODINGS = {"one-hot": "One-hot", "drop": "Drop"}


@dataclass(frozen=True)
class Choices:
    """What the reader decided about the file."""

    target: str
    text_columns: str
    drop_missing_rows: bool
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """A table, the choices that made it, and numbers that tell the tables and the files of one session apart."""

    choices: Choices
    prepared: Prepared
    mark: int
    file: int


@dataclass(eq=False)
class Desk:
    """One session's file: as read, what is wrong with the last one given, the last choices, and the table on show.

    `given` is the uploader's name for the file that was read last; `lost` says that the table on show cannot be fitted
    at the present settings; `offers` that columns to leave out are asked for. `files`, `mark` and `turn` count files,
    tables, and how often everything was forgotten.
    """

    raw: RawTable | None = None
    given: str = ""
    trouble: str = ""
    choices: Choices | None = None
    refusal: str = ""
    made: Made | None = None
    lost: bool = False
    offers: bool = False
    files: int = 0
    mark: int = 0
    turn: int = 0

    def take(self, content: bytes) -> None:
        """Read a new file; a bad one leaves the last good one in place."""
        try:
            self.raw, self.trouble = read_csv(content), ""
        except CsvError as error:
            self.trouble = str(error)
        else:
            self.choices, self.offers, self.files = None, False, self.files + 1

    def make(self, choices: Choices) -> str:
        """Make the table that the reader's choices ask for; return what is in the way, or nothing."""
        if choices == self.choices:
            return self.refusal
        self.choices, self.refusal = choices, ""
        try:
            prepared = prepare(self.raw, **vars(choices))
        except CsvError as error:
            self.refusal = str(error)
        else:
            self.mark += 1
            self.made = Made(choices, prepared, self.mark, self.files)
            self.offers |= bool(prepared.doubtful)
        return self.refusal


def literal(text: str) -> str:
    """Return Markdown that reads as `text`: names of columns come from a file and are no markup."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|<>$:~&-])", r"\\\1", LINKS.sub("\u2060", text))


def desk() -> Desk:
    """Return this session's desk."""
    return st.session_state.setdefault(DESK, Desk())


def on_table(topic: Module, made: Made) -> Shown:
    """Return the topic on a table of the reader's."""
    reading = (
        "from regviz.data import csv, features",
        "",
        'with open("path/to/your.csv", "rb") as file:',
        "    raw = csv.read_csv(file.read())",
        f"table = features.prepare(raw, {', '.join(f'{k}={v!r}' for k, v in vars(made.choices).items())}).table",
    )
    return Shown(topic, made.prepared.table, made.mark, reading)


def choose(topic: Module, s: Any) -> Shown:
    """Draw the uploader and the choices about the file, where the settings ask for it; return what is to be shown."""
    if s.data != "own":
        return Shown(topic)
    here, slug = desk(), Shown(topic).slug
    given = st.file_uploader(
        "Your CSV file",
        type=["csv", "tsv", "txt"],
        max_upload_size=MEGABYTES,
        help=PROMISE,
        key=key("file", slug, here.turn),
    )
    heading = st.empty()
    heading.empty()  # what was wrong with the file before goes at once, not after the next one is read
    with working(st.container(key=key("working-own", slug))):
        _receive(here, given)
        refusal = "" if here.raw is None else _decide(here, here.raw, slug)
        failure = _fit(topic, s, here)
    if failure and here.raw is not None and not here.offers:
        here.offers = True
        _left_out(here, here.raw, slug)
    with heading.container():
        for trouble in filter(None, (here.trouble, refusal, failure)):
            st.error(literal(trouble))
    shown = _on(topic, here)
    _tell(here, shown)
    if here.raw is not None:
        st.button("Forget this file", on_click=_forget, key=key("forget", slug), type="tertiary")
    return shown


def _receive(here: Desk, given: UploadedFile | None) -> None:
    """Read the file in the uploader if it is new; an uploader that is emptied, as it is between two files, is not."""
    if given is None:
        here.trouble = ""
    elif given.file_id != here.given:
        here.given = given.file_id
        here.take(given.getvalue())


def _decide(here: Desk, raw: RawTable, slug: str) -> str:
    """Draw the choices about the file; return what is in the way of fitting it, or nothing."""
    names = raw.numeric_names()
    if not names:
        return "No column of the file holds numbers, so there is no target to explain."
    last = here.choices or Choices(names[-1], "one-hot", drop_missing_rows=False)
    target = st.selectbox("Target column", names, names.index(last.target), key=key("target", slug, here.files))
    encoding, consent = last.text_columns, False
    if any(column.values is None for column in raw.columns):
        encoding = st.segmented_control(
            "Columns of text",
            ENCODINGS,
            default=encoding,
            format_func=ENCODINGS.get,
            required=True,
            key=key("text", slug, here.files),
        )
    before, asked = st.container(), here.offers
    leave_out = _left_out(here, raw, slug) if asked else last.leave_out
    if missing := rows_with_missing(raw, target, encoding, leave_out):
        label = f"Leave out {missing} of {raw.n_rows} rows with missing values"
        consent = before.checkbox(label, last.drop_missing_rows, key=key("rows", slug, here.files))
    refusal = here.make(Choices(target, encoding, consent, leave_out))
    here.offers |= bool(refusal)
    if here.offers and not asked:
        _left_out(here, raw, slug)
    return refusal


def _left_out(here: Desk, raw: RawTable, slug: str) -> tuple[str, ...]:
    """Ask for columns to leave out, telling those with cells missing; return them."""
    missing = {column.name: int(column.missing.sum()) for column in raw.columns}
    return tuple(
        st.multiselect(
            "Columns to leave out",
            list(missing),
            list(here.choices.leave_out) if here.choices else [],
            format_func=lambda name: f"{name} ({missing[name]} missing)" if missing[name] else name,
            key=key("left-out", slug, here.files),
        )
    )


def _on(topic: Module, here: Desk) -> Shown:
    """Return the topic on the reader's table where there is one that can be fitted, else on its own."""
    return Shown(topic) if here.made is None or here.lost else on_table(topic, here.made)


def _fit(topic: Module, s: Any, here: Desk) -> str:
    """Compute on the table on show, in front of the reader; return why that cannot be done, or nothing."""
    here.lost = False
    try:
        chart.packed_figures(_on(topic, here), s)
    except PathError as error:
        here.lost = True
        names = [quoted(here.made.prepared.table.names[j]) for j in error.columns]
        which = f"Columns {', '.join(names)}" if len(names) > 1 else "Some columns"
        return f"{which} are so nearly copies of others that no exact path can be followed; leave copies out."
    return ""


def _tell(here: Desk, shown: Shown) -> None:
    """Say which table the charts show, and what was done to it."""
    if shown.table is None:
        until = "there is a file" if here.raw is None else "it can be fitted"
        st.caption(f"Until {until}, the charts show the diabetes table. The file stays in this session.")
        return
    n, p = shown.table.X.shape
    file = "your file" if here.made.file == here.files else "the file before"
    st.caption(
        literal(f"On show: {quoted(shown.table.target)}, explained by {counted(p, 'column')} in {n} rows of {file}.")
    )
    for note in here.made.prepared.notes:
        st.caption(literal(note))


def _forget() -> None:
    here, context = desk(), get_script_run_ctx()
    context.uploaded_file_mgr.remove_session_files(context.session_id)  # the uploader's own copies
    # an uploader of another turn starts empty
    st.session_state[DESK] = Desk(files=here.files, mark=here.mark, turn=here.turn + 1)
