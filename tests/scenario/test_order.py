"""The order of rows and of names in a file decides nothing: every result has the same bytes."""

from __future__ import annotations

import csv
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from builders import plain

from sim.model import build_model
from sim.report.context import chart_context, run_results
from sim.report.manifest import build_manifest, inputs_of
from sim.report.tables import write_replications, write_summary
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.tables import TABLES
from sim.studies.run import run

ROOT = Path(__file__).parents[2]
WEEK = {
    "scenarios/cangqian.yaml": [
        "window.from=2025-03-03", "window.until=2025-03-09", "activities.sessions=400",
    ],
    "scenarios/nanteng-links.yaml": ["window.from=2025-09-01", "window.until=2025-09-07"],
    "tests/golden/town/town.yaml": ["experiment.replications=1"],
}  # fmt: skip
"""Scenarios for a week at most, with rows in every table that decides results between them."""


def shuffled(value: Any, chance: random.Random) -> Any:
    """A copy with every mapping in another order; lists stay."""
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def shuffle_files(folder: Path, chance: random.Random) -> None:
    """Put rows of all tables and names of all mappings of a folder in another order."""
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        chance.shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
    for path in sorted(folder.glob("*.yaml")):
        tree = shuffled(yaml.safe_load(path.read_text("utf-8")), chance)
        path.write_text(yaml.safe_dump(tree, sort_keys=False), "utf-8")


def results(inputs: Inputs, folder: Path) -> list[bytes]:
    done = run(inputs, jobs=1)
    write_summary(folder, done.summary)
    write_replications(folder, done.replications())
    return [(folder / name).read_bytes() for name in ("summary.csv", "replications.parquet")]


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow) if "nanteng" in n else n for n in WEEK],
)
def test_order_of_rows_and_names_decides_nothing(name: str, tmp_path: Path) -> None:
    """Of sessions, sign-ups, visits, points and bookings; of sums of floats, to the last bit."""
    sets, file = WEEK[name], ROOT / name
    shutil.copytree(file.parent, tmp_path / "other")
    shuffle_files(tmp_path / "other", random.Random(7))
    sets = [*sets, "policy.window.opens_days_ahead=2", "experiment.warm_up_days=3"]  # fewer days
    here = load(file, sets=sets, replications=1)
    there = load(tmp_path / "other" / file.name, sets=sets, replications=1)
    assert here.input_hash == there.input_hash
    assert results(here, tmp_path / "a") == results(there, tmp_path / "b")


def test_every_table_that_decides_is_shuffled() -> None:
    tables = [load(ROOT / name).tables for name in WEEK]
    idle = {name for name, spec in TABLES.items() if spec.decides.what in ("reports", "nothing")}
    filled = {name for name in TABLES if any(len(getattr(each, name)) > 1 for each in tables)}
    assert set(TABLES) - idle <= filled


def test_charts_and_lists_follow_the_author(tmp_path: Path) -> None:
    """Names in the order of the file, also for a run that is read again from its manifest."""
    parts = plain(7).origin("home", {"person": 40}).centre("hall").rooms("hall", 1)
    parts.scenario["segments"] = {
        name: {**parts.scenario["segments"]["person"]} for name in ("teenager", "person", "elder")
    }
    parts.set(demand__wishes_per_1000={n: {"room": 9} for n in ("teenager", "person", "elder")})
    inputs = parts.load(tmp_path)
    assert list(inputs.scenario.segments) == ["elder", "person", "teenager"]
    manifest = json.loads(json.dumps(build_manifest(inputs, 1)))
    for read in (inputs, inputs_of(manifest, tmp_path / "manifest.json")):
        context = chart_context(read, 1)
        assert list(context.segment_labels) == ["teenager", "person", "elder"]
        assert list(read.scenario.segments) == ["elder", "person", "teenager"]
        table = pd.DataFrame(
            {
                "group": ["hour", "hour", *["segment*hour"] * 3, "segment"],
                "level": ["9", "8", "elder*7", "teenager*9", "teenager*8", "elder"],
            }
        )
        drawn = run_results(read, build_model(read), table, 1).summary
        for arranged in (context.arranged(table), drawn):
            assert list(arranged["level"]) == [
                "9", "8", "teenager*9", "teenager*8", "elder*7", "elder",
            ]  # fmt: skip
