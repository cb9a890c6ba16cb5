"""Scenarios on generated worlds of any size, and what one of them takes in a fresh process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measuring import peak_bytes, resident_bytes, timed

__all__ = ["measure_growth", "measure_sets", "measure_world", "write_scenario"]


def write_scenario(world: str, folder: Path) -> Path:
    """Generate a world (`cangqian:N`, `district`, `scale:N` ...) and a scenario that runs on it."""
    from sim.made_up import make, write

    tables = [path.stem for path in write(make(world, seed=1), folder / "tables")]
    parent = "cangqian" if world.startswith("cangqian") else "district"
    lines = [f"extends: {parent}.yaml", "name: scaling", "world:"]
    lines += [f"  {name}: tables/{name}.csv" for name in tables]
    scenario = folder / f"{world.replace(':', '-')}.yaml"
    scenario.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return scenario


def measure_world(path: str, sets: Sequence[str], replications: int) -> dict[str, Any]:
    """Load, build and replicate; to be called in a fresh process.

    Memory is what comes on top of the imported modules. The first replication is left out of the
    time: it imports and fills caches.
    """
    from benchmarks.cases import build

    imported = resident_bytes()
    built, case = timed(build, Path(path), tuple(sets))
    after_build = resident_bytes()
    wishes, requests = case.replicate(0)
    seconds = [timed(case.replicate, i)[0] for i in range(1, replications + 1)]
    return {
        "people": int(case.model.world.origins.people.sum()),
        "venues": len(case.model.world.venues),
        "wishes": wishes,
        "requests": requests,
        "build_seconds": built,
        "seconds": median(seconds),
        "built_bytes": after_build - imported,
        "peak_bytes": peak_bytes() - imported,
    }


def measure_sets(sets: Sequence[str], replications: int) -> dict[str, Any]:
    """Measure the default scenario with keys set; to be called in a fresh process."""
    from benchmarks.cases import DEFAULT

    return measure_world(str(DEFAULT), sets, replications)


def measure_growth(sets: Sequence[str], few: int, many: int) -> dict[str, Any]:
    """Peak memory after few and after many replications of a run, as `linli run` does them."""
    from benchmarks.cases import DEFAULT, SEED, build
    from sim.experiment.replicate import run_replications
    from sim.experiment.study import Recipe, fixed_number
    from sim.measure.meter import build_meter
    from sim.scenario.loading import load
    from sim.studies.recipe import MEASURED, ReplicationValues

    imported = resident_bytes()
    case, inputs = build(DEFAULT, tuple(sets)), load(DEFAULT, sets=sets, need_level=False)
    seen: dict[int, int] = {}

    def note(done: int, expected: int) -> None:
        del expected
        seen[done] = peak_bytes() - imported

    results: list[ReplicationValues] = run_replications(
        inputs,
        Recipe(build_meter, MEASURED.measure),
        fixed_number(many),
        model=case.model,
        prepared=case.meter,
        seed=SEED,
        jobs=1,
        progress=note,
    )
    return {
        "few": seen[few],
        "many": seen[many],
        "kept_bytes": results[0].values.nbytes,
    }
