"""The files of an allotted season, and of one that was judged."""

from __future__ import annotations

import importlib.metadata
import json
import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from optimise.slots.solution import Solution
from sim.measure.summary import summarise
from sim.messages import known
from sim.report.context import chart_context
from sim.report.files import atomic_write
from sim.report.manifest import build_manifest
from sim.report.tables import records, write_csv, write_manifest, write_summary
from sim.season.methods import CountedDates, ProposedTimetable, scenario_yaml
from sim.season.outcome import AllocatedTimetable, RequestOutcome
from sim.season.plan import SeasonProblem
from sim.season.timetable import COLUMNS
from sim.studies.compare import ComparisonRuns
from sim.studies.differences import baseline_means
from sim.studies.judge import judged_table, season_table

SOLVERS = ("ortools", "scipy")
"""Libraries whose versions decide what a search finds."""


def write_allotted(
    folder: Path, plan: SeasonProblem, solution: Solution, found: AllocatedTimetable
) -> dict[str, Any]:
    """Write what was allotted; what `solution.json` says."""
    write_timetable(folder, found)
    outcome = pd.DataFrame(
        [o.row() for o in found.outcomes], columns=list(RequestOutcome.columns())
    )
    write_csv(folder / "outcome.csv", outcome)
    record = solution_record(plan, solution, found)
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    atomic_write(folder / "solution.json", f"{text}\n".encode())
    return record


def write_timetable(folder: Path, found: AllocatedTimetable) -> Path:
    """Write timetable.csv; the file."""
    timetable = pd.DataFrame([s.row() for s in found.sessions], columns=list(COLUMNS))
    return write_csv(folder / "timetable.csv", timetable)


def write_scenario(
    folder: Path, base: Path, proposal: ProposedTimetable, counted: CountedDates
) -> None:
    """Write scenario.yaml: the season's scenario with the timetable.csv beside it."""
    season = proposal.plan.world.scenario.name
    made = "no club has a room" if proposal.solution is None else f"rule {proposal.rule}"
    text = scenario_yaml(base, proposal.label, f"Timetable of {season}, {made}", counted)
    atomic_write(folder / "scenario.yaml", text.encode("utf-8"))


def solution_record(
    plan: SeasonProblem, solution: Solution, found: AllocatedTimetable
) -> dict[str, Any]:
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
            "between": aims.fairness_between,
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


def write_judged_season(
    folder: Path,
    base: Path,
    proposals: tuple[ProposedTimetable, ...],
    compared: ComparisonRuns,
    counted: CountedDates,
    draw: Callable[[Path, Callable[[Path], object]], None] | None,
) -> dict[str, Any]:
    """Write all files of a season, and return the summary.

    Parameters
    ----------
    draw
        Lets charts be drawn into a folder, in each language asked for; None: no charts.
    base
        The scenario file of the season.
    proposals
        As in `compared`, no clubs the last.
    """
    none = len(proposals) - 1
    table = judged_table(compared, proposals, compared.baseline, none)
    seasons = season_table(proposals)
    write_csv(folder / "judged.csv", table)
    write_csv(folder / "timetables.csv", seasons)
    for number, proposal in enumerate(proposals):
        _write_one(folder / "scenarios" / proposal.label, base, proposal, compared, number, counted)
    of = (compared.labels[compared.baseline], compared.labels[none])
    if draw is not None:
        from sim.report.charts.season.judged import JudgedSeason  # brings matplotlib
        from sim.report.drawing import draw_all

        def drawn(into: Path) -> None:
            names = {p.label: known(f"rule.{p.rule}", p.rule) for p in proposals[:none]}
            names = {label: name.replace("_", " ") for label, name in names.items()}
            context = chart_context(compared.scenarios[compared.baseline], compared.n)
            draw_all(JudgedSeason(table, names, *of, compared.primary[0], context), into)

        draw(folder / "charts", drawn)
    shown = table["metric"].isin(compared.primary) | table["metric"].str.startswith("season_")
    return {
        "from": counted.first.isoformat(),
        "until": counted.last.isoformat(),
        "baseline": of[0],
        "no_clubs": of[1],
        "replications": compared.n,
        "paired": "yes" if compared.paired else "no",
        "precision_reached": compared.reached,
        "confidence": compared.confidence,
        "primary": list(compared.primary),
        "timetables": records(seasons),
        "baseline_means": records(baseline_means(compared)),
        "differences": records(table[shown & (table["group"] == "all")]),
    }


def _write_one(
    folder: Path,
    base: Path,
    proposal: ProposedTimetable,
    compared: ComparisonRuns,
    number: int,
    counted: CountedDates,
) -> None:
    """A timetable, the scenario that has it, and what the simulation says of it alone."""
    if proposal.solution is None:
        write_timetable(folder, proposal.found)
    else:
        write_allotted(folder, proposal.plan, proposal.solution, proposal.found)
    write_scenario(folder, base, proposal, counted)
    values = compared.values[number][: compared.n]
    write_summary(folder, summarise(compared.rows[number], values, compared.confidence))
    write_manifest(folder, build_manifest(compared.scenarios[number], compared.n))
