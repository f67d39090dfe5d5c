"""The hypothesis of a sheet, as a question that its charts answer."""

from regviz.figures.experiment_sheets import VIEWS, Settings
from regviz.questions.question import Question
from regviz.sheets.six import SHEETS

COVERS = {
    "norms": ("weights", "small"),
    "dropout": ("right",),
    "normalization": ("scales",),
    "optimizers": ("rates", "tuned"),
    "schedules": ("low", "high"),
    "patience": ("loss",),
}


def ask(s: Settings) -> Question:
    """Ask for the hypothesis of the sheet."""
    log, sheet = VIEWS[s.view].compute(s).log, SHEETS[s.view]
    options = tuple(statement.text for statement in sheet.hypothesis.statements)
    answer = options[sheet.hypothesis.right(log)]
    return Question(sheet.hypothesis.text, answer, sheet.evidence(log), COVERS[s.view], options)
