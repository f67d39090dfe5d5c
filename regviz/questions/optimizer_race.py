"""Who is ahead when the race ends."""

from dataclasses import replace

from regviz.descent.races import STEPS
from regviz.figures.optimizer_race import FLOOR, RACERS, Settings, compute, standing
from regviz.questions.question import Question, foremost
from regviz.wording import number

COVERED = ("loss",)


def ask(s: Settings) -> Question | None:
    """Ask who has the least loss at the end; how many reach rounding where several do; how many are left else."""
    if not s.racers:
        return None
    final = {RACERS[name].title: loss for name, loss in standing(s, replace(compute(s), k=STEPS))}
    level = [name for name, loss in final.items() if loss == min(final.values())]
    if len(final) > 1 and len(level) == 1:
        where = f"In “Loss against iteration” the loss at iteration {STEPS}"
        order = {racer.title: final[racer.title] for racer in RACERS.values() if racer.title in final}
        return foremost("Which optimizer has the least loss at the end?", order, where, COVERED)
    counts = tuple(str(k) for k in range(len(s.racers) + 1))
    if len(final) > 1:
        here = sum(loss <= FLOOR for loss in final.values())
        text = f"How many optimizers have a loss of {number(FLOOR)} or less at the end?"
        why = f"In “Loss against iteration” {here} of {len(s.racers)} are there at iteration {STEPS}."
        return Question(text, str(here), why, COVERED, counts)
    why = f"In “Loss against iteration” {len(final)} of {len(s.racers)} go on to iteration {STEPS}."
    return Question("How many of the optimizers do not diverge?", str(len(final)), why, COVERED, counts)
