"""Other processes of a run: copies of one that has imported everything, where the system can.

A process that is started anew imports for a second or two before it works. On Linux one process can
do so beside the first steps of a run, and each that is needed later is a copy of it.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Windows knows only one of them
    from multiprocessing.context import ForkServerContext, SpawnContext

_imported: list[str] = []
"""Modules that a process beside this one imports."""


def import_beside(modules: Sequence[str]) -> None:
    """Begin to import modules in a process of which the others will be copies."""
    if sys.platform == "linux" and not _imported:
        from multiprocessing import forkserver

        _imported.extend(modules)
        multiprocessing.set_forkserver_preload(_imported)
        forkserver.ensure_running()


def process_context() -> ForkServerContext | SpawnContext:
    """Give the way in which another process is started."""
    if _imported:
        return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")
