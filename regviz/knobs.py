"""What a setting may be: its label, its values and how they read. Widgets, URLs and captions all derive from this."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any, Protocol, get_type_hints

import numpy as np

from regviz.checks import Array

When = tuple[str, tuple[Any, ...]]


class Options(Protocol):
    """What every knob has beside its label: the values, in order, and how they read."""

    @property
    def options(self) -> tuple[Any, ...]:
        """The values, in order."""

    def text(self, value: Any) -> str:
        """Return how `value` reads."""


@dataclass(frozen=True)
class Knob:
    """A setting with a label and a finite list of values; `when` = (field, values) says when it matters."""

    label: str

    def text(self, value: Any) -> str:
        """Return how `value` reads on the slider and in the URL: ASCII, and different for every option."""
        return f"{value:g}" if isinstance(value, float) else str(value)

    def parse(self: Options, text: str) -> Any:
        """Return the option that `text` names, or None."""
        return next((o for o in self.options if text in {str(o), self.text(o)}), None)


@dataclass(frozen=True)
class Numeric(Knob):
    """A knob whose options are numbers in rising order.

    `after` says what a new value needs before there is anything to show, such as "train", everywhere or where `slow`
    holds; the charts follow other knobs.
    """

    def parse(self: Options, text: str) -> Any:
        """Return the option nearest to the number in `text`, or None where it is no finite number."""
        try:
            value = float(text)
        except ValueError:
            return None
        return min(self.options, key=lambda option: abs(option - value)) if math.isfinite(value) else None


@dataclass(frozen=True)
class Slider(Numeric):
    """Evenly spaced numbers from `low` to `high`; integers where all three are."""

    low: float
    high: float
    step: float
    when: When | None = None
    help: str | None = None
    after: str | None = None
    slow: When | None = None

    @cached_property
    def options(self) -> tuple[float, ...]:
        """The values, rounded to the decimals of the step."""
        count = round((self.high - self.low) / self.step) + 1
        values = (self.low + i * self.step for i in range(count))
        if all(isinstance(v, int) for v in (self.low, self.high, self.step)):
            return tuple(int(v) for v in values)
        return tuple(round(v, 6) + 0.0 for v in values)


@dataclass(frozen=True)
class LogSlider(Numeric):
    """`count` numbers evenly spaced in log, rounded to three significant digits so that a label is the value.

    `zero` puts 0 before them.
    """

    low: float
    high: float
    count: int
    when: When | None = None
    help: str | None = None
    after: str | None = None
    slow: When | None = None
    zero: bool = False

    @cached_property
    def options(self) -> tuple[float, ...]:
        """The values, each exactly what its label says."""
        ratio = math.log(self.high / self.low) / (self.count - 1)
        ladder = tuple(float(f"{self.low * math.exp(ratio * i):.3g}") for i in range(self.count))
        return (0.0, *ladder) if self.zero else ladder


@dataclass(frozen=True)
class Choice(Knob):
    """One of a few words; `names` are what the reader sees."""

    options: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    when: When | None = None
    help: str | None = None

    def text(self, value: str) -> str:
        """Return the name the reader sees."""
        return dict(zip(self.options, self.names or self.options, strict=True))[value]


@dataclass(frozen=True)
class Toggle(Knob):
    """On or off."""

    when: When | None = None
    help: str | None = None
    options = (False, True)

    def text(self, value: bool) -> str:
        """Return "true" or "false", as the URL has it."""
        return str(value).lower()


@dataclass(frozen=True)
class Seed(Slider):
    """The seed of the random numbers."""

    label: str = "Seed"
    low: int = 0
    high: int = 49
    step: int = 1
    help: str | None = "Another draw of the same kind of data."


@dataclass(frozen=True)
class Numbers(Knob):
    """A short list of numbers that the page itself lets the reader edit; `options` are examples."""

    options: tuple[tuple[float, ...], ...] = ((1.0, 2.0, 3.0), (0.0,))
    most: int = 8
    when: When | None = None

    def text(self, value: tuple[float, ...]) -> str:
        """Return the numbers, separated by commas."""
        return ",".join(f"{v:g}" for v in value)

    def parse(self, text: str) -> tuple[float, ...] | None:
        """Return the finite numbers in `text`, or None where anything else is in it."""
        try:
            return self.clean(float(word) for word in text.split(","))
        except ValueError:
            return None

    def clean(self, values: Iterable[float | None]) -> tuple[float, ...]:
        """Return the first few numbers that are there and finite, to six digits; raises ValueError where none is."""
        kept = tuple(float(f"{v:g}") for v in values if v is not None and math.isfinite(v) and abs(v) <= 1e6)
        if not kept:
            raise ValueError("at least one number between −1e6 and 1e6 is needed")
        return kept[: self.most]


@dataclass(frozen=True)
class Several(Knob):
    """Any of a few words, or none of them; `names` are what the reader sees. `options` are the two extremes."""

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    when: When | None = None
    help: str | None = None

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """None of the words, and all of them."""
        return (), self.words

    def text(self, value: tuple[str, ...]) -> str:
        """Return the words, separated by commas; "none" where there are none."""
        return ",".join(value) or "none"

    def parse(self, text: str) -> tuple[str, ...] | None:
        """Return the words in `text`, each once and in order, or None where anything else is in it."""
        asked = set() if text == "none" else set(text.split(","))
        return self.clean(asked) if asked <= set(self.words) else None

    def clean(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """Return the chosen words, each once and in order."""
        kept = set(chosen)
        return tuple(word for word in self.words if word in kept)


@lru_cache(maxsize=64)
def knobs(settings_type: type) -> dict[str, Any]:
    """Return {field name: knob} of a Settings dataclass, in order."""
    hints = get_type_hints(settings_type, include_extras=True)
    return {f.name: hints[f.name].__metadata__[0] for f in fields(settings_type)}


def matters(settings: Any, name: str) -> bool:
    """Return whether knob `name` has an effect at these settings."""
    when = knobs(type(settings))[name].when
    return when is None or getattr(settings, when[0]) in when[1]


def waits(settings: Any, name: str) -> str | None:
    """Return what a new value of a knob needs at these settings before there is anything to show, or None."""
    knob = knobs(type(settings))[name]
    if not isinstance(knob, Numeric):
        return None
    return knob.after if knob.slow is None or getattr(settings, knob.slow[0]) in knob.slow[1] else None


def live(settings: Any) -> tuple[str, ...]:
    """Return the names of the numeric knobs that matter at these settings and whose thumb the charts can follow."""
    table = knobs(type(settings))
    followed = (n for n, k in table.items() if isinstance(k, Numeric) and matters(settings, n))
    return tuple(n for n in followed if waits(settings, n) is None)


def grid(settings_type: type, name: str) -> Array:
    """Return the values (m,) of a numeric knob, in rising order."""
    return np.array(knobs(settings_type)[name].options, dtype=float)


def place(settings: Any, name: str) -> int:
    """Return where on its grid a numeric knob stands: the index of the nearest value."""
    return int(np.argmin(np.abs(grid(type(settings), name) - getattr(settings, name))))


def without(settings: Any, *names: str) -> Any:
    """Return `settings` with these knobs at their defaults, as a key for all that does not depend on them."""
    default = type(settings)()
    return replace(settings, **{name: getattr(default, name) for name in names})


def changed(settings: Any) -> dict[str, Any]:
    """Return {field name: value} of what matters and differs from the default."""
    default = type(settings)()
    values = {f.name: getattr(settings, f.name) for f in fields(settings)}
    return {n: v for n, v in values.items() if v != getattr(default, n) and matters(settings, n)}


def settled(settings: Any) -> Any:
    """Return `settings` with every knob that does not matter back at its default."""
    return replace(type(settings)(), **changed(settings))


def state_name(slug: str, settings: Any, always: tuple[str, ...] = ()) -> str:
    """Return a file name for this state, without its ending: the slug, then what differs and what `always` names.

    Words stand for themselves; numbers carry the name of their knob.
    """
    told = changed(settings)
    parts = [slug]
    for name, knob in knobs(type(settings)).items():
        value = getattr(settings, name)
        if name in told or (name in always and matters(settings, name)):
            word = str(value) if isinstance(knob, Choice) else f"{name.rstrip('_')}_{knob.text(value)}"
            parts.append(word.replace(" ", "_"))
    return "-".join(parts)


def corners(settings_type: type) -> Iterator[Any]:
    """Yield every state at an edge: for each word of each choice, each numeric knob at each end, then all together."""
    table = knobs(settings_type)
    numeric = [n for n, k in table.items() if isinstance(k, Numeric)]
    words = [n for n, k in table.items() if not isinstance(k, Numeric)]
    bases = [settings_type()]
    for name in words:
        bases += [replace(settings_type(), **{name: o}) for o in table[name].options]
    seen = set()
    for base in bases:
        variants = [base]
        for end in (0, -1):
            variants += [replace(base, **{n: table[n].options[end]}) for n in numeric]
            variants.append(replace(base, **{n: table[n].options[end] for n in numeric}))
        for variant in variants:
            state = settled(variant)
            if state not in seen:
                seen.add(state)
                yield state
