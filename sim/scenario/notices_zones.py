"""What is probably not meant about zones and money: hours that close, figures nothing uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.inputs import Tables
from sim.scenario.openings import Week, weeks
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import VenueRow

__all__ = ["of_zones"]


def of_zones(
    scenario: Scenario, tables: Tables, openings: Sequence[tuple[VenueRow, Week]]
) -> Iterator[str]:
    """Sentences about zones' own hours, savings and subsidies."""
    yield from _never_open(tables, openings)
    if scenario.subsidy.amount > 0 and not scenario.subsidy.rules:
        yield "subsidy.amount: there are no `subsidy.rules`, so it is not split."
    costs = scenario.costs
    rates = costs.yuan_per_m2_year, costs.yuan_per_m2_open_hour
    if not any((*rates, *costs.yuan_per_centre_open_hour.values())):
        for name, zone in scenario.zones.items():
            if zone.saved_yuan_per_year:
                yield (
                    f"zones.{name}.saved_yuan_per_year: `costs` are all 0, so there is nothing "
                    "to save on."
                )


def _never_open(tables: Tables, openings: Sequence[tuple[VenueRow, Week]]) -> Iterator[str]:
    """Zones whose own hours leave hours of the table no open moment."""
    plain = weeks(tables.hours)
    zone_of = {row.community: row.zone for row in tables.communities}
    at = {row.centre: zone_of[row.community] for row in tables.centres}
    closed: dict[tuple[str, str], int] = {}
    for row, week in openings:
        if any(plain[row.hours]) and not any(week):
            key = at[row.centre], row.hours
            closed[key] = closed.get(key, 0) + 1
    for (zone, hours), number in closed.items():
        which = "1 venue" if number == 1 else f"{number} venues"
        yield (
            f"zones.{zone}.opening: {which} with hours {hours} would never be open: these hours "
            "leave nothing of those in the table."
        )
