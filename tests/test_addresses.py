"""Frames and figures by address: one address for each state, and a sentence for whatever is none."""

import asyncio
import importlib
import json
import random
import string
import zlib
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from claims import random_settings
from starlette.applications import Starlette
from starlette.testclient import TestClient

from regviz.catalog import HOME, TOPICS
from regviz.knobs import Numeric, knobs, live, matters, settled, waits, without
from regviz.ui import addresses, chart, messages, served
from regviz.ui.topic import Shown
from regviz.ui.workers import BusyError

SLUGS = [HOME.slug, *(t.slug for t in TOPICS)]
SHOWN = {slug: Shown(importlib.import_module(f"regviz.figures.{slug}")) for slug in SLUGS}


@pytest.fixture
def site():
    return TestClient(Starlette(routes=served.routes()))


def parts(address):
    """Return version, slug, field and settings of an address of frames."""
    path, _, query = address.partition("?")
    return *path.split("/")[1:], query


@pytest.mark.parametrize("slug", SLUGS)
def test_an_address_tells_all_that_its_frames_depend_on(slug):
    shown, seen = SHOWN[slug], {}
    for s in random_settings(shown.module.Settings):
        for field in live(s):
            address = addresses.frames(shown, s, field)
            found, read = addresses.read_frames(*parts(address))
            assert found.slug == slug
            assert read == without(settled(s), field) == seen.setdefault(address, read)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_numeric_knob_is_live_or_says_what_it_needs(slug):
    for s in random_settings(SHOWN[slug].module.Settings):
        table = knobs(type(s))
        numeric = {n for n, k in table.items() if isinstance(k, Numeric) and matters(s, n)}
        told = {n for n in numeric if waits(s, n)}
        assert set(live(s)) == numeric - told
        assert {waits(s, n) for n in told} <= {"train", "compute"}
        for field in told:
            with pytest.raises(ValueError, match="cannot follow"):
                addresses.read_frames(*parts(addresses.frames(SHOWN[slug], s, field)))


def test_frames_come_packed_and_for_good(site):
    shown = SHOWN["constraint_balls"]
    s = replace(shown.module.Settings(), penalty="lq", w1=-1.0)
    answer = site.get(f"/{addresses.frames(shown, s, 'w2')}")
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "deflate"
    assert "immutable" in answer.headers["cache-control"]
    told = answer.json()
    assert told == json.loads(zlib.decompress(messages.pack(messages.frames(shown, s, "w2"))))
    assert told["at"] == list(range(25))
    plain = site.get(f"/{addresses.frames(shown, s, 'w2')}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == told


def test_coarse_frames_are_whole_figures_at_a_few_values(site):
    shown = SHOWN["constraint_balls"]
    s = shown.module.Settings()
    told = site.get(f"/frames/{addresses.VERSION}/constraint_balls/seed/coarse").json()
    assert told["at"] == [0, 8, 16, 24, 32, 40, 48, 49]
    for k, seed in enumerate(told["at"]):
        figure = json.loads(zlib.decompress(messages.pack(messages.figures(shown, replace(s, seed=seed)))))
        assert told["captions"][k] == figure["caption"]
        for panel in figure["panels"]:
            assert told["panels"][panel["name"]]["figures"][k] == panel["figure"]


def test_a_figure_by_address_is_that_of_the_page(site):
    shown = SHOWN["optimizer_race"]
    s = replace(shown.module.Settings(), rosenbrock_x=0.5, speed=shown.module.Settings().speed)
    told = site.get(f"/{addresses.figure(shown, s)}").json()
    assert told == json.loads(zlib.decompress(chart.packed_figures(shown, s)))
    assert "rosenbrock_x=0.5" in told["figure"]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("frames/VERSION/nowhere/lambda_", 404, "no such page"),
        ("frames/00000000/constraint_balls/lambda_", 404, "version of the site is gone"),
        ("frames/VERSION/constraint_balls/penalty", 400, "cannot follow"),
        ("frames/VERSION/constraint_balls/q", 400, "cannot follow"),
        ("frames/VERSION/constraint_balls/nothing", 400, "cannot follow"),
        ("frames/VERSION/early_stopping/learning_rate", 400, "cannot follow"),
        ("frames/VERSION/choosing_lambda/n", 400, "cannot follow"),
        ("frames/VERSION/constraint_balls/w1?w1=1", 400, "no place among the others"),
        ("frames/VERSION/constraint_balls/w1?w2=0.8", 400, "not written as the page writes them"),
        ("frames/VERSION/constraint_balls/w1?w2=0.75", 400, "not written as the page writes them"),
        ("frames/VERSION/constraint_balls/w1?w2=1&n=20", 400, "not written as the page writes them"),
        ("frames/VERSION/constraint_balls/w1?w2=nan", 400, "no such value"),
        ("frames/VERSION/constraint_balls/w1?w2=", 400, "no such value"),
        ("frames/VERSION/constraint_balls/w1?x=1", 400, "no such setting"),
        ("frames/VERSION/constraint_balls/w1?n=20&n=30", 400, "not written as the page writes them"),
        (f"frames/VERSION/constraint_balls/w1?n={'2' * 700}", 400, "too long"),
        ("figure/VERSION/early_stopping", 400, "take long"),
        ("figure/VERSION/constraint_balls?w1=9", 400, "not written as the page writes them"),
    ],
)
def test_whatever_is_no_address_gets_one_sentence(site, monkeypatch, path, status, sentence):
    monkeypatch.setattr(chart, "packed_frames", None)
    monkeypatch.setattr(chart, "packed_figures", None)
    answer = site.get("/" + path.replace("VERSION", addresses.VERSION))
    assert answer.status_code == status
    assert sentence in answer.text
    assert answer.text.count(".") == 1
    assert "\n" not in answer.text


