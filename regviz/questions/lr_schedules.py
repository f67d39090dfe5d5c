"""Which schedule fits the training images best."""

import numpy as np

from regviz.experiments.lr_schedules import EPOCHS
from regviz.figures.lr_schedules import KEPT, NAMES, Settings, compute
from regviz.questions.question import Question, extreme, foremost


def ask(s: Settings) -> Question | None:
    """Ask which schedule ends with the least training loss; of one alone, when its test accuracy is best."""
    r = compute(s)
    if not r.rows:
        return None
    if len(r.rows) == 1:
        ((name, i),) = r.rows.items()
        accuracy = r.training.accuracy[i].mean(axis=0)
        what = f"the test accuracy of the schedule {NAMES[name]}"
        return extreme(what, "epoch", "Test accuracy, %", "epoch", KEPT, accuracy, ("accuracy",), most=True, equals=" ")
    ends = {
        NAMES[name]: float(np.nan_to_num(r.training.loss[i, :, -1].mean(), nan=np.inf)) for name, i in r.rows.items()
    }
    where = f"In “Training loss” the mean at epoch {EPOCHS}"
    return foremost("Which schedule has the least training loss at the end?", ends, where, ("loss",))
