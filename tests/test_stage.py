"""On the projector and under the hand, in a real browser: present, keys, compare, predict, running order, history."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from browser import ready, thumb
from playwright.sync_api import expect
from test_browser import follows_the_thumb

SLUG = "constraint_balls"
PROJECTORS = [(1920, 1080), (1024, 768)]
TYPE = """() => {
  const shown = [...document.querySelectorAll('.rv-root :is(.xtick text, .ytick text, .legendtext, .gtitle, .xtitle)')];
  const words = [...document.querySelectorAll('.rv-caption, .rv-readouts dd')];
  return Math.min(...[...shown, ...words].map((n) => parseFloat(getComputedStyle(n).fontSize)));
}"""
SCRUBBED = f"document.querySelector('.st-key-{SLUG}-lambda_ input').getAttribute('aria-valuetext')"
GHOSTS = """() => {
  const { data } = document.querySelector('.rv-panel');
  return data.filter((t) => t.name.startsWith('A: ')).map((t) => [t.opacity, t.line.dash]);
}"""
SHOWN = "[...document.querySelectorAll('.rv-cell')].filter((n) => n.offsetParent).length"


def caption(page):
    return page.locator(".rv-caption").inner_text()


def settings(page):
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


def arrive(page, state):
    """Wait until the figures of a state are on show."""
    page.wait_for_selector(f".rv-root[data-state='{state}']")
    page.wait_for_timeout(400)


@pytest.mark.parametrize("size", PROJECTORS)
def test_a_prepared_link_presents(visit, size):
    page = visit(SLUG)
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.keyboard.press("p")
    page.wait_for_url(re.compile("present=1"))
    page.reload()
    ready(page)
    page.wait_for_timeout(500)
    for hidden in ("stHeader", "stAppHeader"):
        assert page.locator(f"[data-testid={hidden}], .{hidden}").first.is_hidden()
    assert page.locator(f".st-key-knobs-{SLUG}").is_hidden()
    assert page.get_by_text("The maths").is_hidden()
    assert page.evaluate(TYPE) >= size[1] / 50 - 0.1
    grid = page.locator(".rv-panels").bounding_box()
    assert grid["height"] > 0.55 * size[1]
    assert grid["width"] > 0.95 * size[0]
    words = page.locator(".rv-readouts").bounding_box()
    assert words["y"] + words["height"] <= size[1]
    follows_the_thumb(page, SLUG, "lambda_")
    page.keyboard.press("p")
    page.wait_for_url(lambda url: "present" not in url)
    assert page.locator(f".st-key-knobs-{SLUG}").is_visible()


def test_one_panel_is_enlarged_and_left(visit):
    page = visit(SLUG)
    for shown in (1, 1, 1, 3):
        page.keyboard.press("a")
        page.wait_for_timeout(200)
        assert page.evaluate(SHOWN) == shown
    page.locator(".rv-larger").nth(1).click()
    page.wait_for_timeout(300)
    assert page.evaluate(SHOWN) == 1
    assert page.locator(".rv-panel").nth(1).bounding_box()["width"] > 800
    page.locator(".rv-larger").nth(1).click()
    assert page.evaluate(SHOWN) == 3


def test_light_or_dark_by_a_key_whatever_the_system_says(visit):
    page = visit(f"{SLUG}?present=1", color_scheme="light")
    colour = "() => document.querySelector('.rv-panel .xaxislayer-above text').style.fill"
    assert page.evaluate(colour) == "rgb(49, 51, 63)"
    page.keyboard.press("t")
    page.wait_for_function(f"() => document.querySelector('.rv-panel .xtick') && ({colour})() !== 'rgb(49, 51, 63)'")
    assert "present" in page.url
    page.evaluate("localStorage.clear()")


def test_embedded_are_the_charts_and_their_slider_alone(visit):
    page = visit(f"{SLUG}?embed=true")
    assert page.locator(".st-key-scrubs-constraint_balls").is_visible()
    assert page.locator(".rv-caption").is_visible()
    for gone in (f".st-key-knobs-{SLUG}", f".st-key-head-{SLUG}", f".st-key-prose-{SLUG}", f".st-key-export-{SLUG}"):
        assert page.locator(gone).is_hidden()


def test_keys_and_where_they_do_not_act(visit):
    page = visit(SLUG)
    steps = (
        ("ArrowRight", "1.41"),
        ("Home", "0.01"),
        ("End", "10"),
        ("ArrowLeft", "8.91"),
        ("1", "1.12"),
        ("0", "1.26"),
    )
    for key, value in steps:
        page.keyboard.press(key)
        page.wait_for_function(f"(value) => {SCRUBBED} === value", arg=value)
        page.wait_for_timeout(500)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    page.keyboard.press("p")  # a dialog has the keys
    assert "present" not in page.url
    page.get_by_label("Single keys act").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("p")
    assert "present" not in page.url
    page.keyboard.press("?")
    page.get_by_label("Single keys act").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("Control+b")
    page.get_by_role("button", name="Running order").click()
    page.get_by_role("button", name="Add this state").click()
    page.get_by_label("Name of entry 1").fill("")
    page.get_by_label("Name of entry 1").press_sequentially("p3ab")
    assert settings(page) == {}
    page.get_by_role("button", name="Remove Constraint balls").click()


def test_compare_keeps_a_behind_b(visit):
    page = visit(SLUG)
    page.keyboard.press("b")
    page.wait_for_url(re.compile("vs=defaults"))
    page.wait_for_function("() => document.querySelector('.rv-caption').textContent.startsWith('B: ')")
    follows_the_thumb(page, SLUG, "lambda_")
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    ghosts = page.evaluate(GHOSTS)
    assert len(ghosts) > 4
    assert all(opacity < 1 and dash != "solid" for opacity, dash in ghosts)
    assert "A, dashed: At λ = 1.26" in caption(page)
    told = page.locator(".rv-readouts div", has_text="Strength λ").inner_text()
    now = page.evaluate(SCRUBBED)
    assert f"{now} A 1.26, {float(now) - 1.26:.3g}".replace("-", "−") in told.replace("\n", " ")
    page.reload()
    ready(page)
    page.wait_for_function("() => document.querySelector('.rv-caption').textContent.includes('A, dashed: At λ = 1.26')")
    assert page.evaluate(SCRUBBED) == now
    files = {}
    for name in ("SVG", "Data", "Interactive HTML"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        files[name] = waiting.value.path().read_text(encoding="utf-8")
    assert "A, dashed" in files["SVG"]
    assert "vs=defaults" in files["SVG"].replace("&amp;", "&")
    assert '\n"The loss and the ball","A: solution",' in files["Data"]
    page.set_content(files["Interactive HTML"])
    page.wait_for_function("() => document.querySelector('.rv-caption')?.textContent.includes('A, dashed')")


def test_states_with_other_axes_stand_side_by_side(visit):
    page = visit(f"{SLUG}?vs=defaults&{SLUG}.constrained=true")
    page.wait_for_selector(".rv-double .rv-other .main-svg")
    assert page.locator(".rv-double").count() == 1
    assert "A, with axes of its own" in page.locator(".rv-double .rv-other").inner_text()
    page.keyboard.press("p")
    page.wait_for_function(f"({TYPE})() >= innerHeight / 50 - 0.1")
    page.keyboard.press("p")
    page.keyboard.press("b")
    page.wait_for_selector(".rv-double", state="detached")
    assert "vs=" not in page.url


def test_predict_then_reveal(visit):
    page = visit(f"{SLUG}?predict=1")
    covered = page.locator(".rv-covered")
    assert covered.count() == 2
    assert page.locator(".rv-caption").is_hidden()
    assert all("Covered" in n.get_attribute("aria-label") for n in covered.locator(".rv-panel").all())
    assert page.locator(".st-key-scrubs-constraint_balls").get_attribute("inert") is not None
    page.get_by_role("slider", name="Strength λ").last.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="This is my prediction").click()
    said = page.locator(".rv-answer").inner_text()
    assert "You said 0.355. The answer is 1.12." in said
    assert "steps of the slider off, a factor of 3.2" in said
    assert covered.count() == 0
    assert page.locator(".rv-caption").is_visible()
    page.keyboard.press("h")
    assert covered.count() == 2
    page.keyboard.press("h")
    assert "The answer is 1.12." in page.locator(".rv-answer").inner_text()
    page.get_by_role("radio", name="L2").or_(page.get_by_role("button", name="L2", exact=True)).first.click()
    page.get_by_text("Is a weight exactly zero at any λ?").wait_for()  # another question is covered anew
    page.get_by_role("button", name="no", exact=True).click()
    assert "Right." in page.locator(".rv-answer").inner_text()
    page.get_by_role("button", name="Close").click()
    assert "predict" not in page.url


def test_a_running_order_is_stepped_through_shared_and_refused_where_it_is_none(visit, site, tmp_path):
    page = visit(SLUG)
    order = page.get_by_role("dialog", name="Running order")

    def add():
        page.keyboard.press("o")
        order.get_by_role("button", name="Add this state").click()
        order.get_by_role("button", name="Close").click()

    page.keyboard.press("2")
    arrive(page, "constraint_balls-lambda_1.12-l2")
    page.keyboard.press("q")
    add()
    page.keyboard.press("q")
    page.goto(f"{site}/soft_threshold?soft_threshold.lambda_=1.08")
    ready(page)
    add()
    page.keyboard.press("o")
    page.get_by_label("Name of entry 1").fill("Does L2 make zeros?")
    page.get_by_role("button", name="Move Soft threshold up").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save file").click()
    saved = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert [entry["name"] for entry in saved] == ["Soft threshold", "Does L2 make zeros?"]
    assert "predict=1" in saved[1]["link"]
    order.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    for bad in ("[1]", '[{"name": "x", "link": "https://example.org/"}]', "nonsense"):
        (tmp_path / "bad.json").write_text(bad)
        page.locator(".rv-order input[type=file]").set_input_files(tmp_path / "bad.json")
        page.get_by_text("This is no running order of this site.").wait_for()
        assert page.evaluate("localStorage.getItem('regviz-order')") is None
    page.goto(link)
    order.wait_for()
    assert order.locator("li").count() == 2
    assert "order=" not in page.url
    order.get_by_role("button", name="Close").click()
    page.keyboard.press("PageDown")
    page.wait_for_selector(".rv-root[data-state^='soft_threshold-lambda_1.08']")
    page.keyboard.press("PageDown")
    page.wait_for_selector(".rv-root[data-state='constraint_balls-lambda_1.12-l2']")
    page.get_by_text("Is a weight exactly zero at any λ?").wait_for()
    page.keyboard.press("PageUp")
    page.wait_for_selector(".rv-root[data-state^='soft_threshold-lambda_1.08']")
    page.evaluate("localStorage.clear(), sessionStorage.clear()")


def test_back_undoes_one_action_at_a_time(visit):
    page = visit(SLUG)
    states = [f"{SLUG}-lambda_1.26"]
    for key, state in (("ArrowRight", "lambda_1.41"), ("2", "lambda_1.12-l2"), ("3", "lambda_0.501-correlation_0.9")):
        page.keyboard.press(key)
        states.append(f"{SLUG}-{state}")
        arrive(page, states[-1])
    for state in states[-2::-1]:
        page.evaluate("history.back()")
        arrive(page, state)
    for state in states[1:]:
        page.evaluate("history.forward()")
        arrive(page, state)
    assert settings(page) == {f"{SLUG}.lambda_": "0.501", f"{SLUG}.correlation": "0.9"}


def test_a_preset_resets_the_view_and_is_marked(visit):
    page = visit(SLUG)
    marked = page.locator(f".st-key-chips-{SLUG} button[aria-current]")
    assert marked.inner_text() == "Defaults"
    panel = page.locator(".rv-panel").first
    assert page.locator(".rv-reset").first.is_hidden()
    panel.focus()
    page.keyboard.press("+")
    page.locator(".rv-reset").first.wait_for()
    page.locator(".rv-reset").first.click()
    ranges = "() => document.querySelector('.rv-panel')._fullLayout.xaxis.range.map((v) => Math.round(100 * v))"
    whole = page.evaluate(ranges)
    panel.focus()
    page.keyboard.press("+")
    page.locator(".rv-panel .legendtoggle").first.click()
    page.wait_for_timeout(700)
    page.get_by_role("button", name="The same data with L2", exact=True).click()
    arrive(page, f"{SLUG}-lambda_1.12-l2")
    assert page.evaluate(ranges) == whole
    assert page.evaluate("document.querySelector('.rv-panel')._fullData.every((t) => t.visible === true)")
    assert marked.inner_text() == "The same data with L2"
    assert page.locator(".rv-reset").first.is_hidden()


def test_words_explain_themselves_on_hover_and_focus(visit):
    page = visit(SLUG)
    bubble = page.get_by_role("tooltip")
    for word in (page.locator(".rv-readouts .rv-term", has_text="KKT residual"), page.locator("span.rv-term").first):
        word.focus()
        bubble.wait_for()
        assert bubble.inner_text().endswith(".")
        page.keyboard.press("Escape")
        assert bubble.is_hidden()
        word.hover()
        bubble.wait_for()
        page.mouse.move(1, 1)
        bubble.wait_for(state="hidden")


def test_a_curve_under_the_pointer_stands_out(visit):
    page = visit(SLUG)
    place = page.evaluate("""() => {
      const chart = document.querySelectorAll('.rv-panel')[1], { xaxis, yaxis } = chart._fullLayout;
      const curve = chart.data.find((t) => t.mode === 'lines' && t.x.length > 30), k = 20;
      const box = chart.getBoundingClientRect();
      return [box.x + xaxis._offset + xaxis.d2p(curve.x[k]), box.y + yaxis._offset + yaxis.d2p(curve.y[k])];
    }""")
    page.mouse.move(*place)
    page.wait_for_selector(".rv-hovered .trace.rv-lifted", state="attached")
    assert page.locator(".rv-panel").nth(1).locator(".hovertext").count() >= 1
    page.mouse.move(5, 5)
    page.wait_for_selector(".rv-hovered", state="detached")


def test_on_a_phone_the_caption_follows_the_first_chart_and_knobs_rise_beside_it(visit):
    page = visit(SLUG, on="phone")
    boxes = [
        page.locator(place).bounding_box()["y"] for place in (".rv-cell >> nth=0", ".rv-caption", ".rv-cell >> nth=1")
    ]
    assert boxes == sorted(boxes)
    page.get_by_role("button", name="Settings").tap()
    knobs = page.locator(f".st-key-knobs-{SLUG}")
    page.wait_for_function(f"() => document.querySelector('.st-key-knobs-{SLUG}').getBoundingClientRect().top < 844")
    assert knobs.is_visible()
    assert 400 < thumb(page, SLUG, "w2")[1] < 844
    chips = page.locator(f".st-key-chips-{SLUG}").bounding_box()
    assert chips["y"] + chips["height"] < 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_powers_of_ten_read_alike_on_sliders(visit):
    page = visit("", on="desk")
    slider = page.locator('.st-key-home-lambda_ [data-testid="stSlider"]')
    expect(slider).to_contain_text("10⁻⁵")
    slider.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_contain_text("1.26·10⁻⁵")
    page.wait_for_url("**home.lambda_=1.26e-05")
    page.keyboard.press("ArrowLeft")
    expect(slider).to_contain_text("10⁻⁵")
    assert "e-0" not in slider.inner_text()
