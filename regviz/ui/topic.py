"""What a topic offers, what of it is on show, and the names that its elements have on the page."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode

from regviz.against import Row
from regviz.catalog import HOME, TOPICS, Topic
from regviz.data.tables import Table
from regviz.figures.kit.views import Panels, View
from regviz.frameworks.twin import Twin
from regviz.knobs import changed, knobs, settled, state_name, without
from regviz.memory import Memory, beside, once
from regviz.questions.question import told

T = TypeVar("T")
ROWS = {row.slug: row for row in (HOME, *TOPICS)}
SHARED = Memory(48_000_000, len)  # bytes of messages that all visitors share


class OneView(Protocol):
    """A module in regviz.figures; `compute` may take a reader's table as its second argument."""

    __name__: str
    Settings: type
    SCRUB: tuple[str, ...]
    PANELS: Panels

    def compute(self, s: Any) -> Any:
        """Return the result at these settings."""

    def caption(self, s: Any, r: Any) -> str:
        """Return one sentence that states a number."""

    def readouts(self, s: Any, r: Any) -> dict[str, str]:
        """Return the numbers beside the charts."""


class SeveralViews(Protocol):
    """A module in regviz.figures with one view for each value of its knob `view`."""

    __name__: str
    Settings: type
    SCRUB: tuple[str, ...]
    VIEWS: dict[str, View]


Module = OneView | SeveralViews


@dataclass(frozen=True, eq=False)
class Shown:
    """A topic on show, on its own data or on a table of the reader's, and the keeper of what is made of it.

    `mark` tells tables of one session apart; `reading` are the lines of a script that make the same table.
    """

    module: Module
    table: Table | None = None
    mark: int = 0
    reading: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The topic's slug, which is the name of its module."""
        return self.module.__name__.rsplit(".", 1)[-1]

    @property
    def row(self) -> Topic:
        """The topic's row in the catalog."""
        return ROWS[self.slug]

    @property
    def simulated(self) -> bool:
        """Whether the topic trains or simulates: it then has an experiment of its own."""
        return find_spec(f"regviz.experiments.{self.slug}") is not None

    def view(self, s: Any) -> View:
        """Return the view that the settings ask for."""
        if hasattr(self.module, "VIEWS"):
            return self.module.VIEWS[s.view]
        m = self.module
        return View(m.compute, m.PANELS, m.caption, m.readouts)

    def compute(self, s: Any) -> Any:
        """Return the result at these settings, on the reader's table where there is one."""
        compute = self.view(s).compute
        return compute(s) if self.table is None else compute(s, self.table)

    def question(self, s: Any) -> dict[str, Any] | None:
        """Return what the page asks at these settings, or None where it asks nothing, as on a reader's table.

        The sliders above the charts, which move while it stands, are at their defaults for it.
        """
        if self._beside("questions") is None:
            return None
        return _asked(self.slug, without(settled(s), *self.module.SCRUB))

    def held(self, s: Any) -> list[Row]:
        """Return what the page holds against exact or printed values; nothing on a reader's table."""
        module = self._beside("held")
        return [] if module is None else module.rows(s, self.compute(s))

    def twins(self, s: Any) -> list[Twin]:
        """Return the scripts in other frameworks that give the page's numbers; none on a reader's table."""
        module = self._beside("frameworks")
        return [] if module is None else module.twins(s, self.compute(s))

    def link(self, s: Any) -> str:
        """Return the address of these settings, relative to the site: path and query, with only what differs."""
        table = knobs(type(s))
        query = {parameter(self.slug, name): table[name].text(value) for name, value in changed(s).items()}
        path = "./" if self.slug == HOME.slug else self.slug
        return f"{path}?{urlencode(query, quote_via=quote)}" if query else path

    def file(self, s: Any) -> str:
        """Return the name of a file of this state, without its ending."""
        return state_name(self.slug, settled(s), self.module.SCRUB)

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return make(), made once: for all visitors, or for the reader's own table as long as that is there."""
        return self._memory.recall((self.slug, key), make)

    def known(self, key: Hashable) -> Any:
        """Return what was made for this key, or None."""
        return self._memory.known((self.slug, key))

    def _beside(self, folder: str) -> Any:
        """Return the topic's module in a folder, or None where it has none there, and on a reader's table."""
        name = f"regviz.{folder}.{self.slug}"
        return None if self.table is not None or find_spec(name) is None else import_module(name)

    @property
    def _memory(self) -> Memory:
        return SHARED if self.table is None else beside(self.table)


@once(most=512)
def _asked(slug: str, s: Any) -> dict[str, Any] | None:
    """Return what a page asks, its answer included, once for all places of the sliders above its charts."""
    asked = import_module(f"regviz.questions.{slug}").ask(s)
    return None if asked is None else told(asked, type(s))


def parameter(slug: str, name: str) -> str:
    """Return the name of a setting in the URL, which is also the key of its widget."""
    return f"{slug}.{name}"


def key(role: str, slug: str, *more: str | int) -> str:
    """Return the key of an element that is no setting: its role first, then whose it is."""
    return "-".join((role, slug, *map(str, more)))
