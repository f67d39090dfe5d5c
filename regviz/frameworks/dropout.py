"""Dropout of inputs as ridge in scikit-learn, and how PyTorch and Keras scale what is kept."""

from typing import Any

from regviz.figures.dropout import Result, Settings
from regviz.frameworks.twin import KERAS, SKLEARN, TORCH, Twin

RIDGE = """import numpy as np
from sklearn.linear_model import Ridge

from regviz.experiments.dropout import linear_problem

X, y = linear_problem({correlation:g})
scale = np.linalg.norm(X, axis=0)  # the penalty of a weight is that of its column
model = Ridge(alpha={rate:g} / (1 - {rate:g}), fit_intercept=False).fit(X / scale, y)
print(*(model.coef_ / scale))
"""
SCALED = {
    TORCH: """import torch

kept = torch.nn.Dropout({rate:g})(torch.ones(1000))  # in training; model.eval() switches it off
print(kept.max().item())
""",
    KERAS: """import keras

kept = keras.layers.Dropout({rate:g}, seed=0)(keras.ops.ones(1000), training=True)
print(float(keras.ops.max(kept)))
""",
}


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the weights of the linear problem; of networks, what a kept unit is multiplied by, 1/(1 − p)."""
    if not 0 < s.rate < 1:
        return []
    if s.view == "linear":
        code = RIDGE.format(correlation=s.correlation, rate=s.rate)
        return [Twin(SKLEARN, code, r.runs.exact[r.k])]
    return [Twin(framework, code.format(rate=s.rate), [1 / (1 - s.rate)]) for framework, code in SCALED.items()]
