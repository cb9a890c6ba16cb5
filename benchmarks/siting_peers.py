"""spopt on the same instances, as its users would run it, with CBC (its default) and HiGHS.

It builds its model from the whole cost matrix. Each run is a process of its own, building included,
and is given ten minutes; one that does not end by itself soon after is ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from statistics import median
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from benchmarks.measuring import cpu_seconds
from benchmarks.siting_cases import Case, arguments

__all__ = ["PEERS", "compared", "lacking", "measured", "solved"]

PEERS = ("CBC", "HiGHS")
CAP = 600.0
"""Seconds for an instance, building included."""
_GRACE = 60.0
_NEEDS = ("spopt", "pulp", "highspy")
LONG = {"p_median": 20.0, "p_centre": 20.0, "maximal_covering": 10.0}
"""Where spopt needs more CPU seconds than this, we are to be faster, so many times:"""
FASTER = {"p_median": 30.0, "p_centre": 30.0, "maximal_covering": 10.0}


def lacking() -> str:
    """What has to be installed, in words; empty if nothing."""
    missing = [name for name in _NEEDS if find_spec(name) is None]
    if not missing:
        return ""
    return f"{', '.join(missing)} not installed: pip install -c constraints.txt 'linli[peers]'"


def measured(case: Case, peer: str) -> dict[str, Any]:
    """Run a peer on a case in a process group of its own, ended if it goes on for too long."""
    if case.model not in LONG:
        return {"status": "has no such model", "seconds": None, "cpu": None}
    command = [sys.executable, "-m", "benchmarks.child", "benchmarks.siting_peers:solved"]
    words = [*command, json.dumps({"case": case.plain(), "peer": peer})]
    began = time.monotonic()
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            output, _ = process.communicate(timeout=CAP + _GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return {"status": "ended", "seconds": time.monotonic() - began, "cpu": None}
    if process.returncode:
        return {"status": "failed", "seconds": time.monotonic() - began, "cpu": None}
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def solved(case: dict[str, Any], peer: str) -> dict[str, Any]:
    """Build and solve a case by spopt in this process."""
    import pulp
    import spopt.locate  # here, so that importing it is not timed

    what = Case(**case)
    given = arguments(what)
    began, cpu = time.monotonic(), cpu_seconds()
    model = _model(spopt.locate, what, given)
    left = max(1.0, CAP - (time.monotonic() - began))
    if peer == "CBC":
        solver: Any = pulp.PULP_CBC_CMD(msg=False, timeLimit=left)
    else:
        solver = pulp.HiGHS(msg=False, timeLimit=left)
    model.problem.solve(solver)
    problem = model.problem
    # PuLP calls a plan found within the time "Optimal"; only `sol_status` tells it apart.
    proven = problem.sol_status == pulp.LpSolutionOptimal
    status = "optimal" if proven else "feasible" if problem.sol_status > 0 else "no plan"
    value = None if status == "no plan" else float(pulp.value(problem.objective))
    seconds = time.monotonic() - began
    return {"status": status, "value": value, "seconds": seconds, "cpu": cpu_seconds() - cpu}


def _model(locate: Any, case: Case, given: dict[str, Any]) -> Any:
    if case.model == "maximal_covering":
        apart = 1.0 - given["covers"].toarray()
        return locate.MCLP.from_cost_matrix(apart, given["weights"], 0.5, p_facilities=case.p)
    if case.model == "p_centre":
        return locate.PCenter.from_cost_matrix(given["cost"], p_facilities=case.p)
    weights = given.get("weights", np.ones(len(given["cost"])))
    return locate.PMedian.from_cost_matrix(given["cost"], weights, p_facilities=case.p)


def compared(
    benchmark: str, kept: dict[str, dict[str, Any]], some: Sequence[Case], peer: str
) -> list[Figure]:
    """CPU time of a peer over ours: of all that were run, and of those that take it long."""
    pairs = [(case, kept[case.key], kept.get(f"{case.key} {peer}")) for case in some]
    both = [(case, ours, theirs) for case, ours, theirs in pairs if theirs and theirs["cpu"]]
    if not both:
        return []
    family, name = both[0][0].family, f"spopt with {peer}"
    ratios = [theirs["cpu"] / ours["cpu"] for _, ours, theirs in both]
    long = [
        theirs["cpu"] / ours["cpu"]
        for case, ours, theirs in both
        if theirs["cpu"] > LONG[case.model]
    ]
    stopped = sum(theirs["status"] != "optimal" for _, _, theirs in both)
    note = f"{len(both)} instances, {stopped} not proven by spopt in {CAP:g} s"
    label = f"{family}: CPU time of {name} over ours"
    target: dict[str, Any] = {"sense": "at least", "target": FASTER[both[0][0].model]}
    found = [Figure(benchmark, f"{label}, median", median(ratios), "ratio", note=note)]
    if long:
        words = f"{label}, least where it needs over {LONG[both[0][0].model]:g} CPU s"
        found.append(Figure(benchmark, words, min(long), "ratio", **target))
    return found
