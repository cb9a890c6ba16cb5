"""Who lives, works and studies where: whole numbers with exact totals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import F64, I64
from sim.made_up.origins import HOUSEHOLDS_HIGH, HOUSEHOLDS_LOW, Origin, ZonePlaces
from sim.made_up.shape import uniforms
from sim.made_up.tables import Row, row
from sim.made_up.towns import AreaSpec, Focus
from sim.stats.apportion import apportion

SHARES: dict[str, float] = {
    "child": 0.150,
    "teenager": 0.040,
    "working_adult": 0.340,
    "young_family": 0.200,
    "midlife": 0.150,
    "older": 0.095,
    "oldest": 0.025,
}
"""Segments of residents (0-14, 15-17, 18-44 without and with children, 45-59, 60-74, 75+)."""

MIX: dict[Focus, dict[str, float]] = {
    "family": {
        "child": 1.3,
        "young_family": 1.4,
        "older": 1.4,
        "oldest": 1.6,
        "working_adult": 0.7,
    },
    "startup": {"working_adult": 1.5, "child": 0.8, "older": 0.6, "oldest": 0.5, "midlife": 0.8},
    "life": {"midlife": 1.3, "working_adult": 1.1, "young_family": 0.9, "teenager": 1.2},
    "mixed": {},
}
"""How a zone's mix differs from the whole (segments not named: 1; assumption)."""

COLLECTIVE: dict[Focus, float] = {"family": 0.3, "startup": 1.6, "life": 1.1, "mixed": 1.0}
"""Where shared flats and staff housing are, per household (assumption)."""

RESIDENTS = "synthetic; age shares assumed after Hangzhou census 2020, younger"
EMPLOYEES = "synthetic; employees are non-residents (assumption)"
STUDENTS = "synthetic; students are non-residents at the campus (assumption)"


def households_of(area: AreaSpec, zones: Sequence[ZonePlaces]) -> dict[str, int]:
    """Households of each compound and village, in all exactly the area's.

    A zone's share follows its number of compounds and villages, so that one large estate does not
    make a zone twice as large as its neighbour.
    """
    totals = apportion([len(z.homes) for z in zones], area.households)
    found: dict[str, int] = {}
    for zone, total in zip(zones, totals, strict=True):
        weights = [h.weight for h in zone.homes]
        counts = apportion(weights, total, HOUSEHOLDS_LOW, HOUSEHOLDS_HIGH)
        found |= {h.name: n for h, n in zip(zone.homes, counts, strict=True)}
    return found


def people_rows(
    area: AreaSpec, zones: Sequence[ZonePlaces], households: dict[str, int], seed: int
) -> list[Row]:
    """Rows of people: residents by segment, then employees and students."""
    homes = [(h, z.spec.focus) for z in zones for h in z.homes]
    sizes = [households[h.name] for h, _ in homes]
    collective = [n * COLLECTIVE[focus] for n, (_, focus) in zip(sizes, homes, strict=True)]
    totals = np.array(apportion(sizes, area.residents_in_households)) + np.array(
        apportion(collective, area.residents_collective)
    )
    table = _raked(
        np.array([_mix(h, focus, seed) for h, focus in homes]),
        totals.astype(np.int64),
        np.array(apportion(list(SHARES.values()), area.residents), dtype=np.int64),
    )
    rows = [
        row("people", h.name, s, int(table[i, j]), RESIDENTS)
        for i, (h, _) in enumerate(homes)
        for j, s in enumerate(SHARES)
        if table[i, j] > 0
    ]
    return rows + [employed for z in zones for employed in _at_work(z)]


def _mix(home: Origin, focus: Focus, seed: int) -> list[float]:
    """Relative mix of a compound: its zone's, times a keyed factor of 0.75 to 1.33 a segment."""
    u = uniforms(seed, "mix", home.name, len(SHARES))
    return [
        SHARES[s] * MIX[focus].get(s, 1.0) * (4 / 3) ** (2 * x - 1)
        for s, x in zip(SHARES, u, strict=True)
    ]


def _raked(start: F64, rows: I64, columns: I64) -> I64:
    """Whole numbers near `start` whose rows and columns add up exactly.

    Iterative proportional fitting, then units go to the largest fractions whose row and column
    still lack some.
    """
    x = start.copy()
    for _ in range(200):
        x *= (rows / x.sum(axis=1))[:, None]
        x *= columns / x.sum(axis=0)
    x = np.round(x, 6)
    whole = np.floor(x).astype(np.int64)
    lack_row, lack_column = rows - whole.sum(axis=1), columns - whole.sum(axis=0)
    order = sorted(np.ndindex(*x.shape), key=lambda ij: (-(x[ij] - whole[ij]), ij))
    while lack_row.sum() > 0:
        for i, j in order:
            if lack_row[i] > 0 and lack_column[j] > 0:
                whole[i, j] += 1
                lack_row[i] -= 1
                lack_column[j] -= 1
    return whole


def _at_work(zone: ZonePlaces) -> list[Row]:
    """Rows of employees in parks and students at the campus."""
    parks = [w for w in zone.works if w.type == "workplace"]
    counts = apportion([p.weight for p in parks], zone.spec.employees) if parks else []
    employees = [
        row("people", p.name, "employee", n, EMPLOYEES) for p, n in zip(parks, counts, strict=True)
    ]
    campuses = [w.name for w in zone.works if w.type == "campus"]
    return employees + [
        row("people", name, "student", zone.spec.students, STUDENTS) for name in campuses
    ]


def residents_of(
    homes: Sequence[Row], shares: Sequence[float], per_household: float, source: str
) -> list[Row]:
    """Rows of people of homes that all have the same shares of segments, in order of `SHARES`."""
    return [
        row("people", str(home["origin"]), segment, n, source)
        for home in homes
        for segment, n in zip(
            SHARES, apportion(shares, round(int(home["households"]) * per_household)), strict=True
        )
    ]
