"""Priors that treat weights alike and independently, as the penalties they become.

The tightness θ = nλ/σ² fixes the spread: a Gaussian of variance 1/θ, a Laplace of scale 1/θ, and between them the
elastic net exp(−θ[ρ|u| + (1−ρ)u²/2]); a Student-t of squared scale 1/θ. Here u is the distance from the prior's centre.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, fraction

Rule = Callable[[ArrayLike, float], Array]
HALF_LINE = 45.0  # in units of the decay length: what lies beyond holds a share of e⁻⁴⁵


@dataclass(frozen=True)
class Prior:
    """One prior: its energy −log p(u) + log p(0), and what follows from it; every function takes θ second.

    `pull` and `curvature` are the energy's derivatives, `radius` the size of u at a given energy, `length` the
    distance over which the density falls, `convex` whether the energy is.
    """

    name: str
    energy: Rule
    pull: Rule
    curvature: Rule
    radius: Rule
    length: Callable[[float], float]
    variance: Callable[[float], float]
    draw: Callable[[np.random.Generator, tuple[int, ...], float], Array]
    convex: bool = True


def elastic_net_prior(l1_ratio: float) -> Prior:
    """Return the prior whose mode is the elastic net: Gaussian for l1_ratio 0, Laplace for 1.

    Source: Zou and Hastie 2005; Li and Lin 2010.
    """
    rho = fraction("l1_ratio", l1_ratio)

    def energy(u: ArrayLike, theta: float) -> Array:
        u = np.abs(u)
        return theta * (rho * u + (1 - rho) / 2 * u**2)

    def radius(energy: ArrayLike, theta: float) -> Array:
        e = np.asarray(energy, dtype=float) / theta
        return 2 * e / np.maximum(rho + np.sqrt(rho**2 + 2 * (1 - rho) * e), np.finfo(float).tiny)

    def length(theta: float) -> float:
        return float(radius(1.0, theta))

    def half_line(theta: float) -> tuple[Array, Array]:
        x, weights = gauss_legendre(np.linspace(0, HALF_LINE * length(theta), 13), 12)
        density = weights * np.exp(-np.minimum(energy(x, theta), 300.0))
        return x, density / density.sum()

    def variance(theta: float) -> float:
        x, density = half_line(theta)
        return float(density @ x**2)

    def draw(rng: np.random.Generator, shape: tuple[int, ...], theta: float) -> Array:
        # |u| from Laplace proposals would be wasteful near ρ = 0: the distribution function is inverted on a fine grid
        x = radius(np.linspace(0, 6.5, 801) ** 2, theta)
        density = np.exp(-energy(x, theta))
        below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x))])
        share = rng.uniform(-1, 1, shape)
        return np.sign(share) * np.interp(np.abs(share), below / below[-1], x)

    return Prior(
        {0.0: "Gaussian", 1.0: "Laplace"}.get(rho, "elastic net"),
        energy,
        lambda u, theta: theta * (rho * np.sign(u) + (1 - rho) * np.asarray(u)),
        lambda u, theta: np.full_like(np.asarray(u, dtype=float), theta * (1 - rho)),
        radius,
        length,
        variance,
        draw,
    )


def student_prior(nu: float) -> Prior:
    """Return the Student-t prior with ν > 2 degrees of freedom: it holds a weight only while it is near.

    Source: Gelman et al. 2013, *Bayesian Data Analysis*, section 17.2.
    """
    nu = above("nu", nu, 2.0)

    def pull(u: ArrayLike, theta: float) -> Array:
        u = np.asarray(u, dtype=float)
        return (nu + 1) * theta * u / (nu + theta * u**2)

    def curvature(u: ArrayLike, theta: float) -> Array:
        square = theta * np.asarray(u, dtype=float) ** 2
        return (nu + 1) * theta * (nu - square) / (nu + square) ** 2

    return Prior(
        "Student-t",
        lambda u, theta: (nu + 1) / 2 * np.log1p(theta * np.asarray(u) ** 2 / nu),
        pull,
        curvature,
        lambda e, theta: np.sqrt(nu / theta * np.expm1(2 * np.asarray(e) / (nu + 1))),
        lambda theta: float(theta**-0.5),
        lambda theta: nu / ((nu - 2) * theta),
        lambda rng, shape, theta: rng.standard_t(nu, shape) / np.sqrt(theta),
        convex=False,
    )


def gauss_legendre(breaks: Array, order: int) -> tuple[Array, Array]:
    """Return nodes and weights of the composite rule that is exact to degree 2·order − 1 between the breaks (m,)."""
    x, w = _panel(order)
    middle, half = (breaks[1:] + breaks[:-1]) / 2, np.diff(breaks) / 2
    return (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


@lru_cache(maxsize=8)
def _panel(order: int) -> tuple[Array, Array]:
    return np.polynomial.legendre.leggauss(order)
