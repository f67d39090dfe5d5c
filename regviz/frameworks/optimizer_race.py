"""Four of the racers on their surface, in PyTorch."""

import numpy as np

from regviz.figures.optimizer_race import Result, Settings, rate_of, start_of
from regviz.frameworks.twin import TORCH, Twin

LOSSES = {
    "rosenbrock": "(1 - x) ** 2 + 100 * (y - x**2) ** 2",
    "quadratic": "(x**2 + 100 * y**2) / 2",
}
CODE = """import torch

RACERS = [{racers}]
for make, settings in RACERS:
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
    "sgd": "(torch.optim.SGD, dict(lr={rate:g}))",
    "adagrad": "(torch.optim.Adagrad, dict(lr={rate:g}, eps=1e-8))",
    "rmsprop": "(torch.optim.RMSprop, dict(lr={rate:g}, alpha=0.9, eps=1e-8))",
    "adam": "(torch.optim.Adam, dict(lr={rate:g}))",
}


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return where the racers are that PyTorch has, on the losses that are one line, while they have not diverged."""
    names = [name for name in s.racers if name in MAKE and len(r.runs[name].w) > r.k]  # a run ends where it diverges
    if s.surface not in LOSSES or not names:
        return []
    racers = ",\n          ".join(MAKE[name].format(rate=rate_of(s, name)) for name in names)
    code = CODE.format(racers=racers, start=list(start_of(s)), steps=s.iteration, loss=LOSSES[s.surface])
    return [Twin(TORCH, code, np.concatenate([r.runs[name].w[r.k] for name in names]), 1e-5)]
