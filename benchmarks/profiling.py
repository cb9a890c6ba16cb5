"""`python -m benchmarks.profiling [MULTIPLIER]`: where the time of a replication goes.

The profiler slows Python functions and not array operations: compare lines within one kind.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.throughput import HEAVY, build_at
from sim.measure.meter import measure

__all__ = ["main"]

LINES = 15


def main(multiplier: float = HEAVY) -> None:
    """Profile simulating and measuring one replication of the default scenario."""
    case = build_at(multiplier)
    case.replicate(0)
    history = _profiled("simulate", case.simulate, 1)
    _profiled("measure", measure, case.meter, history)


def _profiled(name: str, call: Callable[..., Any], *args: Any) -> Any:
    profile = cProfile.Profile()
    result = profile.runcall(call, *args)
    print(f"\n{name}, by time of its own")
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(LINES)
    return result


if __name__ == "__main__":
    main(*(float(a) for a in sys.argv[1:]))
