"""Results kept: made once, however many ask; forgotten in time; and nobody waits for what failed."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from regviz.memory import GLANCE, KEPT_BESIDE, Memory, beside, once
from regviz.progress import listening, tell


class Owner:
    """Something that may go."""


def test_ten_who_ask_at_once_cost_one_computation():
    memory, calls, begun, go = Memory(4), [], Event(), Event()

    def make():
        calls.append(1)
        begun.set()
        assert go.wait(10)
        return object()

    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(memory.recall, "a", make) for _ in range(10)]
        assert begun.wait(10)
        go.set()
        assert len({id(one.result(10)) for one in asked}) == 1
    assert calls == [1]


def test_who_waits_hears_how_far_it_is_and_may_leave():
    memory, begun, go = Memory(4), Event(), Event()

    def make():
        tell(0.5, "Training")
        begun.set()
        assert go.wait(10)
        return 7

    def leave(share, what):
        assert (share, what) == (0.5, "Training")
        go.set()
        raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(memory.recall, "a", make)
        assert begun.wait(10)
        with listening(leave), pytest.raises(KeyboardInterrupt):
            memory.recall("a", make)
        assert first.result(10) == 7


def test_where_the_maker_fails_the_next_in_line_makes_it():
    memory, begun, go = Memory(4), Event(), Event()

    def fails():
        begun.set()
        assert go.wait(10)
        raise ArithmeticError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(memory.recall, "a", fails)
        assert begun.wait(10)
        second = pool.submit(memory.recall, "a", lambda: 8)
        assert not second.done()
        go.set()
        with pytest.raises(ArithmeticError):
            first.result(10)
        assert second.result(10 + GLANCE) == 8


def test_what_was_asked_for_longest_ago_is_forgotten_first():
    memory, calls = Memory(2), []
    for key in "abacab":
        assert memory.recall(key, lambda key=key: calls.append(key) or [key]) == [key]
    assert "".join(calls) == "abcb"  # a was asked for again before c came


def test_once_keeps_a_function_by_its_arguments():
    calls = []

    @once(most=8)
    def double(x, twice=False):
        """Double."""
        calls.append((x, twice))
        return 4 * x if twice else 2 * x

    assert [double(1), double(1), double(1, twice=True), double(2)] == [2, 2, 4, 4]
    assert calls == [(1, False), (1, True), (2, False)]
    assert double.__doc__ == "Double."


def test_what_is_beside_an_owner_goes_with_it():
    owner = Owner()
    made = weakref.ref(beside(owner).recall("a", Owner))
    assert beside(owner).recall("a", Owner) is made()
    for key in range(KEPT_BESIDE + 5):
        beside(owner).recall(key, Owner)
    assert made() is None
    made = weakref.ref(beside(owner).recall("a", Owner))
    del owner
    gc.collect()
    assert made() is None


def test_what_is_told_inside_reaches_who_listens_outside():
    heard = []
    with listening(lambda *told: heard.append(told)):
        Memory(1).recall("a", lambda: tell(0.25, "Training"))
    assert heard == [(0.25, "Training")]
