"""The files of a judged timetable: judged.csv, timetables.csv, a folder for every scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.analysis.comparing import Compared
from sim.analysis.differences import baseline_means
from sim.analysis.judging import judged_table, season_table
from sim.analysis.summary import summarise
from sim.report.allotted import write_allotted, write_scenario, write_timetable
from sim.report.context import chart_context
from sim.report.manifest import build_manifest
from sim.report.tables import records, write_csv, write_manifest, write_summary
from sim.season.methods import Proposal
from sim.season.simulated import Counted

__all__ = ["write_judged_season"]


def write_judged_season(
    folder: Path,
    base: Path,
    proposals: tuple[Proposal, ...],
    compared: Compared,
    counted: Counted,
    *,
    charts: bool,
) -> dict[str, Any]:
    """Write everything; what is to be told.

    Parameters
    ----------
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
    if charts:
        from sim.report.season_judged import Judged, draw_judged  # brings matplotlib

        names = {p.label: p.rule.replace("_", " ") for p in proposals[:none]}
        context = chart_context(compared.scenarios[compared.baseline], compared.n)
        draw_judged(Judged(table, names, *of, compared.primary[0]), context, folder / "charts")
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
    folder: Path, base: Path, proposal: Proposal, compared: Compared, number: int, counted: Counted
) -> None:
    """A timetable, the scenario that has it, and what the simulation says of it alone."""
    if proposal.solution is None:
        write_timetable(folder, proposal.found)
    else:
        write_allotted(folder, proposal.plan, proposal.solution, proposal.found)
    write_scenario(folder, base, proposal, counted)
    values = compared.values[number][: compared.n]
    write_summary(folder, summarise(compared.rows[number], values, compared.confidence))
    write_manifest(folder, build_manifest(compared.scenarios[number], compared.n, {}))
