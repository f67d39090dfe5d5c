"""First-order optimizers as pairs of pure functions.

`optimizer.init(w) -> state`, `optimizer.update(gradient, state, w) -> (step, state)`, and w + step is the new w. The
weights may have any shape; every number that sets an optimizer may be an array that broadcasts against them, so that
many runs advance as one: weights (R, p), learning rates (R, 1).

Two ways to shrink weights, the same for plain SGD and for nothing else:

    l2            adds λw to the gradient, before any moment is taken: the penalty (λ/2)‖w‖²
    weight_decay  adds −ηλw to the step, after: decoupled, Loshchilov and Hutter 2019
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, below_one, finite, non_negative, positive, real


class State(NamedTuple):
    """What an optimizer remembers. A moment that it does not keep stays zero."""

    m: Array
    """first moment, or velocity; the shape of w"""
    v: Array
    """second moment, or sum of squares; the shape of w"""
    t: int
    """updates done"""


FLOATS = (np.dtype(np.float64), np.dtype(np.float32))

Rule = Callable[[Array, State, Array], tuple[Array, State]]
"""(gradient, state, η) -> (step, state)"""


class Optimizer(NamedTuple):
    """A pair of pure functions; see the module's first lines."""

    init: Callable[[ArrayLike], State]
    update: Callable[[ArrayLike, State, ArrayLike], tuple[Array, State]]


def sgd_with_weight_decay(w: ArrayLike, gradient: ArrayLike, lr: ArrayLike, lambda_: ArrayLike) -> Array:
    """Return w − lr (gradient + λw), one step of gradient descent with weight decay.

    Raises ValueError for NaN, a negative lr or λ, and shapes that differ. Source: Hanson and Pratt 1988.

    >>> sgd_with_weight_decay([1.0, -2.0], [0.5, 0.5], lr=0.1, lambda_=1.0).tolist()
    [0.85, -1.85]
    """
    g, w = _matched(gradient, w)
    return w - non_negative("lr", lr) * (g + non_negative("lambda_", lambda_) * w)


def sgd(learning_rate: ArrayLike, *, l2: ArrayLike = 0.0, weight_decay: ArrayLike = 0.0) -> Optimizer:
    """Return gradient descent: step = −ηg. Source: Robbins and Monro 1951."""

    def rule(g: Array, state: State, eta: Array) -> tuple[Array, State]:
        return -eta * g, State(state.m, state.v, state.t + 1)

    return _optimizer(rule, learning_rate, l2, weight_decay)


def momentum(
    learning_rate: ArrayLike, momentum: ArrayLike = 0.9, *, l2: ArrayLike = 0.0, weight_decay: ArrayLike = 0.0
) -> Optimizer:
    """Return the heavy ball: m ← μm + g, step = −ηm.

    η multiplies the velocity rather than entering it, so a schedule acts at once. Source: Polyak 1964.
    """
    mu = _setting(below_one, "momentum", momentum)

    def rule(g: Array, state: State, eta: Array) -> tuple[Array, State]:
        m = mu * state.m + g
        return -eta * m, State(m, state.v, state.t + 1)

    return _optimizer(rule, learning_rate, l2, weight_decay, mu)


def nesterov(
    learning_rate: ArrayLike, momentum: ArrayLike = 0.9, *, l2: ArrayLike = 0.0, weight_decay: ArrayLike = 0.0
) -> Optimizer:
    """Return Nesterov's accelerated gradient: m ← μm + g, step = −η(g + μm).

    w stands for the look-ahead point, where the gradient is taken. Source: Sutskever et al. 2013, eqs. 3 and 4,
    with θ + μv for θ.
    """
    mu = _setting(below_one, "momentum", momentum)

    def rule(g: Array, state: State, eta: Array) -> tuple[Array, State]:
        m = mu * state.m + g
        return -eta * (g + mu * m), State(m, state.v, state.t + 1)

    return _optimizer(rule, learning_rate, l2, weight_decay, mu)


