"""Figures cited in other documents: balanced, escaped, well formed, on every topic at two states."""

import html
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from test_figures import SHOWN
from test_plotted import STATES

from regviz.ui import citing, messages

NASTY = citing.Figure(
    "a-lambda_0.1,2", r"\input{x} 5 % of $m^2$ & #1_a ~ <b> | “λ” ‖ŵ‖₂² ρ̂ 10⁻⁵ wᵀ 3° ½", '![x](y) "a" <b> & `c` *d* 1'
)


def figures():
    yield pytest.param(None, None, id="nasty")
    kept = {}
    for state in STATES:  # the first state of a topic is its defaults, the last its extreme
        kept.setdefault(state.values[0], []).append(state)
    for states in kept.values():
        yield from (states[0], states[-1])


CITED = list(figures())


def cited(slug, s):
    if slug is None:
        return NASTY
    return citing.figure(messages.unpack(messages.pack(messages.figures(SHOWN[slug], s))))


def balanced(text):
    """Return whether braces that are not escaped open and close in order, and dollars come in pairs."""
    depth = 0
    bare = re.sub(r"\\[\\{}$&#%_]", "", text)
    for c in re.sub(r"[^{}]", "", bare):
        depth += 1 if c == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and bare.count("$") % 2 == 0


def spelled(text):
    """Return what stands outside of mathematics, commands and escapes: nothing there may be special to LaTeX."""
    bare = re.sub(r"\\[{}$&#%_]", "", text)
    return re.sub(
        r"\$[^$]*\$",
        "",
        re.sub(r"\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|dots)\{\}", "", bare),
    )


@pytest.mark.parametrize(("slug", "s"), CITED)
@pytest.mark.underflows
def test_latex_is_balanced_and_nothing_in_it_is_a_command_by_accident(slug, s):
    told = cited(slug, s)
    text, caption = citing.latex(told), citing.tex(told.caption)
    assert text.startswith("\\begin{figure}")
    assert text.endswith("\\end{figure}\n")
    assert balanced(text)
    assert f"\\caption{{{caption}}}\n" in text
    assert f"\\label{{fig:{told.file}}}" in text
    assert not re.search(r"[\\{}$&#%\s~^]", told.file)
    assert not re.search(r"[\\{}$&#%_^<>|\"]", spelled(caption))
    for c in set(text) - set(map(chr, range(128))):
        assert unicodedata.category(c)[0] == "L", f"LaTeX has no {unicodedata.name(c)}"
        assert "LATIN" in unicodedata.name(c)
        assert "MODIFIER" not in unicodedata.name(c)
    for maths in re.findall(r"\$([^$]*)\$", re.sub(r"\\\$", "", caption)):
        assert not re.search(r"\^\{[^}]*\}\^|_\{[^}]*\}_", maths), "a double script stops LaTeX"


@pytest.mark.parametrize(("text", "wanted"), [
    ("ρ̂ = ŵ", r"$\hat{\rho}$ = $\hat{w}$"),
    ("w₁² − √λ", r"w$_{1}^{2}$ $-$ $\surd\lambda$"),
    ("a\\b{c}", r"a\textbackslash{}b\{c\}"),
    ("50 % & $1 #2 a_b ~ ^", r"50 \% \& \$1 \#2 a\_b \textasciitilde{} \textasciicircum{}"),
    ("“so” – 3° ‖x‖", r"``so'' -- 3$^{\circ}$ $\Vert$x$\Vert$"),
])  # fmt: skip
def test_latex_of_symbols(text, wanted):
    assert citing.tex(text) == wanted


class Reader(HTMLParser):
    """Keeps the tags in order, the attributes of the picture, and the words."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.picture, self.words = [], {}, ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "img":
            self.picture = dict(attrs)

    def handle_endtag(self, tag):
        self.tags.append(f"/{tag}")

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize(("slug", "s"), CITED)
@pytest.mark.underflows
def test_html_and_markdown_say_the_caption_and_the_alt_text(slug, s):
    told = cited(slug, s)
    reader = Reader()
    reader.feed(citing.html(told))
    assert reader.tags == ["figure", "img", "figcaption", "/figcaption", "/figure"]
    assert reader.picture["alt"] == told.alt
    assert reader.words.strip() == told.caption
    assert any(c.isdigit() for c in told.alt)
    image, caption = citing.markdown(told).rstrip("\n").split("\n\n")
    found = re.fullmatch(r"!\[((?:[^\[\]\\]|\\.)*)\]\(([^\s()]+)\.svg\)", image)
    assert re.sub(r"\\(.)", r"\1", found[1]) == told.alt
    assert re.sub(r"\\([\\`*_\[\]<>#|~$&])", r"\1", caption) == told.caption
    assert not re.search(r"(?<!\\)[`*_<>#|$&]", re.sub(r"\\\\", "", found[1] + caption))
    assert html.escape(told.caption) in citing.html(told)


def test_a_pinned_state_is_in_the_caption():
    shown = SHOWN["constraint_balls"]
    told, pinned = (
        messages.unpack(messages.pack(m(shown, shown.module.Settings()))) for m in (messages.figures, messages.pin)
    )
    caption = citing.figure(told, pinned).caption
    assert caption == f"B: {told['caption']} A, dashed: {pinned['caption']}"
