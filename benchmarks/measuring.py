"""Clocks, memory and the machine. Times are CPU seconds unless a name says `wall`."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ParamSpec, TypeVar

__all__ = [
    "child_seconds",
    "cpu_seconds",
    "interleaved",
    "machine",
    "peak_bytes",
    "resident_bytes",
    "timed",
    "versions",
]

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
STATUS = Path("/proc/self/status")
PACKAGES = ("simpy", "numpy", "scipy", "pandas", "ciw", "typer", "matplotlib", "ortools")


def timed(call: Callable[P, T], *args: P.args, **keywords: P.kwargs) -> tuple[float, T]:
    """CPU seconds of a call in this process, and its result; earlier rubbish is swept first."""
    gc.collect()
    began = time.process_time()
    result = call(*args, **keywords)
    return time.process_time() - began, result


def interleaved(
    times: int, first: Callable[[int], T], second: Callable[[int], U]
) -> list[tuple[float, T, float, U]]:
    """Time two calls in turn, A B A B, so that a change in the machine's load hits both alike.

    Parameters
    ----------
    times
        Rounds.
    first, second
        Called with the number of the round.

    Returns
    -------
    list
        Per round: seconds and result of the first, seconds and result of the second.
    """
    return [(*timed(first, i), *timed(second, i)) for i in range(times)]


def child_seconds(
    command: Sequence[str], env: Mapping[str, str] | None = None
) -> tuple[float, float]:
    """CPU seconds of a command with all processes that it starts, and wall seconds."""
    import resource  # not on Windows; only benchmarks need it

    _adopt_orphans()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    with contextlib.suppress(ChildProcessError):
        while True:  # what a process used counts when somebody has waited for it
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def _adopt_orphans() -> None:
    """Become the parent of processes whose parent ends before them; Linux alone knows that."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def cpu_seconds() -> float:
    """CPU seconds of this process so far, and of those that it started and waited for."""
    import resource  # not on Windows; only benchmarks need it

    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(one)[:2]) for one in who)


def peak_bytes() -> int:
    """Largest resident memory of this process so far.

    Linux hands the parent's peak on to `ru_maxrss` of a child, so its own status file is read where
    there is one.
    """
    if STATUS.exists():
        return _status("VmHWM")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_bytes() -> int:
    """Resident memory now; the peak where the system does not tell."""
    return _status("VmRSS") if STATUS.exists() else peak_bytes()


def _status(name: str) -> int:
    for line in STATUS.read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"{STATUS} has no line {name}")


def machine() -> dict[str, object]:
    """The machine and how busy it is: figures taken under load are for orientation only."""
    return {
        "cores": os.cpu_count(),
        "load": [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "system": platform.platform(),
        "processor": _processor(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def versions() -> dict[str, str]:
    """Python and the packages that decide the figures."""
    found = {"python": platform.python_version()}
    for name in ("linli", *PACKAGES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found
