"""Under batch normalization the loss does not know how long the weights of a unit are: they meet its slope squarely."""

import numpy as np

from regviz.against import Row
from regviz.experiments.normalization import SIZES, digits
from regviz.figures.normalization import Settings
from regviz.memory import once
from regviz.networks.layers import Dense
from regviz.networks.losses import cross_entropy_gradient, one_hot
from regviz.networks.mlp import MLP


def rows(s: Settings, r: object) -> list[Row]:
    """Return the largest cosine between the weights of a hidden unit and the slope of the loss in them."""
    what = "cosine of a unit’s weights and their gradient, batch norm; its ε = 10⁻⁵ leaves a little"
    return [Row(what, 0.0, largest_cosine(), "Ioffe and Szegedy 2015, section 3.3")]


@once(most=1)
def largest_cosine() -> float:
    """Return it over all units of the first layer, as the network starts, on all training digits as one batch."""
    data, network = digits(), MLP(SIZES, norm="batch", seeds=0)
    network.train()
    logits = network.forward(data.X_train)
    network.backward(cross_entropy_gradient(logits, one_hot(data.y_train, SIZES[-1])))
    first = next(layer for layer in network.layers if isinstance(layer, Dense))
    along = np.abs((first.W * first.dW).sum(axis=0))
    return float((along / np.linalg.norm(first.W, axis=0) / np.linalg.norm(first.dW, axis=0)).max())
