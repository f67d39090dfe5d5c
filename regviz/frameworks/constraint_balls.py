"""The same two weights in scikit-learn and, for L2, by weight decay in PyTorch."""

from regviz.figures.constraint_balls import Result, Settings
from regviz.frameworks.twin import SKLEARN, TORCH, Twin

DATA = """first, second, error = np.random.default_rng({seed}).standard_normal((3, {n}))
X = np.stack([first, {correlation} * first + np.sqrt(1 - ({correlation}) ** 2) * second], axis=1)
y = X @ [{w1}, {w2}] + {noise} * error
X, y = X - X.mean(axis=0), y - y.mean()"""
FITTED = """import numpy as np
from sklearn.linear_model import {name}

{data}
model = {name}({arguments}, fit_intercept=False).fit(X, y)
print(*model.coef_)
"""
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
    data = DATA.format(**{name: getattr(s, name) for name in ("seed", "n", "correlation", "w1", "w2", "noise")})
    exact = "tol=1e-12, max_iter=100_000"
    rho = {"l1": 1.0, "l2": 0.0}.get(s.penalty, s.l1_ratio)
    if rho == 0:
        fitted = {"name": "Ridge", "arguments": f"alpha={s.n} * {s.lambda_:g}"}
        decayed = Twin(TORCH, DECAYED.format(data=data, strength=s.lambda_), r.w)
        return [Twin(SKLEARN, FITTED.format(data=data, **fitted), r.w), decayed]
    name, more = ("Lasso", "") if rho == 1 else ("ElasticNet", f"l1_ratio={rho:g}, ")
    fitted = {"name": name, "arguments": f"alpha={s.lambda_:g}, {more}{exact}"}
    return [Twin(SKLEARN, FITTED.format(data=data, **fitted), r.w)]
