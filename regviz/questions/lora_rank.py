"""Which rank is enough, and which scale lets a large rank learn."""

import numpy as np

from regviz.experiments.lora_rank import RANKS
from regviz.figures.lora_rank import Settings, compute_linear, compute_relabel, compute_rotate, compute_scale
from regviz.knobs import grid
from regviz.questions.question import Question, extreme, foremost, whether
from regviz.wording import number, percent

ENOUGH = 0.95  # of the full update's accuracy
SCALES = ("α/r", "α/√r")


def ask(s: Settings) -> Question:
    """Ask what each view answers best."""
    return {"linear": _linear, "relabel": _relabel, "rotate": _rotate, "scale": _scale}[s.view](s)


def _linear(s: Settings) -> Question:
    ranks = grid(Settings, "rank")
    errors = compute_linear(s).runs.errors.mean(axis=0)[ranks.astype(int)]
    what = f"the error (of ranks {ranks[0]:g} to {ranks[-1]:g})"
    return extreme(what, "rank r", "Error", "rank", ranks, errors, ("error",))


def _relabel(s: Settings) -> Question:
    d = compute_relabel(s).runs
    return _enough(d.ranks, d.adapted, d.full, "rank")


def _rotate(s: Settings) -> Question:
    d = compute_rotate(s).runs
    return _enough(d.ranks, d.adapted, d.full, "adapter")


def _enough(ranks: np.ndarray, adapted: np.ndarray, full: np.ndarray, field: str) -> Question:
    """Ask for the smallest rank (k,) whose accuracy (k, seeds) is a share of that of the full update (seeds,)."""
    reaches, share = adapted.mean(axis=1) >= ENOUGH * full.mean(), f"{100 * ENOUGH:.0f} %"
    if reaches.all() or not reaches.any():
        why = f"In “Accuracy” rank {ranks[0]} has {percent(adapted[0])} right, the full update {percent(full)}."
        text = f"Is the adapter of rank {ranks[0]} at {share} of the accuracy of the full update?"
        return whether(text, bool(reaches[0]), why, ("accuracy",))
    k = int(reaches.argmax())
    why = f"In “Accuracy” rank {ranks[k]} has {percent(adapted[k])} right, the full update {percent(full)}."
    text = f"What is the smallest rank with {share} of the accuracy of the full update?"
    return Question(text, float(ranks[k]), why, ("accuracy",), field=field)


def _scale(s: Settings) -> Question:
    last = compute_scale(s).runs.losses[:, -1, :, -1].mean(axis=-1)
    losses = dict(zip(SCALES, last.tolist(), strict=True))
    where = f"In “Loss” the mean at rank {number(RANKS[-1])}"
    return foremost(f"Which scale trains rank {RANKS[-1]} to the smaller loss?", losses, where, ("loss",))
