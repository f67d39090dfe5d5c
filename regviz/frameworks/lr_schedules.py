"""Step decay, cosine and warm-up as schedulers of PyTorch, optax and Keras."""

from regviz.experiments.lr_schedules import EPOCHS, SCHEDULES
from regviz.experiments.lr_schedules import rates as all_rates
from regviz.figures.lr_schedules import Result, Settings
from regviz.frameworks.twin import KERAS, OPTAX, TORCH, Twin

CODE = """import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, StepLR

def rate(make):  # of epoch {epoch}, counted from 0
    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr={peak:g})
    schedule = make(optimizer)
    for _ in range({epoch}):
        optimizer.step()
        schedule.step()
    return schedule.get_last_lr()[0]

print(rate(lambda o: StepLR(o, step_size={every}, gamma=0.5)))
print(rate(lambda o: CosineAnnealingLR(o, T_max={epochs}, eta_min=0.0)))
print(rate(lambda o: LinearLR(o, start_factor=1 / {warmup}, total_iters={climb})))
"""
FUNCTIONS = """import optax

print(optax.exponential_decay({peak:g}, {every}, decay_rate=0.5, staircase=True)({epoch}))
print(optax.cosine_decay_schedule({peak:g}, {epochs})({epoch}))
print(optax.linear_schedule({peak:g} / {warmup}, {peak:g}, {climb})({epoch}))
"""
SCHEDULED = """from keras.optimizers.schedules import CosineDecay, ExponentialDecay

print(float(ExponentialDecay({peak:g}, {every}, decay_rate=0.5, staircase=True)({epoch})))
print(float(CosineDecay({peak:g}, {epochs})({epoch})))
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the rates of the present epoch; a warm-up of one epoch is none, and needs no scheduler."""
    told = {"epoch": s.epoch, "peak": s.peak, "every": EPOCHS // 4, "epochs": EPOCHS}
    told |= {"warmup": s.warmup, "climb": max(s.warmup - 1, 1)}
    rates = all_rates(s.epoch, s.peak, s.warmup)
    ours = [rates[SCHEDULES.index(name)] for name in ("step", "cosine", "warmup")]
    single = s.peak * 1e-6  # of a rate that is reckoned in single precision
    within = max(single / max(ours), 1e-6)
    return [
        Twin(TORCH, CODE.format(**told), ours, 1e-9),
        Twin(OPTAX, FUNCTIONS.format(**told), ours, within),
        Twin(KERAS, SCHEDULED.format(**told), ours[:2], within),
    ]
