"""The command line. Nothing heavy is imported here: `linli --help` must be quick."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sim.cli.exits import guarded
from sim.cli.verbs.advise import advise
from sim.cli.verbs.allocate import allocate
from sim.cli.verbs.calibrate import calibrate
from sim.cli.verbs.check import check
from sim.cli.verbs.compare import compare
from sim.cli.verbs.explain import explain
from sim.cli.verbs.headroom import headroom
from sim.cli.verbs.import_ import import_
from sim.cli.verbs.init import init, schema
from sim.cli.verbs.report import report
from sim.cli.verbs.run import run
from sim.cli.verbs.sensitivity import sensitivity
from sim.cli.verbs.site import site
from sim.cli.verbs.validate import validate
from sim.cli.verbs.world import world

VERBS = (
    run, compare, headroom, sensitivity, advise, allocate, site, report, validate, calibrate, check,
    explain, world, import_, schema, init,
)  # fmt: skip
"""Every verb, in the order in which `--help` names them."""


class QuickHelp(TyperGroup):
    """Verbs whose help needs signatures alone: typer reads values by pydantic, a slow import."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Print the help of a verb where it is asked for, else read the options."""
        verb = self.get_command(ctx, args[0]) if "--help" in args else None
        if verb is not None:
            typer.echo(verb.get_help(verb.context_class(verb, info_name=args[0], parent=ctx)))
            ctx.exit()
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="linli",
    cls=QuickHelp,
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
    status = guarded(app)
    for polite in (signal.SIGTERM, signal.SIGINT):
        signal.signal(polite, signal.SIG_IGN)  # all is written: half a second of shutdown is left
    sys.exit(status)
