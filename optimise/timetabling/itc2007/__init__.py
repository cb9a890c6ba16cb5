"""Curriculum-based course timetabling of the second International Timetabling Competition.

Track 3, formulation UD2 (L. Di Gaspero, B. McCollum, A. Schaerf, 2007): lectures of courses are
put into periods of a week and into rooms.
"""
