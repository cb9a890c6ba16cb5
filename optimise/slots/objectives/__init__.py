"""Timetables by fairness between groups, and by several objectives in a stated order."""
