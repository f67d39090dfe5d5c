"""Make the pictures of the README: `python docs/screenshots.py` from the project's root."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import find_browser, launched, ready, served  # noqa: E402

SHOTS = {"app": "constraint_balls"}


def main() -> None:
    """Photograph each page at the size of a laptop's screen."""
    with served() as address, launched(find_browser()) as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        for name, path in SHOTS.items():
            page.goto(f"{address}/{path}")
            ready(page)
            page.screenshot(path=ROOT / "docs" / f"{name}.png")


if __name__ == "__main__":
    main()
