"""The same two weights in scikit-learn and, for L2, by weight decay in PyTorch."""

from regviz.figures.constraint_balls import Result, Settings
from regviz.frameworks.twin import TORCH, Twin
from regviz.frameworks.two_features import drawn, fitted

DECAYED = """import numpy as np
import torch

{data}
X, y = torch.from_numpy(X), torch.from_numpy(y)
w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1, weight_decay={strength:g})  # λ, for half the mean square
for _ in range(3000):
    optimizer.zero_grad()
    ((y - X @ w) ** 2).mean().div(2).backward()
    optimizer.step()
print(*w.tolist())
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return what there is for the penalty, where λ is set and not the budget."""
    if s.constrained or s.penalty == "lq":
        return []
    data = drawn(s.seed, s.n, s.correlation, (s.w1, s.w2), s.noise)
    rho = {"l1": 1.0, "l2": 0.0}.get(s.penalty, s.l1_ratio)
    found = [fitted(data, s.n, s.lambda_, rho, r.w)]
    return found if rho else [*found, Twin(TORCH, DECAYED.format(data=data, strength=s.lambda_), r.w)]
