"""The files of `linli site`: plans, proof, summary, tables for QGIS, the plan as a scenario."""

from __future__ import annotations

import csv
import importlib.metadata
import io
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from optimise.siting.planner.solution import relative_gap
from sim.report.files import atomic_write
from sim.report.site.places import Link, Seen, SeenSite
from sim.report.site.words import search_words
from sim.report.tables import SUMMARY_COLUMNS, write_csv, write_summary
from sim.scenario.inputs import Inputs
from sim.scenario.read.files import shipped_folder
from sim.siting.applied import applied
from sim.siting.judge import Judged
from sim.siting.moves import Move, Yuan
from sim.siting.outcome import Figure, Found, JudgedPlan, Place, Ruling, Turn, View
from sim.siting.study import Sited

COLUMNS = (
    "site", "plan", "status", "tier", "community", "access", "kind", "what", "rooms", "rooms_today",
    "rooms_after", "area", "area_available", "cost", "cost_low", "cost_high", "gain", "gain_low",
    "gain_high", "lon", "lat", "source",
)  # fmt: skip
"""Of sites.csv; the properties in plan.geojson are the same without lon and lat."""


def write_site_tables(seen: Seen, folder: Path) -> list[Path]:
    """Write plan.geojson and sites.csv; the files written.

    A row (a feature) a site of the catalogue, a centre of today that it does not name, and a link.
    `gain` is what is lost, simulated, when the plan leaves the site out.
    """
    table = pd.DataFrame(site_rows(seen), columns=list(COLUMNS))
    text = json.dumps(geojson(seen), indent=1, ensure_ascii=False, allow_nan=False)
    path = folder / "plan.geojson"
    atomic_write(path, f"{text}\n".encode())
    return [path, write_csv(folder / "sites.csv", table)]


def site_rows(seen: Seen) -> list[dict[str, Any]]:
    """Sites, then centres that only today's world names, then links; cells empty where unknown."""
    named = {s.site.name for s in seen.sites}
    rows = [_site(seen, s) for s in seen.sites]
    rows += [_centre(seen, p) for p in seen.found.today.places if p.name not in named]
    return rows + [_link(seen, link) for link in seen.links]


def geojson(seen: Seen) -> dict[str, Any]:
    """A FeatureCollection (RFC 7946): WGS-84, longitude first; links whose lines are known."""
    links = {link.name: link for link in seen.links}
    features = []
    for row in site_rows(seen):
        if row["tier"] == "link":
            geometry = _lines(links[row["site"]])
        else:
            geometry = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
        if geometry is None:
            continue
        properties = {k: _plain(v) for k, v in row.items() if k not in ("lon", "lat")}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "name": f"{seen.plan.label}", "features": features}


def _site(seen: Seen, site: SeenSite) -> dict[str, Any]:
    s = site.site
    return {
        **_bare(seen, s.name, s.tier, s.lon, s.lat),
        "status": site.status,
        "community": s.community,
        "access": s.access,
        "kind": "; ".join(_kind(times, move) for times, move in site.moves),
        "what": "; ".join(dict.fromkeys(move.what for _, move in site.moves)),
        "rooms": site.rooms,
        "area": sum(times * move.area_m2 for times, move in site.moves),
        "area_available": s.area_m2 if math.isfinite(s.area_m2) else math.nan,
        **(_money(site.cost, site.adds) if site.moves else {}),
        "source": s.source,
    }


def _kind(times: int, move: Move) -> str:
    """`badminton_court x 2`, `hall > badminton_court`, `hall closed`."""
    many = f" x {times}" if times > 1 else ""
    if move.what == "close":
        return f"{move.was} closed{many}"
    return f"{move.was} > {move.kind}{many}" if move.what == "convert" else f"{move.kind}{many}"


def _centre(seen: Seen, place: Place) -> dict[str, Any]:
    row = _bare(seen, place.name, place.tier, place.lon, place.lat)
    return {**row, "status": "existing", "kind": "; ".join(place.rooms)}


def _link(seen: Seen, link: Link) -> dict[str, Any]:
    lon = lat = math.nan
    if link.lines:
        ends = [end for line in link.lines for end in line]
        lon, lat = (sum(end[i] for end in ends) / len(ends) for i in (0, 1))
    return {
        **_bare(seen, link.name, "link", lon, lat),
        "status": "opened" if link.opened else "candidate",
        "kind": "link",
        "what": "link" if link.opened else "",
        **_money(link.cost, link.adds),
    }


