"""Two players that learn against each other: the Dirac-GAN, one point and a linear opponent."""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, finite, positive, real, whole
from regviz.descent.cliffs import sigmoid


def dirac_slope(play: Array, penalty: ArrayLike = 0.0) -> Array:
    """Return how both players (..., 2) move: −ψσ(−ψθ) for the generator at θ, θσ(−ψθ) − γψ for its opponent ψx.

    The real data lie at 0. Source: Mescheder, Geiger and Nowozin 2018, section 2, with f(t) = −log(1 + e^−t).
    """
    theta, psi = play[..., 0], play[..., 1]
    pull = sigmoid(-theta * psi)
    return np.stack([-psi * pull, theta * pull - penalty * psi], axis=-1)


def dirac_gan(
    start: ArrayLike, steps: int, learning_rate: float, penalty: ArrayLike = 0.0, clip: ArrayLike = np.inf
) -> Array:
    """Return (θ, ψ) after every step (steps + 1, ..., 2), both players moving at once from `start` (2,).

    `penalty` is γ of R1, ½γψ²; `clip` bounds |ψ| after each step. Both may be arrays, one game for each entry. Raises
    ValueError for NaN, a negative penalty and a rate or a clip that is not positive.

    >>> dirac_gan([1.0, 0.0], 1, 0.1).tolist()
    [[1.0, 0.0], [1.0, 0.05]]
    """
    begin, count = finite("start", start), whole("steps", steps, 0)
    rate = float(positive("learning_rate", learning_rate))
    gamma, limit = np.broadcast_arrays(finite("penalty", penalty), real("clip", clip))
    if begin.shape != (2,) or (gamma < 0).any() or not (limit > 0).all():
        raise ValueError(f"start must be (2,), penalty >= 0 and clip > 0; got {start}, {penalty} and {clip}")
    play = np.broadcast_to(begin, (*gamma.shape, 2))
    path = [play]
    for _ in range(count):
        play = play + rate * dirac_slope(play, gamma)
        play = np.stack([play[..., 0], play[..., 1].clip(-limit, limit)], axis=-1)
        path.append(play)
    return np.stack(path)


def dirac_eigenvalues(penalty: ArrayLike) -> Array:
    """Return −γ/2 ± √(γ²/4 − ¼) (..., 2), those of the moves about (0, 0); simultaneous steps multiply by 1 + hλ.

    Source: Mescheder, Geiger and Nowozin 2018, section 4, with f′(0) = ½.

    >>> dirac_eigenvalues(1.25).real.tolist()
    [-0.25, -1.0]
    """
    gamma = finite("penalty", penalty)
    root = np.sqrt((gamma**2 - 1).astype(complex)) / 2
    return np.stack([-gamma / 2 + root, -gamma / 2 - root], axis=-1)


def fitted_eigenvalues(path: ArrayLike, learning_rate: float) -> Array:
    """Return the eigenvalues (2,) of the linear moves that fit a path (k, 2) of steps best, divided by the rate."""
    path, rate = finite("path", path), float(positive("learning_rate", learning_rate))
    moves = np.linalg.lstsq(path[:-1], np.diff(path, axis=0) / rate, rcond=None)[0]
    found = np.linalg.eigvals(moves).astype(complex)
    return found[np.lexsort((-found.real, -found.imag))]
