"""A guided sheet on its page: hypothesis, run, log, conclusion, and what is handed in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import streamlit as st

from regviz.knobs import knobs, matters
from regviz.sheets import written
from regviz.sheets.sheet import LETTERS, Asked, Log
from regviz.sheets.six import SHEETS
from regviz.sheets.written import UNSAID, Said
from regviz.ui import chart, page
from regviz.ui.receipt import receipt
from regviz.ui.topic import ROWS, Module, Shown, key

PARAMETER = "sheets"  # what is said on all sheets, in the URL
SEALED = """<style>
html:not(.rv-present, .rv-embed) [class*="st-key-panels"] .rv-root:not(.rv-guessing) .rv-panel { visibility: hidden; }
html:not(.rv-present, .rv-embed) [class*="st-key-panels"] :is(.rv-caption, .rv-readouts) { opacity: 0; }
html:not(.rv-present, .rv-embed) [class*="st-key-panels"] .rv-root:not(.rv-guessing) .rv-panels::after {
  content: "Covered until you choose a hypothesis";
  position: absolute; inset: 4px; display: grid; place-items: center; border-radius: 8px; border: 1px dashed #8888; }
@media (max-width: 640px) {
  html:not(.rv-knobs) [class*="st-key-body"] > div:first-child { order: 0; }
  [class*="st-key-panels"] .rv-root:not(.rv-guessing) .rv-panels { max-height: 120px; overflow: hidden; }
}
</style><p>Choose one, and the charts open. What is written down stays.</p>"""
"""with words: bare style would go where Streamlit does not take it away again"""


def expect(topic: Module, s: Any) -> Shown:
    """Ask for the hypothesis of the sheet on show, and cover the charts until there is one."""
    shown = Shown(topic)
    letter = _said(shown.slug)[s.view].hypothesis
    _choose(shown.slug, s.view, "hypothesis", SHEETS[s.view].hypothesis, letter, kept=letter != UNSAID)
    if letter == UNSAID:
        st.html(SEALED)
    return shown


def guide(s: Any, shown: Shown) -> None:
    """Lead through the sheet on show: hypothesis, run, log and conclusion."""
    said, sheet, log = _said(shown.slug), SHEETS[s.view], shown.compute(s).log
    here = said[s.view]
    link = urljoin(st.context.url or "", _link(shown, s, said))
    st.header(f"Sheet: {sheet.title}", anchor=False)
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        st.markdown(
            f"**1 · Hypothesis**\n\n{sheet.hypothesis.text}\n\n{written.told(sheet.hypothesis, here.hypothesis)}"
        )
        st.markdown(f"**2 · Run**\n- Varied: {sheet.vary}.\n- Kept: {sheet.keep}.\n- Seeds: {sheet.seeds}.")
        query = {f"{sheet.slug}.{name}": value for name, value in sheet.preset.items()}
        st.page_link(page.page_path(sheet.slug), label=f"More on this: {ROWS[sheet.slug].title}", query_params=query)
    with right:
        if here.hypothesis == UNSAID:
            st.markdown("**3 · Log** and **4 · Conclusion** follow once you have a hypothesis.")
        else:
            _log(s, shown, log, here, link)
            st.markdown("**4 · Conclusion**")
            _choose(shown.slug, s.view, "conclusion", sheet.conclusion, here.conclusion)
            st.markdown(written.verdict(sheet, log, here))
    _hand_in(knobs(type(s))["view"].names, said, link)
    chart.keep({PARAMETER: written.letters(said)}, shown, s)


def _said(slug: str) -> dict[str, Said]:
    """Return what is said on every sheet: as the session or, on arrival, the URL has it; going back takes none away."""
    entry = key("said", slug)
    if entry not in st.session_state:
        st.session_state[entry] = written.letters(written.read(st.query_params.get(PARAMETER, "")))
    return written.read(st.session_state[entry])


def _choose(slug: str, view: str, what: str, asked: Asked, letter: str, *, kept: bool = False) -> None:
    """Draw the statements to choose from; what is `kept` can no longer be changed."""
    entry = key(what, slug, view)
    st.session_state[entry] = None if letter == UNSAID else letter
    st.radio(
        asked.text,
        tuple(LETTERS[: len(asked.statements)]),
        index=None,
        captions=[statement.text for statement in asked.statements],
        key=entry,
        disabled=kept,
        on_change=_keep,
        args=(slug, view, what, entry),
    )


def _keep(slug: str, view: str, what: str, entry: str) -> None:
    """Take over a choice; a callback."""
    said = written.read(st.session_state[key("said", slug)])
    said[view] = replace(said[view], **{what: st.session_state[entry] or UNSAID})
    st.session_state[key("said", slug)] = written.letters(said)


def _log(s: Any, shown: Shown, log: Log, here: Said, link: str) -> None:
    """Write the log as a table, to download and to copy."""
    st.markdown("**3 · Log**, mean ± standard error")
    page.table(*written.table(log, SHEETS[s.view], here))
    parts = (s.view, log, here, _settings(s, shown), link)
    with st.container(horizontal=True):
        for write, name, ending, kind in FILES:
            file = f"{shown.file(s)}-log.{ending}"
            st.download_button(name, write(*parts), file, kind, key=key(ending, shown.slug, "log"), on_click="ignore")
    with st.expander("Markdown to copy"):
        st.code(written.markdown(*parts), language="markdown", wrap_lines=True)


def _settings(s: Any, shown: Shown) -> dict[str, str]:
    """Return what the sheet on show is set to, the date, and the version."""
    told, table = dict(receipt(shown, s)), knobs(type(s))
    scrubs = shown.module.SCRUB
    found = {f"{'On the slider, ' * (n in scrubs)}{k.label}": told[k.label] for n, k in table.items() if matters(s, n)}
    return found | {what: told[what] for what in ("Date", "Version")}


Write = Callable[..., str]
FILES: tuple[tuple[Write, str, str, str], ...] = (
    (written.markdown, "Log as Markdown", "md", "text/markdown"),
    (written.table_file, "Log as CSV", "csv", "text/csv"),
)


def _link(shown: Shown, s: Any, said: dict[str, Said]) -> str:
    """Return the address of the sheet on show with what is said on all."""
    path, letters = shown.link(s), written.letters(said)
    return f"{path}{'&' if '?' in path else '?'}{PARAMETER}={letters}" if letters else path


def _hand_in(names: Sequence[str], said: dict[str, Said], link: str) -> None:
    """Show what is said on all six sheets, and the link that holds it."""
    with st.expander("Hand in all six sheets"):
        rows = [(name, one.hypothesis, one.conclusion) for name, one in zip(names, said.values(), strict=True)]
        page.table(("sheet", "hypothesis", "conclusion"), rows)
        st.markdown("This link opens every sheet as you have it. Nothing is stored elsewhere.")
        st.code(link, language=None, wrap_lines=True)
