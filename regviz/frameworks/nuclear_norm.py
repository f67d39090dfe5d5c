"""Singular values soft-thresholded in PyTorch."""

from typing import Any

from regviz.figures.nuclear_norm import Result, Settings
from regviz.frameworks.twin import TORCH, Twin

CODE = """import torch
from torch.nn.functional import softshrink

from regviz.experiments.nuclear_norm import draw

_, Y, _ = draw({rank}, {noise:g}, {seed})
values = torch.linalg.svdvals(torch.from_numpy(Y))
print(*softshrink(values, {share:g} * values[0].item()).tolist())
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the singular values that are left of a noisy matrix."""
    if s.view != "denoise":
        return []
    code = CODE.format(rank=s.rank, noise=s.noise, seed=s.seed, share=s.strength)
    return [Twin(TORCH, code, r.runs.spectra[r.k], 1e-9)]
