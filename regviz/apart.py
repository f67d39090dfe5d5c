"""Long work that may be done elsewhere: in the same process, unless a server has set aside others for it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
Runner = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]


_runner: list[Runner | None] = [None]


def run_with(runner: Runner | None) -> None:
    """Let `runner` do what is called apart in this process; None: whoever calls does it."""
    _runner[0] = runner


def apart(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a module-level function: it is done by whoever was set to do such work.

    Arguments and result must pickle, and the result must depend on the arguments alone.
    """

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        runner = _runner[0]
        return function(*args, **kwargs) if runner is None else runner(called, args, kwargs)

    return called


def here(function: Callable[P, T]) -> Callable[P, T]:
    """Return a function that is done apart as one that is done in this process."""
    return function.__wrapped__  # type: ignore[attr-defined]
