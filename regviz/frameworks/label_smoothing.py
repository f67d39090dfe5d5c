"""The smoothed loss in PyTorch, optax and Keras."""

from typing import Any

from regviz.figures.label_smoothing import Result, Settings
from regviz.frameworks.twin import KERAS, OPTAX, TORCH, Twin
from regviz.networks.smoothing import gap_loss, optimal_logit_gap, smoothing_floor

SCRIPTS = {
    TORCH: """import torch
from torch.nn.functional import cross_entropy

for gap in (0.0, {gap!r}):  # by how much the label's logit is higher; the second is best
    logits = torch.zeros(1, {classes}, dtype=torch.float64)
    logits[0, 0] = gap
    print(cross_entropy(logits, torch.tensor([0]), label_smoothing={alpha:g}).item())
""",
    OPTAX: """import jax
import optax

jax.config.update("jax_enable_x64", True)
labels = optax.smooth_labels(jax.numpy.eye({classes})[0], {alpha:g})
for gap in (0.0, {gap!r}):
    print(optax.softmax_cross_entropy(gap * jax.numpy.eye({classes})[0], labels).item())
""",
    KERAS: """import keras

loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing={alpha:g})
label = keras.ops.eye({classes})[:1]
for gap in (0.0, {gap!r}):
    print(float(loss(label, gap * label)))
""",
}


def twins(s: Settings, r: Result[Any]) -> list[Twin]:
    """Return the loss of equal logits, and at the best gap."""
    if s.view != "loss" or s.alpha == 0:
        return []
    gap = float(optimal_logit_gap(s.classes, s.alpha))
    ours = [float(gap_loss(0.0, s.classes, s.alpha)), float(smoothing_floor(s.classes, s.alpha))]
    told = {"gap": gap, "classes": s.classes, "alpha": s.alpha}
    return [Twin(framework, code.format(**told), ours) for framework, code in SCRIPTS.items()]
