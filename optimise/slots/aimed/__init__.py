"""Timetables by other aims than worth alone: fairness between groups, aims in stated order."""
