"""Replications of a scenario: how many, in which processes, in which order."""
