"""Other processes: whether one runs, and waiting for what one does."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["alive", "until"]


def alive(pid: int | str) -> bool:
    """Whether a process runs: a zombie, whose parent has not asked for it, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(holds: Callable[[], bool], seconds: float = 300.0) -> None:
    """Wait for something that happens in another process, on a slow and busy machine too."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.02)
