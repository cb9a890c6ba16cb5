"""Plans, proof and summary of a site: plans.csv, openings.csv, summary.csv, solution.json."""

from __future__ import annotations

import importlib.metadata
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from optimise.siting.problem import relative_gap
from sim.report.files import atomic_write
from sim.report.site.words import search_words
from sim.report.tables import SUMMARY_COLUMNS, plain, write_csv, write_summary
from sim.siting.assessment.judge import BudgetPlans
from sim.siting.figures import Figure
from sim.siting.moves.application import check_times
from sim.siting.moves.catalogue import Catalogue, Move, Times
from sim.siting.outcome import JudgedPlan, Ruling, SearchTurn, SitingOutcome
from sim.siting.study import SiteStudy

PLAN_COLUMNS = (
    "plan", "rank", "site", "kind", "area", "cost", "value", "bound", "simulated", "ci_low",
    "ci_high",
)  # fmt: skip
SOLVERS = ("ortools", "scipy")
GAINS = {
    "requests": "count",
    "served": "count",
    "met": "count",
    "person_hours": "person_hours",
    "minutes": "minutes",
}
"""Units of `JudgedPlan.metrics`."""


def write_site_files(folder: Path, study: SiteStudy) -> dict[str, Any]:
    """Write the tables and what was proven; what `solution.json` says."""
    found = study.outcome
    plans = [*found.plans, *(_named(other) for other in study.other_budgets)]
    rows = [row for plan in plans for row in plan_rows(found.catalogue.moves, plan)]
    write_csv(folder / "plans.csv", pd.DataFrame(rows, columns=list(PLAN_COLUMNS)))
    write_summary(folder, summary_of(found))
    if found.openings:
        write_csv(folder / "openings.csv", pd.DataFrame(list(opening_rows(found))))
    record = solution_record(study)
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    atomic_write(folder / "solution.json", f"{text}\n".encode())
    return record


def opening_rows(found: SitingOutcome) -> Iterator[dict[str, Any]]:
    """A row each time that the recommended plan makes a move, in the order of the growth path."""
    for number, one in enumerate(found.openings, start=1):
        move = found.catalogue.moves[one.move]
        yield {
            "year": one.year,
            "order": number,
            "site": move.site,
            "move": move.words,
            "cost": move.cost.base,
            "gain": one.gain,
            "cost_by_then": one.cost,
            "committed_by_then": one.committed,
        }


def _named(other: BudgetPlans) -> JudgedPlan:
    """The recommended plan of another budget, named by it; it has no rank among the rest."""
    from dataclasses import replace

    best = other.best
    return replace(best, label=f"{other.searched.budget:.0f} yuan: {best.label}", rank=0)


def plan_rows(moves: Sequence[Move], plan: JudgedPlan) -> Iterator[dict[str, Any]]:
    """A row each time that a plan makes a move; one with empty cells for a plan without any."""
    record = {
        "plan": plan.label,
        "rank": plan.rank or None,
        "value": plan.value,
        "bound": plan.bound,
        "simulated": plan.gain.mean,
        "ci_low": plan.gain.low,
        "ci_high": plan.gain.high,
    }
    made = [move for move, n in zip(moves, plan.times, strict=True) for _ in range(n)]
    for move in made:
        what = {"site": move.site, "kind": _kind(move)}
        yield {**record, **what, "area": move.area_m2, "cost": move.cost.base}
    if not made:
        yield {**record, "site": "", "kind": "", "area": 0.0, "cost": 0.0}


def _kind(move: Move) -> str:
    """What a move does at its site, as a cell of `plans.csv`."""
    words = {
        "open": move.kind,
        "convert": f"{move.was} to {move.kind}",
        "close": f"close {move.was}",
        "link": "link",
    }
    return words[move.what]


def read_plans(path: Path, catalogue: Catalogue) -> dict[str, Times]:
    """Ranked plans by name, in their order, today among them; of equal ones the first.

    Raises
    ------
    ValueError
        If the file is none of `linli site`, a row is no move of the catalogue, or a plan makes one
        more often than it can be.
    """
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    if missing := {"plan", "rank", "site", "kind"} - {*table}:
        raise ValueError(f"{path}: has no column {min(missing)}; `linli site` writes it")
    at = {(move.site, _kind(move)): i for i, move in enumerate(catalogue.moves)}
    made: dict[str, list[int]] = {}
    for line, row in enumerate(table.to_dict("records"), start=2):
        move = row["site"], row["kind"]
        if not row["rank"]:
            continue
        times = made.setdefault(row["plan"], [0] * len(catalogue.moves))
        if not any(move):
            continue
        if move not in at:
            raise ValueError(
                f"{path}, line {line}: {move[1]} at {move[0]} is no move of this scenario; name "
                "the scenario that the folder is of"
            )
        times[at[move]] += 1
    unlike: dict[Times, str] = {}
    for name, its in made.items():
        check_times(catalogue, tuple(its))
        unlike.setdefault(tuple(its), name)
    return {name: times for times, name in unlike.items()}


