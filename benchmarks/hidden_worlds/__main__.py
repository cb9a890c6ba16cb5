"""`python -m benchmarks.hidden_worlds [--worlds N] [--placebos N] [--out DIR] [--jobs N]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.hidden_worlds.report import write_page, write_report
from benchmarks.hidden_worlds.study import run, todo

OUT = Path("results") / "hidden-worlds"


def main(arguments: list[str] | None = None) -> int:
    """Measure worlds that have no file yet, then tables and figure of all there are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hidden_worlds", description=__doc__)
    add = parser.add_argument
    add("--worlds", type=int, default=36, metavar="N", help="hidden worlds [default: 36]")
    add("--placebos", type=int, default=9, metavar="N", help="placebo worlds [default: 9]")
    add("--out", type=Path, default=OUT, metavar="DIR", help=f"[default: {OUT.as_posix()}]")
    add("--jobs", type=int, default=2, metavar="N", help="processes [default: 2]")
    add("--write-docs", action="store_true", help="put the tables into the page of the finding")
    options = parser.parse_args(arguments)
    if min(options.worlds, options.placebos) < 0 or options.jobs < 1:
        parser.error("worlds and placebos must be 0 or more, jobs 1 or more")
    run(todo(options.worlds, options.placebos, options.out), options.out, options.jobs)
    for path in write_report(options.out):
        print(path)
    if options.write_docs:
        write_page(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
