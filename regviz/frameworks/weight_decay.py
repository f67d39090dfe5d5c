"""Adam with L2 and AdamW on the quadratic without noise, in PyTorch and in optax."""

import numpy as np

from regviz.experiments.weight_decay import CENTRE, curvatures_of, walks
from regviz.figures.weight_decay import Result, Settings
from regviz.frameworks.twin import OPTAX, TORCH, Twin

CODE = """import torch

h, centre = torch.tensor({h}), torch.tensor({centre})
for make in (torch.optim.Adam, torch.optim.AdamW):  # L2 in the gradient, decay beside it
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = make([w], lr={rate:g}, weight_decay={strength:g})
    for _ in range({steps}):
        optimizer.zero_grad()
        (h * (w - centre) ** 2).sum().div(2).backward()
        optimizer.step()
    print(*w.tolist())
"""
CHAINED = """import jax
import optax

jax.config.update("jax_enable_x64", True)
h, centre = jax.numpy.array({h}), jax.numpy.array({centre})
with_l2 = optax.chain(optax.add_decayed_weights({strength:g}), optax.adam({rate:g}))
for optimizer in (with_l2, optax.adamw({rate:g}, weight_decay={strength:g})):
    def step(_, now):
        w, state = now
        updates, state = optimizer.update(h * (w - centre), state, w)
        return optax.apply_updates(w, updates), state
    start = jax.numpy.zeros(2)
    print(*jax.lax.fori_loop(0, {steps}, step, (start, optimizer.init(start)))[0].tolist())
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return where both are at the present iteration."""
    walked = walks(s.lambda_, s.learning_rate, s.curvature, 0.0, 0)
    told = {"h": curvatures_of(s.curvature).tolist(), "centre": CENTRE.tolist(), "strength": s.lambda_}
    told |= {"rate": s.learning_rate, "steps": s.iteration}
    ours = np.concatenate([walked.l2[s.iteration], walked.adamw[s.iteration]])
    return [Twin(TORCH, CODE.format(**told), ours), Twin(OPTAX, CHAINED.format(**told), ours)]
