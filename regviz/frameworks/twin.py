"""A script in another framework that gives the numbers of a page."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

SKLEARN, TORCH, OPTAX, KERAS = "scikit-learn", "PyTorch", "optax", "Keras"


@dataclass(frozen=True)
class Twin:
    """A framework, a script of at most 15 lines that prints numbers, ours beside them, and how near they come.

    `within` is relative to the largest of them: what the framework's own stopping rule, or its arithmetic, leaves.
    """

    framework: str
    code: str
    numbers: ArrayLike
    within: float = 1e-6
