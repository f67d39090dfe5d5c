"""Every page asks one question whose answer its charts show; the answer follows the settings."""

import importlib
from dataclasses import dataclass
from typing import Annotated

import pytest
from claims import random_settings

from regviz.knobs import LogSlider, Slider
from regviz.questions.question import Question, told
from regviz.ui.topic import Shown


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


@pytest.mark.parametrize("slug", ["constraint_balls"])
def test_questions_can_be_asked_at_random_settings(slug):
    topic = importlib.import_module(f"regviz.figures.{slug}")
    shown = Shown(topic)
    for s in random_settings(topic.Settings, 20):
        asked = shown.question(s)
        panels = shown.view(s).panels
        assert set(asked["covers"]) <= set(panels)
        assert 0 <= asked["right"] < len(asked["choices"])
        assert asked["text"].endswith("?")
        assert asked["why"].endswith(".")
