"""The app in a real browser: what a person sees, drags, presses and takes away."""

import csv
import importlib
import io
import re
import struct
from itertools import pairwise
from xml.etree import ElementTree

import printed
import pytest
from browser import barriers, crossed, ready, served, thumb
from PIL import Image

from regviz.catalog import HOME, TOPICS
from regviz.figures import constraint_balls, gradient_clipping
from regviz.knobs import live, matters
from regviz.ui.receipt import receipt
from regviz.ui.topic import Shown

SLUGS = [t.slug for t in TOPICS]
MODULES = {slug: importlib.import_module(f"regviz.figures.{slug}") for slug in (HOME.slug, *SLUGS)}
FIELDS = {  # the slider that each page opens with
    slug: next(f for f in topic.SCRUB if matters(topic.Settings(), f)) for slug, topic in MODULES.items()
}
BESIDE = {  # the first slider beside the charts that they follow, where there is one
    slug: [f for f in live(topic.Settings()) if f not in topic.SCRUB][:1] for slug, topic in MODULES.items()
}
PATHS = {HOME.slug: "", **{slug: slug for slug in SLUGS}}
DRAGGED = [("constraint_balls", "lambda_"), ("soft_threshold", "step")]
WATCH = """([slug, field]) => {
  const box = document.querySelector(`.st-key-${slug}-${field}`), root = document.querySelector('.rv-root');
  const charts = [...document.querySelectorAll('.rv-panel')];
  const painted = (window.painted = []);
  const look = () => {
    if (painted !== window.painted) return; // another slider is watched
    const input = box.querySelector('input[type=range]');
    const blank = charts.some((n) => !n.querySelector('.scatterlayer path'));
    painted.push({ shown: input.value, label: input.ariaValueText, drawn: root.dataset.frame, blank });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
SEEN = """() => {
  const root = document.querySelector('.rv-root');
  const marks = [...document.querySelectorAll('.rv-panel .scatterlayer path, .rv-panel .scatterlayer text')];
  return {
    marks: marks.map((n) => [n.getAttribute('d'), n.getAttribute('transform'), n.textContent]),
    names: [...document.querySelectorAll('.rv-panel')].map((n) => n.getAttribute('aria-label')),
    caption: root.querySelector('.rv-caption').textContent,
  };
}"""
DRAWN = f"""([slug, field]) => {{
  const input = document.querySelector(`.st-key-${{slug}}-${{field}} input`);
  const {{ scrub, frame }} = document.querySelector('.rv-root').dataset;
  return scrub === field && frame === input.value && [input.ariaValueText, ({SEEN})()];
}}"""


LIGHT = "() => document.querySelector('.rv-panel .gtitle').style.fill === 'rgb(49, 51, 63)'"


def inwards(x):
    """Return the direction in which a thumb at x has room."""
    return -1 if x > 160 else 1


def follows_the_thumb(page, slug, field, moves=40):
    """Drag a slider over its values: each is drawn before or with the next frame, and nothing is sent until release."""
    x, y = thumb(page, slug, field)
    page.mouse.move(x, y)
    page.wait_for_selector(f".st-key-{slug}-{field}[data-rv-frames], [data-rv-frames] .st-key-{slug}-{field}")
    page.evaluate(WATCH, [slug, field])
    page.mouse.down()
    page.messages.clear()
    for i in range(moves):
        page.mouse.move(x + 273 * i / (moves - 1) * inwards(x), y)
    page.wait_for_timeout(200)
    painted = page.evaluate("painted")
    assert page.messages == []
    first = painted[0]["shown"]
    for now, after in pairwise(painted):
        # before the first move nothing has been drawn by the thumb yet
        assert now["shown"] in {now["drawn"], after["drawn"], first}
        assert not now["blank"]
    page.mouse.up()
    page.wait_for_url(re.compile(f"{slug}.{field}="))
    page.wait_for_timeout(300)
    assert page.messages
    return {p["shown"] for p in painted}


@pytest.mark.parametrize(("slug", "field"), DRAGGED)
def test_charts_follow_the_thumb_without_a_message(visit, slug, field):
    assert len(follows_the_thumb(visit(slug), slug, field)) > 8


AT_THE_END = """([slug, field]) => {
  const input = document.querySelector(`.st-key-${slug}-${field} input`);
  const { state } = document.querySelector('.rv-root').dataset; // what the server drew last, as its file is named
  return input.value === input.max && `${state}-`.includes(`${field.replace(/_$/, '')}_${input.ariaValueText}-`);
}"""
CROWDED = """() => [...document.querySelectorAll('.rv-panel')].filter((n) => {
  const [title, legend] = ['.gtitle', '.legend'].map((part) => n.querySelector(part)?.getBoundingClientRect());
  return legend && title.right > legend.left && title.bottom > legend.top + 3 && title.top < legend.bottom;
}).map((n) => n.querySelector('.gtitle').textContent)"""


DRAWN_ANEW = """() => {
  const wide = (node) => node.getBoundingClientRect().width;
  return [...document.querySelectorAll('.rv-panel')].every((n) => {
    const box = n.getBoundingClientRect(), picture = n.querySelector('.main-svg');
    return box.right <= 390 && picture && Math.abs(wide(picture) - wide(n)) < 1;
  });
}"""
PROBES = ("/_stcore/health", "/_stcore/host-config")  # Streamlit looks for its base path below a deep link by design


def trouble(page):
    """Return what went wrong on a page."""
    return [p for p in page.problems if not any(probe in p for probe in PROBES)]


def fits_the_first_screen(page, slug):
    # a page that tells its story first shows the main chart and its caption, and the rest below
    first = f".st-key-scrubs-{slug}, .st-key-knobs-{slug}, .rv-cell:first-child, [class*=st-key-live] .rv-panel"
    boxes = page.locator(first).evaluate_all("nodes => nodes.map((n) => n.getBoundingClientRect().bottom)")
    assert max(boxes) <= 800
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate(CROWDED) == []
    assert page.locator(".katex-error").count() == 0
    assert page.get_by_text("$$").count() == 0
    assert trouble(page) == []


def dragged(page, slug):
    """Drag the slider that the page opens with; return its label and what is seen, of one moment, before release."""
    field = FIELDS[slug]
    x, y = thumb(page, slug, field)
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(10):
        page.mouse.move(x + 9 * i * inwards(x), y)
    page.wait_for_timeout(150)
    # under load the thumb may still be on its way
    return page.wait_for_function(DRAWN, arg=[slug, field]).json_value()


def same_picture_when_dragged_as_when_drawn_anew(page, slug):
    """The quick redraw of a drag against plotly's own full drawing of the same data."""
    _, seen = dragged(page, slug)
    assert len(seen["marks"]) > 5
    page.evaluate("() => Promise.all([...document.querySelectorAll('.rv-panel')].map((n) => Plotly.redraw(n)))")
    assert page.evaluate(SEEN) == seen
    page.mouse.up()
    page.wait_for_url(re.compile(f"{slug}.{FIELDS[slug]}="))
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    assert trouble(page) == []


