"""How curved a loss is, and sharpness-aware minimization, which steps by the gradient found a little way uphill."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, non_negative, one, positive, strength, whole


def sam_perturbation(gradient: ArrayLike, rho: ArrayLike, w: ArrayLike | None = None) -> Array:
    """Return ε = ρ g/‖g‖ (..., p), the steepest way up of length ρ, along the last axis; 0 where the gradient is 0.

    With w (..., p) the adaptive one, ε = ρ T²g/‖Tg‖ with T = diag|w|, which is the same for weights in other units.
    `rho` is one number or (...). Raises ValueError for NaN, a negative ρ and shapes that do not match.
    Sources: Foret et al. 2021, eq. 2; Kwon et al. 2021, eq. 9.

    >>> sam_perturbation([3.0, 4.0], 0.5).round(12).tolist()
    [0.3, 0.4]
    """
    g, rho = finite("gradient", gradient), non_negative("rho", rho)
    if not g.ndim or rho.shape not in ((), g.shape[:-1]):
        raise ValueError(f"gradient must be (..., p) and rho one number or (...); got {g.shape} and {rho.shape}")
    if w is None:
        return _along(g, g, rho)
    size = np.abs(finite("w", w))
    if size.shape != g.shape:
        raise ValueError(f"w must have the shape of the gradient, {g.shape}; got {size.shape}")
    return _along(size**2 * g, size * g, rho)


def ascent(g: Array, rho: Array, w: Array | None) -> Array:
    """Return `sam_perturbation`, unchecked, in the precision of g (..., p)."""
    return _along(g, g, rho) if w is None else _along(w**2 * g, np.abs(w) * g, rho)


def _along(direction: Array, measured: Array, rho: Array) -> Array:
    """Return ρ direction/‖measured‖, 0 where that norm is."""
    norm = np.linalg.norm(measured, axis=-1)
    scale = np.divide(rho, norm, out=np.zeros(norm.shape), where=norm > 0)
    return direction * scale[..., None].astype(direction.dtype)


def sam_step(
    w: ArrayLike,
    gradient_of: Callable[[Array], Array],
    learning_rate: float,
    rho: float,
    *,
    adaptive: bool = False,
) -> Array:
    """Return w − η g(w + ε) (..., p), ε the perturbation of radius ρ at w; two gradients. ρ = 0 is gradient descent.

    Raises ValueError for NaN, a learning rate that is not positive and a negative ρ.
    Source: Foret et al. 2021, algorithm 1.

    >>> sam_step([1.0], lambda w: w, 0.1, 0.5).tolist()
    [0.85]
    """
    w, rate = finite("w", w), float(positive("learning_rate", one("learning_rate", learning_rate)))
    epsilon = sam_perturbation(gradient_of(w), strength("rho", rho), w if adaptive else None)
    return w - rate * np.asarray(gradient_of(w + epsilon))


def sam_edge(gradient_norm: ArrayLike, learning_rate: float, rho: float) -> Array:
    """Return the curvature (...) ‖g‖/2ρ (√(1 + 8ρ/(η‖g‖)) − 1) beyond which a step of SAM overshoots; 2/η at ρ = 0.

    Raises ValueError for a gradient norm or learning rate that is not positive and a negative ρ.
    Source: Long and Bartlett 2023, *Sharpness-aware minimization and the edge of stability*.

    >>> round(float(sam_edge(1.0, 0.1, 1.0)), 9), float(sam_edge(1.0, 0.1, 0.0))
    (4.0, 20.0)
    """
    norm, rate = positive("gradient_norm", gradient_norm), float(positive("learning_rate", learning_rate))
    reach = strength("rho", rho) / norm
    # the form without the difference, exact at ρ = 0 as well
    return 4 / rate / (np.sqrt(1 + 8 * reach / rate) + 1)


def hessian_vector_product(gradient_of: Callable[[Array], Array], w: ArrayLike, v: ArrayLike) -> Array:
    """Return Hv (p,) at w (p,) by a central difference of the gradient along v (p,); exact for a quadratic loss.

    `gradient_of` maps weights (p,) to the gradient (p,), in double precision. The step along v is 1e-8 (1 + ‖w‖): so
    short that it seldom crosses a kink of relu, where the gradient jumps, and rounding stays near 1e-8. Raises
    ValueError for NaN and shapes that differ.

    >>> hessian_vector_product(lambda w: 3 * w, [1.0, 2.0], [1.0, -1.0]).round(5).tolist()
    [3.0, -3.0]
    """
    w, v = finite("w", w), finite("v", v)
    if w.ndim != 1 or v.shape != w.shape:
        raise ValueError(f"w and v must have the same shape (p,); got {w.shape} and {v.shape}")
    length = float(np.linalg.norm(v))
    if length == 0:
        return np.zeros_like(w)
    reach = 1e-8 * (1 + float(np.linalg.norm(w))) / length
    ahead, behind = (np.array(gradient_of(w + side * v)) for side in (reach, -reach))
    return (ahead - behind) / (2 * reach)


def top_eigenvalue(hvp: Callable[[Array], Array], size: int, seed: int = 0, steps: int = 30) -> float:
    """Return the largest eigenvalue of a symmetric matrix (size, size) of which only products v -> Hv are known.

    Lanczos from a random start, each vector made orthogonal to all before it, `steps` products at most. The answer is
    never above the true one beyond rounding. Raises ValueError for a product of another shape.

    >>> round(top_eigenvalue(lambda v: np.array([3.0, -7.0, 1.0]) * v, 3), 9)
    3.0
    """
    size, steps = whole("size", size, 1), whole("steps", steps, 1)
    q = np.random.default_rng(whole("seed", seed, 0)).standard_normal(size)
    basis, images = np.zeros((0, size)), np.zeros((0, size))
    for _ in range(min(steps, size)):
        q = q / np.linalg.norm(q)
        image = np.asarray(hvp(q), dtype=float)
        if image.shape != (size,):
            raise ValueError(f"hvp must return shape ({size},); got {image.shape}")
        basis, images = np.vstack([basis, q]), np.vstack([images, image])
        q = image
        for _ in range(2):  # twice is enough
            q = q - basis.T @ (basis @ q)
        if np.linalg.norm(q) <= 1e-10 * np.linalg.norm(image):
            break
    projected = images @ basis.T
    return float(np.linalg.eigvalsh((projected + projected.T) / 2)[-1])


def top_hessian_eigenvalue(gradient_of: Callable[[Array], Array], w: ArrayLike, iterations: int = 20) -> float:
    """Return the largest eigenvalue of the Hessian at w (p,), by `iterations` steps of Lanczos on the gradient's slope.

    Plain power iteration would find the eigenvalue of largest size, which may be negative.

    >>> round(top_hessian_eigenvalue(lambda w: np.array([2.0, -9.0]) * w, np.ones(2)), 6)
    2.0
    """
    w = finite("w", w)
    return top_eigenvalue(lambda v: hessian_vector_product(gradient_of, w, v), w.size, steps=iterations)
