"""Noise on the inputs as ridge, and what mixed labels must be."""

from typing import Any

from regviz.experiments import data_augmentation as runs
from regviz.figures.data_augmentation import Result, Settings
from regviz.held.row import Row


def rows(s: Settings, r: Result[Any]) -> list[Row]:
    """Return what the view at hand is held against."""
    return [Row(*row) for row in runs.held(s.view, s.sigma, s.alpha)]
