"""The bar that says how far long work is."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from streamlit.delta_generator import DeltaGenerator

from regviz.progress import listening

PATIENCE = 0.3  # seconds of work before a bar appears


@contextmanager
def working(place: DeltaGenerator) -> Iterator[None]:
    """Show in `place` how far the work inside is; every step of the bar lets a newer request of the reader end it."""
    slot, begun, shown = place.empty(), monotonic(), 0.0

    def show(share: float, what: str) -> None:
        nonlocal shown
        now = monotonic()
        if now - begun > PATIENCE and now - shown > 0.1:
            slot.progress(share, what)
            shown = now

    with listening(show):
        yield
    slot.empty()
