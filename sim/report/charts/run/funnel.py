"""Where do wishes get lost? From wish to request, booking and use, by kind and reason."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.messages import clauses, known, say
from sim.report import theme
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import count, leaders, once, percent, scope_words

STAGES = ("wishes", "requests", "bookings", "used")
LOSSES = {
    "not asked": ("not_asked_share", ("too far", "closed then", "no such kind", "rather not")),
    "refused": ("refused_share", ("full", "window", "limit", "suspended")),
    "not used": (None, ("cancelled", "no-show")),
}
"""Groups of losses: the metric by reason, and reasons in the order shown."""
OF_BOOKINGS = {"cancelled": "cancelled_share", "no-show": "no_show_share"}
MOST_ROWS = 13
MOST_COLUMNS = 9
LONGEST = 3.4  # inches for the names of kinds


@dataclass(frozen=True)
class FunnelRow:
    """One kind: stages per week, and losses of 100 wishes by column, as shares."""

    label: str
    per_week: tuple[float, float, float, float]
    lost: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class FunnelData:
    """All kinds first, then the kinds with most wishes; columns are group and reason."""

    finding: Finding
    rows: tuple[FunnelRow, ...]
    columns: tuple[tuple[str, str], ...]


def plot(page: Page, data: FunnelData) -> None:
    """Draw a table: wishes, bars of what remains, what is lost by reason."""
    label, wishes, bar, gap = _label_width(page, data), 0.82, 0.86, 0.1
    head = 0.95
    height = page.height - head
    row = min(height / max(len(data.rows), 1), 0.5)
    y = [height - (i + 0.5) * row for i in range(len(data.rows))]
    for i, item in enumerate(data.rows):
        words = page.fitted(item.label, theme.SMALL, label - 0.1, middle=True)
        page.text(0, y[i], words, va="center_baseline")
        page.text(
            label + wishes - 0.25, y[i], count(item.per_week[0]), ha="right", va="center_baseline"
        )
    page.text(label + wishes - 0.25, height + 0.12, say("funnel.wishes"), ha="right")
    x = label + wishes
    page.text(x, page.height - 0.16, say("funnel.of-100"), theme.SMALL, theme.GREY)
    for stage, name in enumerate(STAGES[1:], start=1):
        shares = [_ratio(r.per_week[stage], r.per_week[0]) for r in data.rows]
        _bars(page, x, shares, y, row, bar)
        page.text(x, height + 0.12, say(f"funnel.{name}"))
        x += bar + gap
    x += 0.1
    step = min((page.width - x) / max(len(data.columns), 1), 1.3)
    _reasons(page, x, step, data, y)
    _rules(page, y, row, height)


def _label_width(page: Page, data: FunnelData) -> float:
    """Room for the names of kinds: what the longest needs, within limits."""
    longest = max(page.width_of(row.label, theme.SMALL) for row in data.rows)
    return min(max(longest + 0.2, 1.6), LONGEST)


def _bars(
    page: Page, x: float, shares: list[float], y: list[float], row: float, width: float
) -> None:
    """Draw one stage's bars from zero, 100 = full width, the number at the bar's end."""
    height = row * len(shares)
    ax = page.axes(x, y[-1] - 0.5 * row, width, height)
    place = np.arange(len(shares))[::-1] + 0.5
    values = np.nan_to_num(np.asarray(shares))
    ax.barh(place, 100 * values, height=0.62, color=theme.PALETTE[0])
    ax.patch.set_visible(False)
    for value, share, at in zip(values, shares, place, strict=True):
        inside = value > 0.55
        ax.text(
            100 * value + (-3 if inside else 3), at, percent(share, sign=False),
            fontsize=theme.SMALL, va="center_baseline", ha="right" if inside else "left",
            color="white" if inside else theme.INK,
        )  # fmt: skip
    ax.set(xlim=(0, 100), ylim=(0, len(shares)), yticks=[], xticks=[])
    ax.spines["bottom"].set_visible(False)


def _reasons(page: Page, x: float, step: float, data: FunnelData, y: list[float]) -> None:
    """Write the losses of 100 wishes, the largest of each row in crimson."""
    for j, (group, reason) in enumerate(data.columns):
        right = x + (j + 1) * step - 0.08
        if j == 0 or data.columns[j - 1][0] != group:
            members = sum(g == group for g, _ in data.columns)
            _head(page, x + j * step + 0.12, right + (members - 1) * step, group)
        lines = page.wrapped(known(f"loss.{reason}", reason), theme.SMALL, step - 0.1)[:2]
        page.text(right, page.height - 0.83, "\n".join(lines), ha="right")
        for row, at in zip(data.rows, y, strict=True):
            share = row.lost[j]
            top = share > 0 and share == np.nanmax(row.lost)
            words = percent(share, sign=False)
            colour = theme.PALETTE[2] if top else theme.INK
            page.text(right, at, words, colour=colour, ha="right", va="center_baseline")


def _head(page: Page, left: float, right: float, group: str) -> None:
    """Write a group's name over a line as long as its columns."""
    ax = page.axes(left, page.height - 0.27, right - left, 0.04)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    ax.axhline(0.5, color=theme.PALE, linewidth=1)
    words = say(f"lost.{group}")
    wide = page.width_of(words, theme.SMALL) > right - left
    page.text(
        right if wide else left, page.height - 0.16, words, theme.SMALL, theme.GREY,
        ha="right" if wide else "left",
    )  # fmt: skip


