"""Times and rooms of meetings as booleans, with hard rules and cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from ortools.sat.python import cp_model

from optimise.timetabling.itc2019.instance import Distribution, Instance, Placed, Time, Timetable

__all__ = ["Choices", "add_cost", "add_meetings", "add_rooms_once"]

Option = tuple[str, Time, str | None]
"""A meeting with one of its times and one of its rooms."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Booleans of a model: which time, and which time and room together."""

    times: dict[tuple[str, Time], cp_model.IntVar]
    options: dict[Option, cp_model.IntVar]

    def timetable(self, solver: cp_model.CpSolver) -> Timetable:
        """Read what was chosen."""
        return {
            name: Placed(time, room)
            for (name, time, room), chosen in self.options.items()
            if solver.value(chosen)
        }


def add_meetings(model: cp_model.CpModel, instance: Instance) -> Choices:
    """Choose a time and a room for each meeting, the room open at that time."""
    choices = Choices({}, {})
    for name, meeting in instance.meetings.items():
        for time, _ in meeting.times:
            chosen = choices.times[name, time] = model.new_bool_var(f"{name} at {time}")
            rooms = []
            for room in meeting.rooms or (None,):
                if room is None or not any(time.overlaps(c) for c in instance.rooms[room].closed):
                    rooms.append(model.new_bool_var(f"{name} at {time} in {room}"))
                    choices.options[name, time, room] = rooms[-1]
            model.add(sum(rooms) == chosen)
        model.add_exactly_one(choices.times[name, time] for time, _ in meeting.times)
    return choices


def add_rooms_once(model: cp_model.CpModel, choices: Choices) -> None:
    """One meeting at most in a room at any moment.

    Of spans on a line that overlap two by two, one begins within all others; so it is enough to
    look at the moments at which something may begin.
    """
    by_time: dict[Time, list[tuple[str, cp_model.IntVar]]] = defaultdict(list)
    for (_, time, room), option in choices.options.items():
        if room is not None:
            by_time[time].append((room, option))
    for moment in _moments(choices):
        by_room: dict[str, list[cp_model.IntVar]] = defaultdict(list)
        for time in moment:
            for room, option in by_time[time]:
                by_room[room].append(option)
        for options in by_room.values():
            if len(options) > 1:
                model.add_at_most_one(options)


def _moments(choices: Choices) -> set[frozenset[Time]]:
    """Times that cover a moment, for every moment at which one begins; each set once."""
    times = {time for _, time in choices.times}
    found = set()
    for start in {time.start for time in times}:
        covering = [time for time in times if time.start <= start < time.end]
        for week in range(max(time.weeks.bit_length() for time in times)):
            for day in range(max(time.days.bit_length() for time in times)):
                date = Time(1 << day, 1 << week, start, start + 1)
                found.add(frozenset(time for time in covering if time.shares_a_day(date)))
    return found


def add_cost(model: cp_model.CpModel, instance: Instance, choices: Choices) -> None:
    """Minimise penalties of times, rooms and soft distributions; hard distributions are kept."""
    weights = instance.weights
    cost = []
    for name, meeting in instance.meetings.items():
        for time, penalty in meeting.times:
            cost.append(weights.time * penalty * choices.times[name, time])
    for (name, _, room), option in choices.options.items():
        if room is not None:
            cost.append(weights.room * instance.meetings[name].rooms[room] * option)
    for rule in instance.distributions:
        for pair in combinations(dict.fromkeys(rule.meetings), 2):
            broken = model.new_bool_var(f"{rule.kind} of {pair} broken")
            _add_pair(model, instance, choices, rule, pair, broken)
            if rule.penalty is None:
                model.add(broken == 0)
            else:
                cost.append(weights.distribution * rule.penalty * broken)
    model.minimize(sum(cost))


def _add_pair(
    model: cp_model.CpModel,
    instance: Instance,
    choices: Choices,
    rule: Distribution,
    pair: tuple[str, str],
    broken: cp_model.IntVar,
) -> None:
    """Two meetings that break a rule with what is chosen for them, are broken."""
    one, other = pair
    seconds = [time for time, _ in instance.meetings[other].times]
    for first, _ in instance.meetings[one].times:
        clashing = [choices.times[other, time] for time in seconds if first.overlaps(time)]
        if clashing:
            model.add(choices.times[one, first] + sum(clashing) <= 1 + broken)
        if rule.kind == "SameAttendees":
            for second in seconds:
                for option, far in _too_far(instance, choices, (one, first), (other, second)):
                    model.add(option + sum(far) <= 1 + broken)


def _too_far(
    instance: Instance, choices: Choices, one: tuple[str, Time], other: tuple[str, Time]
) -> Iterator[tuple[cp_model.IntVar, list[cp_model.IntVar]]]:
    """Options of one meeting, each with those of the other that nobody reaches in the pause."""
    (name, first), (second_name, second) = one, other
    if not first.shares_a_day(second) or first.overlaps(second):
        return
    pause = max(second.start - first.end, first.start - second.end)
    for room in instance.meetings[name].rooms:
        travel = instance.rooms[room].travel
        far = [
            choices.options[second_name, second, to]
            for to in instance.meetings[second_name].rooms
            if travel.get(to, 0) > pause and (second_name, second, to) in choices.options
        ]
        if far and (name, first, room) in choices.options:
            yield choices.options[name, first, room], far
