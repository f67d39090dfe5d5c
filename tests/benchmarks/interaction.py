"""Interaction against a bare Streamlit page: commit, cold start, and frames on the wire.

Run from the project's root: `python tests/benchmarks/interaction.py`. Prints medians and ratios, asserts nothing.
"""

import importlib
import random
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import find_browser, launched, ready, served, thumb  # noqa: E402

from regviz.catalog import HOME, TOPICS  # noqa: E402
from regviz.knobs import live, matters  # noqa: E402
from regviz.ui import messages  # noqa: E402
from regviz.ui.topic import Shown  # noqa: E402

COMMITS, STARTS = 20, 5
# a repaint of the peer: the red point of the solution has moved; of ours: Python's own figures are drawn
OURS = {
    "script": "app.py",
    "path": "constraint_balls",
    "box": ".st-key-constraint_balls-lambda_",
    "state": "() => document.querySelector('.rv-root')?.dataset.state",
}
BARE = {
    "script": "tests/benchmarks/bare_page.py",
    "path": "",
    "box": ".st-key-lambda_",
    "state": "() => [...document.querySelectorAll('path.point')].map((n) => n.getAttribute('transform')).join()",
}
WAIT = """([box, state]) => new Promise((resolve) => {
  const read = eval(state), old = read(), start = performance.now();
  const input = document.querySelector(box + ' input');
  const look = () => (read() !== old ? resolve(performance.now() - start) : requestAnimationFrame(look));
  input.focus();
  for (const type of ['keydown', 'keyup']) input.dispatchEvent(new KeyboardEvent(type, { key: KEY, bubbles: true }));
  look();
})"""


APPROACH = """([slug, field]) => {
  window.came = [];
  let begun;
  const box = document.querySelector(`.st-key-${slug}-${field}`), group = window.regviz[slug];
  box.addEventListener("pointerover", () => (begun ??= performance.now()), { capture: true });
  const look = () => {
    const me = group.scrubs.get(field), got = me?.fits() && me.frames.at.length;
    const after = performance.now() - begun;
    if (begun && got && came.at(-1)?.got !== got) came.push({ got, all: got === group.data.counts[field], after });
    requestAnimationFrame(look);
  };
  look();
}"""


def commit(page, side, key):
    """Return milliseconds from the key press to the repainted chart."""
    return page.evaluate(WAIT.replace("KEY", repr(key)), [side["box"], side["state"]])


def cold_start(browser, side):
    """Return seconds from starting the server, and from opening the page, to the first chart."""
    begun = time.perf_counter()
    with served(side["script"]) as address:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        opened = time.perf_counter()
        page.goto(f"{address}/{side['path']}")
        page.wait_for_selector(".js-plotly-plot path.point", timeout=60_000)
        done = time.perf_counter()
        page.context.close()
    return done - begun, done - opened


def frame_rate(page):
    """Return milliseconds per animation frame while the thumb is dragged, and how many values were drawn."""
    x, y = thumb(page, "constraint_balls", "lambda_")
    page.evaluate("""() => {
      window.times = []; window.values = new Set();
      const tick = (now) => {
        times.push(now); values.add(document.querySelector('.rv-root').dataset.frame); requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    }""")
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(120):
        page.mouse.move(x - 5 * i, y)
    times, values = page.evaluate("[times, values.size]")
    page.mouse.up()
    return median(b - a for a, b in pairwise(times)), values


def approach(page, slug, field):
    """Return milliseconds from the pointer's arrival at a slider to its first frames, and to all."""
    page.evaluate(APPROACH, [slug, field])
    x, y = thumb(page, slug, field)
    page.mouse.move(x, y)
    page.wait_for_function("() => window.came.length && window.came.at(-1).all", timeout=60_000)
    return page.evaluate("[came[0].after, came.at(-1).after]")


