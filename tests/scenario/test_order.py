"""The order of rows and of names in a file decides nothing: every result has the same bytes."""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.analysis.run import run
from sim.report.tables import write_replications, write_summary
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHORT = {
    "cangqian": ["window.from=2025-03-03", "window.until=2025-03-09", "activities.sessions=400"],
    "nanteng-links": ["window.from=2025-09-01", "window.until=2025-09-07"],
}
"""Scenarios with every kind of table between them, for a week."""


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
        written = YAML(typ="safe", pure=True)
        written.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
        tree = shuffled(YAML(typ="safe").load(path), chance)
        with path.open("w", encoding="utf-8") as file:
            written.dump(tree, file)


def results(inputs: Inputs, folder: Path) -> list[bytes]:
    done = run(inputs, jobs=1)
    write_summary(folder, done.summary)
    write_replications(folder, done.replications())
    return [(folder / name).read_bytes() for name in ("summary.csv", "replications.parquet")]


@pytest.mark.parametrize("name", SHORT)
def test_order_of_rows_and_names_decides_nothing(name: str, tmp_path: Path) -> None:
    """Of sessions, sign-ups, visits, points and bookings; of sums of floats, to the last bit."""
    sets = SHORT[name]
    shutil.copytree(SCENARIOS, tmp_path / "other")
    shuffle_files(tmp_path / "other", random.Random(7))
    here = load(SCENARIOS / f"{name}.yaml", sets=sets, replications=1)
    there = load(tmp_path / "other" / f"{name}.yaml", sets=sets, replications=1)
    assert here.input_hash == there.input_hash
    assert results(here, tmp_path / "a") == results(there, tmp_path / "b")