def fits_the_width_of_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    page.wait_for_function(DRAWN_ANEW)
    assert crossed(page) == []
    assert page.evaluate(CROWDED) == []


def prints_on_white_paper(page, slug):
    value = page.locator(f".st-key-{slug}-{FIELDS[slug]} input").get_attribute("aria-valuetext")
    caption = page.locator(".rv-caption").inner_text()
    page.get_by_label("Size of the picture").select_option("screen")
    name, svg = download(page, "SVG")
    text = svg.decode()
    assert name.startswith(f"{slug}-")
    assert name.endswith(".svg")
    assert f"{FIELDS[slug].rstrip('_')}_{value}" in name
    assert int(re.search(r'<svg[^>]* width="(\d+)"', text)[1]) >= 1600
    words = " ".join(printed.words(text))
    assert printed.inside(caption, words)
    assert page.locator("h1").inner_text() in words
    site = page.evaluate("location.origin")
    assert page.url.removeprefix(site) in text.replace("&amp;", "&")
    assert "127.0.0.1" not in text  # nobody else can open it
    assert "#0E1117" not in text.upper()
    assert printed.apart(page, text) < printed.APART


def comes_out_on_paper(page, slug):
    """At the end of the slider, in one column: the file, the sheet of the figure, and that of the whole page."""
    field = FIELDS[slug]
    page.locator(f".st-key-{slug}-{field} input").press("End")
    page.wait_for_function(AT_THE_END, arg=[slug, field])
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    title, caption = page.locator("h1").inner_text(), page.locator(".rv-caption").inner_text()
    page.get_by_label("Size of the picture").select_option("one")
    name, svg = download(page, "SVG")
    text = svg.decode()
    root = ElementTree.fromstring(text)
    assert name.endswith("-85mm.svg")
    assert root.get("width") == "85mm"
    assert [root.find(f"{printed.SVG}{tag}").text for tag in ("title", "desc")] == [title, caption]
    assert not re.search(r'\d(%|em)[;"]', text)
    seen = page.evaluate(printed.INLINE, text)
    assert seen["found"] == []
    points = [85 / printed.MM * seen[size] for size in ("least", "most")]
    assert points[0] > 4.9  # an exponent is seven tenths of a word of 7 points
    assert points[1] < 9
    assert printed.apart(page, text) < printed.APART
    asked, sheets = printed.printed_figure(page)
    assert f"{asked}.svg" == name
    assert len(sheets) == 1
    tall = float(root.get("height").removesuffix("mm"))
    assert sheets[0].size == pytest.approx((85, tall), abs=0.5)  # a printer rounds to points
    assert sheets[0].images == 0
    (whole,) = printed.sheets(page, format="A4")
    for sheet in (sheets[0], whole):
        assert all(printed.inside(words, sheet.text) for words in (title, caption, f"· /{slug}"))