def pictures(page):
    """Return how many pictures a second follow a point that is dragged in a chart, always to a new place."""
    box = page.locator(".rv-handle").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    begun, drawn = time.perf_counter(), 0
    while time.perf_counter() - begun < 4:
        page.mouse.move(x + 100 * random.uniform(-1, 1), y + 100 * random.uniform(-1, 1))
        page.wait_for_timeout(1000 / 60)  # as often as a mouse tells
    drawn = int(page.locator(".rv-root").get_attribute("data-pictures") or 0)
    rate = drawn / (time.perf_counter() - begun)
    page.mouse.up()
    return rate


def import_time():
    """Return the least seconds of five fresh interpreters that import regviz, less an empty one."""
    spans = {}
    for code in ("import regviz", "pass"):
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
            times.append(time.perf_counter() - begun)
        spans[code] = min(times)
    return spans["import regviz"] - spans["pass"]


def main():
    """Print the comparisons."""
    print(f"import regviz: {import_time():.2f} s (under 0.2)")
    with launched(find_browser()) as browser:
        starts = {"ours": [], "bare": []}
        for _ in range(STARTS):
            starts["ours"].append(cold_start(browser, OURS))
            starts["bare"].append(cold_start(browser, BARE))
        for i, what in enumerate(("from starting the server", "from opening the page")):
            ours, bare = (median(pair[i] for pair in starts[side]) for side in ("ours", "bare"))
            print(f"cold start {what}: ours {ours:.2f} s, bare {bare:.2f} s, ratio {ours / bare:.2f} (at most 1.2)")

        with served(OURS["script"]) as one, served(BARE["script"]) as two:
            pages = []
            for address, side in ((one, OURS), (two, BARE)):
                page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
                page.goto(f"{address}/{side['path']}")
                page.wait_for_selector(".js-plotly-plot path.point", timeout=60_000)
                page.wait_for_timeout(3000)
                pages.append((page, side, []))
            for i in range(COMMITS):
                for page, side, times in pages:
                    times.append(commit(page, side, "ArrowLeft" if i % 2 else "ArrowRight"))
                    page.wait_for_timeout(400)
            ours, bare = (median(times) for _, _, times in pages)
            ratio = ours / bare
            print(
                f"commit to Python's repaint: ours {ours:.0f} ms, bare {bare:.0f} ms, ratio {ratio:.2f} (at most 1.2)"
            )
            pace, values = frame_rate(pages[0][0])
            print(f"drag: {pace:.1f} ms per animation frame, {values} values drawn")

        with served(OURS["script"]) as address:
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            for slug in (HOME.slug, *(t.slug for t in TOPICS)):
                topic = importlib.import_module(f"regviz.figures.{slug}")
                for field in [f for f in live(topic.Settings()) if f not in topic.SCRUB]:
                    page.goto(f"{address}/{'' if slug == HOME.slug else slug}")
                    ready(page)
                    page.wait_for_timeout(500)
                    first, all_ = approach(page, slug, field)
                    print(f"pointer to frames, {slug}.{field}: first {first:.0f} ms, all {all_:.0f} ms (700)")
            for slug in ("constraint_balls", "penalty_shapes", "map_priors", "optimizer_race"):
                page.goto(f"{address}/{slug}")
                ready(page)
                print(f"point dragged, {slug}: {pictures(page):.1f} pictures a second (at least 8)")

    for slug in (HOME.slug, *(t.slug for t in TOPICS)):
        topic = importlib.import_module(f"regviz.figures.{slug}")
        s = topic.Settings()
        sizes, begun = [], time.perf_counter()
        for field in (f for f in topic.SCRUB if matters(s, f)):
            sizes.append(len(messages.pack(messages.frames(Shown(topic), s, field))))
        spent = time.perf_counter() - begun
        print(
            f"frames {slug}: {sum(sizes) / 1000:.0f} kB on the wire (at most 500), {spent * 1000:.0f} ms of server time"
        )


if __name__ == "__main__":
    main()
