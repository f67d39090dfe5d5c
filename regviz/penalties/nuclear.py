"""The nuclear norm ‖Z‖_* = Σσᵢ(Z): the L1 norm of the singular values, and the ball that makes some of them zero."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, matrix, strength
from regviz.penalties.l1 import soft_threshold
from regviz.penalties.projections import project_l1_ball


def nuclear_norm(Z: ArrayLike) -> float:
    """Return the sum of the singular values of Z (m, n).

    >>> nuclear_norm([[3.0, 0.0], [0.0, -4.0]])
    7.0
    """
    return float(np.linalg.svd(matrix("Z", Z), compute_uv=False).sum())


def nuclear_gradient(Z: ArrayLike) -> Array:
    """Return UVᵀ of Z = U diag(σ) Vᵀ over σᵢ > 0: the gradient at full rank, else the subgradient of least norm.

    Singular values below max(m, n)·ε·σ₁ count as zero, as in NumPy's matrix_rank. Source: Watson 1992.
    """
    U, s, Vt = np.linalg.svd(matrix("Z", Z), full_matrices=False)
    on = s > s[0] * max(U.shape[0], Vt.shape[1]) * np.finfo(float).eps
    return U[:, on] @ Vt[on]


def prox_nuclear(Z: ArrayLike, lambda_: float, step: float = 1.0) -> Array:
    """Return the prox of λ‖·‖_* at Z (m, n): its singular values soft-thresholded by step·λ.

    Source: Cai, Candès and Shen 2010, theorem 2.1.

    >>> prox_nuclear([[3.0, 0.0], [0.0, 0.5]], 1.0).tolist()
    [[2.0, 0.0], [0.0, 0.0]]
    """
    U, s, Vt = np.linalg.svd(matrix("Z", Z), full_matrices=False)
    return (U * soft_threshold(s, strength("step", step) * strength("lambda_", lambda_))) @ Vt


def project_nuclear_ball(Z: ArrayLike, radius: float) -> Array:
    """Return the matrix of {‖·‖_* ≤ radius} nearest to Z (m, n) in the Frobenius norm.

    Its singular values are those of Z, projected onto the L1 ball.

    >>> project_nuclear_ball([[3.0, 0.0], [0.0, 1.0]], 2.0).tolist()
    [[2.0, 0.0], [0.0, 0.0]]
    """
    Z = matrix("Z", Z)
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    reach = strength("radius", radius)
    return Z.copy() if s.sum() <= reach else (U * project_l1_ball(s, reach)) @ Vt
