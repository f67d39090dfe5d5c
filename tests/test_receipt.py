"""What every export says of itself: all settings of a state, and the address as it may be printed."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from test_figures import SHOWN, SLUGS

from regviz.knobs import Seed, knobs
from regviz.ui.receipt import defaults, link, receipt

PICTURE = Path(__file__).parents[1] / "regviz" / "ui" / "js" / "picture.js"
PRIVATE = re.search(r"^const PRIVATE = /(.*)/;$", PICTURE.read_text(encoding="utf-8"), re.MULTILINE)[1]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_setting_is_told_once_with_its_seed(slug):
    s = SHOWN[slug].module.Settings()
    told, table = receipt(SHOWN[slug], s), knobs(type(s))
    assert len(told) == len({what for what, _ in told}) == len(table) + 4
    seeds = [knob.text(getattr(s, name)) for name, knob in table.items() if isinstance(knob, Seed)]
    assert [value for what, value in told if what == "Seed"] == seeds
    assert [(label, value) for _, label, value in defaults(SHOWN[slug])] == told[1:-3]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", dict(told)["Date"])
    assert [name for name, *_ in defaults(SHOWN[slug])] == [f"{slug}.{name}" for name in table]


def test_the_link_holds_both_states():
    shown = SHOWN["constraint_balls"]
    s = shown.module.Settings()
    other = replace(s, lambda_=0.1)
    assert link(shown, s) == shown.link(s)
    for here, pinned in ((s, other), (other, s)):
        query = parse_qs(urlsplit(link(shown, here, pinned)).query)
        assert query["vs"] == ["lambda_=0.1" if pinned == other else "defaults"]
        assert ("constraint_balls.lambda_" in query) == (here == other)
    told = dict(receipt(shown, s, other))
    assert (told["Strength λ"], told["A: Strength λ"]) == ("1.26", "0.1")


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "0.0.0.0", "192.168.1.4", "10.0.0.2", "172.20.1.1", "[::1]", ""]
)
def test_a_private_address_is_not_printed(host):
    assert re.search(PRIVATE, host)


@pytest.mark.parametrize(
    "host", ["regviz.org", "localhost.org", "127.example.com", "172.40.1.1", "8.8.8.8", "10.example.org"]
)
def test_a_public_address_is_printed(host):
    assert not re.search(PRIVATE, host)
