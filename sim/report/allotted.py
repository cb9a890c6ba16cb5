"""The files of an allotted season: timetable.csv, outcome.csv, solution.json."""

from __future__ import annotations

import importlib.metadata
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from optimise.slots.solution import Solution
from sim.report.files import atomic_write
from sim.report.tables import write_csv
from sim.season.methods import Proposal
from sim.season.outcome import Allotted, Outcome
from sim.season.plan import Plan
from sim.season.simulated import Counted, scenario_yaml
from sim.season.timetable import COLUMNS

__all__ = ["solution_record", "write_allotted", "write_scenario", "write_timetable"]

SOLVERS = ("ortools", "scipy")
"""Libraries whose versions decide what a search finds."""


def write_allotted(folder: Path, plan: Plan, solution: Solution, found: Allotted) -> dict[str, Any]:
    """Write what was allotted; what `solution.json` says."""
    write_timetable(folder, found)
    outcome = pd.DataFrame([o.row() for o in found.outcomes], columns=list(Outcome.columns()))
    write_csv(folder / "outcome.csv", outcome)
    record = solution_record(plan, solution, found)
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    atomic_write(folder / "solution.json", f"{text}\n".encode())
    return record


def write_timetable(folder: Path, found: Allotted) -> Path:
    """Write timetable.csv; the file."""
    timetable = pd.DataFrame([s.row() for s in found.sessions], columns=list(COLUMNS))
    return write_csv(folder / "timetable.csv", timetable)


def write_scenario(folder: Path, base: Path, proposal: Proposal, counted: Counted) -> None:
    """Write scenario.yaml: the season's scenario with the timetable.csv beside it."""
    season = proposal.plan.world.scenario.name
    made = "no club has a room" if proposal.solution is None else f"rule {proposal.rule}"
    text = scenario_yaml(base, proposal.label, f"Timetable of {season}, {made}", counted)
    atomic_write(folder / "scenario.yaml", text.encode("utf-8"))


def solution_record(plan: Plan, solution: Solution, found: Allotted) -> dict[str, Any]:
    """Value, bound and how they came about, in plain values."""
    aims = plan.aims
    return {
        "value": solution.value,
        "bound": solution.bound,
        "gap": round(solution.gap, 6),
        "status": solution.status,
        "seconds": round(solution.seconds, 2),
        "unit": "weighted minutes a week",
        "method": plan.allocation.method.rule,
        "prover": solution.prover,
        "greedy": solution.greedy,
        "solvers": {name: importlib.metadata.version(name) for name in SOLVERS},
        "stopped_by_clock": solution.cut,
        "time_limit_seconds": plan.allocation.time_limit_seconds,
        "aims": {
            "order": list(aims.order),
            "alpha": "infinity" if math.isinf(aims.alpha) else aims.alpha,
            "between": aims.between,
            "give": list(aims.give),
        },
        "levels": [asdict(level) for level in solution.levels],
        "price_of_fairness": asdict(solution.price) if solution.price else None,
        "requests": len(found.outcomes),
        "requests_served": sum(o.sessions_got > 0 for o in found.outcomes),
        "sessions_asked": sum(o.sessions_asked for o in found.outcomes),
        "sessions": len(found.sessions),
        "hours_asked": sum(o.hours_asked for o in found.outcomes),
        "hours": sum(o.hours_got for o in found.outcomes),
        "first_choice_sessions": sum(o.first_choice for o in found.outcomes),
        "last_season": asdict(found.changes),
    }
