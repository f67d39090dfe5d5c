"""The smoothed loss in PyTorch."""

from typing import Any

from regviz.figures.label_smoothing import Result, Settings
from regviz.frameworks.twin import TORCH, Twin
from regviz.networks.smoothing import gap_loss, optimal_logit_gap, smoothing_floor

CODE = """import torch
from torch.nn.functional import cross_entropy

for gap in (0.0, {gap!r}):  # by how much the label's logit is higher; the second is best
    logits = torch.zeros(1, {classes}, dtype=torch.float64)
    logits[0, 0] = gap
    print(cross_entropy(logits, torch.tensor([0]), label_smoothing={alpha:g}).item())
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the loss of equal logits, and at the best gap."""
    if s.view != "loss" or s.alpha == 0:
        return []
    gap = float(optimal_logit_gap(s.classes, s.alpha))
    ours = [float(gap_loss(0.0, s.classes, s.alpha)), float(smoothing_floor(s.classes, s.alpha))]
    return [Twin(TORCH, CODE.format(gap=gap, classes=s.classes, alpha=s.alpha), ours, 1e-12)]
