"""Step decay, cosine and warm-up as schedulers of PyTorch."""

from regviz.experiments.lr_schedules import EPOCHS, SCHEDULES
from regviz.experiments.lr_schedules import rates as all_rates
from regviz.figures.lr_schedules import Result, Settings
from regviz.frameworks.twin import TORCH, Twin

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


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the rates of the present epoch; a warm-up of one epoch is none, and needs no scheduler."""
    code = CODE.format(
        epoch=s.epoch, peak=s.peak, every=EPOCHS // 4, epochs=EPOCHS, warmup=s.warmup, climb=max(s.warmup - 1, 1)
    )
    ours = all_rates(s.epoch, s.peak, s.warmup)
    return [Twin(TORCH, code, [ours[SCHEDULES.index(name)] for name in ("step", "cosine", "warmup")], 1e-9)]
