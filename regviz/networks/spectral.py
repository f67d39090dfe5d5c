"""How steep a network may be: the largest singular value, layers that are held to one, bounds and certificates."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, matrix, one, positive, whole
from regviz.networks.diagnostics import margins
from regviz.networks.layers import Dense, Layer

WARM = 20
"""power iterations that a layer begins with"""


def power_iteration(W: ArrayLike, iterations: int, u: ArrayLike | None = None) -> tuple[float, Array, Array]:
    """Return (σ, u, v) for W (m, n) after power iterations from u (m,): v ← Wᵀu/‖·‖, u ← Wv/‖·‖, σ = uᵀWv.

    σ is never above the largest singular value beyond rounding; the angle to the singular vectors shrinks by (σ₂/σ₁)²
    each time, the error of σ by its square. Without u the start is random with a fixed seed. A matrix of zeros has
    σ = 0. Raises ValueError for NaN, a u of another length and a u of zeros. Source: Miyato et al. 2018, algorithm 1.

    >>> round(power_iteration([[3.0, 0.0], [0.0, 1.0]], 20)[0], 9)
    3.0
    """
    W, count = matrix("W", W), whole("iterations", iterations, 1)
    start = np.random.default_rng(0).standard_normal(len(W)) if u is None else finite("u", u)
    if start.shape != W.shape[:1] or not start.any():
        raise ValueError(f"u must be ({len(W)},) and not all zeros; got shape {start.shape}")
    left = start / np.linalg.norm(start)
    for _ in range(count):
        sigma, left, right = _iterate(W, left)
    return float(sigma), left, right


def _iterate(W: Array, u: Array) -> tuple[Array, Array, Array]:
    """Return σ (...), u (..., m) and v (..., n) after one iteration on W (..., m, n)."""
    v = _unit((u[..., None, :] @ W)[..., 0, :])
    image = (W @ v[..., None])[..., 0]
    return np.linalg.norm(image, axis=-1), _unit(image, u), v


def _unit(x: Array, otherwise: Array | None = None) -> Array:
    """Return x (..., k) with length 1, or where it is 0 something else: itself, unless given."""
    norm = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.where(norm > 0, x / np.where(norm > 0, norm, 1), x if otherwise is None else otherwise)


def spectral_normalize(W: ArrayLike, bound: float = 1.0) -> Array:
    """Return W (m, n) scaled to the largest singular value `bound`; a matrix of zeros stays as it is.

    Raises ValueError for NaN and a bound that is not positive.

    >>> spectral_normalize([[3.0, 0.0], [0.0, 1.0]], 1.5).tolist()
    [[1.5, 0.0], [0.0, 0.5]]
    """
    W, bound = matrix("W", W), float(positive("bound", one("bound", bound)))
    sigma = np.linalg.norm(W, 2)
    return W * (bound / sigma) if sigma > 0 else W


def spectral_gradient(G: Array, W: Array, sigma: Array, u: Array, v: Array) -> Array:
    """Return the gradient with respect to W (..., m, n), given that with respect to W/σ: (G − ⟨G, W/σ⟩uvᵀ)/σ."""
    along = (G * W).sum(axis=(-2, -1)) / sigma
    return (G - along[..., None, None] * u[..., :, None] * v[..., None, :]) / sigma[..., None, None]


def lipschitz_bound(weights: Sequence[ArrayLike]) -> float:
    """Return the product of the largest singular values of the matrices: a bound on the slope of a network of them.

    It holds for activations with slopes in [−1, 1], such as relu, tanh and group_sort. Raises ValueError for NaN.
    """
    return float(np.prod([np.linalg.norm(matrix("weights", W), 2) for W in weights]))


def certified_radius(logits: ArrayLike, labels: ArrayLike, lipschitz: float) -> Array:
    """Return margin/(√2 L) (..., n), within which no change of the input changes the answer; 0 where it is wrong.

    A difference of two logits has √2 times the slope L of all of them. Raises ValueError for an L that is not positive
    and labels outside the classes. Source: Tsuzuku, Sato and Sugiyama 2018, proposition 1.

    >>> certified_radius([[3.0, 1.0], [3.0, 1.0]], [0, 1], 2 ** 0.5).round(12).tolist()
    [1.0, 0.0]
    """
    L = float(positive("lipschitz", one("lipschitz", lipschitz)))
    return np.maximum(margins(logits, labels), 0) / (np.sqrt(2) * L)


def group_sort(z: ArrayLike) -> Array:
    """Return z (..., 2k) with every pair of neighbours in rising order: slope 1 everywhere, and nothing is lost.

    Raises ValueError for NaN and an odd number of columns. Source: Anil, Lucas and Grosse 2019.

    >>> group_sort([3.0, 1.0, 2.0, 5.0]).tolist()
    [1.0, 3.0, 2.0, 5.0]
    """
    z = finite("z", z)
    if not z.ndim or z.shape[-1] % 2:
        raise ValueError(f"z must have an even number of columns; got shape {z.shape}")
    return GroupSort().apply(z)


class GroupSort(Layer):
    """Sorts pairs of neighbouring units."""

    def apply(self, X: Array) -> Array:
        """Return X (..., 2k) with its pairs sorted."""
        first, second = X[..., ::2], X[..., 1::2]
        self.swapped, out = first > second, np.empty_like(X)
        np.minimum(first, second, out=out[..., ::2])
        np.maximum(first, second, out=out[..., 1::2])
        return out

    def pull(self, dout: Array) -> Array:
        """Return dout with the same pairs swapped back."""
        first, second, out = dout[..., ::2], dout[..., 1::2], np.empty_like(dout)
        out[..., ::2], out[..., 1::2] = np.where(self.swapped, second, first), np.where(self.swapped, first, second)
        return out


class SpectralDense(Dense):
    """The affine map X W̄ + b with W̄ = bound · W/σ(W), σ by one power iteration a step from where the last one ended.

    `bound` (...) is one number for each run; with ∞ the layer is free, W̄ = W. The gradient is that through σ, with u
    and v held. Source: Miyato et al. 2018, eqs. 8 and 12.
    """

    running = ("u",)

    def __init__(self, W: Array, b: Array | None, bound: Array) -> None:
        super().__init__(W, b)
        self.bound = np.broadcast_to(bound, self.runs)
        start = np.random.default_rng(0).standard_normal(W.shape[-2])  # one for all runs, as each would have alone
        self.u = np.broadcast_to(start, W.shape[:-1]).copy()
        for _ in range(WARM):
            self._sigma, self.u, self._v = _iterate(W, self.u)

    def apply(self, X: Array) -> Array:
        """Return X W̄ + b; in training u takes a step."""
        self.X = X
        self._sigma, u, self._v = _iterate(self.W, self.u)
        if self.training:
            self.u[...] = u
        self._u = u
        free = ~np.isfinite(self.bound)
        self._scale = np.where(free, 1.0, np.where(free, 1.0, self.bound) / np.where(self._sigma > 0, self._sigma, 1.0))
        out = X @ self.effective
        if len(self.parameters) == 2:
            out += self.b[..., None, :]
        return out

    @property
    def effective(self) -> Array:
        """W̄ (..., in, out) as the last forward had it."""
        return self.W * self._scale[..., None, None].astype(self.W.dtype)

    def pull(self, dout: Array) -> Array:
        """Return dout W̄ᵀ, run by run, and write the gradients of W and b."""
        self.differentiate(dout)
        return dout @ self.effective.swapaxes(-1, -2)

    def differentiate(self, dout: Array) -> None:
        """Write the gradients of W and b."""
        super().differentiate(dout)
        held = np.isfinite(self.bound) & (self._sigma > 0)
        sigma = np.where(held, self._sigma, 1.0)
        through = spectral_gradient(self.dW, self.W, sigma, self._u, self._v) * (self._scale * sigma)[..., None, None]
        self.dW[...] = np.where(held[..., None, None], through, self.dW)
