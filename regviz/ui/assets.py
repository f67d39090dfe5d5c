"""What the site serves as it is: the plotly.js that belongs to the installed plotly, and our own scripts.

The version is in each address, so that a browser may keep the file for good. The plotly.js is its "basic" bundle, a
quarter of the whole: all that is drawn here are scatter traces, and a browser reads the script before the first chart.
"""

import gzip
import re
import zlib
from functools import lru_cache
from pathlib import Path

import streamlit as st

PLOTLY = Path(__file__).parent / "vendor" / "plotly-basic.min.js"  # as npm has it: plotly.js-basic-dist-min
with PLOTLY.open(encoding="utf-8") as head:  # the whole is read when it is packed, beside the start
    PLOTLY_VERSION = re.search(r"plotly\.js \(basic.*\) v([\d.]+)", head.read(200))[1]
HERE = Path(__file__).parent / "js"
LOADER = HERE / "load.js"
STILLS = Path(__file__).parent / "stills"  # one small picture a topic, drawn by docs/stills.py
PICTURES = {file.stem: file.read_text(encoding="utf-8") for file in sorted(STILLS.glob("*.svg"))}
MODULES = (  # each imports from those before it
    *("data", "history", "words", "stage", "panels", "frames", "handles", "scrub"),
    *("pin", "predict", "png", "plain", "picture", "paper", "take", "order", "keys", "mend", "tools", "start"),
)
FILE = "standalone"  # beside those, in an exported file
SOURCES = {name: (HERE / f"{name}.js").read_text(encoding="utf-8") for name in (*MODULES, FILE)}
VERSION = f"{zlib.crc32(''.join(SOURCES.values()).encode()):08x}"
LINKS = re.compile(r"^import .*;\n|^export (?=\w)", re.MULTILINE)  # what ties the modules together, a line each


def base() -> str:
    """Return the path of the site: "/", or that under a proxy."""
    path = st.get_option("server.baseUrlPath").strip("/")
    return f"/{path}/" if path else "/"


def plotly_address() -> str:
    """Return where the site serves plotly.js."""
    return f"{base()}plotly/{PLOTLY_VERSION}/plotly.min.js"


def script_address() -> str:
    """Return where the site serves our own script."""
    return f"{base()}scripts/{VERSION}/regviz.js"


def still_address(slug: str) -> str:
    """Return where the site serves the small picture of a topic."""
    return f"{base()}stills/{zlib.crc32(PICTURES[slug].encode()):08x}/{slug}.svg"


def loader() -> str:
    """Return the one script that Streamlit carries to the page: it imports the others."""
    site = f"const SCRIPT = {script_address()!r}, PLOTLY = {plotly_address()!r}, BASE = {base()!r};"
    return f"{site}\n{LOADER.read_text(encoding='utf-8')}"


def joined() -> str:
    """Return the modules of the site as one script: a browser fetches one file sooner than seven."""
    return "\n".join(LINKS.sub("", SOURCES[name]) for name in MODULES)


def standalone() -> str:
    """Return all modules as one script, for an exported file."""
    return f"{joined()}\n{LINKS.sub('', SOURCES[FILE])}"


@lru_cache(maxsize=1)
def script() -> str:
    """Return the one module that the site serves."""
    return f"{joined()}\nexport {{ mount }};\n"


@lru_cache(maxsize=1)
def plotly_gzipped() -> bytes:
    """Return plotly.js, compressed once."""
    return gzip.compress(PLOTLY.read_bytes(), 6, mtime=0)


@lru_cache(maxsize=1)
def plotly_js() -> str:
    """Return plotly.js as text."""
    return PLOTLY.read_text(encoding="utf-8")
