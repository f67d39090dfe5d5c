"""One way to look at a topic: what it computes, the panels it draws, and its words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

Panels = dict[str, Callable[[Any, Any], go.Figure]]


@dataclass(frozen=True)
class View:
    """One of the views of a topic that has several; each field is what a topic with one view has as a module.

    `panels` maps names, which a reader sees in menus and files, to functions of settings and result.
    """

    compute: Callable[[Any], Any]
    panels: Panels
    caption: Callable[[Any, Any], str]
    readouts: Callable[[Any, Any], dict[str, str]]
