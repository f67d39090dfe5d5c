"""The measure by which pictures are compared sees what went wrong in them; sizes, parts and dots of a picture."""

import io
import re

import printed
from PIL import Image
from test_browser import download

STYLE = "font-family: Helvetica, Arial, sans-serif; font-size: 30px"
WORDS = {
    "giant exponent": '10<tspan style="font-size:70%" dy="-0.6em">−4</tspan><tspan dy="0.42em">\u200b</tspan>',
    "lost subscript": "w₁ and w₂",
}


def picture(words):
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 80" width="300" height="80">'
        f'<rect width="300" height="80" fill="#fff"/><text x="40" y="50" style="{STYLE}">{words}</text></svg>'
    )


def test_what_other_programs_draw_wrong_is_seen(visit):
    page = visit("constraint_balls")
    assert printed.apart(page, picture("w and w")) < printed.APART
    for words in WORDS.values():
        assert printed.apart(page, picture(words)) > printed.APART


def test_size_parts_and_dots_of_a_picture(visit):
    page = visit("constraint_balls")
    title, caption = page.locator("h1").inner_text(), page.locator(".rv-caption").inner_text()
    page.get_by_label("Size of the picture").select_option("two")
    page.get_by_text("Parts", exact=True).click()
    for part in ("Title", "Footer"):
        page.get_by_label(part, exact=True).uncheck()
    page.keyboard.press("Escape")
    name, svg = download(page, "SVG")
    assert name == "constraint_balls-lambda_1.26-170mm.svg"
    said = " ".join(printed.words(svg.decode()))
    assert printed.inside(caption, said)
    assert title not in said
    assert "regviz" not in said
    assert re.search(r'width="170mm" height="[\d.]+mm"', svg.decode())
    name, png = download(page, "PNG")
    image = Image.open(io.BytesIO(png))
    assert name == "constraint_balls-lambda_1.26-170mm.png"
    assert image.width == 2008  # 170 mm of 300 dots an inch
    assert [round(dots) for dots in image.info["dpi"]] == [300, 300]
    page.keyboard.press("0")  # the row is made anew, and remembers
    page.wait_for_timeout(300)
    assert page.get_by_label("Size of the picture").input_value() == "two"
