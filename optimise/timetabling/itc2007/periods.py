"""Periods of courses as booleans: hard rules, and the cost of days and of isolated lectures.

Lectures of a course are interchangeable, so a boolean says that a course is taught in a period, not
which of its lectures is: the view of G. Lach and M. E. Lübbecke (2012).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ortools.sat.python import cp_model

from optimise.timetabling.itc2007.instance import DAY_SHORT, ISOLATED, Instance

__all__ = ["Taught", "add_period_cost", "add_periods", "taught_in"]

Taught = dict[tuple[int, int], cp_model.IntVar]
"""Whether a course is taught in a period, by (course, period), without unavailable pairs."""


def taught_in(
    taught: Taught, courses: Iterable[int], periods: Iterable[int]
) -> list[cp_model.IntVar]:
    """Booleans of these courses in these periods."""
    columns = list(periods)
    return [taught[i, p] for i in courses for p in columns if (i, p) in taught]


def add_periods(model: cp_model.CpModel, instance: Instance) -> Taught:
    """Add the booleans, and all hard rules that need no room."""
    week = range(instance.periods)
    taught = {
        (i, period): model.new_bool_var(f"{course.name} at {period}")
        for i, course in enumerate(instance.courses)
        for period in week
        if (i, period) not in instance.unavailable
    }
    for i, course in enumerate(instance.courses):
        model.add(sum(taught_in(taught, [i], week)) == course.lectures)
    for period in week:
        for group in _groups(instance):
            model.add_at_most_one(taught_in(taught, group, [period]))
        everyone = taught_in(taught, range(len(instance.courses)), [period])
        model.add(sum(everyone) <= len(instance.rooms))
    return taught


def _groups(instance: Instance) -> Iterator[tuple[int, ...]]:
    """Courses of which one at most is taught in a period: of a curriculum, of a teacher."""
    for curriculum in instance.curricula:
        yield curriculum.courses
    by_teacher: dict[str, list[int]] = defaultdict(list)
    for i, course in enumerate(instance.courses):
        by_teacher[course.teacher].append(i)
    for courses in by_teacher.values():
        yield tuple(courses)


def add_period_cost(
    model: cp_model.CpModel, instance: Instance, taught: Taught, bound: int
) -> cp_model.IntVar:
    """Add the cost of days too few and of isolated lectures; `bound` is known to hold for it."""
    terms = [DAY_SHORT * short for short in _days_short(model, instance, taught)]
    terms += [ISOLATED * isolated for isolated in _isolated(model, instance, taught)]
    lectures = sum(len(c.courses) for c in instance.curricula) * instance.periods
    days = sum(course.minimum_days for course in instance.courses)
    cost = model.new_int_var(bound, DAY_SHORT * days + ISOLATED * lectures, "cost of periods")
    model.add(cost == sum(terms))
    return cost


def _days_short(
    model: cp_model.CpModel, instance: Instance, taught: Taught
) -> Iterator[cp_model.IntVar]:
    """Days that each course is short of its minimum, at least."""
    for i, course in enumerate(instance.courses):
        used = []
        for day in range(instance.days):
            lectures = taught_in(taught, [i], _day(instance, day))
            used.append(model.new_bool_var(f"{course.name} on day {day}"))
            model.add_bool_or([*lectures, ~used[-1]])
        short = model.new_int_var(0, course.minimum_days, f"days short of {course.name}")
        model.add(sum(used) + short >= course.minimum_days)
        yield short


def _isolated(
    model: cp_model.CpModel, instance: Instance, taught: Taught
) -> Iterator[cp_model.IntVar]:
    """Whether a curriculum has a lecture in a period and none before or after, at least."""
    for curriculum in instance.curricula:
        for day in range(instance.days):
            periods = _day(instance, day)
            for period in periods:
                beside = [p for p in (period - 1, period + 1) if p in periods]
                alone = model.new_bool_var(f"{curriculum.name} alone at {period}")
                here = sum(taught_in(taught, curriculum.courses, [period]))
                model.add(here - sum(taught_in(taught, curriculum.courses, beside)) <= alone)
                yield alone


def _day(instance: Instance, day: int) -> range:
    """Periods of a day."""
    return range(day * instance.periods_per_day, (day + 1) * instance.periods_per_day)
