"""Exit status: 0 done, 1 a bug of ours, 2 wrong input, 3 environment failed, 130 interrupted."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

__all__ = ["UsageProblem", "guarded"]

DONE, BUG, INPUT, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130


class UsageProblem(Exception):
    """The command line asks for something that is not there; the message says what is."""


def guarded(app: Any) -> int:
    """Run the command line and turn what it raises into a message and a status."""
    import typer

    # typer carries its own click since 0.2x: take the classes from what it exports
    names = {c.__name__: c for c in typer.BadParameter.__mro__}
    click_exception: type[Any] = names["ClickException"]
    try:
        result = app(standalone_mode=False)
    except typer.Exit as leave:
        return int(leave.exit_code)
    except click_exception as error:
        error.show()
        return INPUT
    except (KeyboardInterrupt, typer.Abort):
        _say("Interrupted. Nothing half-written was left.")
        return INTERRUPTED
    except UsageProblem as error:
        _say(str(error))
        return INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _other(error)
    if result == INTERRUPTED:  # typer has caught the Ctrl-C itself
        _say("Interrupted. Nothing half-written was left.")
    return int(result) if isinstance(result, int) else DONE


def _other(error: Exception) -> int:
    """Problems of the layers below are imported only when something went wrong."""
    from sim.report.files import EnvironmentProblem
    from sim.scenario.problems import ScenarioProblems

    if isinstance(error, ScenarioProblems):
        _say(error.render())
        return INPUT
    if isinstance(error, EnvironmentProblem):
        _say(str(error))
        return ENVIRONMENT
    if isinstance(error, MemoryError):
        _say("Out of memory: fewer replications at once (--jobs 1) or a smaller multiplier help.")
        return ENVIRONMENT
    traceback.print_exception(error)
    _say("This is a bug of linli, not of your scenario. Please report it with the lines above.")
    return BUG


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - the one place where messages leave
