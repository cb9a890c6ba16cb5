"""Weekly classes in rooms, after the International Timetabling Competition 2019.

The part of its format that instances without students need, with the distributions `NotOverlap` and
`SameAttendees` (T. Müller, H. Rudová, Z. Müllerová, 2018).
"""

from optimise.timetabling.itc2019.instance import Instance, Placed, Timetable
from optimise.timetabling.itc2019.reading import read_instance, read_solution
from optimise.timetabling.itc2019.scoring import Score, score
from optimise.timetabling.itc2019.solving import solve

__all__ = [
    "Instance",
    "Placed",
    "Score",
    "Timetable",
    "read_instance",
    "read_solution",
    "score",
    "solve",
]