def junk(rng):
    """Return a random address, near to a right one or far from it."""
    word = "".join(rng.choices(string.printable, k=rng.randrange(1, 40)))
    slug = rng.choice([*SLUGS, word])
    names = list(knobs(SHOWN[slug].module.Settings)) if slug in SHOWN else []
    field = rng.choice([*names, word])
    pairs = [
        f"{rng.choice([*names, word])}={rng.choice([word, 'nan', '1e999', '-0', '0.1234567', '1', '20'])}"
        for _ in range(3)
    ]
    query = rng.choice([word, "&".join(pairs), "&".join(pairs[:1]), "&" * 900])
    kind = rng.choice(["frames", "figure"])
    path = [kind, rng.choice([addresses.VERSION, word]), slug, field][: 4 if kind == "frames" else 3]
    return "/" + "/".join(quote(part, safe="") for part in path) + "?" + quote(query, safe="=&")


async def statuses(app, addresses_asked):
    """Return the status of each answer, without a client between: it would take most of the time."""
    found = []

    async def hear(message):
        found.extend([message["status"]] if message["type"] == "http.response.start" else [])

    for address in addresses_asked:
        path, _, query = address.partition("?")
        scope = {"type": "http", "method": "GET", "path": unquote(path), "root_path": "", "scheme": "http"}
        scope |= {"query_string": query.encode(), "headers": [(b"host", b"here")], "http_version": "1.1"}
        await app(scope, None, hear)
    return found


def test_five_thousand_addresses_at_random_compute_nothing(site, monkeypatch):
    asked = []
    for name in ("packed_frames", "packed_figures"):
        monkeypatch.setattr(chart, name, lambda shown, s, *field, **more: asked.append((shown, s)) or messages.pack({}))
    rng = random.Random(0)
    codes = asyncio.run(statuses(site.app, [junk(rng) for _ in range(5000)]))
    assert len(codes) == 5000
    assert set(codes) <= {200, 307, 400, 404}  # an address with a slash too many is sent to one without
    assert codes.count(200) == len(asked)
    assert codes.count(400) > 1000
    for shown, s in asked:  # what got through is a state that the page itself writes so
        assert settled(s) == s
        assert shown.slug in SLUGS


def test_a_full_queue_says_so(site, monkeypatch):
    def full(shown, s, field, *, coarse):
        raise BusyError

    monkeypatch.setattr(chart, "packed_frames", full)
    answer = site.get(f"/frames/{addresses.VERSION}/constraint_balls/w1?n=70")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.text == "Many are asking at once; try again in a moment."
