"""Write timetables as the competition and its validator read them."""

from __future__ import annotations

from optimise.timetabling.itc2007.instance import Instance, Timetable

__all__ = ["solution_text"]


def solution_text(instance: Instance, timetable: Timetable) -> str:
    """One lecture a line: course, room, day and period of the day, both from 0."""
    lines = []
    for lecture in sorted(timetable, key=lambda one: (one.course, one.period)):
        day, period = divmod(lecture.period, instance.periods_per_day)
        course, room = instance.courses[lecture.course], instance.rooms[lecture.room]
        lines.append(f"{course.name} {room.name} {day} {period}\n")
    return "".join(lines)
