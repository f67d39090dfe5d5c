"""The ASGI application: `streamlit run app.py`."""

import gc
import gzip
from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regviz.catalog import HOME, TOPICS
from regviz.ui import assets

ROOT = Path(__file__).parent
FETCHED = [f"<{assets.plotly_address()}>; rel=preload; as=script"]
FETCHED += [f"<{assets.scripts_address()}{name}.js>; rel=modulepreload" for name in assets.MODULES]
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}  # the version is in the address
JAVASCRIPT = "text/javascript; charset=utf-8"
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


async def plotly_js(request: Request) -> Response:
    """Serve plotly.js."""
    body = await run_in_threadpool(assets.plotly_gzipped)
    headers = {**FOR_GOOD, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = await run_in_threadpool(gzip.decompress, body)
    return Response(body, media_type=JAVASCRIPT, headers=headers)


async def scripts(request: Request) -> Response:
    """Serve one of our modules."""
    source = assets.SOURCES.get(request.path_params["name"])
    if source is None:
        return Response("There is no such script.", 404, media_type="text/plain")
    return Response(source, media_type=JAVASCRIPT, headers=FOR_GOOD)


async def still(request: Request) -> Response:
    """Serve the small picture of a topic."""
    picture = assets.PICTURES.get(request.path_params["slug"])
    if picture is None:
        return Response("There is no such picture.", 404, media_type="text/plain")
    return Response(picture, media_type="image/svg+xml", headers=FOR_GOOD)


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
    """Import every topic before the first visitor comes, and set apart from the collector all that is loaded by then.

    Streamlit collects all garbage after every run of a page: that walk would take most of the server's time.
    """
    for topic in (HOME, *TOPICS):
        import_module(f"regviz.figures.{topic.slug}")
    gc.collect()
    gc.freeze()


settle()
MultiPartParser.spool_max_size = 0  # keep a reader's file in memory, however large: never in a temporary file
Thread(target=assets.plotly_gzipped, daemon=True).start()  # ready before the first visitor asks

app = st.App(
    ROOT / "regviz" / "ui" / "shell.py",
    routes=[
        Route(assets.plotly_address(), plotly_js),
        Route(f"{assets.base()}scripts/{{version}}/{{name}}.js", scripts),
        Route(f"{assets.base()}stills/{{version}}/{{slug}}.svg", still),
    ],
    middleware=[Middleware(Headers)],
)
