"""`python -m benchmarks [NAME ...] [OPTIONS]`; `--help` names both."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.child import call_fresh
from benchmarks.docs import PAGE, write_docs
from benchmarks.figures import from_json, table
from benchmarks.measuring import machine, versions

BENCHMARKS = {
    "throughput": "benchmarks.throughput:run",
    "dispatch": "benchmarks.dispatch:run",
    "erlang": "benchmarks.erlang:run",
    "scaling": "benchmarks.scaling:run",
    "set-up": "benchmarks.setting_up:run",
    "startup": "benchmarks.startup:run",
    "import": "benchmarks.importing:run",
    "make-run": "benchmarks.make_run:run",
    "drop-in": "benchmarks.dropin:run",
    "neighbourhood": "benchmarks.neighbourhood:run",
    "calibrate": "benchmarks.calibrating:run",
    "compare": "benchmarks.comparing:run",
    "engine": "benchmarks.engine:run",
    "policy": "benchmarks.policy_parts:run",
    "draws": "benchmarks.draws:run",
    "slot-reasons": "benchmarks.slot_reasons:run",
    "fair-slots": "benchmarks.fair_slots:run",
    "helsinki": "benchmarks.helsinki:run",
    "siting-planner": "benchmarks.siting_planner:run",
    "slots": "benchmarks.slots:run",
    "logs": "benchmarks.logs:run",
    "sensitivity": "benchmarks.sensitivity:run",
}
SAMPLED = ("compare",)
"""Benchmarks that measure a part and extrapolate, unless `--full` is given."""


def main(arguments: list[str] | None = None) -> int:
    """Run benchmarks, print their figures; 0 done, 1 where one of them failed."""
    parser = _parser()
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(
            f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}"
        )
    if options.from_file:
        report = json.loads(options.from_file.read_text(encoding="utf-8"))
        print(table(from_json(report["figures"])))
    else:
        report = _measured(
            options.names or list(BENCHMARKS),
            quick=options.quick,
            full=options.full,
        )
    if options.json:
        text = json.dumps(report, ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    if options.write_docs:
        write_docs(report)
        print(f"\nwritten into {PAGE}")
    return 1 if report["failed"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    add("--quick", action="store_true", help="fewer repeats and sizes: to see that it works")
    add("--full", action="store_true", help=f"all of {', '.join(SAMPLED)}, not a sample of it")
    add("--json", type=Path, metavar="FILE", help="also write the figures there")
    add(
        "--from", type=Path, metavar="FILE", dest="from_file", help="show figures of an earlier run"
    )
    add("--write-docs", action="store_true", help="put the figures into benchmarks/results")
    return parser


def _measured(names: list[str], *, quick: bool, full: bool) -> dict[str, Any]:
    """Run each benchmark in a process of its own and print all figures."""
    report: dict[str, Any] = {
        "machine": machine(),
        "versions": versions(),
        "quick": quick,
        "failed": [],
        "figures": [],
    }
    for line in heading(report):
        print(line)
    for name in names:
        began = time.perf_counter()
        try:
            more = {"full": full} if name in SAMPLED else {}
            report["figures"] += call_fresh(BENCHMARKS[name], quick=quick, **more)
        except RuntimeError as error:
            report["failed"].append(name)
            print(f"{name}: {error}", file=sys.stderr)
        load = machine()["load"]
        print(f"{name}: {time.perf_counter() - began:.0f} s, load now {load}", file=sys.stderr)
    report["machine"]["load_after"] = machine()["load"]
    print(f"\n{table(from_json(report['figures']))}")
    return report


def heading(report: dict[str, Any]) -> list[str]:
    """Say what was measured on, load first."""
    on = report["machine"]
    lines = [
        f"load {on['load']} on {on['cores']} cores ({on['processor']}, {on['system']})",
        ", ".join(f"{name} {number}" for name, number in report["versions"].items()),
    ]
    if report["quick"]:
        lines.append("quick: fewer repeats and sizes, for orientation only")
    return lines


if __name__ == "__main__":
    sys.exit(main())
