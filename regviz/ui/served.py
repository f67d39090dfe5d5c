"""The routes of the site beside its pages: plotly.js, our scripts, small pictures, frames and figures by address."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from regviz.ui import addresses, assets, chart
from regviz.ui.workers import BusyError

FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}  # what stands at an address never changes
JAVASCRIPT = "text/javascript; charset=utf-8"
MOST = 32  # requests for frames that are made at once, and for figures; as many more may wait


class _Makers(ThreadPoolExecutor):
    """Threads that wait for frames and figures, and how many ask for them; only the event loop counts."""

    asked = 0

    async def make(self, work: Callable[[], bytes]) -> bytes:
        """Return work(); raises BusyError where too many are waiting."""
        if self.asked >= 2 * MOST:
            raise BusyError
        self.asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self, work)
        finally:
            self.asked -= 1


FRAMES, FIGURES = _Makers(MOST, "frames"), _Makers(MOST, "figures")  # a point may move while many wait for frames


def routes() -> list[Route]:
    """Return the routes, all below the base path of the site."""
    base = assets.base()
    place = f"{base}frames/{{version}}/{{slug}}/{{field}}"
    return [
        Route(assets.plotly_address(), plotly_js),
        Route(assets.script_address(), script),
        Route(f"{base}stills/{{version}}/{{slug}}.svg", still),
        Route(place, frames),
        Route(f"{place}/coarse", coarse_frames),
        Route(f"{base}figure/{{version}}/{{slug}}", figure),
    ]


async def plotly_js(request: Request) -> Response:
    """Serve plotly.js."""
    body = await run_in_threadpool(assets.plotly_gzipped)
    headers = {**FOR_GOOD, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = await run_in_threadpool(gzip.decompress, body)
    return Response(body, media_type=JAVASCRIPT, headers=headers)


async def script(request: Request) -> Response:
    """Serve our own script."""
    return Response(assets.script(), media_type=JAVASCRIPT, headers=FOR_GOOD)


async def still(request: Request) -> Response:
    """Serve the small picture of a topic."""
    picture = assets.PICTURES.get(request.path_params["slug"])
    if picture is None:
        return _sorry(404, "There is no such picture.")
    return Response(picture, media_type="image/svg+xml", headers=FOR_GOOD)


async def frames(request: Request, *, coarse: bool = False) -> Response:
    """Serve what changes in the charts of a page over all values of one setting, or over a few."""
    asked = request.path_params
    try:
        shown, s = addresses.read_frames(asked["version"], asked["slug"], asked["field"], request.url.query)
    except (LookupError, ValueError) as error:
        return _refused(error)
    known = chart.known_frames(shown, s, asked["field"], coarse=coarse)
    if known is not None:
        return _packed(request, known)
    return await _made(request, FRAMES, lambda: chart.packed_frames(shown, s, asked["field"], coarse=coarse))


async def coarse_frames(request: Request) -> Response:
    """Serve the same over a few values, which come at once."""
    return await frames(request, coarse=True)


async def figure(request: Request) -> Response:
    """Serve the charts of a page at some settings."""
    asked = request.path_params
    try:
        shown, s = addresses.read_figure(asked["version"], asked["slug"], request.url.query)
    except (LookupError, ValueError) as error:
        return _refused(error)
    return await _made(request, FIGURES, lambda: chart.packed_figures(shown, s))


async def _made(request: Request, makers: _Makers, make: Callable[[], bytes]) -> Response:
    try:
        return _packed(request, await makers.make(make))
    except BusyError:
        return _busy()


def _packed(request: Request, body: bytes) -> Response:
    """Answer with a packed message; the browser unpacks it."""
    headers = {**FOR_GOOD, "Vary": "Accept-Encoding"}
    if "deflate" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "deflate"
    else:
        body = zlib.decompress(body)
    return Response(body, media_type="application/json", headers=headers)


def _refused(error: Exception) -> Response:
    return _sorry(404 if isinstance(error, LookupError) else 400, str(error))


def _busy() -> Response:
    response = _sorry(503, "Many are asking at once; try again in a moment.")
    response.headers["Retry-After"] = "2"
    return response


def _sorry(status: int, sentence: str) -> Response:
    return Response(sentence, status, media_type="text/plain", headers={"Cache-Control": "no-store"})
