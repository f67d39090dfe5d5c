"""A small fully connected network engine.

A layer has forward(X), backward(dout) -> gradient with respect to X, train() and eval(); a network is a layer made of
layers. Losses stand apart: a value and a gradient with respect to the network's output.
"""

from regviz.networks.layers import ACTIVATIONS, Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from regviz.networks.losses import (
    LOSSES,
    Loss,
    cross_entropy_gradient,
    cross_entropy_loss,
    one_hot,
    softmax,
    squared_gradient,
    squared_loss,
)
from regviz.networks.mlp import INITS, MLP, NORMS, he, xavier

__all__ = [
    "ACTIVATIONS",
    "INITS",
    "LOSSES",
    "MLP",
    "NORMS",
    "Activation",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Layer",
    "LayerNorm",
    "Loss",
    "cross_entropy_gradient",
    "cross_entropy_loss",
    "he",
    "one_hot",
    "softmax",
    "squared_gradient",
    "squared_loss",
    "xavier",
]
