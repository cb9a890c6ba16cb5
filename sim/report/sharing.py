"""Pictures drawn by several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

__all__ = ["shared"]


def shared(
    names: Sequence[str], draw: Callable[[str], list[Path]], jobs: int
) -> dict[str, list[Path]]:
    """Draw what has these names; the files of each, in their order.

    Other processes draw from the front, and this one from the back, until they meet.

    Parameters
    ----------
    draw
        Draws one; it can be pickled, and gives the files it wrote.
    jobs
        Processes, this one included.
    """
    if jobs < 2 or len(names) < 2:
        return {name: draw(name) for name in names}
    here: dict[str, list[Path]] = {}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(names)) - 1, mp_context=spawn) as pool:
        there = {name: pool.submit(draw, name) for name in names}
        for name in reversed(names):
            if there[name].cancel():  # nobody has begun it
                here[name] = draw(name)
        return {name: here[name] if name in here else there[name].result() for name in names}
