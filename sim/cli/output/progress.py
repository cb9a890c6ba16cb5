"""Progress: a bar with time left on a terminal, plain lines otherwise; always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.sentences import spoken

if TYPE_CHECKING:
    from sim.experiment.study import Progress


import contextlib
import ctypes
import os

EVERY_SECONDS = 10.0


def say(text: str, *, quiet: bool = False) -> None:
    """A line on standard error."""
    if not quiet:
        print(spoken(text), file=sys.stderr, flush=True)


def say_notes(notices: Iterable[str], *, quiet: bool) -> None:
    """Say what is to be known about a scenario before its work begins."""
    for notice in notices:
        say(f"note: {notice}", quiet=quiet)


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Progress]:
    """Give a function to call with (done, expected); it begins anew where less is done."""
    if quiet:
        yield lambda done, expected: None
    elif sys.stderr.isatty():
        with _bar(what) as update:
            yield update
    else:
        yield _lines(what)


@contextmanager
def stopwatch(what: str, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """Give a function to call now and then while something goes on whose end nobody knows."""
    began = last = time.monotonic()

    def tick() -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY_SECONDS:
            last = now
            say(f"{what}: {now - began:.0f} s", quiet=quiet)

    yield tick
    if last > began:
        say(f"{what}: {time.monotonic() - began:.0f} s, done", quiet=quiet)


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(spoken(what, value=True), total=None)
        before = 0

        def update(done: int, expected: int) -> None:
            nonlocal before
            if done < before:
                bars.reset(task)
            before = done
            bars.update(task, completed=done, total=expected)

        yield update


def _lines(what: str) -> Progress:
    began = last = time.monotonic()
    before, first = 0, 0

    def update(done: int, expected: int) -> None:
        nonlocal began, last, before, first
        now = time.monotonic()
        if done < before:  # what was done between two stretches of work is no part of either
            began, last, first = now, now, done
        before = done
        if now - last >= EVERY_SECONDS and done:
            last = now
            left = (now - began) / max(1, done - first) * max(0, expected - done)
            say(f"{what}: {done} of {expected}, about {left:.0f} s left")

    return update


OUTPUT = 1


@contextlib.contextmanager
def silent_libraries() -> Iterator[None]:
    """Drop what is written to file descriptor 1 meanwhile.

    HiGHS now and then writes a line there, whatever its options; `--json` promises one object and
    nothing else. Python's own output is written before and after.
    """
    sys.stdout.flush()
    _flush()
    kept, nowhere = os.dup(OUTPUT), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, OUTPUT)
    try:
        yield
    finally:
        sys.stdout.flush()
        _flush()
        os.dup2(kept, OUTPUT)
        os.close(kept)
        os.close(nowhere)


def _flush() -> None:
    """Write out what C libraries hold back; not known how on systems without a C library."""
    with contextlib.suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).fflush(None)
