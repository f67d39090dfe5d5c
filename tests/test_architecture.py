"""The layout tells the architecture: imports run one way, and a topic's files come together."""

import ast
import graphlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import plotly
import pytest

import regviz
from regviz.catalog import HOME, TOPICS
from regviz.ui import assets

ROOT = Path(__file__).parents[1]
SLUGS = {t.slug for t in TOPICS} | {HOME.slug}
FACADE = "regviz.__init__"
# a module may import from rows above its own and, in a folder, from its neighbours
LAYERS = (
    {"checks", "progress", "catalog", "against"},
    {"averages", "knobs", "memory", "apart"},
    {"wording", "glossary"},
    {"data", "penalties"},
    {"linear", "descent"},
    {"bayes", "networks", "sheets"},
    {"experiments"},
    {"exercises"},
    {"__init__"},
    {"figures.kit"},
    {"figures"},
    {"questions", "held", "frameworks"},
    {"ui"},
    {"pages", "app"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
NUMPY_ONLY = LEVEL["__init__"]
OUTSIDE = {"figures.kit": {"numpy", "plotly", "contourpy"}, "figures": {"numpy", "plotly"}}
LINES = {"regviz": 400, "regviz.figures": 300, "pages": 100}


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


SOURCES = {
    module_of(p): p for p in [*ROOT.glob("regviz/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"] if p.is_file()
}


def room_of(module):
    """Return the row of the table that a module belongs to: its folder, or its own name at the root."""
    parts = module.removeprefix("regviz.").split(".")
    return "figures.kit" if parts[:2] == ["figures", "kit"] else parts[0]


def imported(path):
    """Return the full names of everything imported at any depth, modules resolved to files where they are ours."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in below if name in SOURCES or f"{name}.__init__" in SOURCES}
            found |= modules | ({node.module} if len(modules) < len(below) else set())
    return {f"{name}.__init__" if f"{name}.__init__" in SOURCES else name for name in found}


IMPORTS = {module: imported(path) for module, path in SOURCES.items()}


def ours(module):
    return {name for name in IMPORTS[module] if name.split(".")[0] in {"regviz", "pages"}}


@pytest.mark.parametrize("module", SOURCES)
def test_imports_run_one_way(module):
    room = room_of(module)
    assert room in LEVEL, "a new folder or root module needs a row in LAYERS"
    for name in ours(module):
        assert name in SOURCES, f"{name} is no module of ours"
        other = room_of(name)
        assert LEVEL[other] < LEVEL[room] or other == room, f"{module} imports {name}"


@pytest.mark.parametrize("module", SOURCES)
def test_what_comes_from_outside(module):
    roots = {name.split(".")[0] for name in IMPORTS[module]} - sys.stdlib_module_names - {"regviz"}
    room = room_of(module)
    if LEVEL[room] <= NUMPY_ONLY:
        assert roots <= {"numpy"}
    elif room in OUTSIDE:
        assert roots <= OUTSIDE[room]


def test_no_circle():
    graphlib.TopologicalSorter({module: ours(module) for module in SOURCES}).prepare()


@pytest.mark.parametrize("module", [m for m in SOURCES if room_of(m) == "figures" and m.split(".")[-1] in SLUGS])
def test_a_topic_imports_no_other_topic(module):
    rooms = {name.removeprefix("regviz.figures.") for name in ours(module)}
    assert not rooms & SLUGS
    experiments = {n.removeprefix("regviz.experiments.") for n in ours(module) if n.startswith("regviz.experiments")}
    assert experiments <= {module.split(".")[-1]}


@pytest.mark.parametrize("module", [m for m in SOURCES if m.startswith("pages.")])
def test_a_page_is_prose_over_one_figures_module(module):
    figures = {name for name in ours(module) if name.startswith("regviz.figures.")}
    assert figures == {f"regviz.figures.{module.split('.')[-1]}"}


def test_every_topic_has_its_files():
    def stems(pattern):
        return {p.stem.removeprefix("test_") for p in ROOT.glob(pattern)} - {"__init__"}

    assert stems("pages/*.py") == SLUGS
    assert stems("regviz/figures/*.py") == SLUGS
    assert stems("tests/topics/test_*.py") == SLUGS
    assert stems("regviz/experiments/*.py") <= SLUGS
    assert stems("regviz/questions/*.py") == SLUGS | {"question"}


@pytest.mark.parametrize("module", SOURCES)
def test_no_module_outgrows_a_page_of_thought(module):
    limit = next(n for prefix, n in reversed(LINES.items()) if module.startswith(prefix) or module == "app")
    assert len(SOURCES[module].read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", sorted(ROOT.glob("regviz/**/*.js")), ids=lambda p: p.name)
def test_no_script_outgrows_it_either(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_readme_lists_the_catalog():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    start = lines.index("| Topic | Question | What you see |") + 2
    rows = [tuple(cell.strip() for cell in line.split("|")[1:3]) for line in lines[start : start + 1 + len(TOPICS)]]
    assert rows == [("Home", HOME.question), *((t.title, t.question) for t in TOPICS)]
    assert not lines[start + 1 + len(TOPICS)].startswith("|")


def test_importing_the_core_brings_numpy_only():
    heavy = {"streamlit", "plotly", "pandas", "scipy", "contourpy"}
    code = f"import sys, regviz; print(sorted({{m.split('.')[0] for m in sys.modules}} & {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_exist_and_have_docs():
    assert len(set(regviz.__all__)) == len(regviz.__all__)
    for name in regviz.__all__:
        assert (getattr(regviz, name).__doc__ or "").strip(), name


def test_the_scripts_can_be_joined():
    """One file holds them all: no two may call different things by one name."""
    names = re.findall(r"^(?:export )?(?:async )?(?:const|let|function\*?) (\w+)", assets.standalone(), re.MULTILINE)
    assert len(names) > 100
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_the_plotly_that_is_served_is_that_of_the_package():
    package = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert f"plotly.js v{assets.PLOTLY_VERSION}\n" in package.read_text(encoding="utf-8")[:200]


def test_every_script_is_served_or_exported():
    assert {*assets.MODULES, assets.FILE, "load"} == {path.stem for path in ROOT.glob("regviz/ui/js/*.js")}
