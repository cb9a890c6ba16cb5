"""`linli world`: write the tables of a synthetic world."""

from __future__ import annotations

import json
from pathlib import Path

from sim.cli.exits import UsageProblem
from sim.made_up import make, write
from sim.report.files import translated


def write_named_world(name: str, out: Path, seed: int, *, as_json: bool, quiet: bool) -> None:
    """Make up a world by name and write its tables."""
    try:
        tables = make(name, seed)
    except ValueError as error:
        raise UsageProblem(f"linli world {name}: {error}") from error
    with translated(out):
        names = [path.name for path in write(tables, out)]
    if as_json:
        print(json.dumps({"name": name, "seed": seed, "out": str(out), "files": names}))
    elif not quiet:
        print(f"{name} (seed {seed}): {', '.join(names)} written to {out}")
