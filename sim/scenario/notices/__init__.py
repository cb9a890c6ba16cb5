"""What is allowed but probably not meant: names nobody uses, sizes nothing holds, huge runs."""

from __future__ import annotations

from sim.scenario.derived.openings import venue_weeks
from sim.scenario.derived.size import of_size
from sim.scenario.notices.activities import of_activities
from sim.scenario.notices.demand import of_demand
from sim.scenario.notices.places import of_dropin, of_siting, of_timetable, of_zones
from sim.scenario.notices.policy import of_policy
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables


def doubts(scenario: Scenario, tables: Tables, level: float, interest: float) -> tuple[str, ...]:
    """Sentences about what is allowed but probably not meant."""
    openings = venue_weeks(scenario, tables)
    return (
        *of_demand(scenario, tables, openings),
        *of_activities(scenario, tables, openings),
        *of_dropin(scenario, tables, openings),
        *of_zones(scenario, tables, openings),
        *of_policy(scenario),
        *of_timetable(scenario, tables),
        *of_siting(scenario, tables),
        *of_size(scenario, tables, level, interest),
    )
