"""The answers of a reader to the ten exercises, and the key to them; an address holds what was answered, no server."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin

import streamlit as st

from regviz.exercises.exercise import Exercise
from regviz.exercises.grading import LONGEST, Answers, Outcome, graded, judged, read, told
from regviz.exercises.sheet import PROBLEMS, generate
from regviz.figures import exercises as topic
from regviz.knobs import Numeric, knobs
from regviz.ui import chart, controls
from regviz.ui.page import page_path, table
from regviz.ui.topic import ROWS, Shown, key
from regviz.wording import number

PAPER = "<style>@page { margin: 10mm; }</style>"
SLUG, SLUGS = "exercises", tuple(PROBLEMS)
KEYED = range(1, 61)  # rows of the class list in the key
PARTS = ("definition", "number", "diagnostic")
COLUMNS = tuple(str(k) for k in range(1, len(SLUGS) + 1))
MOST = 200  # links of one class


def below(s: Any, shown: Shown) -> None:
    """Draw what stands below the chart: the exercise with its answers, or the key where the address asks for it."""
    keyed = st.query_params.get("key", "0") != "0"
    if keyed:
        _key(s)
    else:
        _sheet(s)
    chart.keep({"answers": told(_answers(), SLUGS), "key": "1" if keyed else ""}, shown, s)


def shown_at(exercise: Exercise) -> tuple[str, dict[str, str]]:
    """Return the slug of the page that treats an exercise, and the query of the settings nearest to its numbers."""
    slug = exercise.problem.page
    module: Any = import_module(f"regviz.figures.{slug}")
    there, settings = knobs(module.Settings), exercise.drawn.shown
    placed = {n: there[n].parse(str(v)) if isinstance(there[n], Numeric) else v for n, v in settings.items()}
    _, _, query = Shown(module).link(replace(module.Settings(), **placed)).partition("?")
    return slug, dict(parse_qsl(query))


def _answers() -> dict[str, Answers]:
    """Return the answers of this session, or on arrival those of the address; going back takes none away."""
    entry = key("answers", SLUG)
    if entry not in st.session_state:
        st.session_state[entry] = read(st.query_params.get("answers", ""), SLUGS)
    return st.session_state[entry]


def _outcomes(exercise: Exercise, given: Answers) -> dict[str, Outcome]:
    problem = exercise.problem
    picks = judged(given.definition, problem.definition), judged(given.diagnostic, problem.diagnostic)
    return dict(zip(PARTS, (picks[0], graded(given.number, exercise), picks[1]), strict=True))


def _sheet(s: Any) -> None:
    """Draw how far the reader is with all ten, and the exercise on show."""
    answers = _answers()
    every = {slug: _outcomes(generate(slug, s.seed, s.row), answers.get(slug, Answers())) for slug in SLUGS}
    _progress(s, every)
    exercise, outcomes = generate(s.view, s.seed, s.row), every[s.view]
    st.header(exercise.problem.title, anchor=False)
    st.markdown(exercise.drawn.ask)
    with st.container(key=key("answering", SLUG)):
        left, middle, right = st.columns(3, gap="large")
        with left:
            _typed(exercise, outcomes["number"])
        with middle:
            _chosen(exercise, "definition", outcomes["definition"])
        with right:
            _chosen(exercise, "diagnostic", outcomes["diagnostic"])
    slug, query = shown_at(exercise)
    st.page_link(page_path(slug), label=f"See it move: {ROWS[slug].title}", query_params=query)


def _progress(s: Any, every: dict[str, dict[str, Outcome]]) -> None:
    """Say how many answers are right; a chip for each exercise says so too, and leads to it."""
    rights = {part: sum(outcomes[part].right for outcomes in every.values()) for part in PARTS}
    whole = sum(all(o.right for o in outcomes.values()) for outcomes in every.values())
    st.markdown(f"**{whole} of 10 right**; {', '.join(f'{part}s {count}' for part, count in rights.items())}.")
    with st.container(horizontal=True, gap="xsmall", key=key("chips", SLUG, "ten")):
        for slug, outcomes in every.items():
            done = sum(o.right for o in outcomes.values())
            label = f"{PROBLEMS[slug].title} {done}/3"
            kind = "primary" if slug == s.view else "secondary"
            st.button(label, on_click=_turn, args=(replace(s, view=slug),), key=key("to", SLUG, slug), type=kind)


def _turn(s: Any) -> None:
    """Show another exercise; a callback."""
    controls.apply(SLUG, s)
    st.session_state[key("moved", SLUG)] = True


def _typed(exercise: Exercise, outcome: Outcome) -> None:
    """Draw the field for the number, what is said to it, the hint, and once it was tried the solution."""
    slug, what = exercise.problem.slug, exercise.problem.what
    entry = key("number", SLUG, slug)
    st.session_state[entry] = _answers().get(slug, Answers()).number
    st.text_input(
        f"{what[0].upper()}{what[1:]}, three digits",
        key=entry,
        max_chars=LONGEST,
        help="Right within 0.5 %, or 0.005 where that is more. "
        "It may have a comma, be a fraction such as 4/3, or end as 1.2e-3 does.",
        on_change=_keep(slug, "number", entry, str),
    )
    if outcome.said:
        st.markdown(outcome.said)
    with st.expander("Hint", key=key("hint", SLUG, slug)):
        st.markdown(exercise.problem.hint)
    if outcome.read:
        with st.expander("Solution", key=key("solution", SLUG, slug)):
            st.markdown(f"{exercise.problem.because}\n\n$${exercise.drawn.lines}$$")
    else:
        st.caption("The solution comes after a try at the number.")


def _chosen(exercise: Exercise, part: str, outcome: Outcome) -> None:
    """Draw a choice in the order of this exercise, and what is said to it."""
    slug, pick, order = exercise.problem.slug, getattr(exercise.problem, part), getattr(exercise, part)
    entry, options = key(part, SLUG, slug), [pick.options[k] for k in order]
    place = getattr(_answers().get(slug, Answers()), part)
    st.session_state[entry] = None if place is None else pick.options[place]
    st.radio(pick.text, options, index=None, key=entry, on_change=_keep(slug, part, entry, pick.options.index))
    if outcome.said:
        st.markdown(outcome.said)


def _keep(slug: str, part: str, entry: str, read_as: Callable[[Any], Any]) -> Callable[[], None]:
    """Return a callback that takes over one answer."""

    def keep() -> None:
        answers = _answers()
        answers[slug] = replace(answers.get(slug, Answers()), **{part: read_as(st.session_state[entry])})

    return keep


def _key(s: Any) -> None:
    """Write all answers for a seed: the ten of the row on show in full, and the numbers of the rows of a class."""
    with st.container(key=key("own-paper", SLUG)):
        st.html(f"{PAPER}<p>regviz · Exercises · seed {s.seed}</p>")
        whose = f"row {s.row}" if s.row else "row 0, everyone"
        st.header(f"Key to seed {s.seed}, {whose}", anchor=False)
        st.markdown("An answer is right within 0.5 % of it, or 0.005 where that is more.")
        exercises = [generate(slug, s.seed, s.row) for slug in SLUGS]
        rows = (_solved(k, exercise) for k, exercise in enumerate(exercises, 1))
        table(("no.", "exercise", "answer", "derivation", "definition", "diagnostic"), rows)
        st.header(f"Answers of rows {KEYED[0]} to {KEYED[-1]}, seed {s.seed}, by number", anchor=False)
        half = len(KEYED) // 2
        for column, part in zip(st.columns(2), (KEYED[:half], KEYED[half:]), strict=True):
            with column:
                table(
                    ("row", *COLUMNS),
                    ((str(row), *(number(generate(slug, s.seed, row).drawn.answer) for slug in SLUGS)) for row in part),
                )
    with st.container(key=key("keep-links", SLUG)), st.expander(f"Links of rows {KEYED[0]} to {KEYED[-1]}"):
        st.code("\n".join(_links(s)), language=None)
    with st.container(key=key("keep-handed", SLUG)), st.expander("Links that were handed in"):
        text = st.text_area("One link a line; nothing of them is stored", key=key("handed", SLUG), max_chars=400 * MOST)
        if lines := [line for line in text.splitlines() if line.strip()][:MOST]:
            table(("line", "seed", "row", "right", *COLUMNS), (_handed(k, line) for k, line in enumerate(lines, 1)))
            st.caption("“Right” counts the exercises with three right answers; below each number, how many are right.")


def _handed(k: int, line: str) -> tuple[str, ...]:
    """Return the row of a link that was handed in, beside a name or alone: whose it is, and how much of it is right."""
    asked = line.partition("?")[2].partition("#")[0]
    query = dict(parse_qsl(asked.split()[0] if asked.strip() else ""))
    s = controls.read(topic.Settings, urlencode({n.removeprefix(f"{SLUG}."): v for n, v in query.items()}))
    if s is None or "answers" not in query:
        return (str(k), *["—"] * (3 + len(SLUGS)))
    answers = read(query["answers"], SLUGS)
    outcomes = (_outcomes(generate(slug, s.seed, s.row), answers.get(slug, Answers())) for slug in SLUGS)
    rights = [sum(one.right for one in each.values()) for each in outcomes]
    return (str(k), str(s.seed), str(s.row), str(rights.count(3)), *map(str, rights))


def _links(s: Any) -> list[str]:
    """Return the address of each row of a class."""
    home, shown = st.context.url or "", Shown(topic)
    return [urljoin(home, shown.link(replace(s, row=row, view=topic.Settings.view))) for row in KEYED]


def _solved(k: int, exercise: Exercise) -> tuple[str, ...]:
    """Return a row of the key."""
    problem, drawn = exercise.problem, exercise.drawn
    picks = (pick.options[pick.right] for pick in (problem.definition, problem.diagnostic))
    return str(k), f"**{problem.title}.** {drawn.told}", f"**{number(drawn.answer)}**", f"${drawn.lines}$", *picks