def solution_record(study: SiteStudy) -> dict[str, Any]:
    """Value, bound and how they came about; gaps speak of the planning model alone."""
    found, judged = study.outcome, study.judged
    best = found.recommended
    return {
        "value": best.value,
        "bound": best.bound,
        "gap": round(relative_gap(best.value, best.bound), 6),
        "status": best.status,
        "cut": found.cut,
        "nearness": search_words(best, found.cut),
        "seconds": round(sum(t.seconds for t in found.turns if math.isfinite(t.seconds)), 2),
        "unit": f"{found.unit} a year, gain over today, by the aim of the scenario",
        "gap_means": "distance from the best plan in the planning model; the simulated gain has "
        "an interval, not a gap",
        "plan": best.label,
        "budget_yuan_per_year": found.budget,
        "cost_yuan_per_year": _yuan(best),
        "simulated": _figure(best.gain),
        "guarantee": found.guarantee,
        "ended": judged.searched.climbed.ended,
        "turns": [turn_record(turn) for turn in found.turns],
        "openings": list(opening_rows(found)),
        "prices": [
            {"of": p.gained, **_figure(p.yuan), **_cells(p, "cheap dear")} for p in found.prices
        ],
        "left_out": _rows(found.left_out, "site regret regret_at_most instead searched simulated"),
        "outlooks": _rows(
            found.outlooks, "outlook plan value best rank model_rank simulated behind"
        ),
        "ruling": _ruling(found.ruling),
        "solvers": {name: importlib.metadata.version(name) for name in SOLVERS},
    }


def _ruling(ruling: Ruling | None) -> dict[str, Any] | None:
    """The plan recommended over the outlooks, and the one under the scenario's own demand."""
    if ruling is None:
        return None
    return {
        "ruling": ruling.ruling,
        "plan": ruling.plan,
        "plan_under_own_demand": ruling.base,
        "gives_up_under_own_demand": _figure(ruling.given_up),
        "other_gives_up_over_outlooks": _figure(ruling.base_gives_up),
        "scores": [
            {**_cells(one, "plan rank"), **_figure(one.value), **_cells(one, "behind")}
            for one in ruling.scores
        ],
        "robust_plan": {"plan": ruling.robust, **_cells(ruling, "value bound status")},
        "words": list(ruling.words),
    }


def summary_of(found: SitingOutcome) -> pd.DataFrame:
    """`summary.csv`: gains of plans, who gains by group, coverage, prices, wishes unmet today."""
    rows = [*_of_plans(found), *_of_groups(found), *_of_rest(found)]
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def _of_plans(found: SitingOutcome) -> Iterator[tuple[Any, ...]]:
    unit = "person_hours" if found.unit == "person_hours" else "count"
    for plan in found.plans:
        yield _row("gain", "plan", plan.label, plan.gain, unit)
        for name, gain in plan.metrics.items():
            yield _row(f"gain_{name}", "plan", plan.label, gain, GAINS[name])
        for end in ("base", "low", "high"):
            metric = "cost" if end == "base" else f"cost_{end}"
            yield _exact(metric, "plan", plan.label, getattr(plan.cost, end), "yuan")
    for one in found.outlooks:
        yield _row("gain", "plan*outlook", f"{one.plan}*{one.outlook}", one.simulated, unit)
    for price in found.prices:
        metric = f"yuan_per_{price.gained.replace(' ', '_').replace('-', '_')}"
        yield _row(metric, "plan", found.recommended.label, price.yuan, "yuan")


def _of_groups(found: SitingOutcome) -> Iterator[tuple[Any, ...]]:
    for gain in found.gains:
        for metric, figure in (
            ("met_share_before", gain.before),
            ("met_share_after", gain.after),
            ("met_share_gain", gain.difference),
        ):
            yield _row(metric, gain.group, gain.level, figure, "share")
        yield _row("met_gain", gain.group, gain.level, gain.met, "count")


def _of_rest(found: SitingOutcome) -> Iterator[tuple[Any, ...]]:
    for cover in found.coverage:
        level = f"{cover.kind}*{cover.limit:g} {cover.unit}"
        yield _exact("coverage_before", "kind*limit", level, cover.before, "share")
        yield _exact("coverage_after", "kind*limit", level, cover.after, "share")
    for one in found.unasked:
        metric = one.stage.replace(" ", "_")
        yield _row(metric, "kind*reason", f"{one.kind}*{one.reason}", one.wishes, "count")


def _row(metric: str, group: str, level: str, f: Figure, unit: str) -> tuple[Any, ...]:
    limits = [v if math.isfinite(v) else math.nan for v in (f.mean, f.low, f.high)]
    return metric, group, level, *limits, f.n, unit


def _exact(metric: str, group: str, level: str, value: float, unit: str) -> tuple[Any, ...]:
    return metric, group, level, value, math.nan, math.nan, 0, unit


def turn_record(turn: SearchTurn) -> dict[str, Any]:
    """A turn of the search as JSON has it."""
    near = turn.near and _cells(turn.near, "moves estimate simulated difference")
    record = _cells(turn, "estimate bound simulated difference")
    return {"turn": turn.number, **record, "near": near}


def _rows(table: Sequence[object], columns: str) -> list[dict[str, Any]]:
    """Some columns of rows."""
    return [_cells(row, columns) for row in table]


def _cells(row: object, columns: str) -> dict[str, Any]:
    """Attributes of a row by their names, as JSON has them."""
    return {name: _cell(getattr(row, name)) for name in columns.split()}


def _cell(value: Any) -> Any:
    if isinstance(value, Figure):
        return _figure(value)
    return list(value) if isinstance(value, tuple) else plain(value)


def _figure(figure: Figure) -> dict[str, Any]:
    low, high = plain(figure.low), plain(figure.high)
    return {"mean": plain(figure.mean), "ci_low": low, "ci_high": high, "n": figure.n}


def _yuan(plan: JudgedPlan) -> dict[str, float]:
    return {"base": plan.cost.base, "low": plan.cost.low, "high": plan.cost.high}
