"""Weeks of a season to hang up: for each centre a PDF of its groups and of each venue's week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.messages import Language, in_language, said
from sim.report.document.print import typeset
from sim.report.document.results import read_manifest, read_table
from sim.report.words import file_names

FILE = "weeks.csv"
TEMPLATE = Path(__file__).with_name("posters.typ")
GROUPS = ("session", "second choice")
"""Uses of a venue by a group of its own."""


def posters(folder: Path, language: Language) -> dict[str, bytes]:
    """Part of a file name of each centre with sessions -> its PDF; none without `weeks.csv`."""
    if not (folder / FILE).is_file():
        return {}
    rows = read_table(folder / FILE)
    for name in ("weekday", "lane", "lanes"):
        rows[name] = pd.to_numeric(rows[name])
    for name in ("start", "end"):
        hours, minutes = rows[name].str.split(":", expand=True).astype(int).to_numpy().T
        rows[name] = 60 * hours + minutes
    kinds = read_manifest(folder)["scenario"].get("kinds", {})
    labels = {k: in_language(kind.get("label") or k, language) for k, kind in kinds.items()}
    rows["kind"] = rows["kind"].map(lambda kind: labels.get(kind, kind))
    busy = rows[rows["use"].isin(GROUPS)]
    return {
        file: typeset(TEMPLATE, _sheets(centre, rows[rows["centre"] == centre], language))
        for centre, file in file_names(busy["centre"]).items()
    }


def _sheets(centre: str, rows: pd.DataFrame, language: Language) -> dict[str, Any]:
    """What a centre's sheets say."""

    def say(key: str, **values: Any) -> str:
        return said(key, language, values)

    sessions = rows[rows["use"].isin(GROUPS)]
    first, last = sessions["from"].min(), sessions["until"].max()
    season = say("subtitle.dates", first=first, last=last)
    days = [say(f"day.{day}") for day in range(7)]
    listed = sessions.sort_values(["group", "weekday", "start"], kind="stable")
    return {
        "language": language,
        "title": say("posters.title", centre=centre),
        "foot": say("posters.foot", season=season),
        "days": days,
        "list": {
            "title": say("posters.groups", centre=centre),
            "words": say("posters.groups.words", season=season),
            "head": [say(f"head.{head}") for head in ("poster.group", "poster.when", "venue")],
            "rows": [
                (s["group"], f"{days[s['weekday'] - 1]} {_times(s)}{_dates(s, first, last)}",
                 _within(s["venue"], centre))
                for s in listed.to_dict("records")
            ],
        },
        "venues": [
            _venue(_within(str(venue), centre), mine, (first, last), say)
            for venue, mine in rows.groupby("venue", sort=False)
            if mine["use"].isin(GROUPS).any()
        ],
    }  # fmt: skip


def _venue(
    name: str, rows: pd.DataFrame, season: tuple[str, str], say: Callable[..., str]
) -> dict[str, Any]:
    """What the sheet of a venue shows."""
    hours = _hours(rows)
    shown = rows[(rows["end"] > 60 * hours[0]) & (rows["start"] < 60 * hours[1])]
    return {
        "title": name,
        "words": say("posters.venue", kind=rows["kind"].iloc[0]),
        "alt": say("posters.alt", venue=name),
        "hours": hours,
        "blocks": [
            {
                "use": b["use"],
                "day": b["weekday"] - 1,
                "lane": b["lane"],
                "lanes": b["lanes"],
                "start": max(b["start"], 60 * hours[0]),
                "end": min(b["end"], 60 * hours[1]),
                "words": _words(b, season, say),
            }
            for b in shown.to_dict("records")
        ],
    }


def _words(block: Mapping[Any, Any], season: tuple[str, str], say: Callable[..., str]) -> str:
    """What is written into a block."""
    if block["use"] in GROUPS:
        return f"{block['group']}\n{_times(block)}{_dates(block, *season)}"
    return say(f"posters.{block['use']}")


def _hours(rows: pd.DataFrame) -> tuple[int, int]:
    """Whole hours between which a venue is ever open or has a session."""
    used = np.ones((7, 24 * 60), dtype=bool)
    for shut in rows[rows["use"] == "closed"].to_dict("records"):
        used[shut["weekday"] - 1, shut["start"] : shut["end"]] = False
    for held in rows[rows["use"] != "closed"].to_dict("records"):
        used[held["weekday"] - 1, held["start"] : held["end"]] = True
    minutes = np.flatnonzero(used.any(axis=0))
    return int(minutes[0] // 60), int(-(-(minutes[-1] + 1) // 60))


def _times(session: Mapping[Any, Any]) -> str:
    ends = (f"{m // 60:02d}:{m % 60:02d}" for m in (session["start"], session["end"]))
    return "–".join(ends)


def _dates(session: Mapping[Any, Any], first: str, last: str) -> str:
    """The dates of a session of part of the season."""
    if (session["from"], session["until"]) == (first, last):
        return ""
    return f" ({session['from'][5:]}–{session['until'][5:]})"


def _within(venue: str, centre: str) -> str:
    """A venue's name without that of its centre, where it begins with it."""
    return venue.removeprefix(centre).lstrip("·:- ") or venue
