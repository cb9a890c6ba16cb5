"""Small towns whose demand is known, and whose evenings sell out: only bookings are shown.

A town has two centres with two rooms and two courts each, open 8-20, for eight weeks. Its demand,
its curve and its lead times are the truth; the fit begins from a flat day at multiplier 1. Each fit
has random numbers of its own: with one seed for all, the luck of its replications looks like bias.
"""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.log.features import build_reader, read_replication
from sim.log.fit import fit_to_log
from sim.model import build_model, simulate
from sim.scenario.loading import load

__all__ = ["PEAK_SERVED", "fitted_town", "write_town"]

PEAK_SERVED = {0.99: 0.36, 0.85: 1.52, 0.70: 2.63, 0.21: 12.0}
"""Share of evening requests that are served -> multiplier at which they are (within a point)."""
EVENING = {"8-17": 6, "17-20": 9}
SHARES = [2 / 45] * 9 + [0.2] * 3
"""Of a day's requests, by hour from 8."""
LEADS = {"rule": "histogram", "edges": [0, 1, 3, 7], "weights": [1, 2, 3]}
KINDS = ("room", "court")
POINT = {"lon": 120.0, "lat": 30.0, "source": "assumption"}


def _scenario(tables: list[str]) -> dict[str, Any]:
    hour = {"duration_minutes": {"rule": "constant", "value": 60}}
    return {
        "name": "log-town",
        "window": {"from": "2026-01-05", "until": "2026-03-01"},
        "grid_minutes": 60,
        "world": {name: f"{name}.csv" for name in tables},
        "zones": {"Z": {"operator": "O"}},
        "calendar": {"country": "none"},
        "off_platform": {"share": 0, "block_minutes": 60},
        "segments": {"person": {"curve": "day", "bicycle_share": 0}},
        "kinds": dict.fromkeys(KINDS, hour),
        "demand": {
            "level": 1,
            "wishes_per_1000": {"person": dict.fromkeys(KINDS, 60)},
            "curves": {"day": {"weekday": EVENING, "weekend": EVENING}},
            "day_effect": {"cv": 0.3},
            "lead_days": LEADS,
            "cancellation": {"share": 0.1},
            "no_show": {"base": 0.1},
        },
        "choice": {"outside": -200, "per_minute": 0, "log_rooms": 0, "nest": 1},
        "policy": {"window": {"opens_days_ahead": 8}},
        "experiment": {"replications": 1, "seed": 1, "warm_up_days": 8},
    }


def _tables() -> dict[str, list[dict[str, object]]]:
    home = {"origin": "home", "type": "compound", "community": "C", **POINT}
    centre = {"tier": "community", "community": "C", "compound": "", **POINT}
    room = {"capacity": 10, "area_m2": 50, "access": "public", "hours": "day",
            "slot_minutes": 60, "drop_in": "no", "source": "assumption"}  # fmt: skip
    return {
        "communities": [{"community": "C", "zone": "Z", "source": "assumption"}],
        "origins": [{**home, "presence": "always", "households": 0}],
        "people": [{"origin": "home", "segment": "person", "people": 1000, "source": "assumption"}],
        "centres": [{"centre": name, **centre} for name in "AB"],
        "venues": [
            {"venue": f"{name} {kind} {i}", "centre": name, "kind": kind, **room}
            for name in "AB"
            for kind in KINDS
            for i in range(2)
        ],
        "hours": [
            {
                "hours": "day",
                "days": "Mon-holiday",
                "open": "8:00",
                "close": "20:00",
                "source": "assumption",
            }
        ],
    }


def write_town(folder: Path) -> Path:
    tables = _tables()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    path = folder / "log-town.yaml"
    path.write_text(json.dumps(_scenario(list(tables))), encoding="utf-8")
    return path


def fitted_town(multiplier: float, seed: int) -> tuple[pd.DataFrame, float]:
    """Fit one town's log.

    Returns
    -------
    parts
        Rows of `LogFit.parts` with the `truth` beside them.
    served
        Share of evening requests that were served.
    """
    flat = '{"8-20": 1}'
    with tempfile.TemporaryDirectory() as folder:
        path = write_town(Path(folder))
        truth = build_model(load(path, sets=[f"demand.multiplier={multiplier}"]))
        sets = [f"demand.curves.day.{d}={flat}" for d in ("weekday", "weekend")]
        start = load(path, sets=[*sets, f"experiment.seed={seed + 5000}"])
    history = simulate(truth, seed, 0)
    hour = history.wishes.start[history.asked] % 24
    served = float((history.outcome[hour >= 17] == 1).mean())
    fit = fit_to_log(start, read_replication(build_reader(truth), history), jobs=1)
    return fit.parts.assign(truth=[_truth(r, multiplier) for r in fit.parts.itertuples()]), served


def _truth(row: Any, multiplier: float) -> float:
    if row.part == "level":
        return multiplier
    if row.part == "kind":
        return multiplier * 60 / 7
    if row.part == "hour":
        return SHARES[int(row.name.split()[1]) - 8]
    edge = float(row.name.split()[1])
    return float(np.interp(edge, LEADS["edges"], [0, 1 / 6, 3 / 6, 1]))  # type: ignore[arg-type]
