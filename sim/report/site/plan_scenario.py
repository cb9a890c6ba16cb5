"""The recommended plan as a scenario: plan.yaml, with its centres and rooms in plan/."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from sim.report.files import atomic_write
from sim.scenario.inputs import Inputs
from sim.scenario.read.files import shipped_folder
from sim.siting.moves.applied import applied
from sim.siting.study import Sited


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
