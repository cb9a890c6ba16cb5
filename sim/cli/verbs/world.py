"""`linli world`: the tables of a synthetic world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Json, PlainTongue, Quiet, settle_language
from sim.report.files import translated
from sim.sentences import spoken


def world(
    name: Annotated[
        str,
        typer.Argument(
            help="cangqian, cangqian-45k, cangqian-80k, cangqian:N, district, scale:N, "
            "allocate-season, site-cangqian, site-district, before-after, huaxing or nanteng-links."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the made-up world.")] = 1,
    as_export: Annotated[
        bool,
        typer.Option(
            "--as-export",
            help="Instead write what operators of the shipped scenario would export after one "
            "simulated window, for `linli import`: venues.xlsx, bookings.csv in GBK.",
        ),
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> None:
    """Make a synthetic world: origins, people, centres, venues, hours."""
    from sim.made_up import make, write

    settle_language(language)
    try:
        with translated(out):
            paths = _exported(name, out, seed) if as_export else write(make(name, seed), out)
    except ValueError as error:
        raise UsageProblem(f"linli world {name}: {error}") from error
    names = [path.name for path in paths]
    if as_json:
        print(json.dumps({"name": name, "seed": seed, "out": str(out), "files": names}))
    elif not quiet:
        print(spoken(f"{name} (seed {seed}): {', '.join(names)} written to {out}"))


def _exported(name: str, out: Path, seed: int) -> list[Path]:
    """One replication of a shipped scenario, as its operators would have recorded it."""
    from sim.log.features import simulated_log
    from sim.model import build_model, close_replication, open_replication, run_clock
    from sim.own_data.export import write_export
    from sim.scenario.loading import load
    from sim.scenario.read.files import shipped_folder

    path = shipped_folder() / f"{name}.yaml"
    if not path.is_file():
        raise ValueError("--as-export needs the name of a shipped scenario, such as cangqian")
    inputs = load(path)
    model = build_model(inputs)
    opened = open_replication(model, seed, 0)
    run_clock(opened.counter, programme=opened.programme)
    return write_export(inputs, simulated_log(model, close_replication(model, opened)), out)
