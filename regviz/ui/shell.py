"""The script that st.App runs: page config, navigation from the catalog, and a friendly end for what fails."""

from pathlib import Path

import streamlit as st

from regviz.catalog import HOME, TOPICS
from regviz.ui import page

PAGES = Path(__file__).parents[2] / "pages"

sections: dict[str, list] = {"": [st.Page(PAGES / "home.py", title="Home", url_path="home", default=True)]}
for topic in TOPICS:
    entry = st.Page(PAGES / f"{topic.slug}.py", title=topic.title, url_path=topic.slug, help=topic.question)
    sections.setdefault(topic.section, []).append(entry)
chosen = st.navigation(sections, position="top")

name = f"{chosen.title} · {HOME.title}" if chosen.url_path else HOME.title
st.set_page_config(page_title=name, page_icon=Path(__file__).with_name("icon.svg"), layout="wide")
page.style()

with page.kindly(chosen.url_path or HOME.slug):
    chosen.run()
