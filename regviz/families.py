"""The penalties side by side: value, gradient and prox of one weight, under the names the pages use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from regviz import penalties, proximal
from regviz.checks import Array, fraction


@dataclass(frozen=True)
class Penalty:
    """One penalty: `value`, `gradient` and `prox` act weight by weight and take λ second.

    `slope` is P'(0+) for λ = 1: a weight may rest at zero while the loss pulls at it with less than λ·slope.
    `inverse` gives the size of the weight whose penalty is x at λ = 1, where P grows without bound.
    """

    name: str
    value: Callable[[ArrayLike, float], Array]
    gradient: Callable[[ArrayLike, float], Array]
    prox: Callable[..., Array]
    slope: float
    inverse: Callable[[Array], Array] = np.asarray
    convex: bool = True


def _soft(z: ArrayLike, lambda_: float, step: float = 1.0) -> Array:
    return proximal.soft_threshold(z, step * lambda_)


L1 = Penalty("L1", partial(penalties.l1_penalty, axis=()), penalties.l1_gradient, _soft, 1.0)
L2 = Penalty(
    "L2", partial(penalties.l2_penalty, axis=()), penalties.l2_gradient, proximal.prox_l2, 0.0, lambda x: np.sqrt(2 * x)
)


def elastic_net(l1_ratio: float) -> Penalty:
    """Return the elastic net with ρ = l1_ratio."""
    rho = fraction("l1_ratio", l1_ratio)
    return Penalty(
        "elastic net",
        partial(penalties.elastic_net_penalty, l1_ratio=rho, axis=()),
        partial(penalties.elastic_net_gradient, l1_ratio=rho),
        lambda z, lambda_, step=1.0: proximal.prox_elastic_net(z, lambda_, rho, step),
        rho,
        lambda x: 2 * x / np.maximum(rho + np.sqrt(rho**2 + 2 * (1 - rho) * x), np.finfo(float).tiny),
    )


def lq(q: float) -> Penalty:
    """Return (1/q) Σ|w|^q; convex from q = 1 on."""
    return Penalty(
        "Lq",
        partial(penalties.lq_penalty, q=q, axis=()),
        partial(penalties.lq_gradient, q=q),
        lambda z, lambda_, step=1.0: proximal.prox_lq(z, lambda_, q, step),
        float("inf") if q < 1 else float(q == 1),
        lambda x: (q * x) ** (1 / q),
        convex=q >= 1,
    )


def mcp(gamma: float = 3.0) -> Penalty:
    """Return the minimax concave penalty."""
    return Penalty(
        "MCP",
        partial(penalties.mcp_penalty, gamma=gamma, axis=()),
        partial(penalties.mcp_gradient, gamma=gamma),
        lambda z, lambda_, step=1.0: proximal.prox_mcp(z, lambda_, gamma, step),
        1.0,
        convex=False,
    )


def scad(a: float = 3.7) -> Penalty:
    """Return the smoothly clipped absolute deviation penalty."""
    return Penalty(
        "SCAD",
        partial(penalties.scad_penalty, a=a, axis=()),
        partial(penalties.scad_gradient, a=a),
        lambda z, lambda_, step=1.0: proximal.prox_scad(z, lambda_, a, step),
        1.0,
        convex=False,
    )
