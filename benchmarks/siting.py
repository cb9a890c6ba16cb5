"""`siting`: the siting models on published instances, each in a fresh process.

`python -m benchmarks.siting [FAMILY or INSTANCE ...] [--peers] [--again] [--file FILE]` measures a
part of it. Every result is kept in a file as soon as it is there, and what is kept is not measured
again; `--peers` also runs spopt (the extra `peers`), ten minutes an instance at most.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.child import call_fresh
from benchmarks.figures import Figure, table, to_json
from benchmarks.measuring import cpu_seconds, machine, peak_bytes, versions
from benchmarks.public_data import LACKING_SITING, SITING
from benchmarks.siting_cases import FAMILIES, Aims, Case, arguments, cases
from benchmarks.siting_peers import PEERS, compared, lacking, measured

__all__ = ["main", "run", "solved"]

NAME = "siting"
KEPT = Path(__file__).resolve().parents[1] / "results" / "bench-siting.jsonl"
WORKERS = 2
QUICK = ("pmed1", "pmed6", "cap41", "cap113", "SJC324 r=800 p=3", "p=50")
_CLOSE = 1e-6
"""Relative difference of values that is rounding; literature has as few as nine digits."""


def run(quick: bool) -> list[dict[str, Any]]:
    """All instances, ours alone; a few if quick. Results of an earlier run count."""
    if not SITING.is_dir():
        print(f"{NAME}: {LACKING_SITING}", file=sys.stderr)
        return []
    chosen = [case for case in cases() if not quick or case.name in QUICK]
    results = Results(KEPT)
    for case in chosen:
        results.ours(case)
    if results.failed:
        raise RuntimeError(f"{NAME}: {', '.join(results.failed)} failed; the others are kept")
    return to_json(figures(results, chosen))


class Results:
    """What was measured, kept line by line in a file.

    Parameters
    ----------
    file
        JSON, one result a line.
    again
        Whether to measure anew what is kept.

    Attributes
    ----------
    failed
        Instances whose process ended with an error.
    """

    def __init__(self, file: Path, again: bool = False) -> None:
        self.file, self.kept = file, dict[str, dict[str, Any]]()
        self.failed: list[str] = []
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not again:
            for line in file.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self.kept[row["key"]] = row

    def ours(self, case: Case) -> None:
        """Solve an instance, unless that is kept; one that fails does not keep the others back."""
        if case.key in self.kept:
            return
        try:
            self._keep(case.key, call_fresh("benchmarks.siting:solved", case=case.plain()))
        except RuntimeError as error:
            self.failed.append(case.key)
            print(f"{case.key}: {error}", file=sys.stderr)

    def peer(self, case: Case, peer: str) -> None:
        """Let a peer solve it, unless that is kept."""
        if f"{case.key} {peer}" not in self.kept:
            self._keep(f"{case.key} {peer}", measured(case, peer))

    def _keep(self, key: str, result: dict[str, Any]) -> None:
        row = {"key": key, "load": machine()["load"], "versions": versions()} | result
        with self.file.open("a", encoding="utf-8") as text:
            text.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.kept[key] = row
        shown = {k: v for k, v in result.items() if k != "faults"}
        print(f"{key}: {json.dumps(shown)} {result.get('faults') or ''}", file=sys.stderr)


def solved(case: dict[str, Any]) -> dict[str, Any]:
    """Solve one instance and go over the solution by the checker and the literature."""
    from optimise import siting
    from optimise.siting import check

    what = Case(**case)
    given = arguments(what)
    model = getattr(siting, what.model)
    began, cpu = time.monotonic(), cpu_seconds()
    solution = model(**given, time_limit=what.limit, workers=WORKERS)
    seconds, cpu = time.monotonic() - began, cpu_seconds() - cpu
    memory = peak_bytes() / 2**20
    checked = getattr(check, what.model)(solution, **given)
    faults = [*checked.faults, *against_literature(what, solution.value, solution.bound)]
    return {
        "status": solution.status,
        "value": solution.value,
        "bound": solution.bound,
        "gap": 100 * solution.gap,
        "certified": None if np.isnan(checked.proven) else float(checked.proven),
        "prover": solution.prover,
        "published": what.published,
        "seconds": seconds,
        "cpu": cpu,
        "memory": memory,
        "faults": faults,
    }


def against_literature(case: Case, value: float, bound: float) -> list[str]:
    """Where value and bound contradict what others found."""
    if case.published is None:
        return []
    sign = -1.0 if case.model == "maximal_covering" else 1.0
    better = sign * (case.published - value) / max(1.0, abs(case.published))
    excluded = sign * (bound - case.published) / max(1.0, abs(case.published))
    tests = {
        f"value {value!r} is better than the proven optimum {case.published!r}": case.proven
        and better > _CLOSE,
        f"bound {bound!r} excludes the published value {case.published!r}": excluded > _CLOSE,
    }
    return [words for words, wrong in tests.items() if wrong]


def figures(results: Results, chosen: list[Case]) -> list[Figure]:
    """Per family: how many are proven and as good as published, gaps and times."""
    found: list[Figure] = []
    for family, aims in FAMILIES.items():
        some = [c for c in chosen if c.family == family and c.key in results.kept]
        if some:
            found += _family(family, aims, [(c, results.kept[c.key]) for c in some])
            for peer in PEERS:
                found += compared(NAME, results.kept, some, peer)
    return found


def _family(family: str, aims: Aims, kept: list[tuple[Case, dict[str, Any]]]) -> list[Figure]:
    rows = [row for _, row in kept]
    number, faults = len(rows), [f"{c.name}: {f}" for c, r in kept for f in r["faults"]]
    seconds, gaps = [row["seconds"] for row in rows], [row["gap"] for row in rows]
    worse = [_worse(case, row["value"]) for case, row in kept if case.published is not None]
    proven = sum(row["status"] == "optimal" for row in rows)
    all_of: dict[str, Any] = {"sense": "at least", "target": number} if not aims.gap else {}
    slow = max(kept, key=lambda pair: pair[1]["seconds"])[0].name

    def figure(
        words: str, value: float, unit: str, most: float | None = None, **more: Any
    ) -> Figure:
        if most is not None:
            more |= {"sense": "at most", "target": most}
        return Figure(NAME, f"{family}: {words}", value, unit, **more)

    by = ", ".join(sorted({row["prover"] for row in rows}))
    return [
        figure("proven optimal", proven, f"of {number}", note=f"bounds by {by}", **all_of),
        figure("faults of solutions", len(faults), "", 0, note="; ".join(faults[:3])),
        *([figure("worst value against the published", max(worse), "% worse")] if worse else []),
        figure("largest gap", max(gaps), "%", aims.gap, aim=aims.gap_aim),
        figure("median time", median(seconds), "wall s", aims.median),
        figure("longest time", max(seconds), "wall s", aims.worst, note=slow),
        figure("median time of all threads", median(row["cpu"] for row in rows), "CPU s"),
        figure("longest time of all threads", max(row["cpu"] for row in rows), "CPU s"),
        figure("largest peak memory", max(row["memory"] for row in rows), "MB", aims.memory),
    ]


def _worse(case: Case, value: float) -> float:
    """Percent by which a value is worse than the published one; negative if better."""
    assert case.published is not None
    sign = -1.0 if case.model == "maximal_covering" else 1.0
    percent = 100 * sign * (value - case.published) / abs(case.published)
    return 0.0 if abs(percent) < 100 * _CLOSE else percent


def main(given: list[str] | None = None) -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting", description=__doc__)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"families ({', '.join(FAMILIES)}) or instances")
    add("--peers", nargs="*", metavar="PEER", help=f"run these as well: {', '.join(PEERS)}")
    add("--again", action="store_true", help="measure anew what is kept")
    add("--file", type=Path, default=KEPT, help="where results are kept")
    add("--json", type=Path, help="also write the figures there, for `benchmarks --from`")
    options = parser.parse_args(given)
    if not SITING.is_dir():
        parser.error(LACKING_SITING)
    chosen = [c for c in cases() if not options.names or {c.family, c.name} & set(options.names)]
    if not chosen:
        parser.error(f"no instance of {', '.join(options.names)}")
    peers = [] if options.peers is None else options.peers or list(PEERS)
    if peers and (words := lacking()):
        parser.error(words)
    results = Results(options.file, options.again)
    for case in chosen:
        results.ours(case)
        for peer in peers:
            results.peer(case, peer)
    found = figures(results, chosen)
    print(table(found))
    if options.json:
        on = machine()
        report = {
            "machine": on | {"load_after": on["load"]},
            "versions": versions(),
            "quick": False,
            "failed": results.failed,
            "figures": to_json(found),
        }
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
