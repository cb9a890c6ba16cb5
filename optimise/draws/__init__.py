"""Draws: requests that compete for rooms at fixed times, served together for the greatest value.

`solve.assign` takes a `problem.Draw` and returns a `problem.Assignment`.
"""
