"""The layout tells the architecture: imports run one way, and a topic's files come together."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import regviz
from regviz.catalog import HOME, TOPICS

ROOT = Path(__file__).parents[1]
SLUGS = {t.slug for t in TOPICS}
SHARED = {"theme", "parts"}
CORE = {p.stem for p in (ROOT / "regviz").glob("*.py")} - {"catalog"} | {"data"}


def imported(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return {name for name in found if name.split(".")[0] not in sys.stdlib_module_names}


def roots(path):
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "regviz").glob("*.py")) + sorted((ROOT / "regviz/data").glob("*.py")), ids=str
)
def test_core_imports_numpy_and_core(path):
    assert roots(path) <= {"numpy", "regviz"}
    assert not {n for n in imported(path) if n.startswith(("regviz.figures", "regviz.ui"))}


@pytest.mark.parametrize("path", sorted((ROOT / "regviz/figures").glob("*.py")), ids=str)
def test_figures_import_core_and_shared_parts(path):
    assert roots(path) <= {"numpy", "plotly", "regviz"}
    others = SLUGS | {HOME.slug}
    assert not {n for n in imported(path) if n.startswith("regviz.ui") or n.removeprefix("regviz.figures.") in others}


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=str)
def test_a_page_is_prose_over_one_figures_module(path):
    own = {n for n in imported(path) if n.startswith("regviz.figures.")}
    assert {n.split(".")[2] for n in own} == {path.stem}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100


def test_every_topic_has_its_files():
    assert {p.stem for p in (ROOT / "pages").glob("*.py")} == SLUGS | {HOME.slug}
    assert {p.stem for p in (ROOT / "regviz/figures").glob("*.py")} - SHARED - {"__init__"} == SLUGS | {HOME.slug}
    assert {p.stem.removeprefix("test_") for p in (ROOT / "tests/topics").glob("test_*.py")} == SLUGS | {HOME.slug}


def test_no_module_outgrows_a_page_of_thought():
    sizes = {str(p): len(p.read_text(encoding="utf-8").splitlines()) for p in (ROOT / "regviz").rglob("*.py")}
    assert {p: n for p, n in sizes.items() if n > 420} == {}


def test_importing_the_core_brings_numpy_only():
    heavy = {"streamlit", "plotly", "pandas", "scipy"}
    code = f"import sys, regviz; print(sorted({{m.split('.')[0] for m in sys.modules}} & {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_exist_and_have_docs():
    assert len(set(regviz.__all__)) == len(regviz.__all__)
    for name in regviz.__all__:
        assert (getattr(regviz, name).__doc__ or "").strip(), name
