"""The report of an import: counts that add up, as a page and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.log.records import FEW, hidden
from sim.own_data.mapping import columns_of
from sim.own_data.reading import ImportAccount, SheetReading
from sim.report.template import filled_template

_MOST_VENUES = 400
_STEPS = (
    (0, "#ffffff", "none"),
    (1, "#c3d4e6", f"1 to {FEW - 1}"),
    (FEW, "#7ea6cc", f"{FEW} to 29"),
    (30, "#2f6fa8", "30 and more"),
)
"""Bookings of a venue and week from which a colour holds; small numbers are not told apart."""


def as_json(account: ImportAccount, log: pd.DataFrame | None, sha: str) -> str:
    """Counts that add up, as JSON."""
    content: dict[str, Any] = {
        "sheets": [
            {"where": s.where, "table": s.table, "read": s.read, "kept": s.kept,
             "left_out": s.left_out, "changed": s.changed, "listed": s.listed}
            for s in account.sheets
        ],
        "assumed": [asdict(one) for one in account.assumed],
        "words": account.words,
        "counts": account.counts,
        "notes": account.notes,
        "columns_not_used": _unused(account),
        "statuses": statuses(log),
        "scenario_sha256": sha,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_html(name: str, account: ImportAccount, log: pd.DataFrame | None) -> str:
    """The same as a page that stands alone."""
    return filled_template(
        Path(__file__).with_name("import_report.html"),
        name=name,
        sheets=[
            (s.where, s.table, f"{s.read:,}", f"{s.kept:,}",
             _in_words(s.left_out, s), _in_words(s.changed, s))
            for s in account.sheets
        ],
        assumed=[astuple(one) for one in account.assumed],
        words=[(kind, w, m) for kind, pairs in account.words.items() for w, m in pairs.items()],
        counts=[
            (what, f"{n:,}" if isinstance(n, int) else n)
            for what, n in [*account.counts.items(), *statuses(log).items()]
        ],
        cover=None if log is None or log.empty else _cover(log),
        unused=_unused(account),
        notes=account.notes,
    )  # fmt: skip


def _unused(account: ImportAccount) -> list[str]:
    """Columns that nothing was taken from, and sheets that are no table."""
    uses = account.mapping.sheets
    columns = [(use, header) for use, header, column in columns_of(uses) if column.field is None]
    sheets = [(use, "whole sheet") for use in uses if use.table is None]
    return [": ".join(filter(None, (u.file, u.sheet, what))) for u, what in columns + sheets]


def statuses(log: pd.DataFrame | None) -> dict[str, int | str]:
    """Bookings by what became of them; small numbers are hidden, with a second one."""
    if log is None:
        return {}
    counts = log["status"].value_counts()
    # their sum is told, so one small number alone could be had from the others
    shown = counts.where(~hidden(np.asarray(counts, dtype=np.float64)), "not told")
    return {str(k): v for k, v in shown.where(counts >= FEW, f"fewer than {FEW}").items()}


def _in_words(reasons: Mapping[str, int], sheet: SheetReading) -> str:
    """`3 a line of totals (rows 7, 12, 20); ...`."""
    parts = []
    for reason, number in reasons.items():
        rows = [where.rpartition(":")[2] for where in sheet.listed[reason][:10]]
        more = " ..." if number > len(rows) else ""
        parts.append(f"{number:,} {reason} (rows {', '.join(rows)}{more})")
    return "; ".join(parts)


def _cover(log: pd.DataFrame) -> dict[str, Any]:
    """Venues by week, as rows of coloured squares."""
    week = log["start"].dt.to_period("W")
    weeks = pd.period_range(week.min(), week.max(), freq="W")
    counts = pd.crosstab(log["venue"], week).reindex(columns=weeks, fill_value=0)
    counts = counts.head(_MOST_VENUES)
    step, left, top, high = max(4, min(14, 700 // len(weeks))), 260, 20, 9
    colours = [
        [next(c for least, c, _ in reversed(_STEPS) if n >= least) for n in row]
        for row in counts.to_numpy().tolist()
    ]
    return {
        "first": log["start"].min().date(),
        "last": log["start"].max().date(),
        "step": step,
        "left": left,
        "wide": left + max(step * len(weeks), 600),
        "high": top + high * len(counts) + 10,
        "key": [(left + 150 * i, colour, label) for i, (_, colour, label) in enumerate(_STEPS)],
        "rows": [
            (top + high * i, name, [(left + step * j, c) for j, c in enumerate(row)])
            for i, (name, row) in enumerate(zip(counts.index, colours, strict=True))
        ],
    }