@pytest.mark.parametrize("slug", SLUGS)
def test_first_screen_drag_and_print(visit, slug):
    page = visit(slug, color_scheme="dark")
    fits_the_first_screen(page, slug)
    assert barriers(page) == []
    same_picture_when_dragged_as_when_drawn_anew(page, slug)
    for field in BESIDE[slug]:
        assert len(follows_the_thumb(page, slug, field, moves=10)) > 2
    prints_on_white_paper(page, slug)
    comes_out_on_paper(page, slug)
    fits_the_width_of_a_phone(page)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(LIGHT)
    assert barriers(page) == []


GO = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"


def test_topics_are_walked_through_in_one_session(visit):
    page = visit(SLUGS[0])
    for slug in SLUGS[1:6]:
        page.evaluate(GO, f"/{slug}")
        page.wait_for_selector(f"[class*=st-key-panels-{slug}] .rv-root[data-state]")
        ready(page)
    assert trouble(page) == []


HANDLES = [
    ("constraint_balls", "w1"),
    ("map_priors", "w2"),
    ("optimizer_race", "rosenbrock_x"),
    ("penalty_shapes", "z"),
]


@pytest.mark.parametrize(("slug", "field"), HANDLES)
def test_a_point_that_is_a_setting_can_be_dragged_and_moved_by_keys(visit, slug, field):
    page = visit(slug)
    point = page.locator(".rv-handle:visible").first
    box, before = point.bounding_box(), page.locator(".rv-caption").inner_text()
    start = page.locator(f".st-key-{slug}-{field} input").get_attribute("aria-valuetext")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.messages.clear()
    page.mouse.move(x - 30, y - 30, steps=4)
    page.wait_for_function("(old) => document.querySelector('.rv-caption').textContent !== old", arg=before)
    page.wait_for_function("() => document.querySelector('.rv-root').dataset.pictures > 0")
    assert page.messages == []
    page.mouse.up()
    page.wait_for_url(re.compile(f"{slug}.{field}="))
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    agrees = "([box, old]) => { const now = document.querySelector(box + ' input').ariaValueText; "
    agrees += "return now !== old && document.querySelector('.rv-handle').ariaLabel.includes(` ${now}`) && now; }"
    box = f".st-key-{slug}-{field}"
    value = page.wait_for_function(agrees, arg=[box, start]).json_value()
    point.focus()
    for key in ("ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    page.wait_for_function(agrees, arg=[box, value])


def test_a_knob_that_trains_says_so_while_it_is_dragged(visit):
    page = visit("early_stopping")
    x, y = thumb(page, "early_stopping", "learning_rate")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=4)
    box = page.locator(".st-key-early_stopping-learning_rate")
    assert box.get_attribute("data-rv-cue") == "release to train"
    page.mouse.up()
    page.wait_for_function("() => !document.querySelector('[data-rv-cue]')")


