"""Verbs that make, check and fit scenarios and worlds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Json, Quiet, ScenarioFiles, Seed, Sets

__all__ = ["calibrate", "init", "schema", "validate", "world"]


def validate(
    scenarios: ScenarioFiles,
    sets: Sets = None,
    show_resolved: Annotated[
        bool, typer.Option("--show-resolved", help="Print every value after extends and --set.")
    ] = False,
    sources: Annotated[
        bool, typer.Option("--sources", help="Print where every number comes from.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Check scenarios and their tables; every problem is named at once."""
    from sim.cli.validate import validate_scenarios

    return validate_scenarios(
        scenarios, sets or [], show_resolved=show_resolved, sources=sources,
        as_json=as_json, quiet=quiet,
    )  # fmt: skip


def calibrate(
    scenarios: Annotated[
        list[Path] | None, typer.Argument(metavar="[SCENARIO]...", help="Scenario YAMLs.")
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="All scenarios of scenarios/ that have a fit of their own."),
    ] = False,
    sets: Sets = None,
    seed: Seed = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Fit levels of demand, activities and points to what was counted; keep them in levels.yaml."""
    from sim.cli.calibrate import calibrate_scenarios

    return calibrate_scenarios(
        scenarios or [], sets or [], seed, every=every, as_json=as_json, quiet=quiet
    )


def world(
    name: Annotated[
        str,
        typer.Argument(
            help="cangqian, cangqian-45k, cangqian-80k, cangqian:N, district, scale:N, "
            "allocate-season, site-cangqian, site-district, before-after, huaxing or nanteng-links."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables.")],
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a synthetic world: origins, people, centres, venues, hours."""
    from sim.cli.world import write_named_world

    write_named_world(name, out, seed, as_json=as_json, quiet=quiet)


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write [default: standard output].")
    ] = None,
) -> None:
    """The JSON Schema of scenarios, for editors."""
    from sim.cli.authoring import write_schema

    write_schema(out)


def init(
    name: Annotated[str, typer.Argument(help="Name of the new scenario; its file is NAME.yaml.")],
    extends: Annotated[str, typer.Option("--extends", help="Scenario to start from.")] = "cangqian",
    folder: Annotated[Path, typer.Option("--in", help="Where to write it.")] = Path("scenarios"),
) -> None:
    """Start a scenario of your own: a few lines that extend a shipped one."""
    from sim.cli.authoring import start_scenario

    start_scenario(name, extends, folder)
