"""How do policies differ from the baseline? Differences with joint intervals, metric by metric."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.comparing import Compared
from sim.analysis.signs import signed
from sim.report import theme
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.words import joined

__all__ = ["METRIC_WORDS", "forest"]

METRIC_WORDS = {
    "served_share": "requests that got a slot",
    "met_share": "wishes met: booked and used",
    "asked_share": "wishes that were asked",
    "first_choice_share": "requests that got their first choice",
    "used_share": "bookings used",
    "utilisation_booked": "open hours booked",
}


def forest(compared: Compared, differences: pd.DataFrame) -> Drawing:
    """The forest plot: a row a policy, a panel a primary metric."""
    rows = differences[
        differences["metric"].isin(compared.primary) & (differences["group"] == "all")
    ]
    names = [compared.labels[i] for i in compared.others]
    base = compared.labels[compared.baseline]
    finding = Finding(
        name="forest",
        title=_title(rows, compared.primary[0], base),
        subtitle=f"Difference from {base} in points of a hundred, with intervals that hold jointly",
        table=rows,
        note=_note(compared),
    )

    def plot(page: Page) -> None:
        _plot(page, rows, names, compared.primary)

    return finding, plot


def _note(compared: Compared) -> str:
    """Which policies are compared with other residents than the baseline's, and how thick means."""
    thick = "Thin line: joint interval; thick line: interval of one difference by itself"
    unlike = [compared.labels[i] for i in compared.others if compared.apart[i]]
    return f"{thick}. Not paired, other residents: {joined(unlike)}" if unlike else thick


def _title(rows: pd.DataFrame, metric: str, base: str) -> str:
    """Say who is clearly above and below the baseline on the first metric."""
    mine = rows[rows["metric"] == metric]
    above = mine[mine["adjusted_low"] > 0].sort_values("difference", ascending=False)
    below = mine[mine["adjusted_high"] < 0].sort_values("difference")
    what = METRIC_WORDS.get(metric, metric.replace("_", " "))
    if mine["adjusted_low"].isna().all():
        return f"One replication does not tell policies apart on {what}"
    parts = [
        f"{first['scenario']} {100 * first['difference']:+.1f}" + _others(len(side) - 1)
        for side in (above, below)
        if len(side)
        for first in [side.iloc[0]]
    ]
    if not parts:
        return f"{what}: no policy differs clearly from {base}"
    return f"{what}, points against {base}: {joined(parts)}"


def _others(number: int) -> str:
    return f" (and {number} other{'s' if number > 1 else ''})" if number else ""


def _plot(page: Page, rows: pd.DataFrame, names: list[str], metrics: tuple[str, ...]) -> None:
    texts = {
        m: _figures(rows[rows["metric"] == m].set_index("scenario").loc[names]) for m in metrics
    }
    label_width = min(max(page.width_of(n, theme.BODY) for n in names) + 0.2, 3.2)
    gap, head, foot = 0.25, 0.55, 0.6
    width = (page.width - label_width) / len(metrics) - gap
    written = len(metrics) < 3
    widest = max(page.width_of(text, theme.SMALL) for m in metrics for text in texts[m])
    figures = widest + 0.2 if written else 0.0
    height = min((page.height - head - foot) / len(names), 0.75)
    bottom = page.height - head - height * len(names)
    for row, name in enumerate(names):
        y = bottom + height * (len(names) - row - 0.5)
        page.text(
            0, y, page.fitted(name, theme.BODY, label_width - 0.1), theme.BODY, va="center_baseline"
        )
    for column, metric in enumerate(metrics):
        left = label_width + column * (width + gap)
        mine = rows[rows["metric"] == metric].set_index("scenario").loc[names]
        ax = page.axes(left, bottom, width - figures, height * len(names))
        mean, low, high = (
            100 * mine[c].to_numpy(float) for c in ("difference", "adjusted_low", "adjusted_high")
        )
        own_low, own_high = (100 * mine[c].to_numpy(float) for c in ("ci_low", "ci_high"))
        y_at = np.arange(len(names))
        ax.hlines(y_at, low, high, color=theme.PALETTE[0], linewidth=1.6)
        ax.hlines(y_at, own_low, own_high, color=theme.PALETTE[0], linewidth=5, alpha=0.45)
        ax.plot(mean, y_at, "o", color=theme.PALETTE[0], markersize=6)
        far = float(np.nanmax(np.abs(np.concatenate([mean, low, high])), initial=0.0)) * 1.1 or 1.0
        ax.axvline(0, color=theme.INK, linewidth=1)
        ax.set(xlim=(-far, far), ylim=(len(names) - 0.5, -0.5), yticks=[])
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x")
        words = METRIC_WORDS.get(metric, metric.replace("_", " "))
        page.text(left, page.height - 0.25, page.fitted(words, theme.BODY, width), theme.BODY)
        page.text(
            left + (width - figures) / 2,
            bottom - 0.52,
            "fewer - more, points",
            theme.SMALL,
            theme.GREY,
            ha="center",
        )
        for row, text in enumerate(texts[metric] if written else ()):
            y = bottom + height * (len(names) - row - 0.5)
            page.text(left + width - figures + 0.1, y, text, theme.SMALL, va="center_baseline")


def _figures(rows: pd.DataFrame) -> list[str]:
    """Differences and joint intervals in points, as written beside the lines."""
    texts = []
    for row in rows.to_dict("records"):
        mean, low, high = (100 * row[c] for c in ("difference", "adjusted_low", "adjusted_high"))
        text = "no value" if np.isnan(mean) else signed(mean)
        texts.append(text if np.isnan(low) else f"{text} ({signed(low)} to {signed(high)})")
    return texts
