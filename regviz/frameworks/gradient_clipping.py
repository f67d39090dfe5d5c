"""Clipping by norm and by value in PyTorch and in optax."""

import numpy as np

from regviz.descent.clipping import clip_by_norm, clip_by_value
from regviz.figures.gradient_clipping import Result, Settings
from regviz.frameworks.twin import OPTAX, TORCH, Twin

CODE = """import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

for clip in (clip_grad_norm_, clip_grad_value_):
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    w.grad = torch.tensor([{x!r}, {y!r}], dtype=torch.float64)
    clip([w], {threshold:g})
    print(*w.grad.tolist())
"""
TRANSFORMED = """import jax.numpy as jnp
import optax

g = jnp.array([{x!r}, {y!r}])
for clip in (optax.clip_by_global_norm({threshold:g}), optax.clip({threshold:g})):
    clipped, _ = clip.update(g, clip.init(g))
    print(*clipped.tolist())
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the longest gradient that the run without clipping meets, clipped in both ways.

    PyTorch divides by the norm + 10⁻⁶.
    """
    g = np.array([float(f"{v:.6g}") for v in r.runs.steepest])
    ours = np.concatenate([clip_by_norm(g, s.threshold), clip_by_value(g, s.threshold)])
    told = {"x": float(g[0]), "y": float(g[1]), "threshold": s.threshold}
    within = max(3e-6, 3e-6 / float(np.linalg.norm(g)))
    return [Twin(TORCH, CODE.format(**told), ours, within), Twin(OPTAX, TRANSFORMED.format(**told), ours)]
