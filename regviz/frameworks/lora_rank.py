"""The best update of a rank in PyTorch."""

from typing import Any

from regviz.figures.lora_rank import Result, Settings
from regviz.frameworks.twin import TORCH, Twin

CODE = """import torch

from regviz.experiments.lora_rank import linear_draw

_, X, Y = map(torch.from_numpy, linear_draw({spectrum!r}, {n}, 0))  # the first draw
full = torch.linalg.lstsq(X, Y, driver="gelsd").solution
_, _, Vt = torch.linalg.svd(X @ full)
V = Vt[:{rank}].T
B = full @ V @ V.T  # A is full @ V, and V the other factor
print(((Y - X @ B) ** 2).sum().item() / (2 * {n}))
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the least loss of linear regression at the rank on show, where the page knows it."""
    if s.view != "linear" or r.rank > len(r.runs.exact):
        return []
    code = CODE.format(spectrum=s.spectrum, n=int(s.n), rank=r.rank)
    return [Twin(TORCH, code, [r.runs.exact[r.rank - 1]], 1e-9)]
