"""A long computation says how far it is; who listens may show a bar, or end it by raising.

with listening(print):
train(..., progress=telling("Training"))
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, str], object]

_listeners: ContextVar[tuple[Listener, ...]] = ContextVar("listeners", default=())


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Pass what is told inside to `listener`, as (share done in [0, 1], what is being done).

    What the listener itself tells goes to the one outside.
    """
    before = _listeners.get()
    _listeners.set((*before, listener))
    try:
        yield
    finally:
        _listeners.set(before)


def tell(share: float, what: str) -> None:
    """Tell the listener, if there is one; what it raises goes through.

    >>> with listening(lambda share, what: print(what, share)):
    ...     tell(0.25, "Training")
    Training 0.25
    """
    listeners = _listeners.get()
    if listeners:
        _listeners.set(listeners[:-1])
        try:
            listeners[-1](share, what)
        finally:
            _listeners.set(listeners)


def telling(what: str) -> Callable[[int, int], None]:
    """Return a function (done, total) that tells the listener.

    >>> with listening(lambda share, what: print(what, share)):
    ...     telling("Training")(1, 4)
    Training 0.25
    """
    return lambda done, total: tell(done / total, what)
