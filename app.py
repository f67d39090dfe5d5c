"""The ASGI application: `streamlit run app.py`."""

import gc
from importlib import import_module
from pathlib import Path
from threading import Thread
from time import sleep

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regviz.catalog import HOME, TOPICS
from regviz.ui import assets, served, workers

ROOT = Path(__file__).parent
FETCHED = [f"<{assets.plotly_address()}>; rel=preload; as=script"]
FETCHED += [f"<{assets.script_address()}>; rel=modulepreload"]
WORKERS = 2  # processes for training and for frames; they step back behind this one
QUIET = 8  # seconds after the start in which pages that are opened have the server to themselves
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


class Headers:
    """Put the site's headers on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Link"] = ", ".join(FETCHED)  # while the page is still booting
            await send(message)

        await self.app(scope, receive, add if scope["type"] == "http" else send)


def settle() -> None:
    """Import every topic and set apart from the collector all that is loaded by then.

    A walk over what never goes would take much of the server's time. First come first: the pages that are opened while
    the server starts import what they need.
    """
    sleep(QUIET)
    for topic in (HOME, *TOPICS):
        import_module(f"regviz.figures.{topic.slug}")
    gc.collect()
    gc.freeze()


workers.set_aside(WORKERS)
for task in (assets.plotly_gzipped, settle):  # the first is ready before a visitor asks
    Thread(target=task, daemon=True).start()
MultiPartParser.spool_max_size = 0  # keep a reader's file in memory, however large: never in a temporary file

app = st.App(
    ROOT / "regviz" / "ui" / "shell.py",
    routes=served.routes(),
    middleware=[Middleware(Headers)],
)
