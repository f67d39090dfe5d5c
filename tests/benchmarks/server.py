"""What one server process needs: memory for every visitor with a page open, processor time for every commit.

Run from the project's root: `python tests/benchmarks/server.py` (Linux). Prints, asserts nothing.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import find_browser, launched, ready, running  # noqa: E402

VISITORS, COMMITS = 20, 20


def resident(process):
    """Return the resident memory of a process in megabytes."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def spent(process):
    """Return the processor time of a process in milliseconds."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def commit(page, i):
    """Move λ by one step with a key, back and forth over three values, and let the page settle."""
    page.locator(".st-key-constraint_balls-lambda_ input").press("ArrowLeft" if i % 6 < 3 else "ArrowRight")
    page.wait_for_timeout(400)


def main():
    """Open one page, then twenty more at different settings; then commit on the last."""
    with running() as (server, address), launched(find_browser()) as browser:
        context = browser.new_context()
        print(f"started: {resident(server):.0f} MB")
        for i in range(VISITORS + 1):
            page = context.new_page()
            page.goto(f"{address}/constraint_balls?constraint_balls.seed={i}")
            ready(page)
            if i == 0:
                first = resident(server)
                print(f"first visitor: {first:.0f} MB")
        print(f"each further visitor: {(resident(server) - first) / VISITORS:.1f} MB")
        before = spent(server)
        for i in range(COMMITS):
            commit(page, i)
        print(f"each commit: {(spent(server) - before) / COMMITS:.0f} ms of one core")


if __name__ == "__main__":
    main()
