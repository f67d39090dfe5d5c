"""Which normalization bears a bad learning rate, and which small batches."""

from regviz.experiments.normalization import BATCHES, EPOCHS, KINDS
from regviz.figures.normalization import NAMES, Settings, compute_batches, compute_training
from regviz.knobs import place
from regviz.questions.question import Question, foremost


def ask(s: Settings) -> Question:
    """Ask which of the three is best where it is hard."""
    return {"training": _rates, "batches": _batches}[s.view](s)


def _rates(s: Settings) -> Question:
    worst = compute_training(s).grid[:, :, place(s, "scale")].mean(axis=-1).min(axis=1)
    shares = {NAMES[kind]: float(v) for kind, v in zip(KINDS, worst, strict=True)}
    text = "Which of the three has the most new digits right at its worst learning rate?"
    return foremost(text, shares, f"In “After {EPOCHS} epochs, by rate” the least share", ("by_rate",), most=True)


def _batches(s: Settings) -> Question:
    smallest = compute_batches(s).batches.accuracy[:, 0, :, -1].mean(axis=-1)
    shares = {NAMES[kind]: float(v) for kind, v in zip(KINDS, smallest, strict=True)}
    text = f"Which of the three has the most new digits right with batches of {BATCHES[0]} after {EPOCHS} epochs?"
    where = f"In “Batches” the share with batches of {BATCHES[0]} at epoch {EPOCHS}"
    return foremost(text, shares, where, ("batch_sizes",), most=True)
