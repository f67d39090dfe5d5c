"""No sentence goes unproved: the lines of a page's "what to notice" are those that the topic's tests carry."""

import ast
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
from claims import random_settings

from regviz.catalog import TOPICS
from regviz.knobs import Choice, Slider

ROOT = Path(__file__).parents[1]


def noticed(slug):
    """Return the lines that the page shows, read from its source."""
    tree = ast.parse((ROOT / f"pages/{slug}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    lines = [keyword.value.elts for call in calls for keyword in call.keywords if keyword.arg == "notice"]
    return [ast.literal_eval(line) for line in lines[0]]


def claimed(slug):
    """Return the lines that tests of the topic carry."""
    path = ROOT / f"tests/topics/test_{slug}.py"
    spec = importlib.util.spec_from_file_location(f"claimed_{slug}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [test for name, test in vars(module).items() if name.startswith("test_")]
    return {mark.args[0] for test in tests for mark in getattr(test, "pytestmark", ()) if mark.name == "claim"}


SLUGS = [t.slug for t in TOPICS]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_line_has_its_test_and_no_test_a_line_that_is_gone(slug):
    lines = noticed(slug)
    assert len(set(lines)) == len(lines) >= 4
    assert claimed(slug) == set(lines)


@pytest.mark.parametrize("slug", ["map_priors", "weight_decay", "normalization", "choosing_lambda"])
def test_a_page_of_many_panels_begins_with_one_sentence_of_what_to_do(slug):
    tree = ast.parse((ROOT / f"pages/{slug}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (lead,) = (ast.literal_eval(word.value) for call in calls for word in call.keywords if word.arg == "lead")
    assert lead.startswith("Drag ")
    assert lead.count(".") == 1
    assert lead.endswith(".")
    assert len(lead) <= 110


@dataclass(frozen=True)
class Example:
    """Two knobs."""

    n: Annotated[int, Slider("n", 1, 5, 1)] = 1
    penalty: Annotated[str, Choice("Penalty", ("l1", "l2"))] = "l1"


def test_random_settings_are_valid_different_and_repeatable():
    drawn = random_settings(Example, 60, penalty="l2")
    assert {s.n for s in drawn} == {1, 2, 3, 4, 5}
    assert {s.penalty for s in drawn} == {"l2"}
    assert drawn == random_settings(Example, 60, penalty="l2") != random_settings(Example, 60, 1, penalty="l2")
