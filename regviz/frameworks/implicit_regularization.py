"""The optimizers on the line of solutions in PyTorch, and the largest margin in scikit-learn."""

from typing import Any

import numpy as np

from regviz.experiments.implicit_regularization import OPTIMIZERS
from regviz.figures.implicit_regularization import Result, Settings
from regviz.frameworks.twin import SKLEARN, TORCH, Twin

LINE = """import torch
from torch.optim import SGD, Adagrad, Adam, RMSprop

a = torch.tensor([1, {slope:g}], dtype=torch.float64)
for make, settings in ((SGD, dict(lr=0.1)), (SGD, dict(lr=0.02, momentum=0.9)), (Adam, dict(lr=0.02)),
                       (RMSprop, dict(lr=0.01, alpha=0.9)), (Adagrad, dict(lr=0.2, eps=1e-8))):
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = make([w], **settings)
    for _ in range({steps}):
        optimizer.zero_grad()
        ((a @ w - 1) ** 2).div(2).backward()
        optimizer.step()
    print(*w.tolist())
"""
MARGIN = """import numpy as np
from sklearn.svm import SVC

from regviz.experiments.implicit_regularization import margin

points = margin({seed})
X = np.concatenate([points.x, -points.x])  # with its mirror images: the line then goes through 0
model = SVC(kernel="linear", C=1e9, tol=1e-9).fit(X, np.concatenate([points.labels, -points.labels]))
print(*model.coef_[0])
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return where five optimizers are at the step on show, and the weights of the largest margin."""
    if s.view == "margin":
        return [Twin(SKLEARN, MARGIN.format(seed=s.seed), r.runs.best)]
    if s.view != "norms":
        return []
    paths = [r.runs.paths[name][r.k] for name in OPTIMIZERS]
    return [Twin(TORCH, LINE.format(slope=s.slope, steps=s.step), np.concatenate(paths), 1e-5)]
