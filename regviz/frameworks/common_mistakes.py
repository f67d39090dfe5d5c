"""Rounding in PyTorch, and the smoothed curve in optax."""

from regviz.experiments import common_mistakes as runs
from regviz.figures.common_mistakes import Result, Settings
from regviz.frameworks.twin import OPTAX, TORCH, Twin

ROUNDED = """import torch

short = torch.ones((), dtype=torch.bfloat16)
long = torch.ones((), dtype=torch.float64)
for _ in range({steps}):
    short = short - {decay!r} * short
    long = long - {decay!r} * long
print(short.item(), long.bfloat16().item())
"""
SMOOTHED = """import jax.numpy as jnp
import optax

average = optax.ema({beta:g}, debias=False)
state = average.init(jnp.zeros(()))
shown, _ = average.update(jnp.array({height:g}), state)  # of one spike
print(shown.item())
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return what is left of a weight, and what an average shows of a spike."""
    if s.view == "precision":
        code = ROUNDED.format(steps=runs.TICKS, decay=s.decay)
        return [Twin(TORCH, code, [r.runs.rounded[r.k, -1], r.runs.master[r.k, -1]], 1e-12)]
    if s.view == "smoothing":
        return [Twin(OPTAX, SMOOTHED.format(beta=s.beta, height=runs.HEIGHT), [r.runs.seen(r.k)])]
    return []
