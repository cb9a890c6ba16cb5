"""What is probably not meant about zones and money: hours that close, figures nothing uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.openings import Week, moved_ends, weeks
from sim.scenario.schema.place import Opening, ZoneOpening
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import VenueRow
from sim.scenario.tables import Tables


def of_zones(
    scenario: Scenario, tables: Tables, openings: Sequence[tuple[VenueRow, Week]]
) -> Iterator[str]:
    """Sentences about hours that are moved, savings and subsidies."""
    yield from _never_open(scenario, tables, openings)
    yield from _opening_of_nothing(scenario, tables)
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


def _never_open(
    scenario: Scenario, tables: Tables, openings: Sequence[tuple[VenueRow, Week]]
) -> Iterator[str]:
    """Hours that leave hours of the table no open moment."""
    plain = weeks(tables.hours)
    zone_of = {row.community: row.zone for row in tables.communities}
    centres = {row.centre: row for row in tables.centres}
    closed: dict[tuple[str, str], int] = {}
    for row, week in openings:
        if any(plain[row.hours]) and not any(week):
            centre = centres[row.centre]
            zone = zone_of[centre.community]
            own = moved_ends(Opening(), scenario.zones[zone].opening, centre, row.kind)
            key = f"zones.{zone}.opening" if own != (None, None) else "opening", row.hours
            closed[key] = closed.get(key, 0) + 1
    for (moving, hours), number in closed.items():
        which = "1 venue" if number == 1 else f"{number} venues"
        yield (
            f"{moving}: {which} with hours {hours} would never be open: these hours "
            "leave nothing of those in the table."
        )


def _opening_of_nothing(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Hours of all zones that no venue keeps: none is of these tiers, kinds and centres."""
    general = scenario.opening
    if general.opens is None and general.closes is None:
        if general.tiers or general.kinds or general.centres:
            yield "opening: neither `open` nor `close` is given, so it changes nothing."
        return
    centres = {row.centre: row for row in tables.centres}
    own = ZoneOpening()
    if all(
        moved_ends(general, own, centres[row.centre], row.kind) == (None, None)
        for row in tables.venues
    ):
        yield "opening: no venue is of these tiers, kinds and centres, so it changes nothing."