def _bare(seen: Seen, name: str, tier: str, lon: float, lat: float) -> dict[str, Any]:
    """What every row has; the rest is empty."""
    empty = dict.fromkeys(("community", "access", "kind", "what", "source"), "")
    numbers = dict.fromkeys(
        (
            "area",
            "area_available",
            "cost",
            "cost_low",
            "cost_high",
            "gain",
            "gain_low",
            "gain_high",
        ),
        math.nan,
    )
    return {
        **empty,
        **numbers,
        "site": name,
        "plan": seen.plan.label,
        "tier": tier,
        "rooms": 0,
        "rooms_today": _rooms(seen.found.today, name),
        "rooms_after": _rooms(seen.found.after, name),
        "lon": lon,
        "lat": lat,
    }


def _money(cost: Yuan, adds: Figure) -> dict[str, float]:
    return {
        "cost": cost.base,
        "cost_low": cost.low,
        "cost_high": cost.high,
        "gain": adds.mean,
        "gain_low": adds.low,
        "gain_high": adds.high,
    }


def _rooms(view: View, name: str) -> int:
    """Rooms of a centre; 0 where there is none of that name."""
    return next((sum(p.rooms.values()) for p in view.places if p.name == name), 0)


def _lines(link: Link) -> dict[str, Any] | None:
    lines = [[list(end) for end in line] for line in link.lines]
    if not lines:
        return None
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _plain(value: Any) -> Any:
    """None where JSON has no word for a number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_plan_scenario(folder: Path, inputs: Inputs, sited: Sited) -> None:
    """Write plan.yaml, with the centres and rooms of the plan in plan/.

    It extends the scenario that was asked. A shipped one is found by its name from anywhere; with
    another one plan.yaml and plan/ have to be put beside it, which a comment says.
    """
    best = sited.found.recommended
    planned = applied(inputs, sited.found.catalogue, best.times)
    tables = folder / "plan"
    tables.mkdir(exist_ok=True)
    atomic_write(tables / "centres.csv", _csv(planned.tables.centres))
    atomic_write(tables / "venues.csv", _csv(planned.tables.venues))
    text = _yaml(inputs, planned, best.label)
    atomic_write(folder / "plan.yaml", text.encode("utf-8"))


def _yaml(inputs: Inputs, planned: Inputs, label: str) -> str:
    base, shipped = inputs.path, inputs.path.parent == shipped_folder()
    name = inputs.scenario.name
    lines = [
        f"# {label} of {name}: the plan that is recommended.",
        *([] if shipped else [f"# Put this file and plan/ beside {base.name} to run it."]),
        *(
            [
                "# What `--set` changed is not in this file; say it again: "
                + " ".join(inputs.changed)
            ]
            if inputs.changed
            else []
        ),
        f"extends: {_quoted(base.stem if shipped else base.name)}",
        f"name: {_quoted(f'{name}-plan')}",
        "world: {centres: plan/centres.csv, venues: plan/venues.csv}",
    ]
    links = planned.scenario.travel.links
    if links != inputs.scenario.travel.links:
        lines.append(f"travel: {{links: [{', '.join(_quoted(link) for link in links)}]}}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _csv(rows: Sequence[BaseModel]) -> bytes:
    """Rows as they were read, every digit kept: rounded numbers would be another world."""
    text = io.StringIO(newline="")
    columns = list(type(rows[0]).model_fields) if rows else []
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        cells = row.model_dump(mode="json")
        writer.writerow({k: "" if v is None else v for k, v in cells.items()})
    return text.getvalue().encode("utf-8-sig")


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


def write_site_files(folder: Path, sited: Sited) -> dict[str, Any]:
    """Write the tables and what was proven; what `solution.json` says."""
    found = sited.found
    plans = [*found.plans, *(_named(other) for other in sited.others)]
    rows = [row for plan in plans for row in plan_rows(found.catalogue.moves, plan)]
    write_csv(folder / "plans.csv", pd.DataFrame(rows, columns=list(PLAN_COLUMNS)))
    write_summary(folder, summary_of(found))
    if found.openings:
        write_csv(folder / "openings.csv", pd.DataFrame(list(opening_rows(found))))
    record = solution_record(sited)
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    atomic_write(folder / "solution.json", f"{text}\n".encode())
    return record


def opening_rows(found: Found) -> Iterator[dict[str, Any]]:
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


def _named(other: Judged) -> JudgedPlan:
    """The recommended plan of another budget, named by it; it has no rank among the rest."""
    from dataclasses import replace

    best = other.best
    return replace(best, label=f"{other.searched.budget:.0f} yuan: {best.label}", rank=0)


def plan_rows(moves: Sequence[Move], plan: JudgedPlan) -> Iterator[dict[str, Any]]:
    """A row each time that a plan makes a move; one with empty cells for a plan without any."""
    told = {
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
        words = {
            "open": move.kind,
            "convert": f"{move.was} to {move.kind}",
            "close": f"close {move.was}",
            "link": "link",
        }
        what = {"site": move.site, "kind": words[move.what]}
        yield {**told, **what, "area": move.area_m2, "cost": move.cost.base}
    if not made:
        yield {**told, "site": "", "kind": "", "area": 0.0, "cost": 0.0}


def solution_record(sited: Sited) -> dict[str, Any]:
    """Value, bound and how they came about; gaps speak of the planning model alone."""
    found, judged = sited.found, sited.judged
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
        "turns": [_turn(turn) for turn in found.turns],
        "openings": list(opening_rows(found)),
        "prices": [
            {
                "of": p.of,
                **_figure(p.yuan),
                "cheap": _plain(p.cheap),
                "dear": _plain(p.dear),
            }
            for p in found.prices
        ],
        "left_out": [
            {
                "site": one.site,
                "regret": one.regret,
                "regret_at_most": one.regret_bound,
                "instead": list(one.instead),
                "searched": one.searched,
                "simulated": _figure(one.simulated),
            }
            for one in found.left_out
        ],
        "outlooks": [
            {
                "outlook": one.outlook,
                "plan": one.plan,
                "value": one.value,
                "best": one.best,
                "rank": one.rank,
                "model_rank": one.model_rank,
                "simulated": _figure(one.gain),
                "behind": _figure(one.behind),
            }
            for one in found.outlooks
        ],
        "ruling": _ruling(found.ruling),
        "misjudged": [
            {
                "what": one.what,
                "low": one.low,
                "high": _plain(one.high),
                "winner_below": one.winner_below,
                "winner_above": one.winner_above,
            }
            for one in found.misjudged
        ],
        "solvers": {name: importlib.metadata.version(name) for name in SOLVERS},
    }


def _ruling(ruling: Ruling | None) -> dict[str, Any] | None:
    """What is recommended over the outlooks, and what under the scenario's own demand."""
    if ruling is None:
        return None
    return {
        "ruling": ruling.ruling,
        "plan": ruling.plan,
        "plan_under_own_demand": ruling.base,
        "gives_up_under_own_demand": _figure(ruling.given_up),
        "other_gives_up_over_outlooks": _figure(ruling.base_gives_up),
        "scores": [
            {
                "plan": one.plan,
                "rank": one.rank,
                **_figure(one.value),
                "behind": _figure(one.behind),
                "outlook": one.where,
            }
            for one in ruling.scores
        ],
        "robust_plan": {
            "plan": ruling.robust,
            "value": _plain(ruling.value),
            "bound": _plain(ruling.bound),
            "status": ruling.status,
        },
        "words": list(ruling.words),
    }


