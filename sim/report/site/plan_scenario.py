"""The recommended plan as a scenario: plan.yaml, with its centres and rooms in plan/."""

from __future__ import annotations

from pathlib import Path

from sim.report.files import atomic_write
from sim.report.tables import rows_csv
from sim.scenario.inputs import Inputs
from sim.scenario.read.yaml_reader import child_head, quoted
from sim.siting.moves.application import apply_plan
from sim.siting.study import SiteStudy


def write_plan_scenario(folder: Path, inputs: Inputs, study: SiteStudy) -> None:
    """Write plan.yaml, which extends the scenario asked; the plan's centres and rooms in plan/."""
    best = study.outcome.recommended
    planned = apply_plan(inputs, study.outcome.catalogue, best.times)
    tables = folder / "plan"
    tables.mkdir(exist_ok=True)
    atomic_write(tables / "centres.csv", rows_csv(planned.tables.centres))
    atomic_write(tables / "venues.csv", rows_csv(planned.tables.venues))
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
