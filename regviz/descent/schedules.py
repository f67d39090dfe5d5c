"""Learning rates as functions of the epoch.

`epoch` counts from 0 and may be fractional or an array (n,); the result has its shape. Past the last epoch a schedule
stays where it ended.
"""

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import Array, above, finite, fraction, non_negative, positive, strength


def step_decay(
    epoch: ArrayLike, initial_lr: ArrayLike = 0.1, drop_factor: float = 0.5, epochs_drop: float = 10
) -> Array:
    """Return initial_lr · drop_factor^⌊epoch/epochs_drop⌋.

    Raises ValueError for a negative epoch or rate, a drop_factor outside (0, 1] and epochs_drop ≤ 0.

    >>> [float(step_decay(epoch)) for epoch in (0, 9, 10, 20)]
    [0.1, 0.1, 0.05, 0.025]
    """
    factor = float(positive("drop_factor", fraction("drop_factor", drop_factor)))
    share = non_negative("epoch", epoch) / above("epochs_drop", epochs_drop, 0)
    nearest = np.round(share)
    # 0.3/0.1 is a hair below 3: rounding of both and of their quotient
    drops = np.where(np.abs(share - nearest) <= 2 * np.finfo(float).eps * share, nearest, np.floor(share))
    return (non_negative("initial_lr", initial_lr) * factor**drops)[()]


def cosine_annealing(
    epoch: ArrayLike, total_epochs: float, lr_max: ArrayLike = 0.1, lr_min: ArrayLike = 0.0001
) -> Array:
    """Return lr_min + ½(lr_max − lr_min)(1 + cos(π·epoch/total_epochs)).

    Raises ValueError for a negative epoch or rate, lr_min > lr_max and total_epochs ≤ 0.
    Source: Loshchilov and Hutter 2017, eq. 5, one period.
    """
    high, low = _bounds(lr_max, lr_min)
    return _cosine(high, low, non_negative("epoch", epoch) / above("total_epochs", total_epochs, 0))


def warmup_schedule(epoch: ArrayLike, warmup_epochs: float = 5, base_lr: ArrayLike = 0.1) -> Array:
    """Return base_lr · min((epoch + 1)/warmup_epochs, 1): a straight climb, then constant.

    The first epoch already moves, at base_lr/warmup_epochs; warmup_epochs = 0 is no warm-up.
    Raises ValueError for a negative epoch, warmup_epochs or rate. Source: Goyal et al. 2017, section 2.2.

    >>> warmup_schedule([0, 1, 4, 5, 50]).round(4).tolist()
    [0.02, 0.04, 0.1, 0.1, 0.1]
    """
    return non_negative("base_lr", base_lr) * _climb(epoch, warmup_epochs)


def warmup_cosine(
    epoch: ArrayLike,
    total_epochs: float = 100,
    warmup_epochs: float = 10,
    lr_max: ArrayLike = 0.1,
    lr_min: ArrayLike = 0.0001,
) -> Array:
    """Return the climb of warmup_schedule to lr_max, then cosine annealing to lr_min at total_epochs.

    Raises ValueError as these two do, and for warmup_epochs ≥ total_epochs.
    """
    high, low = _bounds(lr_max, lr_min)
    total, warmup_epochs = above("total_epochs", total_epochs, 0), strength("warmup_epochs", warmup_epochs)
    if total <= warmup_epochs:
        raise ValueError(f"total_epochs must be > warmup_epochs = {warmup_epochs}; got {total}")
    epoch = non_negative("epoch", epoch)
    progress = (epoch - warmup_epochs) / (total - warmup_epochs)
    return np.where(epoch < warmup_epochs, high * _climb(epoch, warmup_epochs), _cosine(high, low, progress))[()]


def one_cycle(
    epoch: ArrayLike,
    total_epochs: float = 100,
    lr_max: ArrayLike = 0.1,
    warmup_fraction: float = 0.3,
    start_divisor: float = 25.0,
    end_divisor: float = 1e4,
) -> Array:
    """Return one cycle: lr_max/start_divisor up to lr_max, then down to (lr_max/start_divisor)/end_divisor.

    Both branches are half cosines; momentum is left alone. Raises ValueError for a negative epoch or rate,
    total_epochs ≤ 0, a warmup_fraction outside (0, 1) and divisors below 1.
    Source: Smith and Topin 2018, section 3, with fastai's cosine branches in place of straight ones.
    """
    peak, total = non_negative("lr_max", lr_max), above("total_epochs", total_epochs, 0)
    share = above("warmup_fraction", warmup_fraction, 0)
    if share >= 1:
        raise ValueError(f"warmup_fraction must be in (0, 1); got {share}")
    start = peak / _divisor("start_divisor", start_divisor)
    end = start / _divisor("end_divisor", end_divisor)
    progress = non_negative("epoch", epoch) / total
    rise = _cosine(start, peak, progress / share)
    return np.where(progress < share, rise, _cosine(peak, end, (progress - share) / (1 - share)))[()]


def _cosine(first: Array, last: Array, progress: Array) -> Array:
    """Return half a cosine from `first` at progress 0 to `last` at 1."""
    return last + (first - last) * (1 + np.cos(np.pi * np.clip(progress, 0, 1))) / 2


def _climb(epoch: ArrayLike, warmup_epochs: float) -> Array:
    length = max(strength("warmup_epochs", warmup_epochs), 1.0)
    return np.minimum((non_negative("epoch", epoch) + 1) / length, 1.0)


def _bounds(lr_max: ArrayLike, lr_min: ArrayLike) -> tuple[Array, Array]:
    high, low = non_negative("lr_max", lr_max), non_negative("lr_min", lr_min)
    if np.any(low > high):
        raise ValueError(f"lr_min must be <= lr_max; got {low} > {high}")
    return high, low


def _divisor(name: str, value: float) -> float:
    number = float(finite(name, value))
    if number < 1:
        raise ValueError(f"{name} must be >= 1; got {number}")
    return number