def test_what_has_not_come_is_drawn_on_release(visit):
    page = visit("constraint_balls")
    page.route("**/frames/**", lambda route: route.fulfill(status=503, body="Many are asking at once."))
    x, y = thumb(page, "constraint_balls", "noise")
    before = page.locator(".rv-caption").inner_text()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=5)
    page.wait_for_selector(".st-key-constraint_balls-noise[data-rv-cue='release to draw']")
    assert page.locator(".rv-caption").inner_text() == before
    page.mouse.up()
    page.wait_for_function("(old) => document.querySelector('.rv-caption').textContent !== old", arg=before)
    page.wait_for_url(re.compile("constraint_balls.noise="))


def test_a_drag_shows_what_the_address_opens(visit):
    page = visit("constraint_balls")
    label, seen = dragged(page, "constraint_balls")
    fresh = visit(f"constraint_balls?constraint_balls.{FIELDS['constraint_balls']}={label}")
    assert fresh.evaluate(SEEN) == seen
    page.mouse.up()


def test_a_zoom_stands_through_drag_and_release(visit):
    page = visit("constraint_balls")
    box = page.locator(".rv-panel").first.locator(".nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_timeout(500)
    ranges = "() => ['xaxis', 'yaxis'].map((a) => document.querySelector('.rv-panel')._fullLayout[a].range)"
    zoomed = page.evaluate(ranges)
    assert zoomed[0][1] - zoomed[0][0] < 3
    x, y = thumb(page, "constraint_balls", "lambda_")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 200, y, steps=20)
    assert page.evaluate(ranges) == zoomed
    page.mouse.up()
    page.wait_for_url(re.compile("lambda_="))
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    page.wait_for_timeout(300)
    assert page.evaluate(ranges) == zoomed


def test_keys_commit_and_repaint(visit):
    page = visit("constraint_balls")
    before = page.locator(".rv-caption").inner_text()
    page.locator(".st-key-constraint_balls-lambda_ input").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("constraint_balls.lambda_=1.12"))
    page.wait_for_function("(old) => document.querySelector('.rv-caption').textContent !== old", arg=before)
    assert "λ = 1.12" in page.locator(".rv-caption").inner_text()


def test_play_starts_at_the_beginning_and_pause_commits(visit):
    page = visit("penalty_shapes")
    page.evaluate(WATCH, ["penalty_shapes", "lambda_"])
    page.messages.clear()
    page.get_by_role("button", name="Play Strength λ").click()
    page.wait_for_function("() => new Set(painted.map((p) => p.shown)).size > 5")
    assert page.messages == []
    page.get_by_role("button", name="Pause Strength λ").click()
    stopped = page.locator(".st-key-penalty_shapes-lambda_ input").get_attribute("aria-valuetext")
    page.wait_for_url(re.compile(f"penalty_shapes.lambda_={re.escape(stopped)}$"))
    seen = [int(p["shown"]) for p in page.evaluate("painted")]
    values = seen[seen.index(0) :]
    assert set(seen[: seen.index(0)]) == {seen[0]}
    assert values == sorted(values)
    assert len(set(values)) > 3
    assert f"λ = {stopped}" in page.locator(".rv-caption").inner_text()


def test_a_hand_on_the_slider_stops_the_play(visit):
    """Twice, for the first grip must not take the second away."""
    page = visit("penalty_shapes")
    for _ in range(2):
        page.get_by_role("button", name="Play Strength λ").click()
        page.wait_for_function("() => document.querySelector('.rv-play').ariaLabel.startsWith('Pause')")
        page.mouse.move(*thumb(page, "penalty_shapes", "lambda_"))
        page.mouse.down()
        page.wait_for_function("() => document.querySelector('.rv-play').ariaLabel.startsWith('Play')", timeout=5000)
        page.mouse.up()
        page.wait_for_timeout(400)
    assert trouble(page) == []


