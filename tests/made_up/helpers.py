"""What the tests of generated worlds share."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

from sim.made_up import make_world, spec_named
from sim.made_up.tables import Row

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
SHARED = ROOT.parent / "shared"
SEED = 1
World = dict[str, list[Row]]


@cache
def world(name: str, seed: int = SEED) -> World:
    """A world by name; generated once."""
    return make_world(spec_named(name), seed)


def parsed(content: bytes) -> list[dict[str, str]]:
    """Rows of a CSV file with BOM, empty cells left out."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [{k: v for k, v in row.items() if v != ""} for row in rows]
