"""The lasso of 2004 in scikit-learn."""

import numpy as np

from regviz.experiments.famous_figures import ORDER, Card
from regviz.figures.famous_figures import Settings
from regviz.frameworks.twin import SKLEARN, Twin

CODE = """import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import lars_path

X, y = load_diabetes(return_X_y=True)  # columns of length 1
_, _, coefs = lars_path(X, y - y.mean(), method="lasso")
print(*(np.argsort((coefs != 0).argmax(axis=1), kind="stable") + 1))  # the order in which columns enter
print(*np.abs(coefs).sum(axis=0))
"""


def twins(s: Settings, r: Card) -> list[Twin]:
    """Return the order of the columns and ‖w‖₁ after every step of the lasso."""
    if s.view != "paths":
        return []
    sums, _ = next(iter(r.ours.values()))
    return [Twin(SKLEARN, CODE, np.concatenate([ORDER, sums]), 1e-6)]
