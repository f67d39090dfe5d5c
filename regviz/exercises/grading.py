"""What is said to an answer: a number read from text, held against the right one, and never repeated."""

import re
from dataclasses import dataclass
from math import isfinite

from regviz.exercises.exercise import LEAST, LETTERS, Exercise, Pick

LONGEST = 24  # characters of a number that are read
WORD = re.compile(rf"([{LETTERS}-])([{LETTERS}-])(.*)")
NONE = "--"  # an exercise without answers, in an address
UNSIGNED = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,4})?"
NUMBER = re.compile(rf"([+-]?){UNSIGNED}(?:/{UNSIGNED})?")
SPACES = re.compile(r"(?<![0-9.e])\s+|\s+(?![0-9.e])")  # not those between two digits
PLAIN = str.maketrans({"−": "-", "–": "-", ",": ".", "E": "e"})
EXAMPLE = "Give one number, such as 0.316, 0,316, 4/3 or −1.2e−3."


@dataclass(frozen=True)
class Outcome:
    """Whether an answer is right, whether it could be read at all, and one sentence about it."""

    right: bool
    read: bool
    said: str


def number_in(text: str) -> float | None:
    """Return the finite number that a text is, or None; a fraction and a decimal comma are numbers.

    >>> [number_in(text) for text in ("0,316", "− 4/3", "3 kg", "1e999", "")]
    [0.316, -1.3333333333333333, None, None, None]
    """
    value = _value(text)
    return value if value is not None and isfinite(value) else None


def _value(text: str) -> float | None:
    """Return the number that a text is, infinite where it is too large, or None."""
    if len(text) > LONGEST:
        return None
    found = SPACES.sub("", text.strip()).translate(PLAIN)
    if not NUMBER.fullmatch(found):
        return None
    above, _, below = found.partition("/")
    if below and float(below) == 0:
        return None
    return float(above) / float(below or 1)


def graded(text: str, exercise: Exercise) -> Outcome:
    """Return what is said to a number that a reader has typed; nothing of what was typed is in it."""
    value = number_in(text)
    if value is None:
        return Outcome(False, False, _unread(text))
    right, within = exercise.drawn.answer, exercise.tolerance * (1 + 1e-9)
    if abs(value - right) <= within:
        return Outcome(True, True, f"Right, within {'0.5 %' if exercise.tolerance > LEAST else LEAST}.")
    for slip, said in exercise.drawn.slips:
        if abs(value - slip) <= max(0.005 * abs(slip), 0.001):
            return Outcome(False, True, f"No. {said}")
    if abs(value + right) <= within:
        return Outcome(False, True, "No: the size is right, the sign is not.")
    return Outcome(False, True, f"No: the answer is {'larger' if right > value else 'smaller'}.")


def _unread(text: str) -> str:
    """Say in one sentence why a text is no number."""
    if not text.strip():
        return ""
    if len(text) > LONGEST:
        return f"That is longer than {LONGEST} characters; give one number."
    if _value(text) is not None:
        return "That number is too large."
    if re.match(rf"\s*[+−–-]?\s*{UNSIGNED}\s*[a-zA-Z%°]", text.replace(",", ".")):
        return "Give the number alone, without a unit or a word."
    return EXAMPLE


def judged(chosen: int | None, pick: Pick) -> Outcome:
    """Return what is said to a choice."""
    if chosen is None:
        return Outcome(False, False, "")
    if chosen == pick.right:
        return Outcome(True, True, f"Right. {pick.why}")
    return Outcome(False, True, f"No: it is “{pick.options[pick.right]}” {pick.why}")


@dataclass(frozen=True)
class Answers:
    """What a reader has answered to one exercise: two choices by their places, and a number as it was typed."""

    definition: int | None = None
    diagnostic: int | None = None
    number: str = ""


def told(answers: dict[str, Answers], slugs: tuple[str, ...]) -> str:
    """Return all answers as one word for an address, in the order of `slugs`; what is no number is left out.

    >>> told({"a": Answers(1, None, "0,3"), "b": Answers(None, 2, "<b>")}, ("a", "b", "c"))
    'b-0,3_-c'
    """
    words = [_word(answers.get(slug, Answers())) for slug in slugs]
    while words and words[-1] == NONE:
        words.pop()
    return "_".join(words)


def _word(a: Answers) -> str:
    picks = ("-" if k is None else LETTERS[k] for k in (a.definition, a.diagnostic))
    return "".join(picks) + (a.number.strip() if number_in(a.number) is not None else "")


def read(text: str, slugs: tuple[str, ...]) -> dict[str, Answers]:
    """Return the answers that an address holds; whatever is none is left out.

    >>> read("b-0,3_-c_<script>", ("a", "b", "c"))["a"]
    Answers(definition=1, diagnostic=None, number='0,3')
    """
    words = text[: (LONGEST + 3) * len(slugs)].split("_")
    found = {slug: _read(word) for slug, word in zip(slugs, words, strict=False)}
    return {slug: answers for slug, answers in found.items() if answers != Answers()}


def _read(word: str) -> Answers:
    found = WORD.fullmatch(word)
    if found is None:
        return Answers()
    *letters, number = found.groups()
    definition, diagnostic = (None if letter == "-" else LETTERS.index(letter) for letter in letters)
    return Answers(definition, diagnostic, number if number_in(number) is not None else "")
