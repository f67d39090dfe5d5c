"""A figure in the words of other documents: Markdown, LaTeX and HTML around the picture that a page exports."""

import html as markup
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from regviz.ui.plotted import plain

ESCAPED = {
    **{c: f"\\{c}" for c in "{}$&#%_"},
    **{"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''"},
    **{"“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"\dots{}"},
    **dict.fromkeys("\u00a0\u2002\u2009\u202f", "~"),
}
SYMBOLS = {
    **{"α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "η": r"\eta"},
    **{"θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "ν": r"\nu", "π": r"\pi", "ρ": r"\rho"},
    **{"σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "ω": r"\omega", "Δ": r"\Delta", "Σ": r"\Sigma"},
    **{
        "−": "-",
        "·": r"\cdot",
        "×": r"\times",
        "±": r"\pm",
        "√": r"\surd",
        "∞": r"\infty",
        "‖": r"\Vert",
        "½": r"\frac{1}{2}",
    },
    **{"≤": r"\le", "≥": r"\ge", "≈": r"\approx", "≠": r"\ne", "∈": r"\in", "∂": r"\partial", "∇": r"\nabla"},
    **{"←": r"\leftarrow", "→": r"\rightarrow", "↑": r"\uparrow", "↓": r"\downarrow", "ŵ": r"\hat{w}", "ŷ": r"\hat{y}"},
    **{"↗": r"\nearrow", "↘": r"\searrow", "↙": r"\swarrow", "↖": r"\nwarrow"},
}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ°′", [*"0123456789+-n", r"\top", r"\circ", r"\prime"], strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₚ", "0123456789+-ijknp", strict=True))
ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar"}
MATHS = re.compile(rf"(?:\w[{''.join(ACCENTS)}]|[{''.join({**SYMBOLS, **RAISED, **LOWERED})}])+")
PART = re.compile(
    rf"(?P<letter>\w)(?P<accent>[{''.join(ACCENTS)}])|(?P<up>[{''.join(RAISED)}]+)|(?P<down>[{''.join(LOWERED)}]+)|."
)


@dataclass(frozen=True)
class Figure:
    """What a figure is cited by: its file without ending, what it says, and what it shows in words."""

    file: str
    caption: str
    alt: str


def figure(told: dict[str, Any], pinned: dict[str, Any] | None = None) -> Figure:
    """Return how the figures of a message are cited, beside those of a pinned state; see `messages.figures`."""
    layouts = [panel["figure"]["layout"] for panel in told["panels"]]
    alt = " ".join(f"{plain(each['title']['text'])}. {plain(each['meta']['alt'])}" for each in layouts)
    beside = f"B: {told['caption']} A, dashed: {pinned['caption']}" if pinned else told["caption"]
    return Figure(told["file"], beside, alt)


def markdown(cited: Figure) -> str:
    """Return the picture with its alt text, and the caption below it."""
    alt, caption = (re.sub(r"([\\`*_\[\]<>#|~$&])", r"\\\1", text) for text in (cited.alt, cited.caption))
    return f"![{alt}]({quote(cited.file)}.svg)\n\n{caption}\n"


def html(cited: Figure) -> str:
    """Return a figure element with the picture, its alt text and its caption."""
    source, alt = markup.escape(f"{quote(cited.file)}.svg"), markup.escape(cited.alt)
    caption = markup.escape(cited.caption)
    return f'<figure>\n  <img src="{source}" alt="{alt}">\n  <figcaption>{caption}</figcaption>\n</figure>\n'


def latex(cited: Figure) -> str:
    """Return a figure environment with the PNG, the caption and a label; it needs the package graphicx."""
    lines = (
        r"\begin{figure}[htbp]",
        r"  \centering",
        rf"  \includegraphics[width=\linewidth]{{{cited.file}.png}}",
        rf"  \caption{{{tex(cited.caption)}}}",
        rf"  \label{{fig:{cited.file}}}",
        r"\end{figure}",
    )
    return "\n".join(lines) + "\n"


def tex(text: str) -> str:
    r"""Return plain text as LaTeX: what LaTeX reads as a command is escaped, symbols become mathematics.

    >>> print(tex("50 % of ‖w₁‖² at λ = 10⁻⁵"))
    50 \% of $\Vert$w$_{1}\Vert^{2}$ at $\lambda$ = 10$^{-5}$
    """
    out, end = [], 0
    for found in MATHS.finditer(text):
        out += [_escape(text[end : found.start()]), f"${PART.sub(_symbol, found[0])}$"]
        end = found.end()
    return "".join([*out, _escape(text[end:])])


def _escape(text: str) -> str:
    return "".join(ESCAPED.get(c, c) for c in text)


def _symbol(part: re.Match[str]) -> str:
    if part["accent"]:
        return rf"\{ACCENTS[part['accent']]}{{{SYMBOLS.get(part['letter'], part['letter'])}}}"
    if part["up"] or part["down"]:
        written = "".join((RAISED | LOWERED)[c] for c in part[0])
        return f"{'^' if part['up'] else '_'}{{{written}}}"
    return SYMBOLS[part[0]]
