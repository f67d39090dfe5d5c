"""Lasso, ridge and elastic net on the diabetes table, in scikit-learn."""

from regviz.figures.coefficient_paths import Result, Settings
from regviz.frameworks.twin import SKLEARN, Twin
from regviz.linear.conventions import to_convention

CODE = """from sklearn.datasets import load_diabetes
from sklearn.linear_model import {name}

X, y = load_diabetes(return_X_y=True, scaled=False)
X = (X - X.mean(axis=0)) / X.std(axis=0)
y = (y - y.mean()) / y.std()
# {told}
model = {name}({arguments}).fit(X, y)
print(*model.coef_)
"""
EXACT = "tol=1e-12, max_iter=1_000_000"


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the estimator at the present λ, for standardised features of the built-in table."""
    if s.data != "diabetes" or not s.standardise:
        return []
    alpha, same = f"alpha={s.lambda_:g}", "alpha is λ, for the loss is divided by 2n there too"
    if s.penalty == "l2":
        times = f"alpha={to_convention(s.lambda_, r.path.n, 'scikit-learn Ridge'):.8g}"
        parts = {"name": "Ridge", "arguments": times, "told": "alpha is nλ, for the loss is a sum there"}
    elif s.penalty == "l1" or s.l1_ratio == 1:
        parts = {"name": "Lasso", "arguments": f"{alpha}, {EXACT}", "told": same}
    elif s.l1_ratio == 0:
        return []
    else:
        parts = {"name": "ElasticNet", "arguments": f"{alpha}, l1_ratio={s.l1_ratio:g}, {EXACT}", "told": same}
    return [Twin(SKLEARN, CODE.format(**parts), r.effects, 1e-5)]
