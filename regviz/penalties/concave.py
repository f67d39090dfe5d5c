"""Two concave penalties that let large weights alone: MCP and SCAD."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, non_negative, strength
from regviz.penalties.penalty import Axis, Penalty, moving


def mcp_penalty(w: ArrayLike, lambda_: float, gamma: float = 3.0, axis: Axis = None) -> Array:
    """Return the minimax concave penalty: λ|w| − w²/2γ up to |w| = γλ, then the constant γλ²/2.

    Source: Zhang 2010.
    """
    gamma, lam = above("gamma", gamma, 0), strength("lambda_", lambda_)
    size = np.minimum(np.abs(finite("w", w)), gamma * lam)
    return np.sum(lam * size - size**2 / (2 * gamma), axis=axis)


def mcp_gradient(w: ArrayLike, lambda_: float, gamma: float = 3.0) -> Array:
    """Return sign(w) max(λ − |w|/γ, 0), and 0 at 0."""
    gamma, lam, w = above("gamma", gamma, 0), strength("lambda_", lambda_), finite("w", w)
    return np.sign(w) * np.maximum(lam - np.abs(w) / gamma, 0.0)


def prox_mcp(z: ArrayLike, lambda_: float, gamma: float = 3.0, step: float = 1.0) -> Array:
    """Return the global prox of the minimax concave penalty: firm thresholding while step < γ, hard beyond.

    Source: Zhang 2010; firm shrinkage, Gao and Bruce 1997.
    """
    z, lam, step = finite("z", z), non_negative("lambda_", lambda_), non_negative("step", step)
    gamma, size, knee = above("gamma", gamma, 0), np.abs(z), gamma * lam
    convex = step < gamma
    bend = np.clip((size - step * lam) / (1 - step / gamma), 0, knee) if convex else np.zeros_like(size)
    candidates = [np.zeros_like(size), bend, np.maximum(size, knee)]
    return np.sign(z) * _best(size, candidates, lambda w: step * mcp_penalty(w, lam, gamma, axis=()))


def mcp_flow(t: ArrayLike, w0: float, lambda_: float, gamma: float = 3.0) -> Array:
    """Return the flow with speed max(λ − |w|/γ, 0): none beyond γλ, faster and faster below."""
    (t, w0, lam), gamma = moving(t, w0, lambda_), above("gamma", gamma, 0)
    gap = gamma * lam - abs(w0)
    if gap <= 0:
        return np.full_like(t, w0)
    return np.sign(w0) * np.maximum(gamma * lam - _grow(gap, t / gamma, gamma * lam), 0.0)


def mcp_arrival(w0: float, lambda_: float, gamma: float = 3.0) -> float:
    """Return γ log(γλ/(γλ − |w0|)); infinity from |w0| = γλ on."""
    (_, w0, lam), gamma = moving(0.0, w0, lambda_), above("gamma", gamma, 0)
    gap = gamma * lam - abs(w0)
    return float(gamma * np.log(gamma * lam / gap)) if gap > 0 else float("inf")


def mcp(gamma: float = 3.0) -> Penalty:
    """Return the minimax concave penalty."""
    return Penalty(
        name="MCP",
        value=partial(mcp_penalty, gamma=gamma, axis=()),
        gradient=partial(mcp_gradient, gamma=gamma),
        prox=lambda z, lambda_, step=1.0: prox_mcp(z, lambda_, gamma, step),
        flow=partial(mcp_flow, gamma=gamma),
        arrival=partial(mcp_arrival, gamma=gamma),
        slope=1.0,
        convex=False,
    )


def scad_penalty(w: ArrayLike, lambda_: float, a: float = 3.7, axis: Axis = None) -> Array:
    """Return the smoothly clipped absolute deviation penalty: linear to λ, a parabola to aλ, then (a+1)λ²/2.

    Source: Fan and Li 2001, the integral of eq. 2.7.
    """
    a, lam, size = above("a", a, 1), strength("lambda_", lambda_), np.abs(finite("w", w))
    bend = np.clip(size, lam, a * lam)
    each = lam * np.minimum(size, lam) + (2 * a * lam * (bend - lam) - bend**2 + lam**2) / (2 * (a - 1))
    return np.sum(each, axis=axis)


def scad_gradient(w: ArrayLike, lambda_: float, a: float = 3.7) -> Array:
    """Return λ up to |w| = λ, falling linearly to 0 at |w| = aλ, with the sign of w; 0 at 0."""
    a, lam, w = above("a", a, 1), strength("lambda_", lambda_), finite("w", w)
    return np.sign(w) * np.clip((a * lam - np.abs(w)) / (a - 1), 0.0, lam)


def prox_scad(z: ArrayLike, lambda_: float, a: float = 3.7, step: float = 1.0) -> Array:
    """Return the global prox of SCAD; with step 1 and a > 2, eq. 2.8 of Fan and Li 2001."""
    z, lam, step = finite("z", z), non_negative("lambda_", lambda_), non_negative("step", step)
    a, size = above("a", a, 1), np.abs(z)
    convex = step < a - 1
    bend = ((a - 1) * size - step * a * lam) / (a - 1 - step) if convex else np.full_like(size, lam)
    candidates = [
        np.clip(size - step * lam, 0, lam),
        np.clip(bend, lam, a * lam),
        np.maximum(size, a * lam),
    ]
    return np.sign(z) * _best(size, candidates, lambda w: step * scad_penalty(w, lam, a, axis=()))


def scad_flow(t: ArrayLike, w0: float, lambda_: float, a: float = 3.7) -> Array:
    """Return the flow of SCAD: none beyond aλ, accelerating down to λ, then constant speed λ."""
    (t, w0, lam), a = moving(t, w0, lambda_), above("a", a, 1)
    gap = a * lam - abs(w0)
    if gap <= 0:
        return np.full_like(t, w0)
    until = _until_constant(gap, lam, a)
    bend = a * lam - _grow(gap, t / (a - 1), (a - 1) * lam)
    straight = min(abs(w0), lam) - lam * (t - until)
    return np.sign(w0) * np.where(t < until, bend, np.maximum(straight, 0.0))


def scad_arrival(w0: float, lambda_: float, a: float = 3.7) -> float:
    """Return (a−1) log((a−1)λ/(aλ − |w0|)) from |w0| > λ, and then as under L1; infinity from |w0| = aλ on."""
    (_, w0, lam), a = moving(0.0, w0, lambda_), above("a", a, 1)
    gap = a * lam - abs(w0)
    return _until_constant(gap, lam, a) + min(abs(w0), lam) / lam if gap > 0 else float("inf")


def scad(a: float = 3.7) -> Penalty:
    """Return the smoothly clipped absolute deviation penalty."""
    return Penalty(
        name="SCAD",
        value=partial(scad_penalty, a=a, axis=()),
        gradient=partial(scad_gradient, a=a),
        prox=lambda z, lambda_, step=1.0: prox_scad(z, lambda_, a, step),
        flow=partial(scad_flow, a=a),
        arrival=partial(scad_arrival, a=a),
        slope=1.0,
        convex=False,
    )


def _until_constant(gap: float, lam: float, a: float) -> float:
    """Return the time at which SCAD's flow has come down to |w| = λ, for gap = aλ − |w0| > 0."""
    return float((a - 1) * max(np.log((a - 1) * lam / gap), 0.0))


def _best(size: Array, candidates: list[Array], penalty: Callable[[Array], Array]) -> Array:
    """Return, for each |z|, the first candidate of least cost: the pieces' own minimisers contain the global one."""
    stacked = np.stack(candidates)
    cost = (stacked - size) ** 2 / 2 + penalty(stacked)
    return np.take_along_axis(stacked, np.argmin(cost, axis=0)[None], axis=0)[0]


def _grow(gap: float, rate: Array, limit: float) -> Array:
    """Return min(gap e^rate, limit) without overflow, for 0 < gap <= limit."""
    return gap * np.exp(np.minimum(rate, np.log(limit / gap)))
