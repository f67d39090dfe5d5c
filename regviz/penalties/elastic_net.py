"""The elastic net λ[ρ‖w‖₁ + (1−ρ)/2 ‖w‖₂²], ρ = l1_ratio: L1 at 1, L2 at 0."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, fraction, non_negative
from regviz.penalties.l1 import l1_arrival, l1_flow, l1_gradient, l1_penalty, soft_threshold
from regviz.penalties.l2 import l2_arrival, l2_gradient, l2_penalty
from regviz.penalties.penalty import Axis, Penalty, duration, moving


def elastic_net_penalty(w: ArrayLike, lambda_: float, l1_ratio: float, axis: Axis = None) -> Array:
    """Return λ[ρ‖w‖₁ + (1−ρ)/2 ‖w‖₂²] with ρ = l1_ratio. Source: Zou and Hastie 2005; scikit-learn's ElasticNet."""
    rho = fraction("l1_ratio", l1_ratio)
    return rho * l1_penalty(w, lambda_, axis) + (1 - rho) * l2_penalty(w, lambda_, axis)


def elastic_net_gradient(w: ArrayLike, lambda_: float, l1_ratio: float) -> Array:
    """Return λ[ρ sign(w) + (1−ρ)w], the subgradient that is 0 at 0."""
    rho = fraction("l1_ratio", l1_ratio)
    return rho * l1_gradient(w, lambda_) + (1 - rho) * l2_gradient(w, lambda_)


def prox_elastic_net(z: ArrayLike, lambda_: float, l1_ratio: float, step: float = 1.0) -> Array:
    """Return soft_threshold(z, step·λρ) / (1 + step·λ(1−ρ)). Source: Parikh and Boyd 2014, section 6.5.3."""
    rho = fraction("l1_ratio", l1_ratio)
    strength = non_negative("step", step) * non_negative("lambda_", lambda_)
    return soft_threshold(z, strength * rho) / (1 + strength * (1 - rho))


def elastic_net_flow(t: ArrayLike, w0: float, lambda_: float, l1_ratio: float) -> Array:
    """Return the flow with speed λ(ρ + (1−ρ)|w|): an exponential that aims below zero and stops there."""
    rho = fraction("l1_ratio", l1_ratio)
    if rho == 1:
        return l1_flow(t, w0, lambda_)
    (t, w0, lam), aim = moving(t, w0, lambda_), rho / (1 - rho)
    return np.sign(w0) * np.maximum((abs(w0) + aim) * np.exp(-lam * (1 - rho) * t) - aim, 0.0)


def elastic_net_arrival(w0: float, lambda_: float, l1_ratio: float) -> float:
    """Return log(1 + |w0|(1−ρ)/ρ) / (λ(1−ρ)); infinity at ρ = 0."""
    rho = fraction("l1_ratio", l1_ratio)
    if rho in (0.0, 1.0):
        return (l1_arrival if rho else l2_arrival)(w0, lambda_)
    _, w0, lam = moving(0.0, w0, lambda_)
    return duration(float(np.log1p(abs(w0) * (1 - rho) / rho)), lam * (1 - rho))


def elastic_net(l1_ratio: float) -> Penalty:
    """Return the elastic net with ρ = l1_ratio."""
    rho = fraction("l1_ratio", l1_ratio)
    return Penalty(
        name="elastic net",
        value=partial(elastic_net_penalty, l1_ratio=rho, axis=()),
        gradient=partial(elastic_net_gradient, l1_ratio=rho),
        prox=lambda z, lambda_, step=1.0: prox_elastic_net(z, lambda_, rho, step),
        flow=partial(elastic_net_flow, l1_ratio=rho),
        arrival=partial(elastic_net_arrival, l1_ratio=rho),
        slope=rho,
        inverse=lambda x: 2 * x / np.maximum(rho + np.sqrt(rho**2 + 2 * (1 - rho) * x), np.finfo(float).tiny),
    )
