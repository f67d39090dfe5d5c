"""Lasso, ridge and elastic net on the diabetes table, in scikit-learn."""

from regviz.figures.coefficient_paths import Result, Settings
from regviz.frameworks.estimators import estimator
from regviz.frameworks.twin import SKLEARN, Twin
from regviz.linear.methods import share_of_l1

CODE = """from sklearn.datasets import load_diabetes
from sklearn.linear_model import {name}

X, y = load_diabetes(return_X_y=True, scaled=False)
X = (X - X.mean(axis=0)) / X.std(axis=0)
y = (y - y.mean()) / y.std()
# {told}
model = {name}({arguments}).fit(X, y)
print(*model.coef_)
"""
TOLD = {True: "alpha is nλ, for the loss is a sum there", False: "alpha is λ, for the loss is divided by 2n there too"}


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the estimator at the present λ, for standardised features of the built-in table."""
    rho = share_of_l1(s.penalty, s.l1_ratio)
    if s.data != "diabetes" or not s.standardise:
        return []
    name, arguments = estimator(s.lambda_, rho, r.path.n)
    return [Twin(SKLEARN, CODE.format(name=name, arguments=arguments, told=TOLD[rho == 0]), r.effects, 1e-5)]