def summary_of(found: Found) -> pd.DataFrame:
    """`summary.csv`: gains of plans, who gains by group, coverage, prices, wishes unmet today."""
    rows = [*_of_plans(found), *_of_groups(found), *_of_rest(found)]
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def _of_plans(found: Found) -> Iterator[tuple[Any, ...]]:
    unit = "person_hours" if found.unit == "person_hours" else "count"
    for plan in found.plans:
        yield _row("gain", "plan", plan.label, plan.gain, unit)
        for name, gain in plan.metrics.items():
            yield _row(f"gain_{name}", "plan", plan.label, gain, GAINS[name])
        for end in ("base", "low", "high"):
            metric = "cost" if end == "base" else f"cost_{end}"
            yield _exact(metric, "plan", plan.label, getattr(plan.cost, end), "yuan")
    for one in found.outlooks:
        yield _row("gain", "plan*outlook", f"{one.plan}*{one.outlook}", one.gain, unit)
    for price in found.prices:
        metric = f"yuan_per_{price.of.replace(' ', '_').replace('-', '_')}"
        yield _row(metric, "plan", found.recommended.label, price.yuan, "yuan")


def _of_groups(found: Found) -> Iterator[tuple[Any, ...]]:
    for gain in found.gains:
        for metric, figure in (
            ("met_share_before", gain.before),
            ("met_share_after", gain.after),
            ("met_share_gain", gain.difference),
        ):
            yield _row(metric, gain.group, gain.level, figure, "share")
        yield _row("met_gain", gain.group, gain.level, gain.met, "count")


def _of_rest(found: Found) -> Iterator[tuple[Any, ...]]:
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


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "turn": turn.number,
        "estimate": turn.estimate,
        "bound": turn.bound,
        "simulated": _figure(turn.simulated),
        "difference": turn.difference,
        "near": None
        if turn.near is None
        else {
            "moves": turn.near.moves,
            "estimate": turn.near.estimate,
            "simulated": _figure(turn.near.simulated),
            "difference": turn.near.difference,
        },
    }


def _figure(figure: Figure) -> dict[str, Any]:
    low, high = _plain(figure.low), _plain(figure.high)
    return {"mean": _plain(figure.mean), "ci_low": low, "ci_high": high, "n": figure.n}


def _yuan(plan: JudgedPlan) -> dict[str, float]:
    return {"base": plan.cost.base, "low": plan.cost.low, "high": plan.cost.high}
