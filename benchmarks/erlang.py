"""`erlang`: an Erlang-loss venue through an ordinary scenario, against Ciw on the same work.

Ten rooms, eight erlangs: both simulate the same days, lose the same share and are timed per
customer. Ciw is timed without collecting its records, linli with everything that `simulate` does.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import ciw
import numpy as np

from benchmarks.cases import Case, build
from benchmarks.erlang_scenario import erlang_b, write_erlang
from benchmarks.figures import Figure, medians, to_json
from benchmarks.measuring import timed
from sim.booking.requests import Outcome

__all__ = ["run"]

NAME = "erlang"
SERVERS, LOAD, MEAN_MINUTES = 10, 8.0, 120.0
DAYS, QUICK_DAYS = "2024-01-01/2025-12-31", "2025-01-01/2025-06-30"


def run(quick: bool) -> list[dict[str, Any]]:
    """Simulate in turn and compare seconds per customer and the share lost."""
    with tempfile.TemporaryDirectory() as folder:
        days = QUICK_DAYS if quick else DAYS
        case = build(write_erlang(Path(folder), SERVERS, LOAD, MEAN_MINUTES, days))
    ours, theirs = [], []
    for i in range(5):
        ours.append(_linli(case, i))
        theirs.append(_ciw(case, i))
    ratios = [b[0] / b[1] / (a[0] / a[1]) for a, b in zip(ours, theirs, strict=True)]
    customers = median(a[1] for a in ours), median(b[1] for b in theirs)
    note = f"{customers[0]:,.0f} and {customers[1]:,.0f} customers a replication"
    bars = {"sense": "at least", "target": 2.0, "note": note}
    return to_json(
        [
            medians(NAME, "Ciw's time per customer over linli's", ratios, "ratio", **bars),
            medians(NAME, "linli per customer", [a[0] / a[1] * 1e6 for a in ours], "CPU us"),
            medians(NAME, "Ciw per customer", [b[0] / b[1] * 1e6 for b in theirs], "CPU us"),
            _lost("linli", [a[2] for a in ours]),
            _lost("Ciw", [b[2] for b in theirs]),
        ]
    )


def _lost(who: str, shares: list[float]) -> Figure:
    """Share lost over replications, with its standard error beside Erlang's B."""
    exact, error = erlang_b(SERVERS, LOAD), stdev(shares) / len(shares) ** 0.5
    distance = (mean(shares) - exact) / error if error else float("inf")
    note = f"s.e. {error:.5f}; exact B = {exact:.6f}, {distance:+.1f} s.e. away"
    return Figure(NAME, f"share lost, {who}", mean(shares), "share", note=note)


def _linli(case: Case, replication: int) -> tuple[float, int, float]:
    """CPU seconds, customers, share lost after the warm-up."""
    seconds, history = timed(case.simulate, replication)
    calendar = case.model.world.calendar
    ask = history.wishes.wished_at[history.asked] / 1440.0
    counted = (ask >= calendar.count_from) & (ask < calendar.count_until)
    lost = history.outcome[counted] == Outcome.FULL
    return seconds, len(history.wishes), float(lost.mean())


def _ciw(case: Case, replication: int) -> tuple[float, int, float]:
    """The same days in Ciw; the records are read after the clock has stopped."""
    calendar = case.model.world.calendar
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(LOAD / MEAN_MINUTES)],
        service_distributions=[ciw.dists.Exponential(1.0 / MEAN_MINUTES)],
        number_of_servers=[SERVERS],
        queue_capacities=[0],
    )

    def simulate() -> ciw.Simulation:
        ciw.seed(replication)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(calendar.n_days * 1440.0)
        return simulation

    seconds, simulation = timed(simulate)
    records = simulation.get_all_records(include_incomplete=True)
    day = np.array([r.arrival_date for r in records]) / 1440.0
    lost = np.array([r.record_type == "rejection" for r in records])
    counted = (day >= calendar.count_from) & (day < calendar.count_until)
    return seconds, len(records), float(lost[counted].mean())
