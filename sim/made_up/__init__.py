"""Made-up towns and problems: seeded synthetic tables, written once and kept in `scenarios/`.

`make` turns a name and a seed into tables, `write` writes them as CSV. No name, outline, site or
price is taken from a real place; sizes follow published norms where there are any (each row's
`source` says which), and the rest is assumed. Nothing here is needed to simulate.
"""

from __future__ import annotations

from sim.made_up.season import make_season
from sim.made_up.siting.activities import block_rows
from sim.made_up.siting.candidates import (
    CandidateNumbers,
    candidate_rows,
    handover_rows,
    planned_origins,
)
from sim.made_up.siting.huaxing import huaxing
from sim.made_up.siting.nanteng import nanteng
from sim.made_up.siting.upgrade import before_rows, sites_of
from sim.made_up.tables import Files, write
from sim.made_up.towns import spec_named
from sim.made_up.world import make_world
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder
from sim.scenario.schema.siting_rows import HandoverRow

__all__ = ["PROBLEMS", "make", "make_world", "spec_named", "write"]

CANGQIAN = CandidateNumbers(compounds=24, parks=10, centres=3, courts=5)
DISTRICT = CandidateNumbers(compounds=300, parks=36, centres=20, courts=40)


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


def _shipped(name: str) -> Inputs:
    return load(shipped_folder() / f"{name}.yaml", need_level=False)


def _site_cangqian(seed: int) -> Files:
    """Candidates, new compounds and fixed activities in the default world."""
    inputs = _shipped("cangqian")
    handovers = handover_rows(inputs.tables, seed)
    known = [HandoverRow.model_validate(new) for new in handovers]
    return {
        "origins": planned_origins(inputs.tables, handovers),
        "candidates": candidate_rows(inputs.tables, known, CANGQIAN, seed),
        "handovers": handovers,
        "activities": block_rows(inputs, seed),
    }


def _site_district(seed: int) -> Files:
    """Candidates and fixed activities in the whole district."""
    inputs = _shipped("district")
    return {
        "candidates": candidate_rows(inputs.tables, (), DISTRICT, seed),
        "activities": block_rows(inputs, seed),
    }


def _before_after(seed: int) -> Files:
    """Rooms before the upgrade of the default world, and the floor area that it brought."""
    tables = _shipped("cangqian").tables
    return {"venues": before_rows(tables, seed), "candidates": sites_of(tables, seed)}


PROBLEMS = {
    "allocate-season": make_season,
    "site-cangqian": _site_cangqian,
    "site-district": _site_district,
    "before-after": _before_after,
    "huaxing": huaxing,
    "nanteng-links": nanteng,
}
"""What is made up beside towns: the season of requests, and siting problems."""
