"""Layers with forward and backward, on one run or on many at once.

Data have shape (..., n, features): n cases, and before them, where there are any, runs that share nothing but the code.
A parameter keeps its runs in front: a dense layer's weights are (in, out) for one run and (runs, in, out) for many.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regviz.checks import Array, below_one, finite, positive, whole

Generators = Sequence[np.random.Generator]


class Layer:
    """What all layers share. A subclass defines `apply` and `pull`, which trust their arguments."""

    training = True
    parameters: tuple[str, ...] = ()
    """attributes that are trained; backward writes the gradient of `gamma` into `dgamma`"""
    running: tuple[str, ...] = ()
    """attributes that training sets without a gradient"""
    n_features: int | None = None
    """width that X must have, or any"""
    runs: tuple[int, ...] = ()
    shares_input = False
    """whether X may lack the run axis, one for all runs"""
    dtype: np.dtype[Any] = np.dtype(float)
    _shape: tuple[int, ...] | None = None

    def train(self) -> None:
        """Switch to training mode: batch statistics, units dropped."""
        self.training = True

    def eval(self) -> None:
        """Switch to evaluation mode: running statistics, every unit kept."""
        self.training = False

    def forward(self, X: ArrayLike) -> Array:
        """Return the layer's output for X (..., n, features). Raises ValueError for NaN and a wrong shape."""
        X = finite("X", X).astype(self.dtype)  # a copy: backward must find what forward saw
        if self.runs or self.n_features:
            leading = X.shape[:-2] == self.runs or (self.shares_input and X.ndim == 2)
            if X.ndim < 2 or not leading or X.shape[-1] != (self.n_features or X.shape[-1]):
                wanted = (*self.runs, "n", self.n_features or "features")
                raise ValueError(f"X must have shape ({', '.join(map(str, wanted))}); got {X.shape}")
        out = self.apply(X)
        self._shape = out.shape
        return out.copy()

    def backward(self, dout: ArrayLike) -> Array:
        """Return the gradient with respect to the last X, given that with respect to its output.

        Raises ValueError for NaN, a shape other than the output's, and where there was no forward.
        """
        dout = finite("dout", dout)
        if dout.shape != self._shape:
            raise ValueError(f"dout must have the shape of the last output, {self._shape}; got {dout.shape}")
        return self.pull(dout.astype(self.dtype, copy=False))

    def apply(self, X: Array) -> Array:
        """Return the output for X, unchecked."""
        raise NotImplementedError

    def pull(self, dout: Array) -> Array:
        """Return the gradient with respect to X, unchecked."""
        raise NotImplementedError


class Dense(Layer):
    """The affine map X W + b, with W (..., in, out) and b (..., out), or no b."""

    shares_input = True

    def __init__(self, W: Array, b: Array | None) -> None:
        self.W, self.n_features, self.runs = W, W.shape[-2], W.shape[:-2]
        self.parameters, self.dW = ("W",), np.zeros_like(W)
        if b is not None:
            self.parameters, self.b, self.db = ("W", "b"), b, np.zeros_like(b)

    def apply(self, X: Array) -> Array:
        """Return X W + b."""
        self.X = X
        out = X @ self.W
        if len(self.parameters) == 2:
            out += self.b[..., None, :]
        return out

    def pull(self, dout: Array) -> Array:
        """Return dout Wᵀ, run by run, and write the gradients of W and b."""
        self.differentiate(dout)
        return dout @ self.W.swapaxes(-1, -2)

    def differentiate(self, dout: Array) -> None:
        """Write the gradients of W and b, without the cost of that of X."""
        np.matmul(self.X.swapaxes(-1, -2), dout, out=self.dW)
        if len(self.parameters) == 2:
            _add_up(dout, self.db)


class Activation(Layer):
    """One of ACTIVATIONS, component by component."""

    def __init__(self, name: str) -> None:
        if name not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {name!r}")
        self.name = name  # not the functions, which no pickle holds

    def apply(self, X: Array) -> Array:
        """Return the activation of X."""
        self.out = ACTIVATIONS[self.name][0](X)
        return self.out

    def pull(self, dout: Array) -> Array:
        """Return dout times the slope."""
        return dout * ACTIVATIONS[self.name][1](self.out)


def _logistic(X: Array) -> Array:
    return (1 + np.tanh(X / 2)) / 2  # no overflow, unlike 1/(1 + exp(−X))


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], NDArray[Any]]]] = {
    # the value, and the slope as a function of the value; that of relu at 0 is 0
    "relu": (lambda X: np.maximum(X, 0.0), lambda out: out > 0),
    "tanh": (np.tanh, lambda out: 1 - out**2),
    "logistic": (_logistic, lambda out: out * (1 - out)),
    "identity": (lambda X: X, np.ones_like),
}


class Dropout(Layer):
    """Inverted dropout: a unit is kept with probability 1 − drop_rate and then divided by it; nothing changes in eval.

    With one generator for each run in place of a seed, each draws its run's mask, as it would alone; `drop_rate` may
    then hold a rate for each. `mask` is the last factor applied, 0 or 1/(1 − drop_rate).
    Raises ValueError for a rate outside [0, 1). Source: Srivastava et al. 2014, section 10.
    """

    def __init__(self, drop_rate: ArrayLike, seed: int | np.random.Generator | Generators = 0) -> None:
        self.drop_rate = below_one("drop_rate", drop_rate)
        if isinstance(seed, Sequence):
            self.generators, self.runs = list(seed), (len(seed),)
        else:
            self.generators = [np.random.default_rng(seed)]
        if self.drop_rate.shape not in ((), self.runs):
            raise ValueError(f"drop_rate must be one number or {self.runs}; got shape {self.drop_rate.shape}")

    def apply(self, X: Array) -> Array:
        """Return X with units dropped."""
        self.mask = (self._draw(X.shape) if self.training else np.ones(1)).astype(X.dtype, copy=False)
        return X * self.mask

    def pull(self, dout: Array) -> Array:
        """Return dout with the same units dropped."""
        return dout * self.mask

    def _draw(self, shape: tuple[int, ...]) -> Array:
        own = shape[len(self.runs) :]
        chance = np.stack([generator.random(own) for generator in self.generators]).reshape(shape)
        rate = self.drop_rate.reshape(self.drop_rate.shape + (1,) * len(own))
        return (chance >= rate) / (1 - rate)


