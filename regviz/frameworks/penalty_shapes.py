"""The penalties as Keras has them, and the minimiser of L1 in PyTorch."""

from math import fsum

import numpy as np

from regviz.figures.penalty_shapes import Result, Settings, family
from regviz.frameworks.twin import KERAS, TORCH, Twin

VALUE = """import keras

w = keras.ops.array({weights})
penalty = keras.regularizers.L1L2(l1={l1:.6g}, l2={l2:.6g})  # l1 is λρ; l2 is λ(1 − ρ)/2, for Keras has no half
print(float(penalty(w)))
"""
MINIMISER = """import torch
from torch.nn.functional import softshrink

print(softshrink(torch.tensor({z:g}, dtype=torch.float64), {strength:g}).item())
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the penalty of the weights, and where the parabola with L1 is least."""
    rho = {"l1": 1.0, "l2": 0.0, "elastic net": s.l1_ratio}.get(s.penalty)
    if rho is None:
        return []
    total = fsum(family(s, s.penalty).value(np.array(s.weights), s.lambda_))
    code = VALUE.format(weights=list(s.weights), l1=s.lambda_ * rho, l2=s.lambda_ * (1 - rho) / 2)
    found = [Twin(KERAS, code, [total])]
    if rho == 1:
        found.append(Twin(TORCH, MINIMISER.format(z=s.z, strength=s.lambda_), [r.minimiser], 1e-12))
    return found
