"""The recommended plan as a scenario: plan.yaml, with its centres and rooms in plan/."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from sim.report.files import atomic_write
from sim.scenario.child import child_head, quoted
from sim.scenario.inputs import Inputs
from sim.siting.moves.application import apply_plan
from sim.siting.study import SiteStudy


def write_plan_scenario(folder: Path, inputs: Inputs, study: SiteStudy) -> None:
    """Write plan.yaml, which extends the scenario asked; the plan's centres and rooms in plan/."""
    best = study.outcome.recommended
    planned = apply_plan(inputs, study.outcome.catalogue, best.times)
    tables = folder / "plan"
    tables.mkdir(exist_ok=True)
    atomic_write(tables / "centres.csv", _csv(planned.tables.centres))
    atomic_write(tables / "venues.csv", _csv(planned.tables.venues))
    text = _yaml(inputs, planned, best.label)
    atomic_write(folder / "plan.yaml", text.encode("utf-8"))


def _yaml(inputs: Inputs, planned: Inputs, label: str) -> str:
    name = inputs.scenario.name
    lines = [
        f"# {label} of {name}: the plan that is recommended.",
        *child_head(inputs.path, f"{name}-plan", "this file and plan/", inputs.changed),
        "world: {centres: plan/centres.csv, venues: plan/venues.csv}",
    ]
    links = planned.scenario.travel.links
    if links != inputs.scenario.travel.links:
        lines.append(f"travel: {{links: [{', '.join(map(quoted, links))}]}}")
    return "\n".join(lines) + "\n"


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
