"""Every page asks one question whose answer its charts show; the answer follows the settings."""

import importlib
import importlib.util
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import pytest
from claims import random_settings

from regviz.catalog import HOME, TOPICS
from regviz.data.tables import Table
from regviz.exercises.sheet import PROBLEMS
from regviz.knobs import LogSlider, Slider, knobs
from regviz.questions.question import Question, extreme, foremost, told
from regviz.ui.topic import Shown

SLUGS = [row.slug for row in (HOME, *TOPICS) if importlib.util.find_spec(f"regviz.questions.{row.slug}")]
MODULES = {slug: importlib.import_module(f"regviz.figures.{slug}") for slug in SLUGS}
SHOWN = {slug: Shown(module) for slug, module in MODULES.items()}
TRAINED = {slug for slug in SLUGS if importlib.util.find_spec(f"regviz.experiments.{slug}")}
NOTHING_TO_ASK = {
    "optimizer_race": "racers",
    "lr_schedules": "shown",
}  # the setting that leaves nothing when it is empty
ALL_SHOW_IT = {
    ("implicit_regularization", "norms"),
    ("label_smoothing", "teach"),
    ("experiment_sheets", "optimizers"),
    ("experiment_sheets", "schedules"),
    *(("exercises", view) for view in PROBLEMS),  # one chart each, of the problem
}  # views in which every panel shows the answer


@dataclass(frozen=True)
class Settings:
    steep: Annotated[float, LogSlider("Steep", 0.01, 100, 5, zero=True)] = 1.0
    even: Annotated[float, Slider("Even", 0.0, 10.0, 1.0)] = 1.0


@pytest.mark.parametrize(
    ("field", "answer", "nearest"),
    [("even", 2.4, "2"), ("even", -3.0, "0"), ("steep", 0.4, "1"), ("steep", 2.0, "1"), ("steep", 0.0, "0")],
)
def test_the_right_place_is_the_nearest_on_the_scale_of_the_slider(field, answer, nearest):
    asked = told(Question("?", answer, "!", (), field=field), Settings)
    assert asked["choices"][asked["right"]] == nearest


def test_a_choice_knows_the_right_one():
    asked = told(Question("?", "b", "!", ("plane",), options=("a", "b")), Settings)
    assert (asked["choices"], asked["right"], asked["covers"]) == (("a", "b"), 1, ("plane",))


def test_a_question_on_a_curve_names_the_smallest_place_where_several_are_level():
    q = extreme("the error", "λ", "Chart", "even", [1.0, 2.0, 3.0], [0.5, 0.2, 0.2], ("plane",))
    assert (q.answer, q.text) == (2.0, "What is the smallest λ at which the error is least?")
    assert q.why == "In “Chart” the error is least, 0.2, at λ = 2."
    assert extreme("it", "λ", "", "even", [1.0, 2.0], [np.nan, 1.0], (), most=True).answer == 2.0


def test_a_question_on_several_values_names_them_all():
    q = foremost("Which?", {"a": 2.0, "b": 1.0}, "The loss", ())
    assert (q.answer, q.options, q.why) == ("b", ("a", "b"), "The loss is 2 for a and 1 for b.")
    assert foremost("Which?", {"a": 2.0, "b": 1.0}, "", (), most=True).answer == "a"


def views(settings_type):
    """Return the defaults in every view."""
    table = knobs(settings_type)
    return [settings_type(view=name) for name in table["view"].options] if "view" in table else [settings_type()]


def states(slug):
    """Return the settings at which a page is asked: random ones, or where it trains the defaults in every view."""
    settings_type = MODULES[slug].Settings
    return views(settings_type) if slug in TRAINED else random_settings(settings_type, 20)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_questions_can_be_asked(slug):
    shown = SHOWN[slug]
    asked = [(s, shown.question(s)) for s in [shown.module.Settings(), *states(slug)]]
    assert asked[0][1] is not None
    for s, q in asked:
        if q is None:
            assert not getattr(s, NOTHING_TO_ASK[slug])
            continue
        panels = set(shown.view(s).panels)
        assert set(q["covers"]) <= panels
        assert q["covers"]
        assert set(q["covers"]) < panels or (slug, getattr(s, "view", "")) in ALL_SHOW_IT
        assert 0 <= q["right"] < len(q["choices"])
        assert 1 < len(q["choices"]) == len(set(q["choices"]))
        assert q["text"].endswith("?")
        assert q["why"].endswith(".")
        assert any(c.isdigit() for c in q["why"])


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_a_question_stays_while_the_slider_above_the_charts_moves(slug):
    shown = SHOWN[slug]
    for s in states(slug)[:6]:
        for field in shown.module.SCRUB:
            options = knobs(type(s))[field].options
            assert all(
                shown.question(replace(s, **{field: v})) == shown.question(s) for v in options[:: len(options) // 4]
            )


def test_readers_tables_are_asked_nothing(rng):
    table = Table(rng.standard_normal((9, 2)), rng.standard_normal(9), ("a", "b"), "y", "a file")
    assert Shown(MODULES["coefficient_paths"], table).question(MODULES["coefficient_paths"].Settings()) is None
