"""What building costs a year: capital annualised over its life, plus operation, with ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import CandidateRow, Conversion, LinkRow, Siting

DAYS = 365.0


class Range(NamedTuple):
    """A number with the least and the most that it might as well be."""

    base: float
    low: float
    high: float

    def plus(self, *others: Range) -> Range:
        """The sum, all at their least and all at their most at once."""
        each = (self, *others)
        return Range(sum(r.base for r in each), sum(r.low for r in each), sum(r.high for r in each))

    def minus(self, other: Range) -> Range:
        """The difference; the least is this one's least less the other's most."""
        return Range(self.base - other.base, self.low - other.high, self.high - other.low)

    def times(self, factor: float) -> Range:
        """A multiple, by a factor that is not negative."""
        return Range(self.base * factor, self.low * factor, self.high * factor)


Ranges = Callable[[str, float], Range]
"""Range of a number of the scenario, by its key below a part such as `siting` and its value."""


def as_written(_: str, value: float) -> Range:
    """Read every number as if it were certain."""
    return Range(value, value, value)


def ranges_of(inputs: Inputs, part: str) -> Ranges:
    """Ranges of the numbers of a part of the scenario, as the YAML gives them."""
    known = {p.key: p for p in inputs.provenance}

    def of(key: str, value: float) -> Range:
        found = known.get(f"{part}.{key}")
        if found is None or found.low is None or found.high is None:
            return as_written(key, value)
        return Range(value, found.low, found.high)

    return of


def annual(capital: Range, life: Range, rate: Range) -> Range:
    """Capital a year: capital r / (1 - (1 + r)^-life), without interest capital over life.

    The least is that of the longest life and the lowest rate.
    """
    return Range(
        _annuity(capital.base, life.base, rate.base),
        _annuity(capital.low, life.high, rate.low),
        _annuity(capital.high, life.low, rate.high),
    )


def _annuity(capital: float, years: float, rate: float) -> float:
    if rate == 0:
        return capital / years
    return capital * rate / float(1 - (1 + rate) ** -years)


def room_per_year(
    siting: Siting, kind: str, tier: str, row: CandidateRow | None, ranges: Ranges
) -> Range:
    """A room of a kind opened at a site: fit-out and works, operation, staff by area, rent.

    The site's row has its rent and works; None where it has none.
    """
    spec, key = siting.rooms[kind], f"rooms.{kind}"
    life = ranges(f"{key}.life_years", spec.life_years)
    capital = _capital_per_m2(siting, kind, row, ranges)
    staff = next((yuan for t, yuan in siting.staff_yuan_per_m2_year.items() if t == tier), 0.0)
    per_m2 = annual(capital, life, ranges("discount_rate", siting.discount_rate)).plus(
        ranges(f"{key}.operation_yuan_per_m2_year", spec.operation_yuan_per_m2_year),
        ranges(f"staff_yuan_per_m2_year.{tier}", staff),
    )
    if row is not None and row.rent_yuan_per_m2_day is not None:
        rent = _range(row.rent_yuan_per_m2_day, row.rent_low, row.rent_high)
        per_m2 = per_m2.plus(rent.times(DAYS))
    return per_m2.times(spec.area_m2)


def room_capital(siting: Siting, kind: str, row: CandidateRow | None, ranges: Ranges) -> Range:
    """Capital of a room opened at a site, once: fit-out and works."""
    return _capital_per_m2(siting, kind, row, ranges).times(siting.rooms[kind].area_m2)


def _capital_per_m2(siting: Siting, kind: str, row: CandidateRow | None, ranges: Ranges) -> Range:
    key = f"rooms.{kind}.fit_out_yuan_per_m2"
    works = as_written("", 0.0 if row is None else row.capital_yuan_per_m2)
    return ranges(key, siting.rooms[kind].fit_out_yuan_per_m2).plus(works)


def _range(base: float, low: float | None, high: float | None) -> Range:
    return Range(base, base if low is None else low, base if high is None else high)


def conversion_per_year(siting: Siting, number: int, area_m2: float, ranges: Ranges) -> Range:
    """A room of an area that one of `siting.conversions` makes another.

    It costs capital, and the operation of the new kind less the old one's.
    """
    how: Conversion = siting.conversions[number]
    life = ranges(f"rooms.{how.kind}.life_years", siting.rooms[how.kind].life_years)
    capital = ranges(f"conversions.{number}.yuan_per_m2", how.yuan_per_m2)
    per_m2 = annual(capital, life, ranges("discount_rate", siting.discount_rate))
    if how.was in siting.rooms:
        now, then = (
            ranges(
                f"rooms.{kind}.operation_yuan_per_m2_year",
                siting.rooms[kind].operation_yuan_per_m2_year,
            )
            for kind in (how.kind, how.was)
        )
        per_m2 = per_m2.plus(now.minus(then))
    return per_m2.times(area_m2)


def closing_per_year(siting: Siting, area_m2: float, ranges: Ranges) -> Range:
    """A room that is closed: what it saves, as a negative cost."""
    saved = ranges("closing_saves_yuan_per_m2_year", siting.closing_saves_yuan_per_m2_year)
    return Range(0.0, 0.0, 0.0).minus(saved.times(area_m2))


def link_per_year(siting: Siting, row: LinkRow, ranges: Ranges) -> Range:
    """A link: capital over its life, and its operation."""
    capital = _range(row.yuan, row.yuan_low, row.yuan_high)
    life = as_written("", row.life_years)
    operation = _range(row.operation_yuan_per_year, row.operation_low, row.operation_high)
    return annual(capital, life, ranges("discount_rate", siting.discount_rate)).plus(operation)
