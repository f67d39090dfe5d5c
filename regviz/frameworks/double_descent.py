"""Least squares of least norm in PyTorch, with few features and with all."""

from typing import Any

from regviz.experiments.double_descent import ALL, DRAWS
from regviz.figures.double_descent import Result, Settings
from regviz.frameworks.twin import TORCH, Twin

FEW = 5
"""at this of the sizes on show"""
CODE = """import torch

from regviz.experiments.double_descent import drawn, weights

X, noise = map(torch.from_numpy, drawn({n}, {all}, {draws}))
for p in ({few}, {all}):
    beta = torch.from_numpy(weights({signal!r}, p))
    y = X[:, :, : len(beta)] @ beta + {sigma:g} * noise
    w = (torch.linalg.pinv(X[:, :, :p]) @ y[:, :, None])[:, :, 0]
    missed = (beta[p:] ** 2).sum() + {sigma:g} ** 2
    print((((w - beta[:p]) ** 2).sum(dim=1) + missed).mean().item())
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the mean test error of both at λ = 0."""
    if s.view != "features":
        return []
    few = int(r.runs.at[FEW])
    code = CODE.format(n=s.n, all=ALL, draws=DRAWS, few=few, signal=s.signal, sigma=s.noise)
    return [Twin(TORCH, code, r.runs.errors[0, [FEW, -1]])]