class _Normalization(Layer):
    """Batch and layer normalization: (X − mean)/√(variance + ε) over an axis, times gamma, plus beta."""

    parameters = ("gamma", "beta")
    axis: int

    def __init__(self, n_features: int, epsilon: float, runs: tuple[int, ...]) -> None:
        self.n_features = whole("n_features", n_features, 1)
        self.epsilon = float(positive("epsilon", epsilon))
        self.runs = runs
        self.gamma, self.beta = np.ones((*runs, self.n_features)), np.zeros((*runs, self.n_features))
        self.dgamma, self.dbeta = np.zeros_like(self.gamma), np.zeros_like(self.beta)

    def _moments(self, X: Array) -> tuple[Array, Array, Array]:
        """Return mean, X − mean and variance; what the rounding of a large mean leaves of a constant counts as none."""
        mean = X.mean(axis=self.axis, keepdims=True)
        centred = X - mean
        variance = np.square(centred).mean(axis=self.axis, keepdims=True)
        constant = np.sqrt(variance) < 8 * np.finfo(X.dtype).eps * np.abs(mean)
        if constant.any():
            centred, variance = np.where(constant, 0, centred), np.where(constant, 0, variance)
        return mean, centred, variance

    def _scale(self, centred: Array, variance: Array) -> Array:
        self.inverse = 1 / np.sqrt(variance + self.epsilon)
        self.normal = centred * self.inverse
        out = self.normal * self.gamma[..., None, :]
        out += self.beta[..., None, :]
        return out

    def _pull_fixed(self, dout: Array) -> Array:
        """Return the gradient with the moments held constant, and write those of gamma and beta."""
        _add_up(dout * self.normal, self.dgamma)
        _add_up(dout, self.dbeta)
        return dout * self.gamma[..., None, :] * self.inverse

    def _pull_moments(self, dout: Array) -> Array:
        """Return the gradient through the moments as well."""
        fixed = self._pull_fixed(dout)
        along = (fixed * self.normal).mean(axis=self.axis, keepdims=True)
        return fixed - fixed.mean(axis=self.axis, keepdims=True) - self.normal * along


class BatchNorm(_Normalization):
    """Batch normalization over the n cases, feature by feature.

    In training the batch's own mean and variance scale it, and running ← momentum·running + (1 − momentum)·batch, with
    the unbiased variance n/(n−1); in eval the running ones do. Raises ValueError for a batch of one case in training,
    a momentum outside [0, 1) and ε ≤ 0. Source: Ioffe and Szegedy 2015, algorithms 1 and 2.
    """

    running = ("running_mean", "running_var")
    axis = -2

    def __init__(
        self, n_features: int, momentum: float = 0.9, epsilon: float = 1e-5, *, runs: tuple[int, ...] = ()
    ) -> None:
        super().__init__(n_features, epsilon, runs)
        self.momentum = float(below_one("momentum", momentum))
        self.running_mean, self.running_var = np.zeros_like(self.gamma), np.ones_like(self.gamma)

    def apply(self, X: Array) -> Array:
        """Return X normalised by the batch's moments, or in eval by the running ones."""
        self._by_batch = self.training
        if not self.training:
            return self._scale(X - self.running_mean[..., None, :], self.running_var[..., None, :])
        n = X.shape[-2]
        if n < 2:
            raise ValueError(f"batch normalization trains on batches of at least 2 cases; got {n}")
        mean, centred, variance = self._moments(X)
        self._remember(self.running_mean, mean.squeeze(-2))
        self._remember(self.running_var, variance.squeeze(-2) * (n / (n - 1)))
        return self._scale(centred, variance)

    def pull(self, dout: Array) -> Array:
        """Return the gradient with respect to X, in the mode that the last forward had."""
        return self._pull_moments(dout) if self._by_batch else self._pull_fixed(dout)

    def _remember(self, running: Array, batch: Array) -> None:
        running *= self.momentum
        running += (1 - self.momentum) * batch


class LayerNorm(_Normalization):
    """Layer normalization over the features, case by case; the same in training and in eval.

    Raises ValueError for ε ≤ 0. Source: Ba, Kiros and Hinton 2016, eq. 3.
    """

    axis = -1

    def __init__(self, n_features: int, epsilon: float = 1e-5, *, runs: tuple[int, ...] = ()) -> None:
        super().__init__(n_features, epsilon, runs)

    def apply(self, X: Array) -> Array:
        """Return X normalised by each case's moments."""
        _, centred, variance = self._moments(X)
        return self._scale(centred, variance)

    def pull(self, dout: Array) -> Array:
        """Return the gradient with respect to X."""
        return self._pull_moments(dout)


def _add_up(values: Array, total: Array) -> None:
    """Write the sum of values (..., n, features) over the cases into total (..., features)."""
    np.matmul(np.ones(values.shape[-2], values.dtype), values, out=total)  # several times faster than sum(axis=-2)
