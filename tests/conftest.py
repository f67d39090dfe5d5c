"""Every floating-point accident is an error; `--save-figures DIR` keeps the panels that the tests draw."""

import gc
import os
import re
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # test processes share the cores; read when numpy is loaded
os.environ.setdefault("KERAS_BACKEND", "jax")  # read when keras is loaded

import numpy as np
import pytest
from browser import end_shared_site, find_browser, profiles, ready, shared_site

from regviz.catalog import HOME, TOPICS


def pytest_addoption(parser):
    parser.addoption("--save-figures", metavar="DIR", type=Path, help="write every panel at its defaults as HTML")


def pytest_configure(config):
    config.addinivalue_line("markers", "claim(line): proves this line of what to notice, or a part of it")
    config.addinivalue_line("markers", "underflows: here a number too small for a float is rightly zero")


def pytest_collection_modifyitems(items):
    """Run the tests of one topic in one process, which then trains and simulates once for all of them."""
    slugs = {topic.slug for topic in (HOME, *TOPICS)}
    for item in items:
        file = item.path.stem.removeprefix("test_")
        topic = next((word for word in re.split(r"[^a-z_]+", f"{file} {item.name}") if word in slugs), None)
        if topic or file != "browser":  # the browser's own tests fill what is left of the time
            item.add_marker(pytest.mark.xdist_group(topic or file))


@pytest.fixture(scope="module", autouse=True)
def little_to_collect():
    """Set apart from the collector all that stands by now: Streamlit has it walk over the rest after every run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def strict_arithmetic(request):
    under = "ignore" if request.node.get_closest_marker("underflows") else "raise"
    with np.errstate(all="raise", under=under):
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def device():
    path = find_browser()
    if path is None:
        reason = "no Chromium on PATH, and neither Playwright nor Debian could install one"
        if os.environ.get("CI") == "true":
            raise RuntimeError(reason)
        pytest.skip(reason)
    with profiles(path) as contexts:
        yield contexts


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    return shared_site(tmp_path_factory.getbasetemp().parent)


def listen(page):
    """Keep what goes wrong on a page and what it sends."""
    page.problems, page.messages = [], []
    page.on("console", lambda m: page.problems.append(f"{m.text} {m.location}") if m.type == "error" else None)
    page.on("pageerror", lambda e: page.problems.append(str(e)))
    page.on("websocket", lambda ws: ws.on("framesent", lambda sent: page.messages.append(sent)))  # noqa: PLW0108


@pytest.fixture
def visit(device, site):
    """Return a function that opens a page of the site and waits for its charts."""
    pages = []

    def open_page(path="", on="desk", at=site, **media):
        page = device(on).new_page()
        pages.append(page)
        page.emulate_media(**media)
        listen(page)
        page.goto(f"{at}/{path}")
        ready(page)
        return page

    yield open_page
    for page in pages:
        page.close()


def pytest_sessionfinish(session):
    """The process that hands out the tests ends the server that they shared."""
    if not hasattr(session.config, "workerinput"):
        base = session.config._tmp_path_factory.getbasetemp()
        end_shared_site(base if session.config.getoption("numprocesses") else base.parent)
