"""What is allowed but probably not meant: names nobody uses, sizes nothing holds, huge runs."""

from __future__ import annotations

from sim.scenario.derived.openings import venue_weeks
from sim.scenario.derived.size import size_notices
from sim.scenario.notices.activities import activity_notices
from sim.scenario.notices.demand import demand_notices
from sim.scenario.notices.places import (
    place_notices,
    siting_notices,
    timetable_notices,
    zone_notices,
)
from sim.scenario.notices.policy import policy_notices
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables


def notices(scenario: Scenario, tables: Tables, level: float, interest: float) -> tuple[str, ...]:
    """Sentences about what is allowed but probably not meant."""
    openings = venue_weeks(scenario, tables)
    return (
        *demand_notices(scenario, tables, openings),
        *activity_notices(scenario, tables, openings),
        *place_notices(scenario, tables, openings),
        *zone_notices(scenario, tables, openings),
        *policy_notices(scenario),
        *timetable_notices(scenario, tables),
        *siting_notices(scenario, tables),
        *size_notices(scenario, tables, level, interest),
    )
