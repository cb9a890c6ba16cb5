"""Seeded synthetic worlds: places, people, centres, venues and hours as tables.

`make_world` turns a `WorldSpec` and a seed into tables, `write_world` writes them as CSV.
No name, outline or coordinate is taken from a real place; sizes follow published norms where
there are any (each row's `source` says which), and the rest is assumed.
"""

from sim.world.generate.make import make_world
from sim.world.generate.rows import GeneratedWorld
from sim.world.generate.spec import AreaSpec, WorldSpec, ZoneSpec
from sim.world.generate.specs import SPECS, spec_named
from sim.world.generate.write import write_world

__all__ = [
    "SPECS",
    "AreaSpec",
    "GeneratedWorld",
    "WorldSpec",
    "ZoneSpec",
    "make_world",
    "spec_named",
    "write_world",
]
