"""The racers on their surface in PyTorch, and those of them in optax that are the same there."""

import numpy as np

from regviz.figures.optimizer_race import Result, Settings, rate_of, start_of
from regviz.frameworks.twin import OPTAX, TORCH, Twin

LOSSES = {
    "rosenbrock": "(1 - x) ** 2 + 100 * (y - x**2) ** 2",
    "quadratic": "(x**2 + 100 * y**2) / 2",
}
CODE = """import torch
from torch.optim import SGD, Adagrad, Adam, RMSprop

for make, settings in [{racers}]:
    w = torch.tensor({start}, dtype=torch.float64, requires_grad=True)
    optimizer = make([w], **settings)
    for _ in range({steps}):
        optimizer.zero_grad()
        x, y = w
        ({loss}).backward()
        optimizer.step()
    print(*w.tolist())
"""
MAKE = {
    "sgd": "(SGD, dict(lr={rate:g}))",
    "momentum": "(SGD, dict(lr={rate:g}, momentum=0.9))",
    "nesterov": "(SGD, dict(lr={rate:g}, momentum=0.9, nesterov=True))",
    "adagrad": "(Adagrad, dict(lr={rate:g}, eps=1e-8))",
    "rmsprop": "(RMSprop, dict(lr={rate:g}, alpha=0.9, eps=1e-8))",
    "adam": "(Adam, dict(lr={rate:g}))",
}
CHAINED = """import jax
import optax

jax.config.update("jax_enable_x64", True)
slope = jax.grad(lambda w: {loss})
for optimizer in ({racers}):
    def step(_, now):
        w, state = now
        updates, state = optimizer.update(slope(w), state, w)
        return optax.apply_updates(w, updates), state
    w = jax.numpy.array({start})
    w, _ = jax.lax.fori_loop(0, {steps}, step, (w, optimizer.init(w)))
    print(*w.tolist())
"""
CHAIN = {
    "sgd": "optax.sgd({rate:g})",
    "momentum": "optax.sgd({rate:g}, 0.9)",
    "nesterov": "optax.sgd({rate:g}, 0.9, nesterov=True)",
    "adam": "optax.adam({rate:g})",
}


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return where the racers are that a framework has, on losses of one line, while they have not diverged."""
    if s.surface not in LOSSES:
        return []
    loss = LOSSES[s.surface]
    return [
        *_twin(s, r, TORCH, MAKE, CODE, loss),
        *_twin(s, r, OPTAX, CHAIN, CHAINED, loss.replace("x", "w[0]").replace("y", "w[1]")),
    ]


def _twin(s: Settings, r: Result, framework: str, make: dict[str, str], code: str, loss: str) -> list[Twin]:
    names = [name for name in s.racers if name in make and len(r.runs[name].w) > r.k]  # a run ends where it diverges
    if not names:
        return []
    made = [f"{make[name].format(rate=rate_of(s, name))}," for name in names]
    racers = "\n    ".join(" ".join(made[i : i + 2]) for i in range(0, len(made), 2))
    told = code.format(racers=racers, start=list(start_of(s)), steps=s.iteration, loss=loss)
    return [Twin(framework, told, np.concatenate([r.runs[name].w[r.k] for name in names]), 1e-5)]
