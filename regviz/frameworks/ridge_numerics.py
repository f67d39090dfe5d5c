"""Ridge in scikit-learn, and the condition number and the degrees of freedom in PyTorch."""

from regviz.figures.ridge_numerics import N, Result, Settings
from regviz.frameworks.twin import SKLEARN, TORCH, Twin
from regviz.linear.spectrum import ridge_weights

DATA = """
from regviz.linear.spectrum import conditioned_problem

problem = conditioned_problem({n}, {p}, {condition!r}, {noise:g}, {seed})
"""
FIT = (
    """from sklearn.linear_model import Ridge
"""
    + DATA
    + """model = Ridge(alpha={n} * {strength!r}, fit_intercept=False, solver="svd").fit(problem.X, problem.y)
print(*model.coef_)
"""
)
SPECTRUM = (
    """import torch
"""
    + DATA
    + """X = torch.from_numpy(problem.X)
H = X.T @ X / {n}
A = H + {strength!r} * torch.eye({p})
print(torch.linalg.cond(A).item())
print(torch.linalg.solve(A, H).trace().item())
"""
)


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the weights; and the condition number with the degrees of freedom."""
    told = {"n": N, "p": s.p, "condition": s.condition, "noise": s.noise, "seed": s.seed, "strength": s.lambda_}
    weights = ridge_weights(r.problem, r.path.strengths[[r.now]])[0]
    numbers = [r.path.predicted[r.now], r.path.df[r.now]]
    return [Twin(SKLEARN, FIT.format(**told), weights), Twin(TORCH, SPECTRUM.format(**told), numbers)]
