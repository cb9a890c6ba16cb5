"""An Erlang-loss venue as an ordinary scenario: c rooms of one kind, open day and night.

Poisson wishes, all asked, start on arrival, exponential durations, nobody bends or gives up: what
is refused is Erlang's B. On the 1-minute grid starts are cut to the minute and durations rounded to
it, so durations should be long beside a minute.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

__all__ = ["erlang_b", "write_erlang"]

WEEK_MINUTES = 7 * 24 * 60
SOURCE = "assumption"
ALL_DAY = {"0-24": 1}

Row = dict[str, object]


def erlang_b(servers: int, load: float) -> float:
    """Share of arrivals that Erlang's loss system loses."""
    lost = 1.0
    for n in range(1, servers + 1):
        lost = load * lost / (n + load * lost)
    return lost


def write_erlang(folder: Path, servers: int, load: float, mean_minutes: float, days: str) -> Path:
    """Write scenario and tables into a folder.

    Parameters
    ----------
    servers, load
        Rooms, and offered load in erlangs.
    mean_minutes
        Mean duration.
    days
        Counting window, as `from/until`.

    Returns
    -------
    Path
        The scenario; JSON is YAML.
    """
    tables = _tables(servers)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    scenario = folder / "erlang.yaml"
    scenario.write_text(json.dumps(_scenario(list(tables), load, mean_minutes, days)))
    return scenario


def _tables(servers: int) -> dict[str, Sequence[Row]]:
    place: Row = {"lon": 120.0, "lat": 30.0, "source": SOURCE}
    room: Row = {"centre": "C", "kind": "room", "capacity": 1, "area_m2": 10, "hours": "always"}
    return {
        "communities": [{"community": "A", "zone": "Z", "source": SOURCE}],
        "origins": [{"origin": "O", "type": "compound", "community": "A", **place}],
        "people": [{"origin": "O", "segment": "all", "people": 1000, "source": SOURCE}],
        "centres": [{"centre": "C", "tier": "community", "community": "A", **place}],
        "venues": [
            {"venue": f"V{i}", **room, "slot_minutes": 1, "source": SOURCE} for i in range(servers)
        ],
        "hours": [
            {
                "hours": "always",
                "days": "Mon-Sun holiday",
                "open": "00:00",
                "close": "24:00",
                "source": SOURCE,
            }
        ],
    }


def _scenario(tables: list[str], load: float, mean_minutes: float, days: str) -> dict[str, object]:
    first, last = days.split("/")
    per_week = load / mean_minutes * WEEK_MINUTES
    return {
        "name": "erlang",
        "window": {"from": first, "until": last},
        "grid_minutes": 1,
        "world": {name: f"{name}.csv" for name in tables},
        "zones": {"Z": {"operator": "Op"}},
        "calendar": {"country": "none"},
        "off_platform": {"share": 0},
        "segments": {"all": {"curve": "flat"}},
        "kinds": {"room": {"duration_minutes": {"rule": "exponential", "mean": mean_minutes}}},
        "demand": {
            "level": 1,
            "wishes_per_1000": {"all": {"room": per_week}},
            "curves": {"flat": {"weekday": ALL_DAY, "weekend": ALL_DAY}},
            "lead_days": {"rule": "constant", "value": 0},
            "cancellation": {"share": 0},
            "no_show": {"base": 0},
        },
        "choice": {"rule": "nested_logit", "outside": -30},
        "policy": {"window": {"opens_days_ahead": 14}},
        "experiment": {"replications": 1, "seed": 1, "warm_up_days": 21},
    }
