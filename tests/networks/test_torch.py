"""PyTorch as a peer: its smoothed loss, its spectral norm, and sharpness-aware minimization in two lines on top."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from regviz import MLP, sgd, train
from regviz.data.splits import Split
from regviz.networks.losses import cross_entropy_gradient, cross_entropy_loss, one_hot
from regviz.networks.spectral import power_iteration, spectral_gradient


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.6])
def test_the_smoothed_loss_and_its_gradient(alpha, rng):
    logits, labels = 3 * rng.standard_normal((20, 7)), rng.integers(7, size=20)
    z = tensor(logits).requires_grad_()
    loss = nn.functional.cross_entropy(z, torch.tensor(labels), label_smoothing=alpha)
    loss.backward()
    target = one_hot(labels, 7, alpha)
    assert cross_entropy_loss(logits, target) == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(cross_entropy_gradient(logits, target), z.grad.numpy(), atol=1e-15)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
def test_one_power_iteration_and_the_gradient_through_sigma(shape, rng):
    W, C, start = rng.standard_normal(shape), rng.standard_normal(shape), rng.standard_normal(shape[1])
    layer = nn.Linear(shape[1], shape[0], bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(tensor(W))
    spectral_norm(layer, n_power_iterations=1, eps=1e-300)
    layer.parametrizations.weight[0]._v.copy_(tensor(start / np.linalg.norm(start)))
    held = layer.weight  # each look in training is an iteration
    (held * tensor(C)).sum().backward()
    sigma, v, u = power_iteration(W.T, 1, start)  # theirs begins at the other side
    np.testing.assert_allclose(held.detach().numpy(), W / sigma, rtol=1e-13)
    ours = spectral_gradient(C, W, np.asarray(sigma), u, v)
    np.testing.assert_allclose(layer.parametrizations.weight.original.grad.numpy(), ours, rtol=1e-11, atol=1e-13)


def test_sharpness_aware_minimization_step_by_step(rng):
    X, y, rho, rate, steps = rng.standard_normal((30, 4)), rng.integers(3, size=30), 0.3, 0.2, 12
    network = MLP((4, 6, 3), activation="tanh", seeds=1)
    first, second = [layer for layer in network.layers if hasattr(layer, "W")]
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)).double()
    with torch.no_grad():
        for ours, theirs in ((first, model[0]), (second, model[2])):
            theirs.weight.copy_(tensor(ours.W.T))
            theirs.bias.copy_(tensor(ours.b))
    data = Split(X, y, X, y, X, y)
    train(network, data, rho=rho, optimizer=sgd, learning_rate=rate, epochs=steps, batch_size=30, shuffle=False)
    numbers = list(model.parameters())

    def gradients():
        return torch.autograd.grad(nn.functional.cross_entropy(model(tensor(X)), torch.tensor(y)), numbers)

    for _ in range(steps):
        g = gradients()
        size = torch.sqrt(sum((one**2).sum() for one in g))
        with torch.no_grad():
            torch._foreach_add_(numbers, [rho * one / size for one in g])
        uphill = gradients()
        with torch.no_grad():
            torch._foreach_sub_(
                numbers, [rho * one / size + rate * there for one, there in zip(g, uphill, strict=True)]
            )
    for ours, theirs in ((first, model[0]), (second, model[2])):
        np.testing.assert_allclose(ours.W.T, theirs.weight.detach().numpy(), atol=1e-10)
        np.testing.assert_allclose(ours.b, theirs.bias.detach().numpy(), atol=1e-10)
