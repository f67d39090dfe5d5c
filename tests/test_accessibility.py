"""For everyone: what axe-core finds where something is open, where focus is seen, what is read aloud, a tab's name."""

import re

from browser import barriers, ready, thumb

from regviz.catalog import TOPICS

SLUG = "constraint_balls"
ALOUD = "() => document.querySelector('.rv-aloud').textContent"
FOCUSED = """() => {
  const node = document.activeElement, parent = node.parentElement;
  const outlined = (one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
  };
  // a slider and a switch hide their input: the thumb around the one and the track after the other stand for it
  const thumb = () => getComputedStyle(parent.parentElement).boxShadow !== "none";
  const track = () => parent.nextElementSibling && outlined(parent.nextElementSibling);
  const seen = node.tagName === "INPUT" ? thumb() || track() : outlined(node);
  return node === document.body ? null : [node.outerHTML.slice(0, 160), seen];
}"""
LISTEN = """() => {
  const region = document.querySelector(".rv-aloud");
  window.spoken = [];
  const look = () => window.spoken.push(region.textContent);
  new MutationObserver(look).observe(region, { childList: true, characterData: true, subtree: true });
}"""
PARTS = ("rv-panel", "rv-handle", "rv-knob", "rv-larger", "rv-term", "<select", 'type="range"', "switch", "PageLink")


def test_home_and_what_opens_on_a_page_have_no_barriers(visit):
    page = visit(color_scheme="dark")
    assert barriers(page) == []
    page = visit(SLUG, color_scheme="light")
    assert barriers(page) == []
    page.get_by_role("button", name="Keys", exact=True).click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Running order").click()
    page.get_by_role("button", name="Add this state").click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Copy as").click()
    for kind in ("Code", "LaTeX"):
        page.get_by_role("tab", name=kind).click()
        assert barriers(page) == []
    page.keyboard.press("Escape")
    page.locator(".rv-readouts .rv-term").first.hover()
    page.wait_for_selector(".rv-bubble:visible")
    assert barriers(page) == []
    page.get_by_role("button", name="Predict").click()
    assert barriers(page) == []
    page.get_by_role("button", name="Present").click()
    assert barriers(page) == []
    page.evaluate("localStorage.clear()")  # other tests have the same profile


def test_on_a_phone_topics_and_a_file_have_no_barriers(visit):
    page = visit("coefficient_paths?coefficient_paths.data=CSV", on="phone", color_scheme="dark")
    page.get_by_test_id("stExpandSidebarButton").click()
    assert barriers(page) == []
    page.evaluate("localStorage.clear()")


def test_focus_is_seen_wherever_it_is(visit):
    page, seen = visit(SLUG), []
    page.keyboard.press("Tab")
    while (now := page.evaluate(FOCUSED)) is not None:
        seen.append(now)
        page.keyboard.press("Tab")
        page.wait_for_timeout(30)
    assert [node for node, clear in seen if not clear] == []
    assert [part for part in PARTS if not any(part in node for node, _ in seen)] == []


def test_a_caption_is_read_aloud_on_release_and_not_on_every_frame(visit):
    page = visit(SLUG)
    region, caption = page.locator(".rv-aloud"), page.locator(".rv-caption")
    assert region.get_attribute("aria-live") == "polite"
    before = region.text_content()
    assert before == caption.inner_text()
    page.evaluate(LISTEN)
    x, y = thumb(page, SLUG, "lambda_")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=12)
    page.wait_for_function("(old) => document.querySelector('.rv-caption').textContent !== old", arg=before)
    page.wait_for_timeout(150)
    assert page.evaluate("window.spoken") == []
    page.mouse.up()
    page.wait_for_url(re.compile("lambda_="))
    page.wait_for_function(f"(old) => ({ALOUD})() !== old", arg=before)
    assert page.evaluate("window.spoken") == [caption.inner_text()]
    page.get_by_role("button", name="Predict").click()
    assert region.is_hidden()  # it would tell the answer


def test_the_name_of_a_tab_is_that_of_its_page(visit):
    page = visit()
    assert page.title() == "regviz"
    page.get_by_role("link", name=TOPICS[1].title).first.click()
    page.wait_for_function("(name) => document.title === name", arg=f"{TOPICS[1].title} · regviz")
    ready(page)
    page.reload()
    ready(page)
    assert page.title() == f"{TOPICS[1].title} · regviz"
