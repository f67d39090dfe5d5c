"""The ASGI application: `streamlit run app.py`."""

import gzip
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

from regviz.ui.plotly_js import address, gzipped

ROOT = Path(__file__).parent
PRELOAD = f"<{address()}>; rel=preload; as=script"
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


async def plotly_js(request: Request) -> Response:
    """Serve plotly.js; its version is in the path, so a browser may keep it for good."""
    body = await run_in_threadpool(gzipped)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = await run_in_threadpool(gzip.decompress, body)
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


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
                    headers["Link"] = PRELOAD  # the browser fetches plotly.js while the page is still booting
            await send(message)

        await self.app(scope, receive, add if scope["type"] == "http" else send)


MultiPartParser.spool_max_size = 0  # keep a reader's file in memory, however large: never in a temporary file
Thread(target=gzipped, daemon=True).start()  # ready before the first visitor asks

app = st.App(
    ROOT / "regviz" / "ui" / "shell.py",
    routes=[Route(address(), plotly_js)],
    middleware=[Middleware(Headers)],
)
