"""Curriculum-based course timetabling of the second International Timetabling Competition.

Track 3, formulation UD2 (L. Di Gaspero, B. McCollum, A. Schaerf, 2007): lectures of courses are
put into periods of a week and into rooms.
"""

from optimise.timetabling.itc2007.instance import Instance, Lecture, Timetable
from optimise.timetabling.itc2007.reading import read_instance
from optimise.timetabling.itc2007.scoring import Score, score
from optimise.timetabling.itc2007.solving import solve
from optimise.timetabling.itc2007.writing import solution_text

__all__ = [
    "Instance",
    "Lecture",
    "Score",
    "Timetable",
    "read_instance",
    "score",
    "solution_text",
    "solve",
]
