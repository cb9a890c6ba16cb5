"""Whether keys and rows right alone are right together: access, hours, coordinates, times."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator

from sim.scenario import shape
from sim.scenario.checks.draft import Draft
from sim.scenario.derived.distances import kilometres
from sim.scenario.problems import InputProblem
from sim.scenario.read.csv_tables import CsvRecord
from sim.scenario.read.nodes import Key, dotted
from sim.scenario.schema.base import OnGrid, Part
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import DAYS, minutes_of, parse_days

WORLD_KILOMETRES = 60
_WEEK = 7 * 1440
_Stretch = tuple[int, int, CsvRecord]


def access(draft: Draft) -> Iterator[InputProblem]:
    """Access for members of a compound needs a centre that belongs to one."""
    tiers = {row.centre: row.tier for row in draft.tables.centres}
    for record, row in draft.rows("venues"):
        if row.access == "compound" and tiers[row.centre] != "compound":
            message = f"compound, but {row.centre} is of tier {tiers[row.centre]}"
            yield draft.cell("venues", record, "access", message, ("public", "community"))


def communities(draft: Draft) -> Iterator[InputProblem]:
    """The centre of a place lies in the place's community."""
    lies_in = {row.centre: row.community for row in draft.tables.centres}
    for record, row in draft.rows("places"):
        if row.centre is not None and lies_in[row.centre] != row.community:
            message = f"{row.centre} lies in {lies_in[row.centre]}, the place in {row.community}"
            allowed = (c for c, community in lies_in.items() if community == row.community)
            yield draft.cell("places", record, "centre", message, allowed)


def also_venues(draft: Draft) -> Iterator[InputProblem]:
    """No place is named like a venue: closures and results name either by its name alone."""
    taken = {row.venue: record for record, row in draft.rows("venues")}
    for record, row in draft.rows("places"):
        if row.place in taken:
            where = f"in line {taken[row.place].line} of {draft.read['venues'].file}"
            message = f"{row.place}: also the name of a venue, {where}"
            yield draft.cell("places", record, "place", message)


def opening_overlaps(draft: Draft) -> Iterator[InputProblem]:
    """No stretches of one schedule overlap, past midnight and past Sunday too."""
    schedules: dict[tuple[str, bool], list[_Stretch]] = {}
    for record, row in draft.rows("hours"):
        start, end = minutes_of(row.open), minutes_of(row.close)
        for day in parse_days(row.days):
            holiday = DAYS[day] == "holiday"
            shift = 0 if holiday else day * 1440
            stretches = schedules.setdefault((row.hours, holiday), [])
            stretches.append((start + shift, end + shift, record))
            if end + shift > _WEEK and not holiday:
                stretches.append((start + shift - _WEEK, end + shift - _WEEK, record))
    clashes = {pair: name for (name, _), found in schedules.items() for pair in _overlapping(found)}
    for (one, other), name in clashes.items():
        message = f"opening hours of {name} overlap those of line {one.line}"
        yield draft.cell("hours", other, "open", message)


def off_platform_overlaps(draft: Draft) -> Iterator[InputProblem]:
    """No rows of one kind and day overlap: which of them held would be anybody's guess."""
    days: dict[tuple[str, int], list[_Stretch]] = {}
    for record, row in draft.rows("off_platform"):
        for day in parse_days(row.days):
            stretch = minutes_of(row.start), minutes_of(row.end), record
            days.setdefault((row.kind, day), []).append(stretch)
    clashes = {pair: kind for (kind, _), found in days.items() for pair in _overlapping(found)}
    for (one, other), kind in clashes.items():
        message = f"hours of {kind} overlap those of line {one.line} on the same day"
        yield draft.cell("off_platform", other, "from", message)


def _overlapping(stretches: Iterable[_Stretch]) -> Iterator[tuple[CsvRecord, CsvRecord]]:
    """Pairs of records whose stretches overlap, the upper one first."""
    first, *others = sorted(stretches, key=lambda s: (s[0], s[1], s[2].line))
    latest = first
    for stretch in others:
        if stretch[0] < latest[1]:
            one, other = sorted((latest[2], stretch[2]), key=lambda r: r.line)
            yield one, other
        latest = max(latest, stretch, key=lambda s: s[1])


