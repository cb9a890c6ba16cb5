"""Colours, sizes and settings that every chart shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.colors import LinearSegmentedColormap

WIDTH, HEIGHT, DPI = 13.33, 7.5, 200
SLIDE = (WIDTH, HEIGHT)
PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""Government Analysis Function palette: 3:1 on white and between neighbours, in this order."""
HIGHLIGHT = "#F46A25"
INK, GREY, PALE, BAND = "#1F1F1F", "#5A5A5A", "#D5D5D5", "#C3D3E2"
ASSUMED = "#FCDBC8"
"""Band of what draws of the assumptions span: words on it can be read."""
SEQUENTIAL = LinearSegmentedColormap.from_list(
    "linli", ["#FFFFFF", "#CFDDEA", "#8FB0CE", "#4A7BA8", "#12436D"]
)
TITLE, SUBTITLE, BODY, SMALL, FOOTER = 28, 18, 16, 14, 12


def ink_on(share: float) -> str:
    """Colour of text on `SEQUENTIAL(share)`, 4.5:1 or more."""
    return "white" if share > 0.55 else INK


def settings(families: Sequence[str]) -> dict[Any, Any]:
    """Give what differs from matplotlib's defaults; nothing else is set anywhere."""
    return {
        "font.family": list(families),
        "font.size": BODY,
        "text.color": INK,
        "text.parse_math": False,
        "axes.unicode_minus": False,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.labelsize": BODY,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "grid.color": "#E3E3E3",
        "grid.linewidth": 0.8,
        "hatch.linewidth": 0.6,
        "hatch.color": "#9A9A9A",
        "lines.linewidth": 2.5,
        "svg.fonttype": "none",
        # at 200 dots an inch hinting is not seen, and text takes half as long without
        "text.hinting": "no_hinting",
        "svg.hashsalt": "linli",
        "path.simplify": True,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
    }
