"""A browser and a server for the tests that need them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEVICES = {
    "desk": {"viewport": {"width": 1280, "height": 800}, "permissions": ["clipboard-read", "clipboard-write"]},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
SITE = "site"
PATIENCE = 180_000  # milliseconds: the first page of a fresh machine reads its browser and its libraries from the disk
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_browser():
    """Return the path of a Chromium: on PATH, or Playwright's own, or Debian's package where the tests run as root.

    The test processes ask one after another: two that install at once would each fail on the other's lock.
    """
    with FileLock(Path(sys.prefix) / "browser.lock"):
        found = next(filter(None, map(shutil.which, NAMES)), None)
        return found or _from_playwright() or _from_debian()


def _from_playwright():
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False, timeout=300
    )
    with sync_playwright() as p:
        path = p.chromium.executable_path
    return path if Path(path).exists() else None


def _from_debian():
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        subprocess.run(command, capture_output=True, check=False, timeout=600, env=environment)
    return shutil.which("chromium")


@contextmanager
def launched(path):
    """Yield a headless browser."""
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def profiles(path):
    """Yield a function from the name of a device to a browser context for it.

    Each context has a profile on disk, where compiled scripts are kept: a page then opens in half the time.
    """
    with sync_playwright() as p, ExitStack() as closing:

        @cache
        def context(device):
            folder = closing.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
            opened = p.chromium.launch_persistent_context(folder, executable_path=path, args=FLAGS, **DEVICES[device])
            opened.set_default_timeout(PATIENCE)
            closing.callback(opened.close)
            return opened

        yield context


@contextmanager
def running(script="app.py", path="", options=()):
    """Yield the process of a fresh server, started as the README says, and its address, which ends in `path`."""
    server, address = _started(script, path, options)
    try:
        _wait_until_healthy(address, server)
        yield server, address
    finally:
        server.terminate()
        server.wait(timeout=20)


@contextmanager
def served(script="app.py"):
    """Yield the address of a fresh server."""
    with running(script) as (_, address):
        yield address


def shared_site(folder):
    """Return the address of the one server of all test processes; the first to ask starts it."""
    note = folder / SITE
    with FileLock(folder / f"{SITE}.lock"):
        if not note.exists():
            server, address = _started("app.py")
            note.write_text(f"{server.pid} {address}", encoding="utf-8")
            _wait_until_healthy(address, server)
        return note.read_text(encoding="utf-8").split()[1]


def end_shared_site(folder):
    """End that server, if there is one."""
    note = folder / SITE
    if note.exists():
        os.kill(int(note.read_text(encoding="utf-8").split()[0]), signal.SIGTERM)
        note.unlink()


def free_port():
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _started(script, path="", more=()):
    port = free_port()
    options = ["--server.headless", "true", "--server.port", str(port), "--server.fileWatcherType", "none"]
    options += ["--server.baseUrlPath", path, *more]
    command = [sys.executable, "-m", "streamlit", "run", script, *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, env=environment, **quiet), f"http://127.0.0.1:{port}{path}"


def _wait_until_healthy(address, server):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def ready(page):
    """Wait until every chart and every play button of a page stands, and its frames with them."""
    page.wait_for_selector(".rv-root[data-state]")
    page.wait_for_selector(".rv-play")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.rv-play')].every((n) => n.closest('[data-rv-frames]'))"
    )
    page.wait_for_function("() => [...document.querySelectorAll('.rv-panel')].every((n) => n._fullLayout)")
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")


STILL = """() => {
  const ends = (one) => one.effect?.getComputedTiming().endTime !== Infinity;
  const over = document.getAnimations().filter(ends).map((one) => one.finished.catch(() => {}));
  return Promise.race([Promise.all(over), new Promise((done) => setTimeout(done, 2000))]).then(() => true);
}"""


def barriers(page):
    """Return what axe-core finds on a page, all rules that it runs by itself: [rule, where, what of it is wrong].

    What fades in is looked at once it stands.
    """
    page.evaluate(STILL)
    found = Axe().run(page).response["violations"]
    return [[rule["id"], node["html"][:200], node["failureSummary"]] for rule in found for node in rule["nodes"]]


def thumb(page, slug, field):
    """Return the middle of a slider's thumb in page coordinates."""
    box = page.locator(f".st-key-{slug}-{field} [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] - 6


__all__ = [
    "ROOT",
    "barriers",
    "end_shared_site",
    "find_browser",
    "free_port",
    "launched",
    "profiles",
    "ready",
    "running",
    "served",
    "shared_site",
    "thumb",
]


def crossed(page):
    """Return where words of a chart lie over others or are cut: [title of the chart, what, the words]."""
    return page.evaluate(CROSSED)


CROSSED = """() => {
  const found = [], box = (node) => node.getBoundingClientRect();
  const along = (a, b, low, high) => Math.min(a[high], b[high]) - Math.max(a[low], b[low]) > 1;
  const meet = (a, b) => along(box(a), box(b), "left", "right") && along(box(a), box(b), "top", "bottom");
  for (const panel of document.querySelectorAll(".rv-panel")) {
    const of = (some) => [...panel.querySelectorAll(some)].filter((n) => n.textContent.trim() && box(n).width);
    const title = of(".gtitle"), legend = of(".legendtext"), ticks = of(".xtick text, .ytick text, .xtitle, .ytitle");
    const tell = (...told) => found.push([title[0]?.textContent ?? "", ...told.map((n) => n.textContent ?? n)]);
    for (const a of title) for (const b of [...legend, ...ticks]) if (meet(a, b)) tell("title", b);
    for (const a of legend) for (const b of ticks) if (meet(a, b)) tell("legend", a, b);
    const across = of(".xtick text"), whole = box(panel);
    across.slice(1).forEach((b, i) => meet(across[i], b) && tell("ticks", across[i], b));
    for (const a of of("text")) if (box(a).left < whole.left - 3 || box(a).right > whole.right + 3) tell("cut", a);
  }
  return found;
}"""
