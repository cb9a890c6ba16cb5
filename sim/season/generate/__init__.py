"""Seeded synthetic group requests of a season, and the timetable of the season before.

No club is real. How many of each sort ask, when and for how long, is assumed; prime time of courts
and studios is asked for more than there is of it, so that it matters who gets it.
"""

from sim.season.generate.make import GeneratedSeason, make_season
from sim.season.generate.write import write_season

__all__ = ["GeneratedSeason", "make_season", "write_season"]
