"""How large a replication is, roughly, by the scenario and its tables; and other residents."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sim.scenario.inputs import Inputs
from sim.scenario.schema.base import Part
from sim.scenario.schema.experiment import Precision
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables

BYTES_A_WISH = 500
BYTES_A_BOOKER = 100
BYTES_A_SIGN_UP = 240
"""Measured as the growth of the peak memory of one replication in a fresh process between two
sizes: a wish in Cangqian from 82,000 to 164,000 of them (415), in the tests' tiny world from
216,000 to 866,000 (465); a booker there from 0.8 to 2 million (110); a sign-up in Cangqian from
63,000 to 762,000 (240). Visits to places need none: they are worked through by the thousand."""
NEAR_BY = 0.3
"""Sign-ups of a zone's people over those they would make next door; 0.2 to 0.3 in Cangqian."""


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of things that one replication draws.

    Attributes
    ----------
    bookers
        People with wishes, whom every layer of demand has anew.
    sign_ups
        Of activities, before anybody is refused.
    """

    wishes: float
    bookers: float
    sign_ups: float

    @property
    def bytes(self) -> float:
        """Memory of one replication."""
        return (
            self.wishes * BYTES_A_WISH
            + self.bookers * BYTES_A_BOOKER
            + self.sign_ups * BYTES_A_SIGN_UP
        )


def size_of(scenario: Scenario, tables: Tables, level: float, interest: float) -> Size:
    """Estimate the numbers that a replication draws at these levels of demand and of activities."""
    layers = math.ceil(level * scenario.demand.multiplier)
    spec = scenario.segments
    adopters = sum(max(1.0, row.people * spec[row.segment].adopters) for row in tables.people)
    return Size(
        wishes=expected_wishes(scenario, tables, level),
        bookers=adopters * layers,
        sign_ups=_expected_sign_ups(scenario, tables) * interest,
    )


def _weeks(scenario: Scenario) -> float:
    days = (scenario.window.last - scenario.window.first).days + 1
    return (days + scenario.experiment.warm_up_days) / 7


def expected_wishes(scenario: Scenario, tables: Tables, level: float) -> float:
    """Roughly how many wishes a replication has: everybody present, no season, no holiday."""
    per_1000 = {s: sum(rates.values()) for s, rates in scenario.demand.wishes_per_1000.items()}
    weekly = sum(per_1000.get(row.segment, 0.0) * row.people / 1000 for row in tables.people)
    demand = scenario.demand
    return weekly * _weeks(scenario) * level * demand.multiplier * demand.intensity


def _expected_sign_ups(scenario: Scenario, tables: Tables) -> float:
    """Roughly how many sign-ups a replication has: a zone's sessions, by that zone's people."""
    activities = scenario.activities
    weights = sum(kind.weight for kind in activities.kinds.values())
    if not weights or activities.participants == 0:
        return 0.0
    rate = dict.fromkeys(scenario.segments, 0.0)
    for kind in activities.kinds.values():
        for segment, appeal in kind.appeal.items():
            rate[segment] = rate.get(segment, 0.0) + kind.weight / weights * appeal / 1000
    zone_of = {row.community: row.zone for row in tables.communities}
    zones = {row.origin: zone_of[row.community] for row in tables.origins}
    people, keen = defaultdict[str, int](int), defaultdict[str, float](float)
    for row in tables.people:
        people[zones[row.origin]] += row.people
        keen[zones[row.origin]] += row.people * rate[row.segment]
    held = {z: n * scenario.zones[z].programme_weight for z, n in people.items()}
    sessions = activities.sessions * activities.multiplier / max(sum(held.values()), 1e-300)
    return sessions * sum(n * keen[z] for z, n in held.items()) * NEAR_BY


def expected_visits(scenario: Scenario, tables: Tables) -> float:
    """Upper bound on visits of a replication: everybody present and next door, no season."""
    per_1000: dict[str, float] = {}
    for kind in scenario.dropin.kinds.values():
        for segment, rate in kind.visits_per_1000.items():
            per_1000[segment] = per_1000.get(segment, 0.0) + rate
    weekly = sum(per_1000.get(row.segment, 0.0) * row.people / 1000 for row in tables.people)
    return weekly * _weeks(scenario) * scenario.dropin.multiplier


MANY_BYTES = 500_000_000
MANY_VISITS = 50_000_000


def size_notices(
    scenario: Scenario, tables: Tables, level: float, interest: float
) -> Iterator[str]:
    """Notices about runs that take long or much memory."""
    size = size_of(scenario, tables, level, interest)
    visits = expected_visits(scenario, tables)
    asked = scenario.experiment.replications
    number = f"up to {asked.at_most:,}" if isinstance(asked, Precision) else f"{asked:,}"
    runs = f"{number} replication{'' if asked == 1 else 's'}"
    if size.bytes > MANY_BYTES:
        yield (
            f"A large run: about {size.wishes / 1e6:,.0f} million wishes of "
            f"{size.bookers / 1e6:,.0f} million bookers and {size.sign_ups / 1e6:,.0f} million "
            f"sign-ups a replication, {runs}. One replication takes about "
            f"{size.bytes / 1e9:,.1f} GB of memory, and several run at once. Fewer people, a "
            "smaller `demand.multiplier`, a shorter `window`, `--replications` and `--jobs 1` make "
            "it smaller."
        )
    if visits > MANY_VISITS:
        yield (
            f"A large run: up to {visits / 1e6:,.0f} million visits to places a replication, "
            f"{runs}. A smaller `dropin.multiplier`, a shorter `window` and `--replications` make "
            "it smaller."
        )


HOMES = ("compound", "village")
"""Types of origin whose people live there; those of workplaces and campuses come for the day."""


def residents(tables: Tables) -> int:
    """People of the compounds and villages."""
    homes = {row.origin for row in tables.origins if row.type in HOMES}
    return sum(row.people for row in tables.people if row.origin in homes)


def with_growth(inputs: Inputs, times: float) -> Inputs:
    """Inputs as if there were so many times the people, employees and students too.

    Everybody wishes, signs up and visits as today, so three settings are multiplied: those of
    wishes and of visits, and the level of activities, whose number of sessions stays. What the
    notices say of the scenario stays as it is.
    """
    scenario, interest = inputs.scenario, inputs.interest * times
    settings = {
        "demand": ("multiplier", scenario.demand.multiplier * times),
        "dropin": ("multiplier", scenario.dropin.multiplier * times),
        "activities": ("level", interest),
    }
    for idle in ("dropin", "activities"):
        if not getattr(scenario, idle).kinds:
            del settings[idle]
    parts: dict[str, Part] = {}
    resolved: dict[str, Any] = {**inputs.resolved}
    for part, (key, value) in settings.items():
        parts[part] = getattr(scenario, part).model_copy(update={key: value})
        resolved[part] = {**resolved[part], key: value}
    grown = scenario.model_copy(update=parts)
    size = size_notices(grown, inputs.tables, inputs.level, interest)
    return replace(
        inputs,
        scenario=grown,
        interest=interest if "activities" in settings else inputs.interest,
        resolved=resolved,
        notices=tuple(dict.fromkeys([*inputs.notices, *size])),
        changed=(*inputs.changed, f"people={round(residents(inputs.tables) * times)}"),
    )
