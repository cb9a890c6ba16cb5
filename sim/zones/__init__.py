"""Zones: their league table, the split of a subsidy, and what closing hours or rooms saves."""
