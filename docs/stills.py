"""Draw the small picture of every topic that home shows: `python docs/stills.py [slug ...]` from the project's root."""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from regviz.catalog import TOPICS  # noqa: E402
from regviz.figures.kit.stills import still  # noqa: E402
from regviz.ui.assets import STILLS  # noqa: E402
from regviz.ui.topic import Shown  # noqa: E402


def main() -> None:
    """Draw the first panel of each topic at its defaults."""
    for slug in sys.argv[1:] or [topic.slug for topic in TOPICS]:
        shown = Shown(importlib.import_module(f"regviz.figures.{slug}"))
        s = shown.module.Settings()
        draw = next(iter(shown.view(s).panels.values()))
        (STILLS / f"{slug}.svg").write_text(still(draw(s, shown.compute(s))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
