"""Exit status: 0 done, 1 a bug of ours, 2 wrong input, 3 environment failed, 130 interrupted."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
import traceback
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

from sim.messages import LANGUAGES, chinese, speaking, spoken_language
from sim.sentences import spoken

if TYPE_CHECKING:
    from sim.messages import Language
    from sim.scenario.problems import ScenarioProblems

_OUTPUT = (errno.ENOSPC, errno.EIO, errno.EPIPE)
_MACHINE = (
    errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.EIO, errno.ESTALE,
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ETIMEDOUT,
)  # fmt: skip
"""What fails for want of memory, files or a disk, wherever in our code it strikes."""
LONGEST = 2000
"""Characters of a message that repeats what was typed."""
_STOPPED = "Interrupted. Earlier results stand, and nothing half-written was left."
DONE, BUG, INPUT, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130


class UsageProblem(Exception):
    """The command line asks for something that is not there; the message says what is."""


def guarded(app: Any) -> int:
    """Run the command line and turn what it raises into a message and a status."""
    _prepare_streams()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill is like Ctrl-C
    try:
        with speaking(asked_language() or "en"):
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


class _UnfailingOutput(io.FileIO):
    """Standard error: where it is full or its reader has gone, the work goes on all the same."""

    def write(self, content: Any) -> int:
        with contextlib.suppress(OSError):
            super().write(content)
        return len(content)


def _prepare_streams() -> None:
    """Make both streams fit for any character, and nothing that closed or full ones break.

    A closed descriptor becomes a hole that swallows everything: else the next file opened, one of
    results, would take its number, and what libraries print would end in it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for good
    elif isinstance(sys.stdout, io.TextIOWrapper):  # terminals without Chinese get \\u escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    if sys.stderr is sys.__stderr__:
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        raw = _UnfailingOutput(2, "wb", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding, errors="backslashreplace", line_buffering=True
        )


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
        _show_usage(error)
        return INPUT
    except (KeyboardInterrupt, typer.Abort):
        _say(_STOPPED)
        return INTERRUPTED
    except UsageProblem as error:
        from sim.scenario.problems import shorten

        _say(shorten(str(error), LONGEST))
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
    from sim.experiment.study import EngineProblem
    from sim.report.files import EnvironmentProblem
    from sim.scenario.problems import ScenarioProblems

    if isinstance(error, ScenarioProblems):
        print(rendered(error), file=sys.stderr)
        return INPUT
    if isinstance(error, (EnvironmentProblem, EngineProblem)):
        _say(str(error))
        return ENVIRONMENT
    if isinstance(error, MemoryError):
        _say("Out of memory: fewer replications at once (--jobs 1) or a smaller multiplier help.")
        return ENVIRONMENT
    if isinstance(error, OSError) and _is_nowhere():
        _say("The working folder is gone (deleted or moved): change to another one and try again.")
        return ENVIRONMENT
    if isinstance(error, OSError) and error.errno in _MACHINE:
        _say(f"{error.filename or 'the machine'}: {error.strerror}")
        return ENVIRONMENT
    traceback.print_exception(error)
    _say("This is a bug of linli, not of your scenario. Please report it with the lines above.")
    return BUG


def _is_nowhere() -> bool:
    """Whether the working folder was deleted."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def asked_language() -> Language | None:
    """The language that the command line asks for, also where it is wrong in other ways."""
    words = " ".join(sys.argv[1:]).replace("=", " ").split()
    asked = [word for option, word in pairwise(words) if option == "--language"]
    return next((language for language in LANGUAGES if language in asked), None)


def rendered(problems: ScenarioProblems) -> str:
    """Problems in the language asked for, else in that of their scenario."""
    with speaking(asked_language() or problems.sources.language or spoken_language()):
        return problems.render()


def _show_usage(error: Any) -> None:
    """What is wrong with options, as click says it."""
    if not chinese():
        error.show()
        return
    _say(error.format_message())
    if error.ctx is not None:
        _say(f"Try '{error.ctx.command_path} --help' for help.")


def _say(text: str) -> None:
    print(spoken(text), file=sys.stderr)
