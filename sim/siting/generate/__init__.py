"""Seeded synthetic siting problems: candidates, new compounds, links, small worlds of their own.

No site, price or date is taken from a real place; each row's `source` says on what it rests.
"""

from sim.siting.generate.make import SITING, make_siting, write_siting

__all__ = ["SITING", "make_siting", "write_siting"]
