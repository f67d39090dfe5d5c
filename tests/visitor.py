"""A visitor without a browser: Streamlit's websocket in its own protobufs, as far as a page's sliders need it."""

import asyncio
import re
import zlib
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
FRAMES = re.compile(rb"frames/[^/\"'`]+/")


class PageError(Exception):
    """The page said that it failed, or the run ended otherwise than well."""


@dataclass(eq=False)
class Cached:
    """A message that the server may refer to by its hash, and the run that used it last."""

    message: ForwardMsg
    run: int


@dataclass(eq=False)
class Visitor:
    """One open page: its sliders by their ids, the fragments that they belong to, and where they stand."""

    socket: ClientConnection
    base: str = "/"
    page: str = ""  # its name on arrival, then its hash
    query: dict[str, str] = field(default_factory=dict)
    session: str = ""
    sliders: dict[str, Slider] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)
    components: dict[str, ForwardMsg] = field(default_factory=dict)
    cache: dict[str, Cached] = field(default_factory=dict)
    runs: int = 0
    oldest: int = 0  # runs that a message stays in the cache unused

    async def open(self) -> None:
        """Ask for the page and wait until it stands."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        await self._run(message)

    async def commit(self, key: str, label: str) -> str:
        """Put the select_slider of this key on the option with this label, and wait until the page follows.

        Returns the label that it then stands on.
        """
        identity = self.find(key)
        slider = self.sliders[identity]
        self._stand(slider, label)
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.fragment_id = self.fragments[identity]
        await self._run(message)
        if self.sliders[identity] is slider:
            raise PageError("the run did not draw the slider again: it was of another page or fragment")
        return self.value(key)

    def find(self, key: str) -> str:
        """Return the id of the slider with this key."""
        return next(identity for identity in self.sliders if identity.endswith(f"-{key}"))

    def value(self, key: str) -> str:
        """Return the label that the slider of this key stands on."""
        return self.states[self.find(key)].string_array_value.data[0]

    def frames(self) -> str:
        """Return the folder from which the page takes its frames, or nothing where it names none."""
        for message in self.components.values():
            part = message.delta.new_element.bidi_component
            packed = b""
            with suppress(zlib.error):
                packed = zlib.decompress(part.bytes)
            found = FRAMES.search(packed) or FRAMES.search(part.js_content.encode())
            if found:
                return self.base + found[0].decode()
        return ""

    async def _run(self, message: BackMsg) -> None:
        request = message.rerun_script
        request.query_string = urlencode(self.query)
        request.widget_states.widgets.extend(self.states.values())
        request.cached_message_hashes.extend(self.cache)
        await self.socket.send(message.SerializeToString())
        while not self._hear(ForwardMsg.FromString(await self.socket.recv(decode=False))):
            pass

    def _hear(self, message: ForwardMsg) -> bool:
        """Take in a message; return whether it ends the run."""
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            known = self.cache[message.ref_hash]
            known.run = self.runs
            self._place(known.message)
        elif kind == "delta":
            if message.metadata.cacheable:
                self.cache.setdefault(message.hash, Cached(message, self.runs)).run = self.runs
            self._place(message)
        elif kind == "new_session":
            self.page = message.new_session.page_script_hash
            self.session = message.new_session.initialize.session_id
            self.oldest = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = {name: values[-1] for name, values in parse_qs(message.page_info_changed.query_string).items()}
        elif kind == "page_not_found":
            raise PageError("there is no such page")
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            if message.script_finished not in DONE:
                raise PageError("the script does not compile")
            self._forget(set(message.metadata.run.fragment_ids))
            return True
        return False

    def _place(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "slider" and element.slider.type == Slider.SELECT_SLIDER:
            slider = element.slider
            self.sliders[slider.id] = slider
            self.fragments[slider.id] = message.delta.fragment_id
            if slider.set_value:
                self._stand(slider, slider.raw_value[0])
            elif slider.id not in self.states:
                self._stand(slider, slider.options[int(slider.default[0])])
        elif kind == "bidi_component":
            self.components[element.bidi_component.id] = message
        elif kind == "exception" or (kind == "alert" and element.alert.format == Alert.ERROR):
            raise PageError(element.exception.message or element.alert.body)

    def _stand(self, slider: Slider, label: str) -> None:
        """Put a slider at an option, and its entry in the URL, which a default leaves out."""
        self.states[slider.id] = WidgetState(id=slider.id)
        self.states[slider.id].string_array_value.data.append(label)
        if slider.query_param_key:
            self.query.pop(slider.query_param_key, None)
            if label != slider.options[int(slider.default[0])]:
                self.query[slider.query_param_key] = label

    def _forget(self, fragments: set[str]) -> None:
        """Drop from the cache what too many runs have not used; the run of a fragment counts for its own messages."""
        self.runs += 1
        for name, known in list(self.cache.items()):
            counts = not fragments or known.message.delta.fragment_id in fragments
            if counts and self.runs - known.run > self.oldest:
                del self.cache[name]


@asynccontextmanager
async def visiting(address, page="", query="", session="", headers=None, patience=60, **route):
    """Yield a visitor whose page stands. `address` ends where the site begins; `session` is one to return to.

    `route` may name the host and the port to connect to, where those of the address lead elsewhere.
    """
    parts = urlsplit(address)
    base = parts.path.rstrip("/") + "/"
    stream = f"ws://{parts.netloc}{base}_stcore/stream"
    protocols = ["streamlit", "none", session] if session else ["streamlit"]
    options = {
        "compression": None,
        "max_size": None,
        "ping_interval": None,
        "open_timeout": patience,
        "close_timeout": 2,
    }
    deadline = asyncio.get_running_loop().time() + patience
    async with connect(stream, subprotocols=protocols, additional_headers=headers, **options, **route) as socket:
        visitor = Visitor(socket, base, page, {name: values[-1] for name, values in parse_qs(query).items()})
        async with asyncio.timeout_at(deadline):
            await visitor.open()
        yield visitor


__all__ = ["PageError", "Visitor", "visiting"]
