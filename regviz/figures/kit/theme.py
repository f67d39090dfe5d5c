"""Colours by role and the plotly templates: light, dark and print. The look lives here and nowhere else."""

from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

LOSS = "#0077BB"
PENALTY = "#EE7733"
SOLUTION = "#CC3311"
TRUTH = "#009988"
HIGHLIGHT = "#EE3377"
NEUTRAL = "#555555"
GRID = "#E3E3E3"

WORD = "#31333F"
ON_PALE, ON_DEEP = "#1A1A1A", "#000000"  # words on the paler and on the deeper shades of a fill

L1, L2, ELASTIC_NET, MCP, SCAD, HARD = PENALTY, LOSS, TRUTH, HIGHLIGHT, "#6F4FA0", NEUTRAL

# Words need 4.5:1 on white paper and on the areas there, more than lines and areas do: the same hues, darker.
INKS = {LOSS: "#00659F", PENALTY: "#B54C0F", TRUTH: "#00776A", HIGHLIGHT: "#BB104E"}

# The same roles on near-black paper, each lightened to at least 4.5:1 against it.
DARK = {
    LOSS: "#3FA9E8",
    PENALTY: "#F0894D",
    SOLUTION: "#F26B50",
    TRUTH: "#2FBFAE",
    HIGHLIGHT: "#F5699A",
    NEUTRAL: "#B0B0B0",
    SCAD: "#A98ADB",
    GRID: "#2B2F36",
    WORD: "#E6E8EB",
    ON_PALE: "#FFFFFF",  # ON_DEEP is the same on both papers
}
DARK |= {ink: DARK[color] for color, ink in INKS.items()}

PAPER = {"light": "#FFFFFF00", "dark": "#0E111700", "print": "#FFFFFF"}  # on screen the page shows through
INK = {"light": WORD, "dark": DARK[WORD], "print": "#1A1A1A"}
FONT = "'Source Sans', 'Source Sans Pro', 'Helvetica Neue', Helvetica, Arial, sans-serif"

HEADING = {"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"}
HEADING |= {"pad": {"l": 8, "t": 11}}  # the same height on every panel, whatever stands above the plot

PRINT_FONT = "Helvetica, Arial, sans-serif"  # a file is read where the site's own font is not


def faded(color: str, share: float) -> str:
    """Return `color` with opacity `share` in [0, 1] as #RRGGBBAA."""
    return f"{color}{round(255 * share):02X}"


def ink(color: str) -> str:
    """Return the colour of words about what is drawn in `color`."""
    return INKS.get(color, color)


def template(mode: str) -> dict[str, Any]:
    """Return the template for "light", "dark" or "print": thin axes, one font, no box."""
    size, family = (15, PRINT_FONT) if mode == "print" else (13, FONT)
    grid = DARK[GRID] if mode == "dark" else GRID
    axis = {
        "gridcolor": grid,
        "zerolinecolor": grid,
        "linecolor": INK[mode],
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": INK[mode],
        "title": {"standoff": 6, "font": {"size": size}},
        "tickfont": {"size": size - 1},
    }
    layout = {
        "font": {"family": family, "size": size, "color": INK[mode]},
        "title": {**HEADING, "font": {"size": size + 2}},
        "paper_bgcolor": PAPER[mode],
        "plot_bgcolor": PAPER[mode],
        "xaxis": axis,
        "yaxis": axis,
        "margin": {"l": 56, "r": 18, "t": 40, "b": 46},
        "legend": {"bgcolor": "rgba(0,0,0,0)", "font": {"size": size - 1}, "tracegroupgap": 0},
        "hoverlabel": {"font": {"family": family, "color": INK[mode]}, "bgcolor": PAPER[mode][:7]},
        "hovermode": "closest",
        "dragmode": "zoom",
        "modebar": {"orientation": "h", "bgcolor": "rgba(0,0,0,0)"},
    }
    return {"layout": layout}


pio.templates["regviz"] = go.layout.Template(template("light"))
pio.templates.default = "regviz"