PACE = """() => new Promise((resolve) => {
  const input = document.querySelector('.st-key-penalty_shapes-lambda_ input'), last = Number(input.max);
  let first;
  const look = (now) => {
    const k = Number(input.value);
    if (k === 1) first ??= now;
    k >= 11 && first !== undefined ? resolve(((now - first) * last) / (k - 1)) : requestAnimationFrame(look);
  };
  look();
})"""


def test_the_whole_range_plays_in_eight_to_ten_seconds_and_speed_and_loop_act(visit):
    page = visit("penalty_shapes")
    page.get_by_role("button", name="Play Strength λ").click()
    usual = page.evaluate(PACE)
    assert 8000 < usual < 10_500
    page.get_by_role("button", name="Speed 1").click()
    page.get_by_role("button", name="Round and round").click()
    slider = "document.querySelector('.st-key-penalty_shapes-lambda_ input')"
    page.wait_for_function(f"() => {slider}.value > 0.8 * {slider}.max")
    page.wait_for_function(f"() => {slider}.value < 0.5 * {slider}.max")  # it began again


def test_with_less_motion_play_steps_on_request_only(visit):
    page = visit("penalty_shapes", reduced_motion="reduce")
    read = "document.querySelector('.st-key-penalty_shapes-lambda_ input').value"
    start = int(page.evaluate(read))
    page.get_by_role("button", name="Play Strength λ").click()
    page.wait_for_function(f"(k) => Number({read}) === k", arg=start + 1)
    page.wait_for_timeout(600)
    assert int(page.evaluate(read)) == start + 1
    page.get_by_role("button", name="One step back in Strength λ").click()
    page.wait_for_function(f"(k) => Number({read}) === k", arg=start)


def download(page, name):
    page.wait_for_timeout(400)  # a button pressed while the script runs may be replaced under the finger
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    found = waiting.value
    with open(found.path(), "rb") as file:
        return found.suggested_filename, file.read()


def test_a_png_is_wide_enough_for_print(visit):
    page = visit("gradient_clipping")
    name, png = download(page, "PNG")
    assert name.endswith(".png")
    assert struct.unpack(">I", png[16:20])[0] >= 1600
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()
        told = picture.text
    assert told["Title"] == "Gradient clipping"
    assert told["Description"] == page.locator(".rv-caption").inner_text()
    stated = receipt(Shown(gradient_clipping), gradient_clipping.Settings())
    assert told["Comment"].splitlines()[:-1] == [f"{what}: {value}" for what, value in stated[:-1]]
    assert told["Source"] == "/gradient_clipping"


def test_a_vector_picture_carries_both_states_and_no_private_address(visit):
    page = visit("constraint_balls?constraint_balls.lambda_=0.1&vs=seed%3D3")
    page.wait_for_function("() => document.querySelector('.rv-caption').textContent.includes('A, dashed')")
    _, svg = download(page, "SVG")
    root = ElementTree.fromstring(svg)
    spaced = "{http://www.w3.org/2000/svg}"
    title, caption, about = (root.find(f"{spaced}{tag}").text for tag in ("title", "desc", "metadata"))
    assert (title, caption) == ("Constraint balls", page.locator(".rv-caption").inner_text())
    s = constraint_balls.Settings(lambda_=0.1)
    told = [f"{a}: {b}" for a, b in receipt(Shown(constraint_balls), s, constraint_balls.Settings(seed=3))]
    assert about.splitlines()[:-1] == told[:-1]
    footer = "".join(root.findall(f"{spaced}text")[-1].itertext())
    assert footer.endswith(" · " + about.splitlines()[-1].removeprefix("Link: "))
    assert " · /constraint_balls?" in footer
    assert "127.0.0.1" not in svg.decode()
    assert "localhost" not in svg.decode()


