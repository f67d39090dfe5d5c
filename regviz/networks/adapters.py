"""Low-rank adapters: a trained matrix W₀ stays, and an update sAB of small rank is learned beside it.

Data are rows here, so a layer computes XW: A (d_in, r) starts at random, B (r, d_out) at zero, and the network starts
where it was. Hu et al. 2021 write the transposes, W₀ + BA.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, matrix, one, whole
from regviz.descent.optimizers import Optimizer
from regviz.networks.losses import cross_entropy_gradient
from regviz.networks.mlp import MLP


def lora_parameter_count(shapes: Sequence[tuple[int, int]], rank: int) -> int:
    """Return how many numbers adapters of this rank have beside matrices of these shapes: Σ r(d_in + d_out).

    Source: Hu et al. 2021, section 4.1.

    >>> lora_parameter_count([(4096, 4096)] * 64, 8)
    4194304
    """
    rank = whole("rank", rank, 0)
    return rank * sum(whole("shapes", width, 1) for shape in shapes for width in shape)


def break_even_rank(d_in: int, d_out: int) -> float:
    """Return the rank at which an adapter has as many numbers as the matrix (d_in, d_out) itself.

    >>> break_even_rank(64, 64)
    32.0
    """
    rows, columns = whole("d_in", d_in, 1), whole("d_out", d_out, 1)
    return rows * columns / (rows + columns)


def merge(W0: ArrayLike, A: ArrayLike, B: ArrayLike, scale: float = 1.0) -> Array:
    """Return W₀ + s·AB, for W₀ (d_in, d_out), A (d_in, r) and B (r, d_out): a layer that costs no more than before.

    Raises ValueError where the shapes do not match.
    """
    W0, A, B = matrix("W0", W0), finite("A", A), finite("B", B)
    wanted = (W0.shape[0], A.shape[-1] if A.ndim else 0), (A.shape[-1] if A.ndim else 0, W0.shape[1])
    if (A.shape, B.shape) != wanted:
        raise ValueError(f"A and B must have shapes (d_in, r) and (r, d_out) for {W0.shape}; got {A.shape}, {B.shape}")
    return W0 + one("scale", scale) * (A @ B)


def adapt(
    network: MLP,
    X: Array,
    target: Array,
    rank: int | None,
    optimizer: Optimizer,
    steps: int,
    *,
    scale: ArrayLike = 1.0,
    batch_size: int = 50,
    seed: int = 0,
    watch: Callable[[int], object] | None = None,
) -> list[Array]:
    """Train an update of this rank beside every matrix of the network, in place; return the updates (runs, in, out).

    X (runs, n, features) and target (runs, n, classes) are each run's own cases; the loss is the cross-entropy. Biases
    stay. `rank` None trains the matrices themselves. `scale` is one number, or one for each run. A is drawn from
    N(0, 1/d_in) by the run's own seed; `seed` draws the batches. `watch(step)` is called with the merged network, first
    at step 0.
    """
    runs, frozen = len(network.seeds), [dense.W.copy() for dense in network.dense]
    factors, spread = np.asarray(scale, network.dtype).reshape(-1, 1, 1), network.generators(3)
    starts: list[list[Array]] = []
    for W in frozen:
        d_in, d_out = W.shape[-2:]
        if rank is None:
            starts.append([np.zeros_like(W)])
        else:
            A = np.stack([generator.standard_normal((d_in, rank)) for generator in spread]) / np.sqrt(d_in)
            starts.append([A, np.zeros((runs, rank, d_out))])
    flat = np.concatenate([part.reshape(runs, -1) for parts in starts for part in parts], axis=1).astype(network.dtype)
    gradient, state = np.empty_like(flat), optimizer.init(flat)
    weights, slopes = _views(flat, starts), _views(gradient, starts)
    batches = np.random.default_rng(seed)

    def updates() -> list[Array]:
        return [parts[0] if rank is None else factors * (parts[0] @ parts[1]) for parts in weights]

    with np.errstate(under="ignore"):  # what is surely wrong has a probability that is rightly zero
        for step in range(steps + 1):
            for dense, W, update in zip(network.dense, frozen, updates(), strict=True):
                dense.W[...] = W + update
            if watch is not None:
                watch(step)
            if step == steps:
                break
            rows = batches.integers(0, X.shape[1], min(batch_size, X.shape[1]))
            network.weight_gradient(cross_entropy_gradient(network.apply(X[:, rows]), target[:, rows]))
            for dense, parts, slope in zip(network.dense, weights, slopes, strict=True):
                if rank is None:
                    slope[0][...] = dense.dW
                else:
                    slope[0][...] = factors * (dense.dW @ parts[1].swapaxes(1, 2))
                    slope[1][...] = factors * (parts[0].swapaxes(1, 2) @ dense.dW)
            change, state = optimizer.update(gradient, state, flat)
            flat += change
    return updates()


def _views(flat: Array, starts: list[list[Array]]) -> list[list[Array]]:
    """Return views of flat (runs, p) in the shapes of the parts that it is made of."""
    views, at = [], 0
    for parts in starts:
        made = []
        for part in parts:
            size = part[0].size
            made.append(flat[:, at : at + size].reshape(part.shape))
            at += size
        views.append(made)
    return views
