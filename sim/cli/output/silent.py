"""Standard output is ours: what libraries of solvers write there goes nowhere."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator

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
