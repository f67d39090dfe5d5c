"""Noise on the inputs as ridge, and what mixed labels must be."""

from typing import Any

from regviz.against import Row
from regviz.experiments import data_augmentation as runs
from regviz.figures.data_augmentation import Result, Settings


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return runs.held(s.view, s.sigma, s.alpha)
