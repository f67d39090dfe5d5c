"""No sentence goes unproved: the lines of a page's "what to notice" are those that the topic's tests carry."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
from claims import random_settings

from regviz.catalog import TOPICS
from regviz.knobs import Choice, Slider

ROOT = Path(__file__).parents[1]


def texts(node):
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def noticed(slug):
    """Return the lines that the page shows, read from its source."""
    tree = ast.parse((ROOT / f"pages/{slug}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    lines = [keyword.value.elts for call in calls for keyword in call.keywords if keyword.arg == "notice"]
    return [ast.literal_eval(line) for line in lines[0]]


def claimed(slug):
    """Return the lines that tests of the topic carry, read from their source."""
    tree = ast.parse((ROOT / f"tests/topics/test_{slug}.py").read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    calls = [d for test in tests for d in test.decorator_list if isinstance(d, ast.Call)]
    return {ast.literal_eval(call.args[0]) for call in calls if getattr(call.func, "id", "") == "claim"}


BEGUN = [t.slug for t in TOPICS if claimed(t.slug)]


@pytest.mark.parametrize("slug", BEGUN)
def test_every_line_has_its_test_and_no_test_a_line_that_is_gone(slug):
    lines = noticed(slug)
    assert len(set(lines)) == len(lines) >= 4
    assert claimed(slug) == set(lines)


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
