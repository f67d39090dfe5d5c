"""Worker processes: long work is made once, heard by all, ended for nobody else, and bounded."""

import os
import threading
import time

import pytest

from regviz.apart import apart, here, run_with
from regviz.experiments import dropout
from regviz.progress import listening, tell
from regviz.ui import workers


@pytest.fixture
def two(request):
    made = workers.Workers(2)
    yield made
    made.close()


def process(wait=0.0):
    """Work that says where it was done and how far it is."""
    for k in range(int(wait / 0.05)):
        tell(k * 0.05 / wait, "Waiting")
        time.sleep(0.05)
    return os.getpid()


def fails(word):
    raise ValueError(word)


def unpicklable():
    return threading.Lock()


def ends():
    os._exit(1)


def together(*calls):
    """Run calls at once; return what each gave, or what it raised."""
    found = [None] * len(calls)

    def one(k):
        try:
            found[k] = calls[k]()
        except Exception as error:
            found[k] = error

    threads = [threading.Thread(target=one, args=(k,)) for k in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_work_is_done_elsewhere_and_a_home_keeps_its_worker(two):
    first = two.run(process, home="a")
    assert first != os.getpid()
    assert two.run(process, home="a") == first


def test_all_who_ask_at_once_share_one_piece_of_work_and_hear_it(two):
    heard = []

    def ask():
        with listening(lambda share, what: heard.append((share, what))):
            return two.run(process, (0.5,), home="a")

    begun = time.monotonic()
    assert len(set(together(*[ask] * 6))) == 1
    assert time.monotonic() - begun < 3 * 0.5 + 2  # six of them one after another would take longer
    assert {what for _, what in heard} == {"Waiting"}
    assert max(share for share, _ in heard) > 0.5


def test_one_who_leaves_ends_it_for_nobody_else(two):
    def leave(share, what):
        raise KeyboardInterrupt

    def stays():
        return two.run(process, (0.8,), home="a")

    def leaves():
        with listening(leave), pytest.raises(KeyboardInterrupt):
            two.run(process, (0.8,), home="a")
        return "left"

    pid, left = together(stays, leaves)
    assert left == "left"
    assert pid == two.run(process, home="a")  # the same process: nobody killed it


def test_work_that_nobody_waits_for_is_ended(two):
    def leave(share, what):
        raise KeyboardInterrupt

    first = two.run(process, home="a")
    with listening(leave), pytest.raises(KeyboardInterrupt):
        two.run(process, (60.0,), home="a")
    begun = time.monotonic()
    assert two.run(process, home="a") != first
    assert time.monotonic() - begun < 10


def test_what_goes_wrong_is_raised_here_and_the_next_work_goes_on(two):
    with pytest.raises(ValueError, match="a word"):
        two.run(fails, ("a word",), home="a")
    with pytest.raises(RuntimeError, match="does not pickle"):
        two.run(unpicklable, home="a")
    with pytest.raises(RuntimeError, match="has ended"):
        two.run(ends, home="a")
    assert two.run(process, home="a") != os.getpid()


def test_too_much_work_is_refused(two, monkeypatch):
    monkeypatch.setattr(workers, "MOST", 2)
    found = together(*[lambda k=k: two.run(process, (0.4 + k / 1000,), home="a") for k in range(6)])
    refused = [one for one in found if isinstance(one, workers.BusyError)]
    assert 0 < len(refused) < 6
    assert all(isinstance(one, int) for one in found if one not in refused)


def test_a_page_comes_before_a_slider(two):
    order = []

    def ask(name, wait, rank):
        two.run(process, (wait,), home="a", rank=rank)
        order.append(name)

    def later(pause, *what):
        time.sleep(pause)
        ask(*what)

    together(
        lambda: ask("first", 0.6, workers.LATER),
        lambda: later(0.2, "slider", 0.1, workers.LATER),
        lambda: later(0.3, "page", 0.15, workers.SOON),
    )
    assert order == ["first", "page", "slider"]


def test_a_result_made_apart_is_that_made_here(two):
    run_with(two.run)
    try:
        away = dropout.linear_solved.__wrapped__(0.3)
    finally:
        run_with(None)
    near = here(dropout.linear_solved.__wrapped__)(0.3)
    assert {name: value.tolist() for name, value in vars(away).items()} == {
        n: v.tolist() for n, v in vars(near).items()
    }


def test_without_workers_it_is_done_by_whoever_asks():
    assert workers.Workers(0).run(process) == os.getpid()
    assert apart(process)() == os.getpid()