def test_one_panel_alone(visit):
    page = visit("constraint_balls")
    page.get_by_label("Figure to export").select_option("path")
    name, svg = download(page, "SVG")
    assert name == "constraint_balls-lambda_1.26-path.svg"
    assert svg.decode().count('class="main-svg"') < 4


def test_the_picture_shows_the_frame_on_show(visit):
    page = visit("constraint_balls")
    page.get_by_role("button", name="Play Strength λ").click()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Pause Strength λ").click()
    page.wait_for_url(re.compile("lambda_="))
    stopped = page.locator(".st-key-constraint_balls-lambda_ input").get_attribute("aria-valuetext")
    name, svg = download(page, "SVG")
    assert name == f"constraint_balls-lambda_{stopped}.svg"
    assert f"At λ = {stopped} " in svg.decode()


def test_data(visit):
    page = visit("constraint_balls")
    name, data = download(page, "Data")
    assert name == "constraint_balls-lambda_1.26.csv"
    rows = list(csv.DictReader(line for line in io.StringIO(data.decode()) if line[0] != "#"))
    solution = next(r for r in rows if r["curve"] == "solution")
    caption = page.locator(".rv-caption").inner_text()
    assert f"({float(solution['x']):.3g}, {float(solution['y']):.3g})" in caption


def test_copied_link_opens_the_same_state(visit, site):
    page = visit("soft_threshold?soft_threshold.rule=hard")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{site}/soft_threshold?")
    again = visit(link.removeprefix(f"{site}/"))
    assert again.locator(".rv-caption").inner_text() == page.locator(".rv-caption").inner_text()


def test_a_preset_reaches_the_url(visit):
    page = visit("constraint_balls")
    page.get_by_role("button", name="Nonconvex: q = 0.5 jumps", exact=True).click()
    page.wait_for_function("() => document.querySelector('.rv-caption').textContent.includes('q = 0.5')")
    page.wait_for_url(re.compile("penalty=Lq"))
    assert "lambda_=0.178" in page.url


def test_pills_reach_charts_and_url(visit):
    page = visit("optimizer_race?optimizer_race.racers=none")
    page.get_by_role("button", name="Nesterov").click()
    page.wait_for_url(re.compile("optimizer_race.racers=nesterov$"))
    page.get_by_role("button", name="SGD").click()
    page.wait_for_url(re.compile(r"optimizer_race.racers=sgd(,|%2C)nesterov$"))
    page.wait_for_function("() => document.querySelectorAll('.rv-cell:first-child .legendtext').length === 2")


def test_hostile_addresses_open_valid_pages(visit):
    page = visit(
        "constraint_balls?constraint_balls.penalty=%3Cimg src=x onerror=alert(1)%3E&constraint_balls.n=inf&q="
        + "x" * 4000
    )
    assert "L1 solution" in page.locator(".rv-caption").inner_text()
    assert page.locator("img[src=x]").count() == 0


def test_a_deep_link_on_a_cold_server(visit):
    with served() as address:
        page = visit("constraint_balls?constraint_balls.lambda_=0.1&constraint_balls.penalty=L2", at=address)
        assert "At λ = 0.1 the L2 solution" in page.locator(".rv-caption").inner_text()


@pytest.mark.parametrize("slug", [HOME.slug, "optimizer_race"])
def test_on_a_phone_nothing_overflows_and_touch_drags(visit, slug):
    page = visit(PATHS[slug], on="phone")
    assert crossed(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".rv-panel").first.bounding_box()["y"] < 600
    x, y = thumb(page, slug, FIELDS[slug])
    before = page.locator(".rv-caption").inner_text()
    page.messages.clear()
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for i in range(12):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + 5 * i, "y": y}]})
    page.wait_for_timeout(200)
    assert page.locator(".rv-caption").inner_text() != before
    assert page.messages == []
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_url(re.compile(f"{slug}.{FIELDS[slug]}="))


def test_the_theme_reaches_the_charts(visit):
    colour = "() => document.querySelector('.rv-panel .xaxislayer-above text').style.fill"
    assert visit("constraint_balls", color_scheme="light").evaluate(colour) == "rgb(49, 51, 63)"
    assert visit("constraint_balls", color_scheme="dark").evaluate(colour) == "rgb(230, 232, 235)"


