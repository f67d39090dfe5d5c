"""The scripts in other frameworks run, and print the numbers of the page: at its defaults and at random settings."""

import importlib
import io
from contextlib import redirect_stdout

import numpy as np
import pytest
from claims import random_settings

from regviz.catalog import TOPICS
from regviz.ui.topic import Shown

SLUGS = [t.slug for t in TOPICS if importlib.util.find_spec(f"regviz.frameworks.{t.slug}")]
FIXED = {  # where there is a twin, and, of what is trained, one training
    "coefficient_paths": {"data": "diabetes", "standardise": True},
    "constraint_balls": {"constrained": False},
    "label_smoothing": {"view": "loss"},
    "lr_schedules": {"peak": 0.1},
    "optimizer_race": {"surface": "rosenbrock", "speed": 0.1},
    "soft_threshold": {"rule": "hard"},
    "weight_decay": {"noise": 0.0},
}
LEAST = 3  # settings


def printed(code):
    """Run a script and return the numbers that it prints."""
    said = io.StringIO()
    with redirect_stdout(said), np.errstate(all="warn"):
        exec(compile(code, "twin", "exec"), {})
    return np.array(said.getvalue().split(), dtype=float)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_twin_gives_the_numbers_of_the_page(slug):
    page = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    settings = page.module.Settings
    ran = 0
    for s in [settings(), *random_settings(settings, 40, **FIXED.get(slug, {}))]:
        for twin in page.twins(s):
            assert len(twin.code.splitlines()) <= 15
            ours = np.ravel(twin.numbers)
            theirs = printed(twin.code)
            np.testing.assert_allclose(
                theirs, ours, rtol=0, atol=twin.within * np.abs(ours).max() + 1e-15, err_msg=str(s)
            )
            ran += 1
        if ran >= 2 * LEAST:
            break
    assert ran >= LEAST


@pytest.mark.parametrize(("penalty", "counts"), [("l1", 1), ("l2", 2), ("elastic net", 1), ("lq", 0)])
def test_constraint_balls_has_the_frameworks_of_its_penalty(penalty, counts):
    page = Shown(importlib.import_module("regviz.figures.constraint_balls"))
    found = page.twins(page.module.Settings(penalty=penalty))
    assert len(found) == counts
    for twin in found:
        np.testing.assert_allclose(printed(twin.code), twin.numbers, atol=1e-6)


def test_a_reader_s_own_table_has_no_twin():
    page = Shown(importlib.import_module("regviz.figures.coefficient_paths"))
    table = page.module.source(page.module.Settings())
    assert Shown(page.module, table).twins(page.module.Settings()) == []
