"""When to stop: the rule, called with one validation loss after the other or replayed on a whole curve."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from regviz.checks import finite, non_negative, real, whole


@dataclass
class EarlyStopping:
    """Stop once the validation loss has gone `patience` calls without falling by more than `min_delta`.

    Call it with each new loss: it returns whether to stop. A loss counts as an improvement if it is below
    best_loss − min_delta. With `restore_best`, `best_weights` keeps a copy of the weights given with the best loss.
    Raises ValueError for patience < 1, a negative min_delta and a loss of NaN. Source: Goodfellow, Bengio and
    Courville 2016, algorithm 7.1.

    >>> stopping = EarlyStopping(patience=2, min_delta=0.0)
    >>> [stopping(loss) for loss in (1.0, 0.5, 0.6, 0.5)]
    [False, False, False, True]
    >>> stopping.best_epoch
    1
    """

    patience: int = 10
    min_delta: float = 0.0001
    restore_best: bool = True
    best_loss: float = field(default=float("inf"), init=False)
    best_epoch: int = field(default=-1, init=False)
    """call, counted from 0, that brought the best loss; −1 before any did"""
    best_weights: Any = field(default=None, init=False, repr=False)
    counter: int = field(default=0, init=False)
    """calls since the best loss"""
    calls: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Check the settings."""
        self.patience = whole("patience", self.patience, 1)
        self.min_delta = float(non_negative("min_delta", self.min_delta))

    def __call__(self, val_loss: float, model_weights: Any = None) -> bool:
        """Take in one validation loss and return whether to stop."""
        if np.isnan(real("val_loss", val_loss)):
            raise ValueError(f"val_loss must be a number; got {val_loss}")
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch, self.counter = float(val_loss), self.calls, 0
            if self.restore_best and model_weights is not None:
                self.best_weights = deepcopy(model_weights)
        else:
            self.counter += 1
        self.calls += 1
        return self.counter >= self.patience

    def replay(self, losses: ArrayLike) -> tuple[int, int]:
        """Return (stop, best): where in `losses` (n,) a fresh copy stops, or n − 1 if it does not, and its best."""
        fresh = replace(self)
        any(fresh(loss) for loss in finite("losses", losses))
        return fresh.calls - 1, fresh.best_epoch
