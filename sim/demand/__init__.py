"""Demand as arrays: bookers, wishes, choices."""
