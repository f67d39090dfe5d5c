"""The script that st.App runs: page config, navigation from the catalog, and a friendly end for what fails."""

import logging
import traceback
from pathlib import Path

import streamlit as st

from regviz.catalog import HOME, TOPICS
from regviz.ui import own_csv, page

PAGES = Path(__file__).parents[2] / "pages"

st.set_page_config(page_title="regviz", page_icon=Path(__file__).with_name("icon.svg"), layout="wide")
page.style()

sections: dict[str, list] = {"": [st.Page(PAGES / "home.py", title="Home", url_path="home", default=True)]}
for topic in TOPICS:
    entry = st.Page(PAGES / f"{topic.slug}.py", title=topic.title, url_path=topic.slug, help=topic.question)
    sections.setdefault(topic.section, []).append(entry)
chosen = st.navigation(sections, position="top")

try:
    chosen.run()
except Exception as error:
    log, name = logging.getLogger("regviz"), chosen.url_path or HOME.slug
    if own_csv.desk().raw is not None:  # the words of an error may quote the reader's own data
        log.error(
            "page %s failed: %s\n%s", name, type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
        )
    else:
        log.exception("page %s failed", name)
    page.apologise(name)