def test_a_long_computation_says_so_keeps_the_old_figure_and_may_be_left(visit):
    page = visit("early_stopping")
    slider = page.locator(".st-key-early_stopping-learning_rate input")
    page.get_by_text("Noisy digits").first.click()
    page.get_by_test_id("stProgress").filter(has_text="Training 20 networks").wait_for()
    dimmed = "() => getComputedStyle(document.querySelector('.st-key-panels-early_stopping')).opacity < 0.9"
    page.wait_for_function(dimmed)
    assert page.locator(".rv-panel .scatterlayer path").count() > 5
    page.wait_for_function("() => document.querySelector('.rv-root').dataset.state.includes('digits')")
    page.wait_for_selector("[data-testid=stProgress]", state="detached")
    slider.press("ArrowLeft")
    page.wait_for_selector("[data-testid=stProgress]")
    page.get_by_role("link", name="Sharpness-aware").last.click()
    page.wait_for_selector("h1:has-text('Sharpness-aware')")
    page.wait_for_selector("[data-testid=stProgress]", state="detached")
    ready(page)


def test_charts_have_names_and_answer_keys(visit):
    page = visit("constraint_balls")
    chart = page.locator(".rv-panel").first
    assert re.search(r"\d", chart.get_attribute("aria-label"))
    chart.focus()
    width = "() => { const [a, b] = document.querySelector('.rv-panel')._fullLayout.xaxis.range; return b - a; }"
    before = page.evaluate(width)
    page.keyboard.press("+")
    page.wait_for_timeout(300)
    assert page.evaluate(width) < before
    page.keyboard.press("0")
    page.wait_for_timeout(300)
    assert page.evaluate(width) == pytest.approx(before)


def test_the_reader_edits_the_weights(visit):
    page = visit("penalty_shapes?penalty_shapes.weights=1,2,3&penalty_shapes.penalty=L2&penalty_shapes.lambda_=0.1")
    page.get_by_text("L2 penalty: 0.7").wait_for()
    grid = page.locator("[data-testid=stDataFrame]")
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(800)  # the table is drawn on a canvas, of which nothing in the page tells when it stands
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 80, box["y"] + 52)  # the first cell under the heading
    for key in ("5", "Enter"):
        page.wait_for_timeout(300)
        page.keyboard.press(key)
    page.get_by_text("L2 penalty: 1.9").wait_for()  # 0.05 (25 + 4 + 9)
    page.wait_for_url(re.compile(r"penalty_shapes.weights=5(,|%2C)2(,|%2C)3"))
    page.locator(".st-key-try-penalty_shapes-0 button").click()
    page.get_by_text("L2 penalty: 1.9").wait_for(state="detached")


def test_home_shows_every_topic(visit):
    page = visit("")
    fits_the_first_screen(page, HOME.slug)
    for picture in (page.locator(".rv-still").last, page.locator(".rv-still").nth(1)):
        picture.scroll_into_view_if_needed()
    drawn = "(all) => [...document.querySelectorAll('.rv-still')].filter((n) => n.naturalWidth).length === all"
    page.wait_for_function(drawn, arg=len(SLUGS))
    for topic in TOPICS:
        assert page.get_by_text(topic.question).count() >= 1
    box = page.locator(".rv-still").nth(1).bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 20)  # the whole card is the link
    page.wait_for_url(re.compile(TOPICS[1].slug))


