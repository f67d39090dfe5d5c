"""Knobs: labels are values, text round trips, nonsense is refused, corners are few and different."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import pytest

from regviz.knobs import (
    Choice,
    LogSlider,
    Numbers,
    Seed,
    Several,
    Slider,
    Toggle,
    changed,
    corners,
    grid,
    knobs,
    place,
    settled,
    state_name,
    without,
)


@dataclass(frozen=True)
class Example:
    """A bit of everything."""

    penalty: Annotated[str, Choice("Penalty", ("l1", "elastic net"), ("L1", "Elastic net"))] = "l1"
    lambda_: Annotated[float, LogSlider("λ", 0.001, 10, 81)] = 0.1
    l1_ratio: Annotated[float, Slider("ρ", 0.0, 1.0, 0.05, when=("penalty", ("elastic net",)))] = 0.5
    shift: Annotated[float, Slider("shift", -3.0, 3.0, 0.25)] = 0.0
    on: Annotated[bool, Toggle("on")] = False
    weights: Annotated[tuple[float, ...], Numbers("w")] = (1.0, -2.0)
    rules: Annotated[tuple[str, ...], Several("rules", ("a", "b", "c"), ("A", "B", "C"))] = ("b",)
    seed: Annotated[int, Seed()] = 0


@pytest.mark.parametrize("name", knobs(Example))
def test_every_label_is_unique_and_leads_back_to_its_value(name):
    knob = knobs(Example)[name]
    texts = [knob.text(option) for option in knob.options]
    assert len(set(texts)) == len(texts)
    assert [knob.parse(text) for text in texts] == list(knob.options)


@pytest.mark.parametrize("name", knobs(Example))
@pytest.mark.parametrize("junk", ["", "nan", "inf", "1e400", "<b>x</b>", "x" * 10_000, "None", "-inf", "0x1", "\x00"])
def test_nonsense_is_no_value(name, junk):
    parsed = knobs(Example)[name].parse(junk)
    assert parsed is None or parsed in knobs(Example)[name].options


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("lambda_", "0.3", 0.316),
        ("lambda_", "999", 10.0),
        ("lambda_", "-5", 0.001),
        ("shift", "0.3", 0.25),
        ("seed", "7.6", 8),
    ],
)
def test_off_step_numbers_snap(name, text, value):
    assert knobs(Example)[name].parse(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("c,a", ("a", "c")), ("a,a", ("a",)), ("none", ()), ("a,d", None), ("a,", None), (",", None)],
)
def test_several_words_come_once_and_in_order(text, value):
    assert knobs(Example)["rules"].parse(text) == value


def test_log_labels_are_the_values():
    options = knobs(Example)["lambda_"].options
    assert options[0] == 0.001
    assert options[-1] == 10
    assert 0.0316 in options
    ratios = [b / a for a, b in pairwise(options)]
    assert max(ratios) / min(ratios) < 1.02  # three digits leave half a percent on either end of a step


def test_only_what_matters_and_differs_is_told():
    s = Example(lambda_=0.316, l1_ratio=0.2)
    assert changed(s) == {"lambda_": 0.316}
    assert settled(s) == Example(lambda_=0.316)
    assert state_name("balls", s, ("lambda_",)) == "balls-lambda_0.316"
    other = Example(penalty="elastic net", l1_ratio=0.2)
    assert state_name("balls", other, ("lambda_",)) == "balls-elastic_net-lambda_0.1-l1_ratio_0.2"


def test_corners_reach_every_end_without_twins():
    found = list(corners(Example))
    assert len(found) == len(set(found))
    assert Example() in found
    for name, knob in knobs(Example).items():
        reached = {getattr(s, name) for s in found}
        assert {knob.options[0], knob.options[-1]} <= reached


@pytest.mark.parametrize("values", [[], [math.nan], [None], [1e99]])
def test_numbers_need_one(values):
    with pytest.raises(ValueError, match="at least one number"):
        Numbers("w").clean(values)


@dataclass(frozen=True)
class Two:
    lambda_: Annotated[float, LogSlider("Strength λ", 1e-3, 10, 5)] = 0.1
    seed: Annotated[int, Seed()] = 3


def test_grid_place_and_without():
    assert grid(Two, "lambda_").tolist() == [1e-3, 1e-2, 0.1, 1, 10]
    assert place(Two(lambda_=1.2, seed=4), "lambda_") == 3
    assert without(Two(1.0, 4), "lambda_") == Two(seed=4)
    assert without(Two(1.0, 4), "lambda_", "seed") == Two()


def test_zero_may_come_before_a_log_ladder():
    knob = LogSlider("Strength λ", 0.01, 1.0, 3, zero=True)
    assert knob.options == (0.0, 0.01, 0.1, 1.0)
    assert [knob.parse(text) for text in ("0", "0.0", "-1", "0.004", "0.006")] == [0.0, 0.0, 0.0, 0.0, 0.01]
