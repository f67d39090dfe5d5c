"""The small pictures on home: each is that of its topic's default figure."""

import importlib
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from regviz.catalog import TOPICS
from regviz.figures.kit.stills import simplified, still
from regviz.ui.assets import PICTURES
from regviz.ui.topic import Shown

SLUGS = [t.slug for t in TOPICS]
NEAR = 2.0  # of 320 units: what other kernels of the linear algebra make of a trained curve
WANDERING = {"lr_schedules", "sharpness_aware", "early_stopping"}  # a rounding leads single descents elsewhere


def drawn(shown, s):
    draw = next(iter(shown.view(s).panels.values()))
    return still(draw(s, shown.compute(s)))


def shown_of(slug):
    return Shown(importlib.import_module(f"regviz.figures.{slug}"))


def marks(picture):
    """Return (look, points) of every mark of a picture."""
    found = []
    for node in ET.fromstring(picture).iter():
        kind = node.tag.rsplit("}", 1)[-1]
        if kind in {"path", "circle"}:
            place = node.get("d") or f"{node.get('cx')} {node.get('cy')}"
            spots = re.findall(r"-?[\d.]+", place)
            found.append(
                ((kind, node.get("style"), node.get("stroke-dasharray")), np.array(spots, float).reshape(-1, 2))
            )
    return found


def apart(a, b):
    """Return the largest distance from a point of a to the broken line through b."""
    start, along = b[:-1], np.diff(b, axis=0)
    if not len(along):
        return np.hypot(*(a - b).T).max()
    long = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((a[:, None] - start) * along).sum(axis=2) / long, 0, 1)
    return np.hypot(*np.moveaxis(a[:, None] - start - share[..., None] * along, 2, 0)).min(axis=1).max()


def share_of(slug):
    return 0.7 if slug in WANDERING else 1.0


def alike(one, two, share=1.0):
    """Tell whether two pictures have the same marks in the same looks, and so large a share of them where they were."""
    one, two = marks(one), marks(two)
    if [look for look, _ in one] != [look for look, _ in two]:
        return False
    near = [max(apart(a, b), apart(b, a)) < NEAR for (_, a), (_, b) in zip(one, two, strict=True)]
    return np.mean(near) >= share


@pytest.mark.parametrize("slug", SLUGS)
def test_home_shows_the_default_figure_of_every_topic(slug):
    """Where this fails, `python docs/stills.py` draws the pictures anew."""
    shown = shown_of(slug)
    assert alike(PICTURES[slug], drawn(shown, shown.module.Settings()), share_of(slug))
    assert len(PICTURES[slug]) < 10_000


def test_every_picture_belongs_to_a_topic():
    assert set(PICTURES) == set(SLUGS)


@pytest.mark.parametrize(
    ("slug", "change"),
    [
        ("constraint_balls", {"lambda_": 1.0}),
        ("soft_threshold", {"rule": "hard"}),
        ("lr_schedules", {"peak": 0.0316}),
        ("sharpness_aware", {"rho": 0.1}),
        ("early_stopping", {"learning_rate": 0.001}),
    ],
)
def test_a_figure_that_moved_is_told_from_its_picture(slug, change):
    shown = shown_of(slug)
    assert not alike(PICTURES[slug], drawn(shown, shown.module.Settings(**change)), share_of(slug))


def test_a_simplified_line_stays_near_and_keeps_its_ends(rng):
    for _ in range(20):
        line = rng.normal(size=(200, 2)).cumsum(axis=0)
        fewer = simplified(line, 0.7)
        assert len(fewer) < len(line)
        assert apart(line, fewer) <= 0.7
        np.testing.assert_array_equal(fewer[[0, -1]], line[[0, -1]])
