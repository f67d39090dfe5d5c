"""Memory of one server process: at rest, and for every further visitor with a page open.

Run from the project's root: `python tests/benchmarks/memory.py` (Linux). Prints megabytes, asserts nothing.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import find_browser, launched, ready, running  # noqa: E402

VISITORS = 20


def resident(process):
    """Return the resident memory of a process in megabytes."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def main():
    """Open one page, then twenty more at different settings, and print what each costs."""
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


if __name__ == "__main__":
    main()
