"""Exit status: 0 done, 1 a bug of ours, 2 wrong input, 3 environment failed, 130 interrupted."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import traceback
from typing import Any, NoReturn

__all__ = ["UsageProblem", "guarded", "leave_at_once"]

_OUTPUT = (errno.ENOSPC, errno.EIO, errno.EPIPE)
_STOPPED = "Interrupted. Earlier results stand, and nothing half-written was left."
DONE, BUG, INPUT, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130


class UsageProblem(Exception):
    """The command line asks for something that is not there; the message says what is."""


def guarded(app: Any) -> int:
    """Run the command line and turn what it raises into a message and a status."""
    for stream in (sys.stdout, sys.stderr):  # terminals that know no Chinese get \\u escapes
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill is like Ctrl-C
    try:
        status = _run(app)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _say(f"standard output: {error.strerror}")
        return ENVIRONMENT
    return status


def leave_at_once() -> NoReturn:
    """Leave as after Ctrl-C without waiting for threads; nothing may be half-written."""
    _say(_STOPPED)
    sys.stdout.flush()
    os._exit(INTERRUPTED)


def _run(app: Any) -> int:
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
        _say(_STOPPED)
        return INTERRUPTED
    except UsageProblem as error:
        _say(str(error))
        return INPUT
    except SystemExit as leave:  # click leaves with 1 when the reader has gone
        if isinstance(leave.__context__, BrokenPipeError):
            raise BrokenPipeError from leave
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in _OUTPUT:
            raise
        return _other(error)
    if result == INTERRUPTED:
        _say(_STOPPED)
    return result if isinstance(result, int) else DONE


def _other(error: Exception) -> int:
    """Problems of the layers below are imported only when something went wrong."""
    from sim.experiment.problems import EngineProblem
    from sim.report.files import EnvironmentProblem
    from sim.scenario.problems import ScenarioProblems

    if isinstance(error, ScenarioProblems):
        _say(error.render())
        return INPUT
    if isinstance(error, (EnvironmentProblem, EngineProblem)):
        _say(str(error))
        return ENVIRONMENT
    if isinstance(error, MemoryError):
        _say("Out of memory: fewer replications at once (--jobs 1) or a smaller multiplier help.")
        return ENVIRONMENT
    traceback.print_exception(error)
    _say("This is a bug of linli, not of your scenario. Please report it with the lines above.")
    return BUG


def _say(text: str) -> None:
    print(text, file=sys.stderr)
