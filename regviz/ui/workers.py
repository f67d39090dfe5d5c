"""The server's worker processes: long work is queued for them, joined by all who ask for it, and bounded."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import PriorityQueue
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any
from zlib import crc32

from regviz.apart import run_with
from regviz.progress import tell

GLANCE = 0.05  # seconds between two looks at another's work
GRACE = 1.0  # seconds for which work goes on that nobody waits for: the next in line may still come
MOST = 24  # pieces of work that wait or are under way for one worker, at most
SOON, LATER = 0, 1  # a page waits for it; a slider may need it


class BusyError(RuntimeError):
    """Too much work is waiting already."""


class _DroppedError(Exception):
    """Nobody waited for the work any more."""


@dataclass(eq=False)
class _Work:
    """A call under way: how far it is, when somebody last waited for it, and what comes of it."""

    call: bytes
    share: float = 0.0
    what: str = ""
    wanted: float = field(default_factory=monotonic)
    made: Any = None
    failed: Exception | None = None
    ended: Event = field(default_factory=Event)


@dataclass(eq=False)
class _Desk:
    """One worker: its process, the line to it, and what is waiting for it."""

    queue: PriorityQueue = field(default_factory=PriorityQueue)
    process: subprocess.Popen | None = None
    line: Connection | None = None

    def start(self) -> None:
        """Start the process, if it does not run."""
        if self.process is not None and self.process.poll() is None:
            return
        self.line, theirs = Pipe()
        command = [sys.executable, "-m", "regviz.ui.worker", str(theirs.fileno())]
        path = os.pathsep.join(filter(None, sys.path))
        environment = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)
        theirs.close()

    def stop(self) -> None:
        """End the process; the next piece of work starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.line.close()

    def do(self, work: _Work) -> Any:
        """Have the call made; raises what it raised, and _DroppedError where nobody waits for it any more."""
        if monotonic() - work.wanted > GRACE:
            raise _DroppedError
        self.start()
        self.line.send_bytes(work.call)
        while True:
            try:
                kind, said = self.line.recv()
            except (EOFError, OSError) as error:
                self.stop()
                raise RuntimeError("the worker process has ended") from error
            if kind == "made":
                return said
            if kind == "failed":
                raise said
            work.share, work.what = said
            if monotonic() - work.wanted > GRACE:
                self.stop()
                raise _DroppedError


class Workers:
    """So many processes, each with its own queue; none: what is asked for is made by whoever asks."""

    def __init__(self, processes: int) -> None:
        self._desks = [_Desk() for _ in range(processes)]
        self._under_way: dict[bytes, _Work] = {}
        self._lock, self._order = Lock(), count()
        for desk in self._desks:
            Thread(target=self._serve, args=(desk,), daemon=True).start()

    def run(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        home: str | None = None,
        rank: int = SOON,
    ) -> Any:
        """Return function(*args, **kwargs), made once for all who ask meanwhile; tells how far it is.

        Calls of one `home`, which is the function's module where none is given, go to one worker, which remembers what
        it made for them; "" is any. Raises BusyError where too much waits.
        """
        kwargs = kwargs or {}
        if not self._desks:
            return function(*args, **kwargs)
        home = function.__module__.rsplit(".", 1)[-1] if home is None else home
        call = pickle.dumps((function.__module__, function.__qualname__, args, kwargs))
        while True:
            work = self._ask(call, home, rank)
            while not work.ended.wait(GLANCE):
                work.wanted = monotonic()
                if work.what:
                    tell(work.share, work.what)
            if work.failed is None:
                return work.made
            if not isinstance(work.failed, _DroppedError):  # else it was given up just as we came
                raise work.failed

    def close(self) -> None:
        """End the processes; nothing may be asked for afterwards."""
        for desk in self._desks:
            desk.stop()

    def _ask(self, call: bytes, home: str, rank: int) -> _Work:
        with self._lock:
            work = self._under_way.get(call)
            if work is None:
                desk = self._desk(home)
                if desk.queue.qsize() >= MOST:
                    raise BusyError
                work = self._under_way[call] = _Work(call)
                desk.queue.put((rank, next(self._order), work))
            work.wanted = monotonic()
            return work

    def _desk(self, home: str) -> _Desk:
        if home:
            return self._desks[crc32(home.encode()) % len(self._desks)]
        return min(self._desks, key=lambda desk: desk.queue.qsize())

    def _serve(self, desk: _Desk) -> None:
        while True:
            _, _, work = desk.queue.get()
            try:
                work.made = desk.do(work)
            except Exception as error:
                work.failed = error
            with self._lock:
                del self._under_way[work.call]
            work.ended.set()


class _Server:
    """Who does the long work of this process."""

    workers = Workers(0)


def set_aside(processes: int) -> None:
    """Let so many worker processes do what is called apart in this one."""
    _Server.workers = Workers(processes)
    run_with(_Server.workers.run if processes else None)


def run(function: Callable[..., Any], *args: Any, home: str, rank: int) -> Any:
    """Return function(*args) from the worker processes; see Workers.run."""
    return _Server.workers.run(function, args, home=home, rank=rank)
