"""A layer divided by its largest singular value, in PyTorch and in Keras."""

from typing import Any

from regviz.figures.spectral_normalization import Result, Settings
from regviz.frameworks.twin import TORCH, Twin

CODE = """import torch
from torch.nn.utils.parametrizations import spectral_norm

W = torch.tensor({W}, dtype=torch.float64)
layer = torch.nn.Linear(2, 2, bias=False, dtype=torch.float64)
layer.weight.data = 3 * W
torch.manual_seed(0)
normalized = spectral_norm(layer, n_power_iterations=200)
normalized(torch.ones(1, 2, dtype=torch.float64))  # in training, each use iterates
print(*normalized.weight.flatten().tolist())
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the matrix of the power iteration, three times as large, normalized."""
    if s.view != "power" or s.ratio == 1:
        return []
    W = r.runs.W
    return [Twin(TORCH, CODE.format(W=W.round(12).tolist()), W.ravel(), 1e-6)]
