"""The stable rank of the first layer in PyTorch."""

from regviz.experiments.generalization_diagnostics import SIZES
from regviz.figures.generalization_diagnostics import Result, Settings
from regviz.frameworks.twin import TORCH, Twin

CODE = """import torch

from regviz.experiments.generalization_diagnostics import dealt, observed

run = observed(dealt({seed})[{run!r}], {seed})
W = torch.from_numpy(run.log.states[{epoch}, : {rows} * {columns}]).double().reshape({rows}, {columns})
print(((torch.linalg.matrix_norm(W) / torch.linalg.matrix_norm(W, 2)) ** 2).item())
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the stable rank after the epoch on show."""
    code = CODE.format(seed=s.seed, run=s.run, epoch=s.epoch, rows=SIZES[0], columns=SIZES[1])
    return [Twin(TORCH, code, [r.run.rank[s.epoch]], 1e-4)]
