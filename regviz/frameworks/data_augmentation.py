"""Noise on the inputs as ridge, in scikit-learn."""

from typing import Any

from regviz.experiments.data_augmentation import COLUMNS, ROWS
from regviz.figures.data_augmentation import Result, Settings
from regviz.frameworks.twin import SKLEARN, Twin

CODE = """import numpy as np
from sklearn.linear_model import Ridge

rng = np.random.default_rng(2)
X = rng.standard_normal(({n}, {p})) @ (0.5 * np.eye({p}) + 0.5)
y = X @ [2, -1, 0.5, 0] + rng.standard_normal({n})
model = Ridge(alpha={n} * {sigma:g}**2, fit_intercept=False).fit(X, y)  # nσ², for endless noisy copies
print(*model.coef_)
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the weights that endless copies lead to."""
    if s.view != "noise":
        return []
    return [Twin(SKLEARN, CODE.format(n=ROWS, p=COLUMNS, sigma=s.sigma), r.runs.ridge[r.k])]
