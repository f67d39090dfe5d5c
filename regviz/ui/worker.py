"""A worker process: it makes what the server asks for, one thing after another, and says how far it is."""

import os
import pickle
import sys
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from regviz import apart
from regviz.memory import Memory
from regviz.progress import listening

PATIENT = 15  # how much it steps back behind the server, in steps of `nice`
MADE = Memory(24)  # what was made here: the frames of a topic need its training again


def remembered(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's result, made once."""
    call = (function.__module__, function.__qualname__, args, kwargs)
    return MADE.recall(pickle.dumps(call), lambda: apart.here(function)(*args, **kwargs))


def answer(line: Connection) -> None:
    """Do one piece of work and send its result, or what went wrong."""
    module, name, args, kwargs = line.recv()
    with listening(lambda share, what: line.send(("told", (share, what)))):
        try:
            made = ("made", getattr(import_module(module), name)(*args, **kwargs))
        except Exception as error:
            made = ("failed", error)
    try:
        line.send(made)
    except (pickle.PicklingError, TypeError, AttributeError):
        line.send(("failed", RuntimeError(f"{module}.{name}: {made[1]!r} does not pickle")))


def main() -> None:
    """Answer until the server hangs up."""
    os.nice(PATIENT)
    apart.run_with(remembered)
    line = Connection(int(sys.argv[1]))
    try:
        while True:
            answer(line)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        pass


if __name__ == "__main__":
    main()
