"""Measure: the metrics of a replication, a file a family, and their summary."""
