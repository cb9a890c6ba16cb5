"""Demands that the future may bring: plans in each of them, and a ruling over all."""
