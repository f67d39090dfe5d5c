"""Soft and hard thresholding in PyTorch."""

import numpy as np

from regviz.figures.soft_threshold import Result, Settings, rule
from regviz.frameworks.twin import TORCH, Twin

INPUTS = (-3.0, -1.2, -0.4, 0.3, 0.9, 2.5)
CODE = """import torch
from torch.nn.functional import {name}

z = torch.tensor({inputs}, dtype=torch.float64)
print(*{name}(z, {step:g} * {strength:g}).tolist())  # step · λ
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the function of the rule, where PyTorch has one."""
    name = {"soft": "softshrink", "hard": "hardshrink"}.get(s.rule)
    if name is None:
        return []
    code = CODE.format(name=name, inputs=list(INPUTS), step=s.step, strength=s.lambda_)
    return [Twin(TORCH, code, rule(s, s.rule, np.array(INPUTS), s.lambda_), 1e-12)]