def _rules(page: Page, y: list[float], row: float, height: float) -> None:
    """Draw thin lines under the head and under the row of all kinds."""
    ax = page.axes(0, 0, page.width, height + 0.05)
    ax.set(xlim=(0, 1), ylim=(0, height + 0.05))
    ax.set_axis_off()
    ax.set_zorder(-1)
    lines = [height + 0.04] + ([y[0] - 0.5 * row] if len(y) > 1 else [])
    ax.hlines(lines, 0, 1, color=theme.PALE, linewidth=1)


@chart("funnel", plot, of=RunResults)
def analyse(results: RunResults) -> list[FunnelData]:
    """Bring counts to a week and losses to 100 wishes, order kinds by wishes."""
    counts = pd.DataFrame({s: _means(results, s, "kind") for s in STAGES})
    if counts.empty or "wishes" not in counts or counts["wishes"].isna().all():
        return []
    counts = counts.sort_values("wishes", ascending=False, kind="stable")
    whole = [_means(results, s, "all").get("all", counts[s].sum()) for s in STAGES]
    kept = counts.iloc[: MOST_ROWS - 1]
    stages: dict[str, Sequence[float]] = {"all": whole}
    names = {
        "all": say("funnel.all") if len(counts) > 1 else results.label("kind", str(counts.index[0]))
    }
    if len(counts) > 1 and whole[0]:
        stages |= {str(k): list(v) for k, v in zip(kept.index, kept.to_numpy(), strict=True)}
        names |= {str(k): results.label("kind", str(k)) for k in kept.index}
    lost = {kind: _lost(results, kind, values) for kind, values in stages.items()}
    columns = _columns(lost)
    weeks = results.context.weeks
    rows = [
        FunnelRow(
            names[kind],
            (values[0] / weeks, values[1] / weeks, values[2] / weeks, values[3] / weeks),
            tuple(lost[kind].get(column, math.nan) for column in columns),
        )
        for kind, values in stages.items()
    ]
    left = len(counts) - len(kept)
    crimson = say("funnel.crimson") if any(np.nansum(r.lost) for r in rows) else ""
    finding = Finding(
        name="funnel",
        title=_title(results, whole, lost["all"]),
        subtitle=clauses(say("funnel.subtitle"), crimson),
        table=_table(results, lost),
        note=say("funnel.left", n=left) if left else "",
    )
    return [FunnelData(finding, tuple(rows), columns)]


def _lost(results: RunResults, kind: str, stages: Sequence[float]) -> dict[tuple[str, str], float]:
    """Losses of a kind (or `all`) as shares of its wishes, by group and reason."""
    wishes, requests, bookings, _ = stages
    base = {"not asked": 1.0, "refused": _ratio(requests, wishes)}
    out = {}
    for group, (metric, _order) in LOSSES.items():
        if metric is None:
            for reason, share in OF_BOOKINGS.items():
                found = _means(results, share, "all" if kind == "all" else "kind")
                out[group, reason] = float(found.get(kind, math.nan)) * _ratio(bookings, wishes)
            continue
        rows = results.select(metric, "reason" if kind == "all" else "kind*reason")
        if kind != "all":
            rows = rows[rows["kind"] == kind]
        for reason, mean in zip(rows["reason"].map(_plain), rows["mean"], strict=True):
            out[group, reason] = float(mean) * base[group]
    return out


