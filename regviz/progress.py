"""A long computation says how far it is; who listens may show a bar, or end it by raising.

with listening(print):
train(..., progress=telling("Training"))
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, str], object]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Pass what is told inside to `listener`, as (share done in [0, 1], what is being done)."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def telling(what: str) -> Callable[[int, int], None]:
    """Return a function (done, total) that tells the listener, if there is one; what the listener raises goes through.

    >>> with listening(lambda share, what: print(what, share)):
    ...     telling("Training")(1, 4)
    Training 0.25
    """

    def tell(done: int, total: int) -> None:
        listener = _listener.get()
        if listener is not None:
            listener(done / total, what)

    return tell
