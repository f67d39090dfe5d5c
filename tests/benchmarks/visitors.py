"""A class of visitors against the same class on a bare Streamlit page: arrival, commits, training beside them, memory.

The bare page runs as Streamlit comes, and once more without the collection of garbage after every run, which we do
without too. Run from the project's root (Linux): `python tests/benchmarks/visitors.py`, or with the names of some
scenarios: home, class, training, memory. The visitors speak Streamlit's websocket; every server is a fresh process on
the loopback. Prints, asserts nothing. The visitors share the machine with the server: what they cost is printed too.
"""

import asyncio
import math
import os
import random
import resource
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import running  # noqa: E402
from visitor import visiting  # noqa: E402

from regviz.figures.constraint_balls import Settings  # noqa: E402
from regviz.knobs import changed, knobs  # noqa: E402

PATIENCE = 60  # seconds until a visitor gives up
PACE = 2.0  # seconds between two commits of one visitor
WINDOW = 25  # seconds of commits that are measured
HOME, CLASS, BESIDE, FURTHER = 30, 100, 20, 50  # visitors
MARKS = 5  # readings of the memory on the way
RATE, DECAY = "early_stopping.learning_rate", "early_stopping.weight_decay"


@dataclass(frozen=True)
class Side:
    """An app, the page that a class opens, and its first slider."""

    name: str
    script: str
    page: str
    slider: str
    options: tuple[str, ...] = ()


OURS = Side("ours", "app.py", "constraint_balls", "constraint_balls.lambda_")
BARE = Side("bare page", "tests/benchmarks/bare_page.py", "", "lambda_", ("--runner.postScriptGC", "true"))
LEAN = Side(
    "bare page, no collection after runs", BARE.script, BARE.page, BARE.slider, ("--runner.postScriptGC", "false")
)


@dataclass
class Tally:
    """Seconds that visitors waited, and what went wrong."""

    spans: list[float] = field(default_factory=list)
    errors: Counter = field(default_factory=Counter)

    async def time(self, work):
        """Wait for the work, and note how long; return what it returns, or None where it failed."""
        begun = time.perf_counter()
        try:
            made = await work
        except Exception as error:
            self.errors[type(error).__name__] += 1
            return None
        self.spans.append(time.perf_counter() - begun)
        return made

    def quantile(self, share):
        """Return milliseconds within which this share of all was served; who failed waits for ever."""
        every = sorted(self.spans) + [math.inf] * self.errors.total()
        return 1000 * every[math.ceil(share * len(every)) - 1] if every else math.inf

    def rows(self, what):
        """Return the rows of the table that tell it."""
        wrong = ", ".join(f"{count} {name}" for name, count in self.errors.items()) or "none"
        quantiles = " / ".join(f"{self.quantile(share):.0f}" for share in (0.5, 0.95))
        return {f"{what}: served": len(self.spans), f"{what}: errors": wrong, f"{what}: p50 / p95, ms": quantiles}


