"""Made-up towns and problems: seeded synthetic tables, written once and kept in `scenarios/`.

`make` turns a name and a seed into tables, `write` writes them as CSV. No name, outline, site or
price is taken from a real place; sizes follow published norms where there are any (each row's
`source` says which), and the rest is assumed (`towns.toml`). Nothing here is needed to simulate:
only the verb `world` imports it.
"""

from __future__ import annotations

from sim.made_up.estates import huaxing, nanteng
from sim.made_up.season import make_season
from sim.made_up.siting import before_after, site_cangqian, site_district
from sim.made_up.tables import Files, write
from sim.made_up.towns import spec_named
from sim.made_up.world import make_world

__all__ = ["PROBLEMS", "make", "make_world", "spec_named", "write"]

PROBLEMS = {
    "allocate-season": make_season,
    "site-cangqian": site_cangqian,
    "site-district": site_district,
    "before-after": before_after,
    "huaxing": huaxing,
    "nanteng-links": nanteng,
}
"""What is made up beside towns: the season of requests, and siting problems."""


def make(name: str, seed: int) -> Files:
    """Make up the tables of a problem of `PROBLEMS` or a town of `towns`; the same every time.

    Raises
    ------
    ValueError
        If there is no such name; the message says which there are.
    """
    if name in PROBLEMS:
        return PROBLEMS[name](seed)
    spec = spec_named(name)
    tables = make_world(spec, seed)
    return {table: tables[table] for table in spec.tables}
