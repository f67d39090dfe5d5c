"""The interactive file, opened from the disk by a browser that reaches nothing else."""

import html
import re
from dataclasses import replace

import pytest
from browser import barriers, ready
from test_browser import FIELDS, download
from test_figures import MODULES, SHOWN, SLUGS, TRAINED, training

from regviz import __version__
from regviz.figures import constraint_balls
from regviz.knobs import corners, knobs, live, settled
from regviz.ui import standalone
from regviz.ui.receipt import receipt

SLUG = "constraint_balls"
PUT = "(input, k) => { input.value = k; input.dispatchEvent(new Event('input')); }"
SAYS = "(told) => document.querySelector('.rv-caption').textContent === told"
PAPER = "getComputedStyle(document.body).backgroundColor"
INK = "document.querySelector('.rv-panel .xtick text').style.fill"


def opened(page, file, problems):
    """Open a file; all that goes wrong, or leaves the file, is a problem."""
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(("file:", "blob:", "data:")) or problems.append(asked.url))
    page.goto(file.as_uri())
    page.wait_for_selector(".rv-root[data-state]")
    page.wait_for_selector(".rv-play")
    return page


def caption(slug, s):
    return SHOWN[slug].view(s).caption(s, SHOWN[slug].compute(s))


def extreme(slug):
    """Return the last corner of a topic; of one that is trained, the last that needs no training of its own."""
    s = MODULES[slug].Settings()
    return [c for c in corners(type(s)) if slug not in TRAINED or training(c) == training(s)][-1]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_file_of_every_topic_shows_its_states_alone(slug, device, tmp_path, monkeypatch):
    monkeypatch.setattr(standalone, "live", lambda s: live(s) if FIELDS[slug] not in live(s) else (FIELDS[slug],))
    s, far, field = MODULES[slug].Settings(), settled(extreme(slug)), FIELDS[slug]
    text = standalone.document(SHOWN[slug], s, {"Far": far})
    for what, value in receipt(SHOWN[slug], s):
        assert f'<meta name="regviz:{html.escape(what)}" content="{html.escape(value)}">' in text
    file, problems = tmp_path / "file.html", []
    file.write_text(text, encoding="utf-8")
    page = opened(device("desk").new_page(), file, problems)
    page.wait_for_function(SAYS, arg=caption(slug, s))
    last = len(knobs(type(s))[field].options) - 1
    page.locator(".first input").first.evaluate(PUT, last)
    page.wait_for_function(SAYS, arg=caption(slug, replace(s, **{field: knobs(type(s))[field].options[-1]})))
    page.get_by_role("button", name="Far", exact=True).click()
    page.wait_for_function(SAYS, arg=caption(slug, far))
    page.wait_for_function(
        "(n) => document.querySelectorAll('.rv-panel').length === n", arg=len(SHOWN[slug].view(far).panels)
    )
    assert problems == []
    page.close()


@pytest.fixture(scope="module")
def saved(device, site, tmp_path_factory):
    """Return the file that the page on constraint balls gives."""
    page = device("desk").new_page()
    page.goto(f"{site}/{SLUG}")
    ready(page)
    name, data = download(page, "Interactive HTML")
    presets = page.locator(f".st-key-chips-{SLUG} button").count() - 1
    page.close()
    file = tmp_path_factory.mktemp("saved") / name
    file.write_bytes(data)
    return file, presets


def test_a_file_has_the_presets_and_a_slider_for_all_that_has_frames(saved, device):
    file, presets = saved
    assert file.name == "constraint_balls-lambda_1.26.html"
    page = opened(device("desk").new_page(), file, [])
    assert page.locator(f".st-key-chips-{SLUG} button").count() == 1 + presets
    s = constraint_balls.Settings()
    assert page.locator("input[type=range]").count() == len(live(s))
    assert barriers(page) == []
    page.keyboard.press("2")
    page.wait_for_function("() => document.querySelector('.rv-caption').textContent.includes('the L2 solution')")
    assert page.locator(f".st-key-chips-{SLUG} button").nth(2).get_attribute("aria-current") == "true"
    page.keyboard.press("0")
    page.wait_for_function(SAYS, arg=caption(SLUG, s))
    page.close()


def test_each_slider_of_a_file_starts_from_its_state(saved, device):
    page = opened(device("desk").new_page(), saved[0], [])
    seeds = page.locator(".st-key-row-constraint_balls-seed input")
    table = knobs(constraint_balls.Settings)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.rv-caption').textContent.startsWith('At λ = 1.41')")
    seeds.evaluate(PUT, 3)
    page.wait_for_function(SAYS, arg=caption(SLUG, constraint_balls.Settings(seed=table["seed"].options[3])))
    assert page.locator(".first output").inner_text() == "1.26"
    page.keyboard.press("End")
    page.wait_for_function(SAYS, arg=caption(SLUG, constraint_balls.Settings(lambda_=table["lambda_"].options[-1])))
    assert seeds.input_value() == "0"
    page.close()


def test_a_file_opens_in_present_with_its_keys(saved, device):
    page = opened(device("desk").new_page(), saved[0], problems := [])
    page.wait_for_selector("html.rv-present")
    grid = page.locator(".rv-panels").bounding_box()
    assert grid["height"] > 0.55 * 800
    words = page.locator(".rv-readouts").bounding_box()
    assert words["y"] + words["height"] <= 800
    assert page.locator("footer").is_hidden()
    page.keyboard.press("p")
    page.wait_for_selector("html:not(.rv-present)")
    assert page.locator("footer").inner_text() == f"regviz {__version__} · constraint_balls"
    page.keyboard.press("b")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.rv-caption').textContent.includes('A, dashed: At λ = 1.26')")
    page.keyboard.press("b")
    page.keyboard.press("q")
    page.get_by_role("button", name="This is my prediction").click()
    page.locator(".rv-answer").wait_for()
    page.keyboard.press("q")
    page.keyboard.press("?")
    assert "running order" not in page.get_by_role("dialog", name="Keys").inner_text()
    assert problems == []
    page.close()


def test_a_file_follows_light_and_dark(saved, device):
    page = device("phone").new_page()
    page.emulate_media(color_scheme="dark")
    opened(page, saved[0], [])
    assert page.locator("html.rv-present").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(page) == []
    dark = page.evaluate(PAPER), page.evaluate(INK)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"(dark) => {INK} !== dark", arg=dark[1])
    assert page.evaluate(PAPER) == "rgb(255, 255, 255)" != dark[0]
    page.keyboard.press("t")
    page.wait_for_function(f"(dark) => {INK} === dark", arg=dark[1])
    assert page.evaluate(PAPER) == dark[0]
    page.close()


def test_a_file_names_its_page_and_version(saved):
    text = saved[0].read_text(encoding="utf-8")
    assert re.search(r"<title>Constraint balls · regviz</title>", text)
    assert len(text) < 6_000_000
