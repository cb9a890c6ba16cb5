"""Plans scored on the truth: fresh seeds, the same residents for every plan of a world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.siting.moves.catalogue import Catalogue, Times
from sim.siting.planning.tally import Column
from sim.siting.search.simulate import Simulator

__all__ = ["Score", "affordable", "best_of_all", "score"]

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """What a plan is truly worth.

    Attributes
    ----------
    gain
        Person-hours met a year beyond those of today, per 1,000 yuan of the budget.
    error
        Standard error of it, over replications.
    worst
        Share of wished person-hours met in the worst-off community.
    """

    gain: float
    error: float
    worst: float


def score(
    simulator: Simulator, plans: Sequence[Times], budget: float, seed: int, replications: int
) -> dict[Times, Score]:
    """Simulate each different plan and today once."""
    different = list(dict.fromkeys([simulator.no_moves, *plans]))
    runs = simulator.run(different, seed, replications)
    today = simulator.groups.rows_of(runs[0].rows, "all")[:, 0, Column.MET_HOURS]
    found = {}
    for times, run in zip(different, runs, strict=True):
        met = simulator.groups.rows_of(run.rows, "all")[:, 0, Column.MET_HOURS]
        gain = (met - today) / simulator.years / budget * 1000.0
        error = float(gain.std(ddof=1)) / np.sqrt(len(gain))
        found[times] = Score(float(gain.mean()), float(error), worst_off(simulator, run.rows))
    return found


def worst_off(simulator: Simulator, rows: F64) -> float:
    """Share met in the community where it is least, over all replications together."""
    of = simulator.groups.rows_of(rows, "community").sum(axis=0)
    wished = of[:, Column.WISHED_HOURS]
    return float((of[wished > 0, Column.MET_HOURS] / wished[wished > 0]).min())


def affordable(catalogue: Catalogue, budget: float) -> list[Times]:
    """Every plan to which nothing can be added: within the budget, floor area and numbers."""
    moves = catalogue.moves
    area = {site.name: site.area_m2 for site in catalogue.sites}

    def fits(times: Times) -> bool:
        used = dict.fromkeys(area, 0.0)
        for n, move in zip(times, moves, strict=True):
            used[move.site] += n * move.area_m2
        return catalogue.cost(times).base <= budget and all(used[s] <= area[s] for s in area)

    def more(times: Times) -> Iterator[Times]:
        for i, move in enumerate(moves):
            if times[i] < move.most:
                yield (*times[:i], times[i] + 1, *times[i + 1 :])

    found, layer = [], {(0,) * len(moves)}
    while layer:
        grown: set[Times] = set()
        for times in sorted(layer):
            larger = [t for t in more(times) if fits(t)]
            grown.update(larger)
            if not larger and any(times):
                found.append(times)
        layer = grown
    return found


def best_of_all(
    simulator: Simulator, plans: Sequence[Times], seed: int, few: int, many: int, kept: int
) -> Times:
    """The best plan under the truth: all get a few replications, the best of them many more.

    These seeds are not the scoring's: whoever wins by luck is scored without it.
    """

    def means(some: Sequence[Times], seed: int, n: int) -> F64:
        runs = simulator.run(some, seed, n)
        return np.array([simulator.worth(run.rows).mean() for run in runs])

    order = np.argsort(-means(plans, seed, few), kind="stable")[:kept]
    finalists = [plans[i] for i in order]
    found: Times = finalists[int(np.argmax(means(finalists, seed + 1, many)))]
    return found
