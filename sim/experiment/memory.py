"""How much memory this machine gives, and a stop before a replication that needs more."""

from __future__ import annotations

import os
from pathlib import Path

from sim.experiment.problems import EngineProblem
from sim.scenario.inputs import Inputs
from sim.scenario.size import size_of

__all__ = ["machine_memory", "replications_at_once"]

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux says how much a container may use."""


def machine_memory() -> int | None:
    """Bytes of memory that this machine, or the container, has; None where it does not say."""
    try:
        found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (AttributeError, OSError, ValueError):  # Windows
        return None
    for name in LIMITS:
        try:
            found.append(int(Path(name).read_text("ascii")))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return min(found)


def replications_at_once(inputs: Inputs, memory: int) -> int:
    """How many replications of a scenario fit into memory together.

    Raises
    ------
    EngineProblem
        If none does.
    """
    size = size_of(inputs.scenario, inputs.tables, inputs.level, inputs.interest)
    if size.bytes > memory:
        raise EngineProblem(
            f"{inputs.scenario.name}: one replication takes about {size.bytes / 1e9:,.0f} GB of "
            f"memory ({size.wishes / 1e6:,.1f} million wishes, {size.bookers / 1e6:,.1f} million "
            f"bookers, {size.sign_ups / 1e6:,.1f} million sign-ups), and this machine has "
            f"{memory / 1e9:,.1f} GB. Fewer people (world.people), a smaller `demand.multiplier` "
            "or a shorter `window` need less; --engine dask computes on larger machines."
        )
    return int(memory // max(1.0, size.bytes))
