"""When a run was at its best on new images."""

import numpy as np

from regviz.figures.generalization_diagnostics import EPOCHS, Settings, compute
from regviz.questions.question import Question, extreme


def ask(s: Settings) -> Question:
    """Ask at which epoch the validation loss of the run is least."""
    losses = compute(s).log.loss[1]
    return extreme(
        f"the validation loss of run {s.run}",
        "epoch",
        "Loss",
        "epoch",
        np.arange(EPOCHS + 1),
        losses,
        ("loss",),
        equals=" ",
    )
