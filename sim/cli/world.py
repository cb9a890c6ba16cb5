"""`linli world`: write the tables of a synthetic world."""

from __future__ import annotations

import json
from pathlib import Path

from sim.cli.exits import UsageProblem
from sim.report.files import translated
from sim.world.generate import make_world, spec_named, write_world

__all__ = ["write_named_world"]


def write_named_world(name: str, out: Path, seed: int, *, as_json: bool, quiet: bool) -> None:
    """Generate a world by name and write its tables."""
    try:
        spec = spec_named(name)
    except ValueError as error:
        raise UsageProblem(f"linli world {name}: {error}") from error
    world = make_world(spec, seed)
    with translated(out):
        out.mkdir(parents=True, exist_ok=True)
        written = write_world(world, out)
    names = [p.name for p in written]
    if as_json:
        print(json.dumps({"name": name, "seed": seed, "out": str(out), "files": names}))
    elif not quiet:
        print(f"{name} (seed {seed}): {', '.join(names)} written to {out}")
