"""SAM between the bowl and the dent, in optax."""

from typing import Any

from regviz.figures.sharpness_aware import Result, Settings
from regviz.frameworks.twin import OPTAX, Twin

CODE = """import jax
import optax
from optax.contrib import normalize, sam

jax.config.update("jax_enable_x64", True)
bump = lambda w, x, width: jax.numpy.exp(-((w - jax.numpy.array([x, 0.0])) ** 2).sum() / (2 * width**2))
slope = jax.grad(lambda w: 0.03 * (w**2).sum() - bump(w, -1.2, 0.9) - 1.5 * bump(w, 1.2, 0.3))
up = optax.chain(normalize(), optax.sgd({rho:g}))
optimizer = sam(optax.sgd({eta:g}), up, opaque_mode=True)
def step(_, now):
    w, state = now
    updates, state = optimizer.update(slope(w), state, w, grad_fn=lambda w, _: slope(w))
    return optax.apply_updates(w, updates), state
start = jax.numpy.array([{x:g}, {y:g}])
print(*jax.lax.fori_loop(0, {steps}, step, (start, optimizer.init(start)))[0].tolist())
"""


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return where SAM is after as many steps as its path is drawn, without noise."""
    if s.view != "basins" or s.noise > 0:
        return []
    path = r.paths[1]
    code = CODE.format(rho=s.rho, eta=s.eta, x=s.start_x, y=s.start_y, steps=len(path) - 1)
    return [Twin(OPTAX, code, path[-1], 1e-5)]
