"""The multilayer perceptron: one network, or many runs of it in one array."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, below_one, finite, positive, real, whole
from regviz.networks.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from regviz.networks.spectral import GroupSort, SpectralDense


def he(generator: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return weights (n_in, n_out) from N(0, 2/n_in), made for relu. Source: He et al. 2015, eq. 10."""
    return generator.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)


def xavier(generator: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return weights (n_in, n_out), uniform within ±√(6/(n_in + n_out)). Source: Glorot and Bengio 2010, eq. 16."""
    reach = np.sqrt(6 / (n_in + n_out))
    return generator.uniform(-reach, reach, (n_in, n_out))


INITS = {"he": he, "xavier": xavier}
NORMS: dict[str, Callable[..., Layer]] = {"batch": BatchNorm, "layer": LayerNorm}


class MLP(Layer):
    """Fully connected network: dense, normalization, activation, dropout for each hidden layer; dense at the end.

    `sizes` are the widths from input to output. `seeds` is one whole number for a single network, or a sequence for
    as many independent runs; a run's initial weights and dropout masks depend on its own seed alone. `drop_rate` and
    `init_scale`, the factor on the initial weights, may be given run by run. Biases start at 0, and a dense layer that
    batch normalization follows has none, since its mean is taken away. dtype "float32" trains many runs about twice as
    fast, in single precision. With `spectral_bound`, one number or one for each run, every matrix acts with that
    largest singular value, and ∞ leaves a run free. The activation may be "group_sort", for even widths.

    `state` (..., p + s) holds all numbers of the network: `weights` (..., p), what is trained, then `statistics`
    (..., s), the running ones. Write into them, `network.weights += step`, for they are what the layers see; `gradient`
    (..., p) is overwritten by every backward. `penalised` (p,) is 1 for the entries of the dense layers' matrices,
    which penalties and decay act on, and 0 for the others.
    """

    shares_input = True

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "relu",
        init: str = "he",
        *,
        norm: str | None = None,
        drop_rate: ArrayLike = 0.0,
        init_scale: ArrayLike = 1.0,
        spectral_bound: ArrayLike | None = None,
        seeds: int | Sequence[int] = 0,
        dtype: str = "float64",
    ) -> None:
        self.sizes = tuple(whole("sizes", size, 1) for size in sizes)
        if len(self.sizes) < 2:
            raise ValueError(f"sizes must name at least input and output; got {sizes}")
        if activation == "group_sort" and any(width % 2 for width in self.sizes[1:-1]):
            raise ValueError(f"group_sort needs an even number of hidden units; got sizes {self.sizes}")
        if init not in INITS:
            raise ValueError(f"init must be one of {', '.join(INITS)}; got {init!r}")
        if norm not in (None, *NORMS):
            raise ValueError(f"norm must be None or one of {', '.join(NORMS)}; got {norm!r}")
        if dtype not in ("float32", "float64"):
            raise ValueError(f"dtype must be float32 or float64; got {dtype!r}")
        self.dtype = np.dtype(dtype)
        self.seeds = tuple(whole("seeds", seed, 0) for seed in np.ravel(seeds).tolist())
        if not self.seeds or np.ndim(seeds) > 1:
            raise ValueError(f"seeds must be one seed or a sequence of them; got {seeds}")
        self.runs = np.shape(seeds)
        self.n_features = self.sizes[0]
        scale = _per_run("init_scale", positive("init_scale", init_scale), self.runs)[..., None, None]
        rate = _per_run("drop_rate", below_one("drop_rate", drop_rate), self.runs)
        bound = None if spectral_bound is None else _per_run("spectral_bound", _bounds(spectral_bound), self.runs)
        starts = self.generators(0)
        self.dense: list[Dense] = []
        for n_in, n_out in pairwise(self.sizes):
            W = np.stack([INITS[init](generator, n_in, n_out) for generator in starts])
            centred = norm == "batch" and len(self.dense) < len(self.sizes) - 2
            self.dense.append(
                self._dense(
                    scale * W.reshape(*self.runs, n_in, n_out),
                    None if centred else np.zeros((*self.runs, n_out)),
                    bound,
                )
            )
        self.layers = self._assemble(activation, norm, rate)
        self._bind()

    @staticmethod
    def _dense(W: Array, b: Array | None, bound: Array | None) -> Dense:
        return Dense(W, b) if bound is None else SpectralDense(W, b, bound)

    def _assemble(self, activation: str, norm: str | None, rate: Array) -> list[Layer]:
        masks = self.generators(1)
        layers: list[Layer] = []
        for dense, width in zip(self.dense, self.sizes[1:-1], strict=False):
            layers += [dense, NORMS[norm](width, runs=self.runs)] if norm else [dense]
            layers.append(GroupSort() if activation == "group_sort" else Activation(activation))
            if rate.any():
                layers.append(Dropout(rate, masks if self.runs else masks[0]))
        return [*layers, self.dense[-1]]

    def generators(self, stream: int) -> list[np.random.Generator]:
        """Return one generator for each run, from its seed.

        Streams 0 to 3 are for weights, dropout, batch order and augmentation.
        """
        return [np.random.default_rng([seed, stream]) for seed in self.seeds]

    def _bind(self) -> None:
        """Lay every parameter, gradient and statistic out in one array and leave views of it in the layers."""
        trained = [(layer, name) for layer in self.layers for name in layer.parameters]
        kept = [(layer, name) for layer in self.layers for name in layer.running]
        shapes = [getattr(layer, name).shape for layer, name in trained + kept]
        sizes = [int(np.prod(shape[len(self.runs) :])) for shape in shapes]
        p = sum(sizes[: len(trained)])
        self.state = np.empty((*self.runs, sum(sizes)), self.dtype)
        self.weights, self.statistics = self.state[..., :p], self.state[..., p:]
        self.gradient, self.penalised = np.empty((*self.runs, p), self.dtype), np.zeros(p)
        start = 0
        for (layer, name), shape, size in zip(trained + kept, shapes, sizes, strict=True):
            place = slice(start, start + size)
            self._lay(layer, name, self.state[..., place].reshape(shape))
            if start < p:
                self._lay(layer, "d" + name, self.gradient[..., place].reshape(shape))
                self.penalised[place] = name == "W"
            start += size

    @staticmethod
    def _lay(layer: Layer, name: str, view: Array) -> None:
        view[...] = getattr(layer, name)
        setattr(layer, name, view)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Lay out anew what a copy or a pickle brings: there, views have become arrays of their own."""
        vars(self).update(state)
        self._bind()

    def __copy__(self) -> Self:
        """Return a deep copy: two networks cannot share the layers that hold their weights."""
        return deepcopy(self)

    def train(self) -> None:
        """Switch every layer to training mode."""
        self._switch(True)

    def eval(self) -> None:
        """Switch every layer to evaluation mode."""
        self._switch(False)

    def _switch(self, training: bool) -> None:
        self.training = training
        for layer in self.layers:
            layer.training = training

    def load(self, state: ArrayLike) -> None:
        """Write `state` (..., p + s), such as a History keeps, into the network.

        Raises ValueError for NaN and another shape.
        """
        state = finite("state", state)
        if state.shape != self.state.shape:
            raise ValueError(f"state must have shape {self.state.shape}; got {state.shape}")
        self.state[...] = state

    def apply(self, X: Array) -> Array:
        """Return the output (..., n, sizes[-1]), unchecked."""
        return self.outputs(X)[-1]

    def outputs(self, X: Array) -> list[Array]:
        """Return the output of every layer in turn, unchecked."""
        found = []
        for layer in self.layers:
            X = layer.apply(X)
            found.append(X)
        return found

    def pull(self, dout: Array) -> Array:
        """Return the gradient with respect to X, run by run, and write that of the weights into `gradient`."""
        for layer in reversed(self.layers):
            dout = layer.pull(dout)
        return dout

    def weight_gradient(self, dout: Array) -> Array:
        """Return `gradient`, unchecked, without the cost of that with respect to X."""
        for layer in reversed(self.layers[1:]):
            dout = layer.pull(dout)
        self.dense[0].differentiate(dout)
        return self.gradient


def _bounds(value: ArrayLike) -> Array:
    """Return bounds > 0, which may be ∞."""
    bound = real("spectral_bound", value).astype(float)
    positive("spectral_bound", np.where(np.isposinf(bound), 1.0, bound))
    return bound


def _per_run(name: str, value: Array, runs: tuple[int, ...]) -> Array:
    """Return `value`, one number or one for each run, as an array of shape `runs`."""
    if value.shape not in ((), runs):
        raise ValueError(f"{name} must be one number or one for each of the runs {runs}; got shape {value.shape}")
    return np.broadcast_to(value, runs)
