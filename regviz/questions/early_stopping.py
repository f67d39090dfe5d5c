"""When training should have stopped."""

from regviz.experiments.early_stopping import CHECKS
from regviz.figures.early_stopping import Settings, compute
from regviz.questions.question import Question, extreme


def ask(s: Settings) -> Question:
    """Ask at which epoch the validation loss of the run is least."""
    losses = compute(s).training.validation[s.run - 1]
    return extreme(
        f"the validation loss of run {s.run}", "epoch", "Loss", "epoch", CHECKS, losses, ("loss", "luck"), equals=" "
    )