def _columns(lost: Mapping[str, Mapping[tuple[str, str], float]]) -> tuple[tuple[str, str], ...]:
    """Reasons by which any row loses something; of too many those that weigh most overall."""
    weight: dict[tuple[str, str], float] = {}
    for found in lost.values():
        for column, share in found.items():
            weight[column] = max(weight.get(column, 0.0), np.nan_to_num(share))
    kept = sorted((c for c in weight if weight[c] > 0), key=lambda c: (-weight[c], c))
    groups = list(LOSSES)

    def place(column: tuple[str, str]) -> tuple[int, int, str]:
        group, reason = column
        order = LOSSES[group][1]
        return groups.index(group), order.index(reason) if reason in order else len(order), reason

    return tuple(sorted(kept[:MOST_COLUMNS], key=place))


def _title(
    results: RunResults, whole: Sequence[float], lost: Mapping[tuple[str, str], float]
) -> str:
    """Name the reason by which most of 100 wishes are lost, where it stands apart."""
    wishes, _, _, used = whole
    if not wishes:
        return say("funnel.none", scope=scope_words(results.context.n_replications))
    of_100 = say("funnel.happen", n=_percent_of(used, wishes))
    lead = leaders(_bounds(results, whole, lost))
    if not lead.levels or not lead.mean > 0:
        return of_100
    if results.context.n_replications == 1:
        return of_100 + once(1)
    if len(lead.levels) > 1 or not lead.certain:
        return clauses(of_100, say("funnel.unclear"))
    reason = lead.levels[0].split("*", 1)[1]
    return clauses(
        of_100, say("funnel.largest", obstacle=known(f"obstacle.{reason}", repr(reason)))
    )


def _bounds(
    results: RunResults, whole: Sequence[float], lost: Mapping[tuple[str, str], float]
) -> pd.DataFrame:
    """Losses of all kinds with their intervals, brought to shares of wishes."""
    base = {
        "not asked": 1.0,
        "refused": _ratio(whole[1], whole[0]),
        "not used": _ratio(whole[2], whole[0]),
    }
    found = []
    for group, (metric, _order) in LOSSES.items():
        pieces = (
            [results.select(metric, "reason").assign(group=group)]
            if metric
            else [
                results.select(share, "all").assign(group=group, reason=reason)
                for reason, share in OF_BOOKINGS.items()
            ]
        )
        found += [piece[["group", "reason", "low", "high"]] for piece in pieces]
    rows = pd.concat(found, ignore_index=True)
    rows["reason"] = rows["reason"].map(_plain)
    keys = list(zip(rows["group"], rows["reason"], strict=True))
    rows["mean"] = [lost.get(key, math.nan) for key in keys]
    rows["level"] = [f"{group}*{reason}" for group, reason in keys]
    scale = rows["group"].map(base)
    return rows.assign(low=rows["low"] * scale, high=rows["high"] * scale)


def _percent_of(part: float, whole: float) -> str:
    return percent(_ratio(part, whole), sign=False)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 and not math.isnan(part) else math.nan


def _plain(reason: str) -> str:
    return reason.replace("_", " ")


def _means(results: RunResults, metric: str, group: str) -> pd.Series[float]:
    rows = results.select(metric, group)
    return pd.Series(rows["mean"].to_numpy(), index=rows["level"].to_numpy(), dtype=float)


def _table(
    results: RunResults, lost: Mapping[str, Mapping[tuple[str, str], float]]
) -> pd.DataFrame:
    """All rows behind the picture, counts over the whole window; losses shown come last."""
    parts = []
    for metrics, groups in (
        (STAGES, ("all", "kind")),
        (("not_asked_share", "refused_share"), ("reason", "kind*reason")),
        (tuple(OF_BOOKINGS.values()), ("all", "kind")),
    ):
        for metric in metrics:
            for group in groups:
                rows = results.select(metric, group)[["level", "mean", "low", "high", "n"]]
                rows.insert(0, "group", group)
                rows.insert(0, "metric", metric)
                parts.append(rows)
    shown = [
        (f"{_key(group)}_of_wishes", "kind*reason", f"{kind}*{reason}", share)
        for kind, found in lost.items()
        for (group, reason), share in found.items()
    ]
    parts.append(pd.DataFrame(shown, columns=["metric", "group", "level", "mean"]))
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _key(words: str) -> str:
    return words.replace(" ", "_")
