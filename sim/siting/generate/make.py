"""Siting problems by name: what `linli world site-...` writes into the scenario's folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from sim.scenario.loading import load
from sim.scenario.schema.siting_rows import HandoverRow
from sim.scenario.shipped import shipped_folder
from sim.siting.generate.blocks import block_rows
from sim.siting.generate.bridges import bridges
from sim.siting.generate.candidates import Sizes, candidate_rows
from sim.siting.generate.estate import estate
from sim.siting.generate.growth import handover_rows, planned_origins
from sim.siting.generate.tables import COLUMNS, Files
from sim.siting.generate.upgrade import before_rows, sites_of
from sim.world.generate.write import rows_bytes, write_whole

__all__ = ["SITING", "make_siting", "write_siting"]

CANGQIAN = Sizes(compounds=24, parks=10, centres=3, courts=5)
DISTRICT = Sizes(compounds=300, parks=36, centres=20, courts=40)


def _cangqian(seed: int) -> Files:
    """Candidates, new compounds and fixed activities in the default world."""
    inputs = load(shipped_folder() / "cangqian.yaml", need_level=False)
    handovers = handover_rows(inputs.tables, seed)
    known = [HandoverRow.model_validate(row) for row in handovers]
    return {
        "origins": planned_origins(inputs.tables, handovers),
        "candidates": candidate_rows(inputs.tables, known, CANGQIAN, seed),
        "handovers": handovers,
        "activities": block_rows(inputs, seed),
    }


def _district(seed: int) -> Files:
    """Candidates and fixed activities in the whole district."""
    inputs = load(shipped_folder() / "district.yaml", need_level=False)
    return {
        "candidates": candidate_rows(inputs.tables, (), DISTRICT, seed),
        "activities": block_rows(inputs, seed),
    }


def _before_after(seed: int) -> Files:
    """Rooms before the upgrade of the default world, and the floor area that it brought."""
    tables = load(shipped_folder() / "cangqian.yaml", need_level=False).tables
    return {"venues": before_rows(tables, seed), "candidates": sites_of(tables, seed)}


SITING: MappingProxyType[str, Callable[[int], Files]] = MappingProxyType(
    {
        "site-cangqian": _cangqian,
        "site-district": _district,
        "before-after": _before_after,
        "huaxing": estate,
        "nanteng-links": bridges,
    }
)
"""Siting problems by name."""


def make_siting(name: str, seed: int) -> Files:
    """Tables of a siting problem of `SITING`; the same name and seed give the same rows."""
    return SITING[name](seed)


def write_siting(files: Files, folder: Path) -> list[Path]:
    """Write every table, each whole or not at all; the files written."""
    written = []
    for name, rows in files.items():
        target = folder / f"{name}.csv"
        write_whole(target, rows_bytes(COLUMNS[name], rows))
        written.append(target)
    return written
