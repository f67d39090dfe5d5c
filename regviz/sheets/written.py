"""A sheet as it is handed in: the reader's letters in the address, the log as Markdown and as CSV."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from regviz.averages import mean_error
from regviz.sheets.sheet import LETTERS, Asked, Log, Sheet, Statement
from regviz.sheets.six import SHEETS

UNSAID = "-"


@dataclass(frozen=True)
class Said:
    """What the reader says on a sheet: the letters of hypothesis and conclusion, or UNSAID."""

    hypothesis: str = UNSAID
    conclusion: str = UNSAID


def chosen(asked: Asked, letter: str) -> Statement | None:
    """Return the statement behind a letter, or None where there is none."""
    k = LETTERS.find(letter) if len(letter) == 1 else -1
    return asked.statements[k] if 0 <= k < len(asked.statements) else None


def read(text: str) -> dict[str, Said]:
    """Return what is said on every sheet, from two letters for each; what is no letter of its question is unsaid.

    >>> read("B-")["norms"]
    Said(hypothesis='B', conclusion='-')
    """
    found = {}
    for i, (name, sheet) in enumerate(SHEETS.items()):
        pair = zip((sheet.hypothesis, sheet.conclusion), text[2 * i : 2 * i + 2], strict=False)
        found[name] = Said(*(letter if chosen(asked, letter) else UNSAID for asked, letter in pair))
    return found


def letters(said: Mapping[str, Said]) -> str:
    """Return what `read` reads, without the sheets at the end on which nothing is said.

    >>> letters(read("B-A"))
    'B-A'
    """
    return "".join(said[name].hypothesis + said[name].conclusion for name in SHEETS).rstrip(UNSAID)


def table(log: Log, sheet: Sheet, said: Said) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the head and the rows of a log in words: setting, prediction, every column with its error, seeds."""
    expects = _expected(sheet, said)
    head = ("setting", f"prediction: {sheet.about}", *log.columns, "seeds")
    rows = [
        (row, expects.get(row, "–"), *(log.told(row, column) for column in log.columns), str(log.seeds))
        for row in log.rows
    ]
    return head, rows


def verdict(sheet: Sheet, log: Log, said: Said) -> str:
    """Return what the run makes of the conclusion and of the hypothesis, with the numbers that decide."""
    conclusion, expected = chosen(sheet.conclusion, said.conclusion), chosen(sheet.hypothesis, said.hypothesis)
    if conclusion is None or expected is None:
        return ""
    judged = "The run bears your conclusion out." if conclusion.holds(log) else "The run does not bear it out."
    kept = "came true" if expected.holds(log) else "did not come true"
    return f"{judged} {sheet.evidence(log)} Your hypothesis {kept}."


def markdown(name: str, log: Log, said: Said, settings: Mapping[str, str], link: str) -> str:
    """Return a sheet as Markdown: what varies, settings, hypothesis, log, conclusion and link."""
    sheet = SHEETS[name]
    head, rows = table(log, sheet, said)
    lines = [
        f"# {sheet.title}",
        "",
        f"- Varied: {sheet.vary}.",
        f"- Kept: {sheet.keep}.",
        f"- Seeds: {sheet.seeds}.",
        *(f"- {what}: {value}" for what, value in settings.items()),
        f"- Link: <{link}>",
        "",
        f"**Hypothesis.** {sheet.hypothesis.text} {told(sheet.hypothesis, said.hypothesis)}",
        "",
        f"Mean ± standard error over {log.seeds} seeds:",
        "",
        *(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)),
        "",
        f"**Conclusion.** {sheet.conclusion.text} {told(sheet.conclusion, said.conclusion)}",
    ]
    judged = verdict(sheet, log, said)
    return "\n".join([*lines, "", judged, ""] if judged else [*lines, ""])


def table_file(name: str, log: Log, said: Said, settings: Mapping[str, str], link: str) -> str:
    """Return the log as CSV: for every setting and column mean, standard error and every seed, with what was said."""
    sheet = SHEETS[name]
    conclusion = chosen(sheet.conclusion, said.conclusion)
    expects, out = _expected(sheet, said), io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    said_too = ("hypothesis", "conclusion", "conclusion borne out", *settings, "link")
    each = (f"seed {k}" for k in range(1, log.seeds + 1))
    writer.writerow(("sheet", "setting", "measured", "prediction", "mean", "standard error", "seeds", *said_too, *each))
    borne = "" if conclusion is None else "yes" if conclusion.holds(log) else "no"
    rest = (
        told(sheet.hypothesis, said.hypothesis),
        told(sheet.conclusion, said.conclusion),
        borne,
        *settings.values(),
        link,
    )
    for row in log.rows:
        for column in log.columns:
            values = log.values(row, column)
            mean, error = (f"{v:.{digits}g}" for v, digits in zip(mean_error(values), (6, 3), strict=True))
            expected = expects.get(row, "") if column == sheet.about else ""
            every = (f"{value:.6g}" for value in values)
            writer.writerow((name, row, column, expected, mean, error, log.seeds, *rest, *every))
    return out.getvalue()


def _expected(sheet: Sheet, said: Said) -> Mapping[str, str]:
    """Return the predictions {row: words} of the hypothesis."""
    statement = chosen(sheet.hypothesis, said.hypothesis)
    return {} if statement is None else statement.expects


def told(asked: Asked, letter: str) -> str:
    """Return a chosen statement with its letter."""
    statement = chosen(asked, letter)
    return "Not said yet." if statement is None else f"{letter}. {statement.text}."