def family(pid):
    """Yield a process and all that it started, as far as they live."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            yield from family(int(child))


def spent(pid):
    """Return the processor time of a process and its children in milliseconds."""
    stats = [Path(f"/proc/{one}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split() for one in family(pid)]
    return sum(int(field) for stat in stats for field in stat[11:15]) * 1000 / os.sysconf("SC_CLK_TCK")


def resident(pid):
    """Return the resident memory of a process and its children in megabytes."""
    lines = [line for one in family(pid) for line in Path(f"/proc/{one}/status").read_text("utf-8").splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def arrive(stack, address, page, count, gap):
    """Open `count` pages, one each `gap` seconds; return the visitors that have theirs, and the tally."""
    tally = Tally()

    async def one(i):
        await asyncio.sleep(gap * i)
        return await tally.time(stack.enter_async_context(visiting(address, page, patience=PATIENCE)))

    visitors = await asyncio.gather(*map(one, range(count)))
    return [visitor for visitor in visitors if visitor], tally


def another(visitor, key, chance):
    """Return the label of another option of a slider."""
    options = visitor.sliders[visitor.find(key)].options
    return chance.choice([label for label in options if label != visitor.value(key)])


async def commits(visitors, key, seconds):
    """Let each visitor commit once each PACE seconds, in turn; return the tally."""
    tally, begun = Tally(), time.perf_counter()

    async def one(i, visitor):
        chance, due = random.Random(i), begun + PACE * i / len(visitors)
        while due < begun + seconds:
            await asyncio.sleep(due - time.perf_counter())
            work = visitor.commit(key, another(visitor, key, chance))
            if await tally.time(asyncio.wait_for(work, PATIENCE)) is None:
                return
            due = max(due + PACE, time.perf_counter())

    await asyncio.gather(*map(one, range(len(visitors)), visitors))
    return tally


async def home(side, server, address, stack, options):
    """Many at once open the first page of a server that nobody has visited."""
    _, tally = await arrive(stack, address, "", HOME, 0)
    return tally.rows(f"{HOME} at once")


async def lecture(side, server, address, stack, options):
    """A class moves the first slider of its page."""
    visitors, arrival = await arrive(stack, address, side.page, CLASS, 0.1)
    before = spent(server.pid)
    tally = await commits(visitors, side.slider, WINDOW)
    each = (spent(server.pid) - before) / max(len(tally.spans), 1)
    return {
        **arrival.rows(f"{CLASS} arrive, one each 0.1 s"),
        **tally.rows(f"they commit, one each {PACE:.0f} s"),
        "a commit: ms of a core": f"{each:.0f}",
    }


def untrained(visitor):
    """Yield the sliders and labels that lead over all learning rates and weight decays, one step at a time."""
    rates, decays = (list(visitor.sliders[visitor.find(key)].options) for key in (RATE, DECAY))
    start = (visitor.value(RATE), visitor.value(DECAY))
    for i, decay in enumerate(decays):
        if i:
            yield DECAY, decay
        for rate in rates[:: 1 if i % 2 else -1]:
            if rate != visitor.value(RATE) and (rate, decay) != start:
                yield RATE, rate


async def train(visitor, tally):
    """Ask for one training after another, each of a state that was not there before."""
    for key, label in untrained(visitor):
        await tally.time(visitor.commit(key, label))


async def training(side, server, address, stack, options):
    """Some commit, first among themselves, then beside one who trains networks (on our side alone)."""
    visitors, _ = await arrive(stack, address, side.page, BESIDE, 0.1)
    idle = await commits(visitors, side.slider, WINDOW)
    rows = idle.rows(f"{BESIDE} commit")
    if side is OURS:
        trainer = await stack.enter_async_context(visiting(address, "early_stopping", patience=PATIENCE))
        trainings = Tally()
        task = asyncio.create_task(train(trainer, trainings))
        busy = await commits(visitors, side.slider, WINDOW)
        task.cancel()
        ratio = busy.quantile(0.95) / idle.quantile(0.95)
        rows |= busy.rows("beside one who trains") | {"p95, ratio to that without": f"{ratio:.1f}"}
        rows |= trainings.rows("trainings meanwhile")
    return rows


async def memory(side, server, address, stack, options):
    """Resident megabytes over further visitors, commits, and frames of different states."""
    few, _ = await arrive(stack, address, side.page, 2, 0.5)
    before = resident(server.pid)
    more, _ = await arrive(stack, address, side.page, FURTHER, 0.1)
    each = (resident(server.pid) - before) / FURTHER

    async def move(i):
        """Commit on the first slider; on ours one time in ten on the seed, for whose states nothing is kept yet."""
        visitor = more[i % len(more)]
        key = "constraint_balls.seed" if side is OURS and i % 10 == 0 else side.slider
        await visitor.commit(key, another(visitor, key, random.Random(i)))

    rows = {
        f"{len(few)} visitors": f"{before:.0f}",
        "each further visitor": f"{each:.2f}",
        f"over {options.commits} commits": await course(options.commits, server, move),
    }
    if side is OURS:
        rows |= await frames(options.frames, server, address, few[0].frames())
    return rows


async def course(count, server, work):
    """Do the work `count` times; return the memory before, and at even marks."""
    marks = [resident(server.pid)]
    for mark in range(MARKS):
        for i in range(mark * count // MARKS, (mark + 1) * count // MARKS):
            await work(i)
        marks.append(resident(server.pid))
    return " ".join(f"{mark:.0f}" for mark in marks)


async def frames(count, server, address, folder):
    """Ask for the frames of one knob at different states of the others; return the memory and the answers."""
    table, statuses = knobs(Settings), Counter()

    async def ask(i):
        chance = random.Random(i)
        state = changed(Settings(**{name: chance.choice(table[name].options) for name in ("seed", "w1", "w2")}))
        query = urlencode({name: table[name].text(state[name]) for name in sorted(state)})
        statuses[await asyncio.to_thread(status, f"{address}{folder}constraint_balls/noise?{query}")] += 1

    if not folder:
        return {"over frames": "the page names no address of frames"}
    marks = await course(count, server, ask)
    return {f"over {count} frames": marks, "answers": ", ".join(f"{n} x {code}" for code, n in statuses.items())}


def status(url):
    """Return the status of the answer, read to its end."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


async def measured(scenario, side, options):
    """Return the rows of a scenario on a fresh server, and what the visitors themselves took."""
    begun = time.process_time()
    with running(side.script, options=side.options) as (server, address):
        async with AsyncExitStack() as stack:
            rows = await scenario(side, server, address, stack, options)
    return rows | {"the visitors themselves: s of a core": f"{time.process_time() - begun:.1f}"}


SCENARIOS = {"home": home, "class": lecture, "training": training, "memory": memory}


def main():
    """Run the scenarios that are asked for."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenarios", nargs="*", help=f"any of {', '.join(SCENARIOS)}; all unless named")
    parser.add_argument("--commits", type=int, default=500, help="over which the memory is read")
    parser.add_argument("--frames", type=int, default=200, help="requests of frames over which the memory is read")
    parser.add_argument("--ours", action="store_true", help="leave the bare pages out")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - SCENARIOS.keys():
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))  # a socket a visitor, on both ends
    for name in options.scenarios or SCENARIOS:
        scenario = SCENARIOS[name]
        sides = {
            side.name: asyncio.run(measured(scenario, side, options))
            for side in (OURS, BARE, LEAN)[: 1 if options.ours else 3]
        }
        print(f"\n{name}: {scenario.__doc__}\n{'':<44}{''.join(f'{side:<38}' for side in sides)}")
        for row in sides[OURS.name]:
            print(f"{row:<44}{''.join(f'{rows.get(row, str())!s:<38}' for rows in sides.values())}", flush=True)


if __name__ == "__main__":
    main()
