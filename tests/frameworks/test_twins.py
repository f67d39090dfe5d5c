"""The scripts in other frameworks run, and print the numbers of the page: at its defaults and at random settings."""

import importlib
import io
from contextlib import redirect_stdout

import numpy as np
import pytest
from claims import random_settings

from regviz.catalog import HOME, TOPICS
from regviz.ui.topic import Shown

SLUGS = [t.slug for t in (HOME, *TOPICS) if importlib.util.find_spec(f"regviz.frameworks.{t.slug}")]
FIXED = {  # where there is a twin, and, of what is trained, one training
    "choosing_lambda": {"data": "diabetes", "products": True, "n": 100},
    "coefficient_paths": {"data": "diabetes", "standardise": True},
    "common_mistakes": {"view": "precision"},
    "constraint_balls": {"constrained": False},
    "data_augmentation": {"view": "noise"},
    "double_descent": {"view": "features", "n": 40, "signal": "equal"},
    "dropout": {"view": "linear", "correlation": 0.6},
    "early_stopping": {"data": "curve", "learning_rate": 0.01, "weight_decay": 0.0},
    "famous_figures": {"view": "paths"},
    "generalization_diagnostics": {"seed": 0},
    "home": {"features": "polynomial"},
    "label_smoothing": {"view": "loss"},
    "lora_rank": {"view": "linear"},
    "lr_schedules": {"peak": 0.1},
    "map_priors": {"prior": "laplace"},
    "normalization": {"view": "training", "learning_rate": 0.1, "scale": 1.0},
    "nuclear_norm": {"view": "denoise"},
    "optimizer_race": {"surface": "rosenbrock", "speed": 0.1},
    "penalty_shapes": {"penalty": "elastic net"},
    "sharpness_aware": {"view": "basins", "noise": 0.0, "eta": 0.1},
    "soft_threshold": {"rule": "hard"},
    "spectral_normalization": {"view": "power"},
    "weight_decay": {"noise": 0.0},
}
LEAST = 3  # settings


def printed(code):
    """Run a script and return the numbers that it prints."""
    said = io.StringIO()
    with redirect_stdout(said), np.errstate(all="warn"):
        exec(compile(code, "twin", "exec"), {})
    return np.array(said.getvalue().split(), dtype=float)


def near(twin, where=""):
    assert len(twin.code.splitlines()) <= 15
    ours = np.ravel(twin.numbers)
    atol = twin.within * np.abs(ours).max() + 1e-15
    np.testing.assert_allclose(printed(twin.code), ours, rtol=0, atol=atol, err_msg=where)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_twin_gives_the_numbers_of_the_page(slug):
    page = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    settings = page.module.Settings
    ran = 0
    for s in [settings(), *random_settings(settings, 40, **FIXED.get(slug, {}))]:
        twins = page.twins(s)
        for twin in twins:
            near(twin, str(s))
        ran += bool(twins)
        if ran == LEAST:
            break
    assert ran == LEAST


@pytest.mark.parametrize(("penalty", "counts"), [("l1", 1), ("l2", 2), ("elastic net", 1), ("lq", 0)])
def test_constraint_balls_has_the_frameworks_of_its_penalty(penalty, counts):
    page = Shown(importlib.import_module("regviz.figures.constraint_balls"))
    found = page.twins(page.module.Settings(penalty=penalty))
    assert len(found) == counts
    for twin in found:
        near(twin)


ELSEWHERE = [  # views and choices that the settings above leave out
    ("common_mistakes", {"view": "smoothing"}, ["optax"]),
    ("dropout", {"view": "digits"}, ["PyTorch", "Keras"]),
    ("implicit_regularization", {"view": "margin"}, ["scikit-learn"]),
    ("map_priors", {"prior": "gaussian", "centre": 1.0}, ["scikit-learn"]),
    ("map_priors", {"prior": "elastic net"}, ["scikit-learn"]),
    ("map_priors", {"prior": "student"}, []),
    ("normalization", {"kind": "layer"}, ["PyTorch"]),
    ("normalization", {"kind": "none"}, []),
    ("optimizer_race", {"surface": "quadratic"}, ["PyTorch", "optax"]),
    ("penalty_shapes", {"penalty": "l1"}, ["Keras", "PyTorch"]),
    ("penalty_shapes", {"penalty": "l2"}, ["Keras"]),
]


@pytest.mark.parametrize(("slug", "fixed", "frameworks"), ELSEWHERE, ids=str)
@pytest.mark.underflows
def test_other_views_have_theirs(slug, fixed, frameworks):
    page = Shown(importlib.import_module(f"regviz.figures.{slug}"))
    found = page.twins(page.module.Settings(**fixed))
    assert [twin.framework for twin in found] == frameworks
    for twin in found:
        near(twin)


def test_a_reader_s_own_table_has_no_twin():
    page = Shown(importlib.import_module("regviz.figures.coefficient_paths"))
    table = page.module.source(page.module.Settings())
    assert Shown(page.module, table).twins(page.module.Settings()) == []