def adagrad(
    learning_rate: ArrayLike, epsilon: ArrayLike = 1e-8, *, l2: ArrayLike = 0.0, weight_decay: ArrayLike = 0.0
) -> Optimizer:
    """Return AdaGrad: v ← v + g², step = −ηg/(√v + ε). Source: Duchi, Hazan and Singer 2011, diagonal form."""
    eps = _setting(positive, "epsilon", epsilon)

    def rule(g: Array, state: State, eta: Array) -> tuple[Array, State]:
        g = _squarable(g)
        v = state.v + g * g
        return g / (np.sqrt(v) + _felt(eps, g)) * -eta, State(state.m, v, state.t + 1)

    return _optimizer(rule, learning_rate, l2, weight_decay, eps)


def rmsprop(
    learning_rate: ArrayLike,
    decay: ArrayLike = 0.9,
    epsilon: ArrayLike = 1e-8,
    *,
    l2: ArrayLike = 0.0,
    weight_decay: ArrayLike = 0.0,
) -> Optimizer:
    """Return RMSProp: v ← ρv + (1−ρ)g², step = −ηg/(√v + ε). Source: Tieleman and Hinton 2012, lecture 6.5."""
    rho, eps = _setting(below_one, "decay", decay), _setting(positive, "epsilon", epsilon)

    def rule(g: Array, state: State, eta: Array) -> tuple[Array, State]:
        g = _squarable(g)
        v = _toward(g * g, state.v, 1 - rho)
        return g / (np.sqrt(v) + _felt(eps, g)) * -eta, State(state.m, v, state.t + 1)

    return _optimizer(rule, learning_rate, l2, weight_decay, rho, eps)


def adam(
    learning_rate: ArrayLike,
    beta1: ArrayLike = 0.9,
    beta2: ArrayLike = 0.999,
    epsilon: ArrayLike = 1e-8,
    *,
    l2: ArrayLike = 0.0,
    weight_decay: ArrayLike = 0.0,
) -> Optimizer:
    """Return Adam with bias correction: step = −η m̂/(√v̂ + ε). Source: Kingma and Ba 2015, algorithm 1.

    With `l2` the penalty's gradient is divided by √v̂ like the rest; `weight_decay` is not: see adamw.
    """
    b1, b2 = _setting(below_one, "beta1", beta1), _setting(below_one, "beta2", beta2)
    eps = _setting(positive, "epsilon", epsilon)

    def rule(g: Array, state: State, eta: Array) -> tuple[Array, State]:
        t, g = state.t + 1, _squarable(g)
        m, v = _toward(g, state.m, 1 - b1), _toward(g * g, state.v, 1 - b2)
        # m̂/(√v̂ + ε), with both corrections taken out of the arrays: fewer passes over all weights
        root = (1 - b2**t) ** 0.5
        step = np.asarray(np.sqrt(v))  # an array also where w is one number
        step += _felt(eps * root, g)
        np.divide(m, step, out=step)
        step *= -eta * root / (1 - b1**t)
        return step, State(m, v, t)

    return _optimizer(rule, learning_rate, l2, weight_decay, b1, b2, eps)


def adamw(
    learning_rate: ArrayLike,
    beta1: ArrayLike = 0.9,
    beta2: ArrayLike = 0.999,
    epsilon: ArrayLike = 1e-8,
    weight_decay: ArrayLike = 0.01,
) -> Optimizer:
    """Return Adam with decoupled weight decay: step = −η(m̂/(√v̂ + ε) + λw).

    A step takes the share ηλ of the weights, as in frameworks. Source: Loshchilov and Hutter 2019, algorithm 2, which
    takes the share λ, times a schedule that starts at 1, whatever the learning rate: their λ is ηλ here.
    """
    return adam(learning_rate, beta1, beta2, epsilon, weight_decay=weight_decay)


