"""Every number beside the charts is explained in one sentence, and nothing else is."""

import importlib
import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest
from claims import random_settings
from test_figures import computed

from regviz.catalog import HOME, TOPICS
from regviz.glossary import READOUTS, TERMS, explain
from regviz.knobs import knobs, matters, settled, waits
from regviz.ui.topic import Shown

ROOT = Path(__file__).parents[1]
SLUGS = [HOME.slug, *(t.slug for t in TOPICS)]
SOURCES = [*ROOT.glob("regviz/figures/**/*.py"), *ROOT.glob("pages/*.py")]
WRITTEN = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def states(topic):
    """Return the defaults in every view and random settings, of a trained topic such as need no other training."""
    table, kind = knobs(topic.Settings), topic.Settings
    bases = [kind(view=name) for name in table["view"].options] if "view" in table else [kind()]
    if importlib.util.find_spec(f"regviz.experiments.{topic.__name__.rsplit('.', 1)[-1]}") is None:
        return [*bases, *random_settings(kind, 40)]
    cheap = [n for n, k in table.items() if hasattr(k, "step") or hasattr(k, "words")]
    drawn = random_settings(kind, 4)
    for base in bases:
        some = [n for n in cheap if matters(base, n) and not waits(base, n) and n != "seed"]
        bases = [*bases, *(replace(base, **{n: getattr(other, n) for n in some}) for other in drawn)]
    return bases


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_every_readout_is_explained(slug):
    shown = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    for s in map(settled, states(shown.module)):
        missing = [name for name in shown.view(s).readouts(s, computed(slug, s)) if explain(name) is None]
        assert not missing


@pytest.mark.parametrize("name", READOUTS)
def test_every_explained_readout_is_on_a_page(name):
    """A part to fill in stands in the source as an expression; a name may also be one of a table of names."""
    form = re.escape(name).replace(r"\{\}", r"\{[^}]+\}")
    assert re.search(f"[\"']{form}[\"']", WRITTEN)


@pytest.mark.parametrize("term", TERMS)
def test_every_explained_term_is_on_a_page(term):
    assert term.casefold() in WRITTEN.casefold()


@pytest.mark.parametrize("sentence", [*READOUTS.values(), *TERMS.values()])
def test_an_explanation_is_one_sentence_that_can_be_read_aloud(sentence):
    assert sentence[0].isupper() or sentence.startswith("λ")
    assert sentence.endswith(".")
    assert not re.search(r"[.!?;] ", sentence)
    assert len(sentence) <= 120


def test_terms_are_found_in_any_case_and_other_words_are_not():
    assert explain("KKT residual") == READOUTS["KKT residual"]
    assert explain("Duality gap") == TERMS["duality gap"]
    assert explain("RMSProp step/η in x") == READOUTS["{} step/η in x"]
    assert explain("anything else") is None


@pytest.mark.parametrize("slug", SLUGS)
def test_degrees_of_freedom_never_count_the_intercept_and_every_page_says_so(slug):
    """A page that speaks of them, in prose or in its caption, names the intercept beside them."""
    files = (ROOT / "pages" / f"{slug}.py", ROOT / "regviz/figures" / f"{slug}.py")
    text = " ".join(" ".join(path.read_text(encoding="utf-8") for path in files).split())
    said = ("beside the intercept", "intercept is not counted", "do not count its intercept", "have no intercept")
    assert not re.search(r"effective (df|degrees of)", text) or any(words in text for words in said)
