"""Adam with L2 and AdamW on the quadratic without noise, in PyTorch."""

import numpy as np

from regviz.experiments.weight_decay import CENTRE, curvatures_of, walks
from regviz.figures.weight_decay import Result, Settings
from regviz.frameworks.twin import TORCH, Twin

CODE = """import torch

h, centre = torch.tensor({h}), torch.tensor({centre})
for make in (torch.optim.Adam, torch.optim.AdamW):  # L2 in the gradient, decay beside it
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = make([w], lr={rate:g}, weight_decay={strength:g})
    for _ in range({steps}):
        optimizer.zero_grad()
        (h * (w - centre) ** 2).sum().div(2).backward()
        optimizer.step()
    print(*w.tolist())
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return where both are at the present iteration."""
    walked = walks(s.lambda_, s.learning_rate, s.curvature, 0.0, 0)
    code = CODE.format(
        h=curvatures_of(s.curvature).tolist(),
        centre=CENTRE.tolist(),
        rate=s.learning_rate,
        strength=s.lambda_,
        steps=s.iteration,
    )
    return [Twin(TORCH, code, np.concatenate([walked.l2[s.iteration], walked.adamw[s.iteration]]))]
