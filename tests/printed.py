"""Pictures as programs see them that did not write them: CairoSVG, PDFium, and Chromium as a printer."""

import base64
import io
import os
import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter

SVG = "{http://www.w3.org/2000/svg}"
MM = 25.4 / 72  # of a point
DOTS = 2  # of a unit, in which pictures are compared
BLUR = 5  # dots: a third of a letter
APART = 40  # of 255: edges and rounded widths give up to 32; a lost subscript gives 58, a giant exponent 164
RASTER = """async ([svg, across]) => {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = across;
  canvas.height = Math.round((across * image.height) / image.width);
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').split(',')[1];
}"""
INLINE = """(svg) => {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  document.body.append(document.importNode(root, true));
  const shown = document.body.lastChild, wide = shown.viewBox.baseVal.width;
  const unit = shown.getBoundingClientRect().width / wide, box = (node) => node.getBoundingClientRect();
  const words = (some) => [...shown.querySelectorAll(some)].filter((n) => n.textContent.trim());
  const along = (a, b, low, high) => Math.min(a[high], b[high]) - Math.max(a[low], b[low]);
  const meet = (a, b) => along(a, b, 'left', 'right') > unit && along(a, b, 'top', 'bottom') > 2 * unit;
  const kinds = '.gtitle, .legendtext, .xtick text, .ytick text, .xtitle, .ytitle, :scope > text';
  const all = words(kinds).map((n) => [n.textContent, box(n)]), whole = box(shown), found = [];
  all.forEach(([a, here], i) => {
    if (here.left < whole.left - unit || here.right > whole.right + unit) found.push([a, 'cut']);
    for (const [b, there] of all.slice(i + 1)) if (meet(here, there)) found.push([a, b]);
  });
  const sizes = words('text').map((n) => parseFloat(getComputedStyle(n).fontSize) / wide);
  shown.remove();
  return { found, least: Math.min(...sizes), most: Math.max(...sizes) };
}"""


def unkerned(svg):
    """Return a picture without kerning and ligatures, which CairoSVG does not know."""
    head, rest = svg.split(">", 1)
    return f"{head}><style>text, tspan {{ font-kerning: none; font-variant-ligatures: none; }}</style>{rest}"


def cairosvg():
    """Return CairoSVG, whose cairo is a library of the system: with CI=true it is installed, elsewhere tests skip."""
    try:
        import cairosvg  # noqa: PLC0415
    except OSError as missing:
        if os.environ.get("CI") != "true":
            pytest.skip(f"CairoSVG finds no cairo: {missing}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "libcairo2"]):
            subprocess.run([shutil.which("apt-get"), *command], check=True, timeout=600, env=environment)
        import cairosvg  # noqa: PLC0415
    return cairosvg


def apart(page, svg):
    """Return by how much, of 255, the picture of CairoSVG differs from the browser's where it differs most.

    Both are blurred by a third of a letter, so that the smoothing of edges does not count.
    """
    across = DOTS * int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    seen = _on_white(base64.b64decode(page.evaluate(RASTER, [unkerned(svg), across])))
    size = {"output_width": seen.width, "output_height": seen.height}
    drawn = _on_white(cairosvg().svg2png(bytestring=svg.encode(), **size))
    mine, other = (np.asarray(one.filter(ImageFilter.GaussianBlur(BLUR)), dtype=float) for one in (seen, drawn))
    return np.abs(mine - other).max()


def _on_white(png):
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L")


def folded(text):
    """Return text as it is read: raised and lowered letters as letters, one space for many."""
    text = unicodedata.normalize("NFKC", text.replace("‖", "||"))
    return re.sub(r"\s+", " ", text).strip()


def words(svg):
    """Return all that a picture says, without spaces: its lines are broken anywhere."""
    return [folded("".join(node.itertext())) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def inside(sentence, text):
    """Tell whether a sentence is said in a text, however its lines are broken."""
    return re.sub(r"\s", "", folded(sentence)) in re.sub(r"\s", "", folded(text))


@dataclass(frozen=True)
class Sheet:
    """A printed page: width and height in millimetres, its words, and how many images of dots it has."""

    size: tuple[float, float]
    text: str
    images: int


def sheets(page, **paper):
    """Return what a browser prints of a page."""
    with pypdfium2.PdfDocument(page.pdf(**paper)) as document:
        return [_sheet(one) for one in document]


def _sheet(one):
    images = one.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    return Sheet(
        tuple(MM * points for points in one.get_size()), one.get_textpage().get_text_bounded(), len(list(images))
    )


def printed_figure(page):
    """Press the PDF button and return the sheets, and the name that the file is given."""
    page.evaluate("() => { window.print = () => { window.printed = document.title; }; }")
    page.get_by_role("button", name="PDF", exact=True).click()
    name = page.wait_for_function("() => window.printed").json_value()
    found = sheets(page, prefer_css_page_size=True)
    page.evaluate("() => { delete window.printed; dispatchEvent(new Event('afterprint')); }")
    return name, found