def give(page, name, content):
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_another_file_in_the_uploader_loses_nothing(visit):
    page = visit("coefficient_paths?coefficient_paths.data=CSV")
    rows = [f"{i % 7},{i % 5},{3 * (i % 7) - i % 5}" for i in range(40)]
    good, chips = "\n".join(["dose,weight,effect", *rows]), page.get_by_test_id("stFileChipName")
    give(page, "good.csv", good.encode())
    page.get_by_text("On show: “effect”").wait_for()
    page.get_by_label("Target column").click()
    page.get_by_role("option", name="weight").click()
    page.get_by_text("On show: “weight”").wait_for()
    give(page, "utf16.csv", good.encode("utf-16"))
    page.get_by_text("The file is not UTF-8 text").wait_for()
    assert chips.all_inner_texts() == ["utf16.csv"]
    page.get_by_text("On show: “weight”, explained by 2 columns in 40 rows of your file.").wait_for()
    assert "among 2 weights" in page.locator(".rv-caption").inner_text()
    give(page, "holes.csv", good.replace("\n0,", "\n,").encode())
    page.get_by_text("Values are missing in 6 of 40 rows").wait_for()
    assert page.get_by_text("The file is not UTF-8 text").count() == 0
    assert chips.all_inner_texts() == ["holes.csv"]
    page.get_by_text("On show: “weight”, explained by 2 columns in 40 rows of the file before.").wait_for()
    page.get_by_text("Leave out 6 of 40 rows").click()
    page.get_by_text("On show: “effect”, explained by 2 columns in 34 rows of your file.").wait_for()
    give(page, "large.csv", b"a,b\n" + b"1,2\n" * 1_400_000)
    sentence = page.get_by_text("File must be 5.0MB or smaller.")
    sentence.wait_for()
    assert sentence.bounding_box()["height"] > 10
    page.get_by_text("On show: “effect”, explained by 2 columns in 34 rows of your file.").wait_for()


def test_a_readers_csv_is_drawn_and_stays_out_of_the_address(visit):
    page = visit("coefficient_paths?coefficient_paths.data=CSV")
    rows = "\n".join(f"{i % 7},{i % 5},{3 * (i % 7) - i % 5}" for i in range(40))
    give(page, "private.csv", f"dose,weight,effect\n{rows}".encode())
    page.wait_for_function("() => document.querySelector('.rv-caption')?.textContent.includes('among 2 weights')")
    assert page.locator(".rv-panel .textpoint", has_text="dose").count() >= 1
    ready(page)
    x, y = thumb(page, "coefficient_paths", "lambda_")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 400, y, steps=10)
    page.wait_for_timeout(200)
    assert "keeps 0 of 2 weights" in page.locator(".rv-caption").inner_text()
    page.mouse.up()
    page.wait_for_url(re.compile("lambda_="))
    name, data = download(page, "Data")
    assert re.fullmatch(r"coefficient_paths-lambda_[\d.]+-own\.csv", name)
    assert b"dose" in data
    assert not any(word in page.url + name for word in ("private", "dose", "effect"))


LATE = """() => {
  const text = Response.prototype.text;
  Response.prototype.text = async function () {
    const told = await text.call(this);
    if (/"kind": ?"panels"/.test(told)) await new Promise((done) => setTimeout(done, 1500));
    return told;
  };
}"""


def test_frames_that_come_before_their_figures_wait_for_them(visit):
    """As a busy browser may unpack them; a reader's own frames have no address to be asked for again."""
    page = visit("coefficient_paths?coefficient_paths.data=CSV")
    page.evaluate(LATE)
    rows = "\n".join(f"{i % 7},{i % 5},{3 * (i % 7) - i % 5}" for i in range(40))
    give(page, "own.csv", f"dose,weight,effect\n{rows}".encode())
    page.wait_for_function("() => document.querySelector('.rv-caption')?.textContent.includes('among 2 weights')")
    page.locator("[data-rv-frames] .rv-play").wait_for(timeout=20_000)


@pytest.mark.parametrize("missing", ["plotly.min.js", "regviz.js"])
def test_charts_that_cannot_be_fetched_say_so_and_come_when_asked_again(device, site, missing):
    page = device("phone").new_page()
    page.route(f"**/{missing}", lambda route: route.abort())
    page.goto(f"{site}/constraint_balls")
    sentence = page.get_by_role("alert").filter(has_text="The charts could not be").first
    sentence.wait_for()
    assert page.locator(".scatterlayer path").count() == 0
    page.unroute(f"**/{missing}")
    sentence.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".rv-panel .scatterlayer path")
    assert page.get_by_role("alert").filter(has_text="The charts could not be").count() == 0
    page.close()
