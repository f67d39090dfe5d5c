"""Two roads to ridge in other frameworks: the penalty in scikit-learn, weight decay in PyTorch."""

from regviz.experiments.equivalences import ROWS
from regviz.figures.equivalences import Result, Settings
from regviz.frameworks.twin import OPTAX, SKLEARN, TORCH, Twin

DATA = """
from regviz.experiments.equivalences import problem

p = problem({correlation:g}, {noise:g}, {seed})
"""
RIDGE = (
    """from sklearn.linear_model import Ridge
"""
    + DATA
    + """print(*Ridge(alpha={n} * {strength:g}, fit_intercept=False).fit(p.X, p.y).coef_)
"""
)
DECAYED = (
    """import torch
"""
    + DATA
    + """X, y = torch.from_numpy(p.X), torch.from_numpy(p.y)
w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.05, weight_decay={strength:g})  # λ, for half the mean square
for _ in range(3000):
    optimizer.zero_grad()
    ((y - X @ w) ** 2).mean().div(2).backward()
    optimizer.step()
print(*w.tolist())
"""
)
CHAINED = (
    """import jax
import optax
"""
    + DATA
    + """jax.config.update("jax_enable_x64", True)
slope = jax.grad(lambda w: ((p.y - p.X @ w) ** 2).mean() / 2)
optimizer = optax.chain(optax.add_decayed_weights({strength:g}), optax.sgd(0.05))
def step(_, now):
    w, state = now
    updates, state = optimizer.update(slope(w), state, w)
    return optax.apply_updates(w, updates), state
start = jax.numpy.zeros(2)
print(*jax.lax.fori_loop(0, 3000, step, (start, optimizer.init(start)))[0].tolist())
"""
)


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return ridge at the present λ."""
    told = {"correlation": s.correlation, "noise": s.noise, "seed": s.seed, "strength": s.lambda_, "n": ROWS}
    scripts = {SKLEARN: RIDGE, TORCH: DECAYED, OPTAX: CHAINED}
    w = r.roads.problem.ridge[r.k]
    return [Twin(framework, code.format(**told), w) for framework, code in scripts.items()]
