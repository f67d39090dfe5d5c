"""The hypothesis of a sheet, as a question that its charts answer."""

from regviz.figures.experiment_sheets import VIEWS, Settings
from regviz.questions.question import Question
from regviz.sheets.six import SHEETS


def ask(s: Settings) -> Question:
    """Ask for the hypothesis of the sheet; every panel shows the answer or a part of it."""
    view, sheet = VIEWS[s.view], SHEETS[s.view]
    log, asked = view.compute(s).log, sheet.hypothesis
    options = tuple(statement.text for statement in asked.statements)
    return Question(asked.text, options[asked.right(log)], sheet.evidence(log), tuple(view.panels), options)
