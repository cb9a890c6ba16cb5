"""Result folders of searches, as their verbs leave them, with names of one's own choice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.report.site.files import PLAN_COLUMNS
from sim.report.site.sites import COLUMNS as SITES
from sim.report.tables import SUMMARY_COLUMNS, write_csv
from sim.sensitivity.findings import COLUMNS, DIFFERENCES, DRIVERS

SEARCHES = ("headroom", "sensitivity", "differences", "advice", "site", "season")


def write_searches(folder: Path, run: Mapping[str, Any], name: str, kind: str) -> list[Path]:
    """Write a folder of each search; `name` stands for what a scenario names, `kind` of a room."""
    scenario = {key: run[key] for key in ("scenario", "sources", "tables", "input_hash", "versions",
                "world", "fitted", "replications", "name", "run_id", "seed")}  # fmt: skip
    writers = (_headroom, _sensitivity, _differences, _advice, _site, _season)
    for title, write in zip(SEARCHES, writers, strict=True):
        (folder / title).mkdir(parents=True)
        manifest = write(folder / title, scenario, name, kind)
        (folder / title / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return [folder / title for title in SEARCHES]


def _csv(path: Path, columns: str | Sequence[str], *rows: Sequence[Any]) -> None:
    heads = columns.split() if isinstance(columns, str) else list(columns)
    write_csv(path, pd.DataFrame(rows, columns=heads))


def _headroom(folder: Path, scenario: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    _csv(
        folder / "headroom.csv", "group level target multiplier ci_low ci_high n",
        ("all", "all", 0.9, 1.77, 1.61, 1.92, 6), ("all", "all", 0.5, None, 4.0, None, 6),
        ("kind", kind, 0.9, 1.2, 1.1, 1.3, 6), ("kind", "activity_room", 0.9, 2.6, 2.4, 2.9, 6),
        ("kind", kind, 0.5, None, None, 0.5, 6), ("zone", name, 0.9, 1.5, 1.31, None, 6),
    )  # fmt: skip
    return {**scenario, "kind": "headroom", "question": {"verb": "headroom"}, "told": {}}


def _told(scenarios: Sequence[str], draws: int) -> dict[str, Any]:
    told = {"draws": draws, "inputs": 37, "not_fitted": 2}
    asked = {"verb": "sensitivity", "scenarios": list(scenarios), "sets": ["--of run"]}
    return {"kind": "sensitivity", "question": asked, "told": told}


def _sensitivity(folder: Path, scenario: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    mine = scenario["name"]
    _csv(
        folder / "sensitivity.csv", COLUMNS,
        ("met_share", "all", "all", mine, 0.35, 0.33, 0.37, 0.15, 0.48, 126, "share"),
        ("served_share", "all", "all", mine, 0.91, 0.9, 0.92, 0.9, 0.93, 126, "share"),
        ("served_share", "kind", kind, mine, 0.8, 0.78, 0.82, 0.6, 0.9, 126, "share"),
    )  # fmt: skip
    _csv(
        folder / "drivers.csv", DRIVERS,
        ("met_share", name, 0.47, 0.3, 0.6, 0.17, 1, None, None, None, 0.05, 0.02, 0.08, "share"),
        ("met_share", "adopters", 0.1, -0.1, 0.3, 0.17, None, None, None, None, 0.01, 0, 0.03,
         "share"),
        ("served_share", "adopters", 0.1, -0.1, 0.3, 0.17, None, None, None, None, 0.01, 0, 0.03,
         "share"),
    )  # fmt: skip
    return _told([mine], 128)


def _differences(folder: Path, scenario: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    del kind
    mine = scenario["name"]
    row = ("served_share", "all", "all", mine, 0.91, 0.9, 0.92, 0.9, 0.93, 126, "share")
    _csv(folder / "sensitivity.csv", COLUMNS, row)
    verdicts = {"robust": (0.03, 1.0), "depends": (0.02, 0.7), "not supported": (-0.02, 0.4),
                "no difference seen": (0.001, 0.5), "too few draws": (0.03, 1.0)}  # fmt: skip
    _csv(
        folder / "differences.csv", DIFFERENCES,
        *(
            ("served_share", "all", "all", f"{name} {said}", mine, mean, mean - 0.01, mean + 0.01,
             mean - 0.02, mean + 0.03, same, said, 126, "share")
            for said, (mean, same) in verdicts.items()
        ),
    )  # fmt: skip
    _csv(
        folder / "drivers.csv", DRIVERS,
        (f"served_share: {name} robust - {mine}", "adopters", 0.1, -0.1, 0.3, 0.2, None, None, None,
         None, 0.01, 0, 0.03, "share"),
    )  # fmt: skip
    return _told([mine, name], 6)


def _advice(folder: Path, scenario: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    del kind
    lost = [f"zone {name} -0.7 points (-1.2 to -0.3)", "segment elder -0.3 points (-0.6 to -0.1)"]
    losers = "; ".join(lost)
    _csv(
        folder / "advice.csv",
        "lever size cost_low cost cost_high yuan_per_hour ratio_low ratio_high losers "
        "until_it_works gain gain_low gain_high verdict",
        ("longer", "late", 1000, 4367.09, 11548.7, 0.71, 0.6, 0.87, losers, 1, 6173.7, 5022.0,
         7325.4, "gain"),
        ("nothing", "", 0, 0, 0, None, None, None, "", None, 0, 0, 0, "no gain seen"),
    )  # fmt: skip
    _csv(
        folder / "adoption.csv",
        "step lever size cost gain_so_far ci_low ci_high added until_it_works",
        (1, "longer", "late", 4367.09, 6173.7, 5022.0, 7325.4, 6173.7, 1),
    )
    _csv(
        folder / "programme.csv",
        "budget levers cost cost_low cost_high once bound simulated ci_low ci_high n",
        (300000, "longer: late", 4367.09, 1000, 11548.7, 5000, 6173.7, 6173.7, 5022.0, 7325.4, 3),
    )
    _csv(
        folder / "assumptions.csv",
        "levers gain gain_low gain_high assumption_low assumption_high same_sign verdict "
        "first_share depends_on draws",
        ("longer: late", 6173.7, 5022.0, 7325.4, 2100.0, 9800.0, 0.98, "robust", 0.7, name, 80),
    )
    best = {"levers": "longer: late", "cost": 4367.09, "cost_low": 1000.0, "cost_high": 11548.7,
            "gain": 6100.5, "low": 5100.0, "high": 7100.0, "n": 3}  # fmt: skip
    told = {"aim": "person_hours", "budget": 3e6, "recommended": [best, best], "losers": lost,
            "settled": False, "titles": {"longer": name}, "assumptions": {"draws": 80,
            "verdict": "depends", "depends_on": {"zh": name, "en": name}}}  # fmt: skip
    asked = {"verb": "advise", "scenarios": [scenario["name"]], "sets": []}
    return {"kind": "advice", "question": asked, "told": told}


def _site(folder: Path, scenario: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    _csv(
        folder / "summary.csv", SUMMARY_COLUMNS,
        ("gain", "plan", "plan 1", 5129.03, 4802.6, 5455.4, 20, "person_hours"),
        ("cost", "plan", "plan 1", 52000.0, None, None, 20, "yuan"),
        ("gain", "plan", "today", 0.0, None, None, 20, "person_hours"),
        ("cost", "plan", "today", 0.0, None, None, 20, "yuan"),
    )  # fmt: skip
    plan = {"plan": "plan 1", "rank": 1, "site": name, "kind": kind, "cost": 52000.0}
    write_csv(folder / "plans.csv", pd.DataFrame([plan], columns=list(PLAN_COLUMNS)))
    site = {"site": name, "status": "opened", "kind": f"{kind}; activity_room > {kind}",
            "what": "open; convert", "rooms_today": 0, "rooms_after": 1, "cost": 52000.0,
            "cost_low": 40000.0, "cost_high": 90000.0, "gain": 143.7, "gain_low": 109.2,
            "gain_high": 178.1, "lon": 120.01, "lat": 30.02}  # fmt: skip
    left = {
        "site": f"{name} 2",
        "status": "candidate",
        "gain": -3.0,
        "gain_low": -8.0,
        "gain_high": 1.0,
    }
    write_csv(folder / "sites.csv", pd.DataFrame([site, left], columns=list(SITES)))
    _csv(
        folder / "charts" / "map-after.csv", "home lon lat people minutes_before minutes_after",
        (name, 120.0, 30.0, 900, 12.0, 4.5), (f"{name} 2", 120.02, 30.01, 300, None, 8.0),
    )  # fmt: skip
    told = {"plan": "plan 1", "budget_yuan_per_year": 60000.0, "cut": "clock"}
    return {**scenario, "kind": "site", "question": {"verb": "site"}, "told": told}


def _season(folder: Path, scenario: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    _csv(
        folder / "outcome.csv",
        "request group segment zone kind sessions_asked sessions_got hours_asked hours_got",
        ("a", name, "adult", name, kind, 2, 1, 6.0, 3.0),
        ("b", name, "elder", name, kind, 1, 1, 2.0, 2.0),
        ("c", name, "elder", "South", "activity_room", 1, 1, 2.0, 2.0),
    )
    _csv(folder / "timetable.csv", "request from until", ("a", "2026-03-02", "2026-06-28"))
    _csv(
        folder / "timetables.csv",
        "scenario rule sessions hours hours_share requests_served first_choice_sessions gini_clubs",
        ("one", "optimised", 3, 7.0, 0.7, 3, 2, 0.044), ("two", name, 2, 5.0, 0.5, 2, 1, 0.2),
        ("none", "no-clubs", 0, 0, 0, 0, 0, None),
    )  # fmt: skip
    told = {"status": "feasible"}
    return {
        **scenario,
        "kind": "allocate",
        "question": {"verb": "allocate"},
        "told": told,
        "replications": 0,
    }
