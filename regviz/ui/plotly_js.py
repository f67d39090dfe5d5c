"""The plotly.js that belongs to the installed plotly: where the site serves it, and its bytes."""

import gzip
from functools import lru_cache
from pathlib import Path

import plotly
import streamlit as st

SOURCE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def address() -> str:
    """Return the path on the site, under the base path of a proxy; the version in it lets a browser keep the file."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return "/".join(("", *filter(None, [base]), "plotly", plotly.__version__, "plotly.min.js"))


@lru_cache(maxsize=1)
def gzipped() -> bytes:
    """Return the file, compressed once."""
    return gzip.compress(SOURCE.read_bytes(), 6, mtime=0)