def _optimizer(
    rule: Rule, learning_rate: ArrayLike, l2: ArrayLike, weight_decay: ArrayLike, *others: float | Array
) -> Optimizer:
    """Return the optimizer whose step is rule(g + l2·w) − η·weight_decay·w; `others` are the rule's own settings."""
    rate = _setting(non_negative, "learning_rate", learning_rate)
    penalty, decay = _setting(non_negative, "l2", l2), _setting(non_negative, "weight_decay", weight_decay)
    penalised, decays = np.any(penalty), np.any(decay)
    shapes = [np.shape(value) for value in (rate, penalty, decay, *others) if np.ndim(value)]

    def init(w: ArrayLike) -> State:
        finite("w", w)
        return State(np.zeros_like(_floating("w", w)), np.zeros_like(_floating("w", w)), 0)

    def update(gradient: ArrayLike, state: State, w: ArrayLike) -> tuple[Array, State]:
        g, w = _matched(gradient, w)
        if state.m.shape != w.shape:
            raise ValueError(f"the state was initialised for weights of shape {state.m.shape}; got {w.shape}")
        for shape in shapes:
            if not _fits(shape, w.shape):
                raise ValueError(f"settings must broadcast against w of shape {w.shape}; got one of shape {shape}")
        step, state = rule(g + penalty * w if penalised else g, state, rate)
        if decays:
            step = step - rate * decay * w
        return step, state

    return Optimizer(init, update)


def _fits(shape: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    """Return whether an array of this shape broadcasts against one of shape `whole` without enlarging it."""
    return len(shape) <= len(whole) and all(a in (1, b) for a, b in zip(reversed(shape), reversed(whole), strict=False))


def _toward(new: Array, old: Array, share: Array) -> Array:
    """Return the running average (1 − share)·old + share·new, in place of one array rather than three."""
    change = new - old
    change *= share
    change += old
    return change


def _squarable(g: Array) -> Array:
    """Return the gradient, cut off where its square would be infinite; steps divided by √v are the same for it."""
    if math.isfinite(np.vdot(g, g)):
        return g
    limit = np.sqrt(np.finfo(g.dtype).max) / 2
    return np.clip(g, -limit, limit)


def _felt(epsilon: float | Array, g: Array) -> float | Array:
    """Return ε, or the least number of the gradient's precision where ε would be 0 in it: 0/ε is then 0, never NaN."""
    least = float(np.finfo(g.dtype).tiny)
    return np.maximum(epsilon, least) if isinstance(epsilon, np.ndarray) else max(epsilon, least)


def _floating(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array, in the precision that it has; half precision holds no squares and is refused."""
    array = real(name, value)
    if array.dtype == np.float16:
        raise ValueError(f"{name} must be float32 or float64; got float16")
    return array if array.dtype.kind == "f" else array.astype(float)


def _setting(check: Callable[[str, ArrayLike], Array], name: str, value: ArrayLike) -> Any:
    """Return the checked value; one number as a plain float, which leaves the precision of the weights alone."""
    checked = check(name, value)
    return float(checked) if checked.ndim == 0 else _floating(name, value)


def _matched(gradient: ArrayLike, w: ArrayLike) -> tuple[Array, Array]:
    """Return gradient and w as finite float arrays of one shape."""
    plain = type(gradient) is type(w) is np.ndarray and gradient.dtype == w.dtype in FLOATS  # as at nearly every step
    g, w = (gradient, w) if plain else (_floating("gradient", gradient), _floating("w", w))
    if g.shape != w.shape:
        raise ValueError(f"gradient must have the shape of w, {w.shape}; got {g.shape}")
    # a sum of squares is the cheapest test at every step, and vdot raises no flag; huge values may fail it
    if not math.isfinite(float(np.vdot(g, g)) + float(np.vdot(w, w))):
        finite("gradient", g), finite("w", w)
    return g, w
