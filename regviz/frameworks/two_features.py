"""The regression in two features as a few lines, and its estimators in scikit-learn."""

from numpy.typing import ArrayLike

from regviz.frameworks.estimators import estimator
from regviz.frameworks.twin import SKLEARN, Twin

DATA = """first, second, error = np.random.default_rng({seed}).standard_normal((3, {n}))
X = np.stack([first, {correlation:g} * first + np.sqrt(1 - ({correlation:g}) ** 2) * second], axis=1)
y = X @ [{w1:g}, {w2:g}] + {noise:g} * error
X, y = X - X.mean(axis=0), y - y.mean()"""
FITTED = """import numpy as np
from sklearn.linear_model import {name}

{data}
centre = np.array([{centre:g}, 0])  # of the penalty
model = {name}({arguments}, fit_intercept=False).fit(X, y - X @ centre)
print(*(centre + model.coef_))
"""
USUAL = FITTED.replace("centre = np.array([{centre:g}, 0])  # of the penalty\n", "")
USUAL = USUAL.replace(" - X @ centre", "").replace("(centre + model.coef_)", "model.coef_")


def drawn(seed: int, n: int, correlation: float, truth: tuple[float, float], noise: float) -> str:
    """Return the lines that make the data of a page."""
    return DATA.format(seed=seed, n=n, correlation=correlation, w1=truth[0], w2=truth[1], noise=noise)


def fitted(data: str, n: int, strength: float, l1_ratio: float, w: ArrayLike, centre: float = 0.0) -> Twin:
    """Return the weights that scikit-learn finds, with a penalty on the distance from (centre, 0)."""
    name, arguments = estimator(strength, l1_ratio, n)
    code = FITTED if centre else USUAL
    return Twin(SKLEARN, code.format(data=data, name=name, arguments=arguments, centre=centre), w)
