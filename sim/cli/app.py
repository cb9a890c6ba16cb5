"""The command line. Nothing heavy is imported here: `linli --help` must be quick."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from sim.cli.exits import guarded
from sim.cli.verbs import (
    advise,
    allocate,
    calibrate,
    check,
    compare,
    explain,
    headroom,
    import_,
    init,
    report,
    run,
    schema,
    sensitivity,
    site,
    validate,
    world,
)  # fmt: skip

VERBS = (
    run, compare, headroom, sensitivity, advise, allocate, site, report, validate, calibrate, check,
    explain, world, import_, schema, init,
)  # fmt: skip
"""Every verb, in the order in which `--help` names them."""

app = typer.Typer(
    name="linli",
    help="How well do a city's bookable community venues serve people, and what breaks first?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for verb in VERBS:
    app.command(verb.__name__.rstrip("_"))(verb)


def version(value: bool) -> None:
    """Print the version and leave."""
    if value:
        from sim import __version__

        typer.echo(f"linli {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """How well do a city's bookable community venues serve people, and what breaks first?"""  # noqa: D400


def main() -> None:
    """Entry point; the exit status is part of the contract."""
    # one thread each: replications run in processes, and threads that wait spin
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    sys.exit(guarded(app))
