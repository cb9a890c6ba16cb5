"""The first difference to the golden trace; `--accept` keeps the trace as it is now."""

from __future__ import annotations

import argparse
import sys

from .compare import first_difference
from .events import read_lines, written
from .trace import GOLDEN, trace_of


def main() -> int:
    """Exit status: 0 the traces agree, or the new one was accepted; 1 they differ."""
    parser = argparse.ArgumentParser(prog="golden", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="keep the trace as it is now")
    accept = parser.parse_args().accept
    now = trace_of()
    kept = read_lines(GOLDEN) if GOLDEN.exists() else []
    difference = first_difference(kept, now)
    print(difference or f"All {len(now)} events are as they were.")  # noqa: T201
    if accept and difference:
        written(GOLDEN, now)
        print(f"Kept as {GOLDEN.name}; look at its changes before they are committed.")  # noqa: T201
    return 1 if difference and not accept else 0


if __name__ == "__main__":
    sys.exit(main())
