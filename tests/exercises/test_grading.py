"""What may be typed, and what is said to it."""

import pytest

from regviz.exercises.grading import Answers, Outcome, graded, judged, number_in, read, told
from regviz.exercises.sheet import PROBLEMS, generate

SLUGS = tuple(PROBLEMS)
NUMBERS = {
    "0.316": 0.316,
    "0,316": 0.316,
    "  .316 ": 0.316,
    "+3": 3,
    "−0.4": -0.4,
    "– 0,4": -0.4,
    "-.5": -0.5,
    "5.": 5,
    "4/3": 4 / 3,
    "−4 / 3": -4 / 3,
    "3.16e-1": 0.316,
    "3,16E−1": 0.316,
    "\u00a01.5\u2009": 1.5,
    "1e-9999": 0,
}
NONE = [
    *(
        "",
        " ",
        "nan",
        "inf",
        "-Infinity",
        "1e999",
        "-1e999/2",
        "1/0",
        "1/1e-999",
        "3 kg",
        "5%",
        "1 2",
        "1,234.5",
        "0x1f",
    ),
    *("1_000", "٣", "<b>1</b>", "$1$", "--1", "1/2/3", "=1+1", "1e", "\u202e1", "1" * 25, "9" * 10_000, "1\n2"),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_numbers_are_read(text, value):
    assert number_in(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number_gets_one_sentence_that_does_not_repeat_it(text):
    assert number_in(text) is None
    outcome = graded(text, generate("l2_penalty"))
    assert not outcome.right
    assert not outcome.read
    assert outcome.said.endswith(".") == bool(text.strip())  # nothing is said to nothing
    assert len(outcome.said) < 80
    assert len(text.strip()) < 3 or text not in outcome.said


def test_each_kind_of_nonsense_has_its_sentence():
    exercise = generate("l2_penalty")
    sentences = [graded(text, exercise).said for text in ("", "3 kg", "nan", "1" * 25, "1e999")]
    assert len(set(sentences)) == 5
    assert "unit" in sentences[1]
    assert sentences[4] == "That number is too large."
    assert graded("1/0", exercise).said == sentences[2]


@pytest.mark.parametrize("slug", SLUGS)
def test_three_digits_are_enough_and_slips_are_named(slug):
    for seed in range(30):
        exercise = generate(slug, seed)
        answer = exercise.drawn.answer
        assert graded(f"{answer:.3g}", exercise).right
        assert graded(f"{answer - 0.99 * exercise.tolerance:.9f}", exercise).right
        assert not graded(f"{answer + 1.01 * exercise.tolerance:.9f}", exercise).right
        assert not graded(f"{-answer:.9f}", exercise).right
        for slip, said in exercise.drawn.slips:
            outcome = graded(f"{slip:.5g}", exercise)
            assert not outcome.right
            assert any(outcome.said == f"No. {words}" for _, words in exercise.drawn.slips), said


def test_a_right_number_is_told_how_near_it_is():
    """A small answer is graded by 0.005, a large one by its half percent."""
    small, large = generate("l2_penalty", 7), generate("double_descent", 7)
    assert small.drawn.answer < 1 < large.drawn.answer
    assert graded(f"{small.drawn.answer + 0.0049}", small).said == "Right, within 0.005."
    assert graded(f"{1.0049 * large.drawn.answer}", large).said == "Right, within 0.5 %."


def test_a_wrong_number_is_told_its_side():
    exercise = generate("l2_penalty", 7)
    assert graded("0.001", exercise).said == "No: the answer is larger."
    assert graded("999", exercise).said == "No: the answer is smaller."
    assert graded(f"-{exercise.drawn.answer}", exercise).said == "No: the size is right, the sign is not."


def test_choices_are_judged():
    pick = PROBLEMS["lora_rank"].definition
    assert judged(pick.right, pick).right
    assert judged(pick.right, pick).said == f"Right. {pick.why}"
    assert judged((pick.right + 1) % 3, pick).said == f"No: it is “{pick.options[pick.right]}” {pick.why}"
    assert judged(None, pick) == Outcome(False, False, "")


def test_an_address_holds_all_answers():
    given = {slug: Answers(k % 3, (k + 1) % 3 if k % 2 else None, f"−{k},5e−3") for k, slug in enumerate(SLUGS)}
    assert read(told(given, SLUGS), SLUGS) == given
    assert told({}, SLUGS) == ""
