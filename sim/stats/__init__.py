"""Intervals, ranks, stopping rules, control variates, and the statistics of comparing scenarios.

It knows nothing of the simulation.
"""
