"""Results kept for whoever asks next: each is made once, however many ask at the same time."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from threading import Event, Lock
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from regviz.progress import listening, tell

T = TypeVar("T")
P = ParamSpec("P")
GLANCE = 0.1  # seconds between two looks at another's work
KEPT_BESIDE = 24  # results that are kept of one table, at most


@dataclass(eq=False)
class _Work:
    """A result in the making: how far it is, and whether it has ended."""

    share: float = 0.0
    what: str = ""
    ended: Event = field(default_factory=Event)

    def hear(self, share: float, what: str) -> None:
        """Take in how far the work is, and pass it on to the listener of who does it."""
        self.share, self.what = share, what
        tell(share, what)


@dataclass(eq=False)
class Memory:
    """Results that weigh `most` together, one each where no weight is given.

    Of more, the one that nobody has asked for longest is forgotten.
    """

    most: int
    weigh: Callable[[Any], int] = lambda made: 1
    _weight: int = field(default=0, init=False)
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False)
    _under_way: dict[Hashable, _Work] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return make(), made once for this key.

        Who asks while it is being made waits, and hears how far it is. Where the maker fails or leaves, the next in
        line makes it.
        """
        while True:
            with self._lock:
                if key in self._made:
                    self._made[key] = self._made.pop(key)
                    return self._made[key]
                work = self._under_way.get(key)
                mine = work is None
                if mine:
                    work = self._under_way[key] = _Work()
            if mine:
                return self._make(key, make, work)
            while not work.ended.wait(GLANCE):
                if work.what:
                    tell(work.share, work.what)

    def known(self, key: Hashable) -> Any:
        """Return what was made for this key, or None."""
        with self._lock:
            return self._made.get(key)

    def _make(self, key: Hashable, make: Callable[[], T], work: _Work) -> T:
        try:
            with listening(work.hear):
                made = make()
            with self._lock:
                self._made[key] = made
                self._weight += self.weigh(made)
                while self._weight > self.most:
                    self._weight -= self.weigh(self._made.pop(next(iter(self._made))))
            return made
        finally:
            with self._lock:
                del self._under_way[key]
            work.ended.set()


_beside: WeakKeyDictionary[object, Memory] = WeakKeyDictionary()
_beside_lock = Lock()


def beside(owner: object) -> Memory:
    """Return the memory that lives as long as `owner`: what is made of a reader's table goes when that goes."""
    with _beside_lock:
        return _beside.setdefault(owner, Memory(KEPT_BESIDE))


def once(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator: the function's results are kept by its arguments, each made once, `most` at most."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        memory = Memory(most)

        @wraps(function)
        def recalled(*args: P.args, **kwargs: P.kwargs) -> T:
            return memory.recall((args, tuple(sorted(kwargs.items()))), lambda: function(*args, **kwargs))

        return recalled

    return decorate
