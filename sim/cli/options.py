"""Options and arguments that several verbs have, with one help text each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Charts",
    "Engine",
    "Jobs",
    "Json",
    "NoStore",
    "Out",
    "Overwrite",
    "Quiet",
    "Replications",
    "ScenarioFile",
    "ScenarioFiles",
    "Scheduler",
    "Seed",
    "Sets",
    "Store",
]

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario YAML.")]
ScenarioFiles = Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario YAMLs.")]
Out = Annotated[
    Path | None, typer.Option("--out", help="Result folder [default: results/<scenario name>].")
]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", help="Replace the results of another question in the folder."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a value: dotted.key=value; repeatable."
    ),
]
Replications = Annotated[
    str | None, typer.Option("--replications", metavar="N", help="Number of replications.")
]
Seed = Annotated[
    str | None, typer.Option("--seed", metavar="N", help="Seed of all random numbers.")
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, help="Processes [default: as many as pay off]."),
]
Engine = Annotated[
    str,
    typer.Option("--engine", help="Who computes: processes (this machine) or dask (a cluster)."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Of a running Dask cluster, such as tcp://10.0.0.5:8786; with --engine dask.",
    ),
]
Store = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        help="Where finished replications are kept and found [default: the user's cache folder].",
    ),
]
NoStore = Annotated[
    bool, typer.Option("--no-store", help="Compute everything; keep no finished replications.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no summary.")]
Charts = Annotated[bool, typer.Option(help="Draw the charts.")]