def coordinates(draft: Draft) -> Iterator[InputProblem]:
    """No place is far from the rest; finds longitude and latitude in the wrong columns."""
    names = ("origins", "centres", "places", "candidates", "handovers")
    placed = [(name, record, row) for name in names for record, row in draft.rows(name)]
    lon = statistics.median(row.lon for _, _, row in placed)
    lat = statistics.median(row.lat for _, _, row in placed)
    for name, record, row in placed:
        away = kilometres(row.lon, row.lat, lon, lat)
        if away > WORLD_KILOMETRES:
            message = f"outside the world: {away:,.0f} km from its middle ({lon:.4f}, {lat:.4f})"
            if kilometres(row.lat, row.lon, lon, lat) <= WORLD_KILOMETRES:
                message += "; lon and lat are swapped"
            yield draft.cell(name, record, "lon", message)


_OTHERS_GRID = "last_season"
"""Last season's timetable may have been made on another grid."""


def grid(draft: Draft) -> Iterator[InputProblem]:
    """Check that lengths and times of day that must lie on a slot grid do.

    Preferred starts must, or no slot could be asked for. Durations that are drawn are rounded; that
    of a series is written by hand, so what is no multiple is a mistake.
    """
    for key, value, annotation in shape.leaves(draft.scenario, Scenario):
        wrong = _off_grid(draft.scenario, value, shape.fact(annotation, OnGrid))
        if wrong is not None:
            yield draft.problem(key, wrong)
    for name, table in draft.read.items():
        facts = {} if name == _OTHERS_GRID or not table.rows else _grids(type(table.rows[0][1]))
        for record, row in table.rows if facts else ():
            for attribute, (column, fact) in facts.items():
                wrong = _off_grid(draft.scenario, getattr(row, attribute), fact)
                if wrong is not None:
                    yield draft.cell(name, record, column, wrong)


def _grids(model: type[Part]) -> dict[str, tuple[str, OnGrid]]:
    """Attributes of a row that must lie on a grid, with their columns."""
    found = {}
    for attribute, field in model.model_fields.items():
        column = field.alias or attribute
        fact = shape.fact(shape.key_annotations(model)[column], OnGrid)
        if fact is not None:
            found[attribute] = (column, fact)
    return found


def _off_grid(scenario: Scenario, value: int | str | None, fact: OnGrid | None) -> str | None:
    """Fault of a length or a time of day, in words."""
    if fact is None or value is None:
        return None
    minutes = scenario.grid_minutes
    if fact.key != "grid_minutes":
        minutes = 30 if scenario.allocation is None else scenario.allocation.grid_minutes
    if isinstance(value, int):
        wrong = f"{value} is no multiple of {fact.key} ({minutes})"
        return wrong if value % minutes else None
    where = "" if fact.key == "grid_minutes" else f" ({fact.key})"
    wrong = f"{value} does not lie on the grid of {minutes} minutes{where}"
    return wrong if minutes_of(value) % minutes else None


def warm_up(draft: Draft) -> Iterator[InputProblem]:
    """The warm-up is as long as the longest booking window: else diaries start empty."""
    scenario = draft.scenario
    days, windows = scenario.experiment.warm_up_days, scenario.windows
    ahead = {key: window.longest_days(scenario.batch_days) for key, window in windows.items()}
    longest = max(ahead, key=lambda key: ahead[key])  # the first of equals: the policy's
    if days >= ahead[longest]:
        return
    key: tuple[Key, ...] = ("experiment", "warm_up_days")
    opens = (*longest, "opens_days_ahead")
    message = (
        f"warm-up of {days:g} days is shorter than the booking window of {ahead[longest]:.4g} days"
    )
    if not draft.is_written(key) and draft.is_written(longest):
        key = opens
    elif longest != ("policy", "window"):
        message += f" in {dotted(opens)}"
    yield draft.problem(
        key, message, f"experiment.warm_up_days of at least {math.ceil(ahead[longest])}"
    )


CHECKS = (
    access,
    communities,
    also_venues,
    opening_overlaps,
    off_platform_overlaps,
    coordinates,
    grid,
    warm_up,
)
