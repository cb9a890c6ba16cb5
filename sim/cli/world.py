"""`linli world`: write the tables of a synthetic world."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sim.cli.exits import UsageProblem
from sim.report.files import translated
from sim.season.generate import make_season, write_season
from sim.siting.generate import SITING, make_siting, write_siting
from sim.world.generate import make_world, spec_named, write_world

__all__ = ["write_named_world"]

SEASON = "allocate-season"
"""Group requests in the world `cangqian`."""


def write_named_world(name: str, out: Path, seed: int, *, as_json: bool, quiet: bool) -> None:
    """Generate a world by name and write its tables."""
    try:
        write = _writer(name, seed)
    except ValueError as error:
        raise UsageProblem(f"linli world {name}: {error}") from error
    with translated(out):
        out.mkdir(parents=True, exist_ok=True)
        written = write(out)
    names = [p.name for p in written]
    if as_json:
        print(json.dumps({"name": name, "seed": seed, "out": str(out), "files": names}))
    elif not quiet:
        print(f"{name} (seed {seed}): {', '.join(names)} written to {out}")


def _writer(name: str, seed: int) -> Callable[[Path], list[Path]]:
    """What writes the tables of a name into a folder."""
    if name == SEASON:
        return partial(write_season, make_season(seed))
    if name in SITING:
        return partial(write_siting, make_siting(name, seed))
    return partial(write_world, make_world(spec_named(name), seed))
